"""Key logs, the key schedule, and the suites' make-up."""

from __future__ import annotations

import hmac

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from scapy.layers.tls.crypto.suites import _tls_cipher_suites as SCAPY_SUITES  # noqa: N812

from tutor.protocols.tls import KeyLog
from tutor.protocols.tls.keylog import KeyLog as Inner
from tutor.protocols.tls.maced import Cbc
from tutor.protocols.tls.names import is_grease, version_name
from tutor.protocols.tls.schedule import expand_label, next_secret, prf
from tutor.protocols.tls.suites import SUITES, suite, suite_name

RANDOM = "ab" * 32
LINE = f"CLIENT_RANDOM {RANDOM} {'cd' * 48}\n".encode()


def test_a_key_log_is_read_and_bad_lines_are_counted() -> None:
    text = (
        b"\xef\xbb\xbf# comment\r\n\r\n" + LINE + b"CLIENT_RANDOM zz zz\n"
        b"CLIENT_RANDOM " + b"ab" * 31 + b" " + b"cd" * 48 + b"\n"
        b"client_random " + b"ab" * 32 + b" " + b"cd" * 48 + b"\n"
        b"CLIENT_TRAFFIC_SECRET_0  " + b"AB" * 32 + b"\t" + b"0F" * 32 + b"  \n"
    )
    keys = KeyLog.parse(text)
    assert (len(keys), keys.bad) == (2, 3)
    assert keys.get("CLIENT_RANDOM", bytes.fromhex(RANDOM)) == b"\xcd" * 48
    assert keys.get("CLIENT_TRAFFIC_SECRET_0", bytes.fromhex(RANDOM)) == b"\x0f" * 32
    assert keys.get("CLIENT_RANDOM", bytes(32)) is None
    assert keys.knows(bytes.fromhex(RANDOM))
    assert not keys.knows(bytes(32))


def test_merging_and_truth() -> None:
    empty, one = KeyLog(), KeyLog.parse(LINE)
    assert not empty
    assert one
    assert empty | one == one
    assert (one | KeyLog.parse(b"junk")).bad == 1
    later = KeyLog.parse(LINE.replace(b"cd", b"ef"))
    assert (one | later).get("CLIENT_RANDOM", bytes.fromhex(RANDOM)) == b"\xef" * 48


def test_a_key_log_never_shows_its_secrets() -> None:
    keys = Inner.parse(LINE)
    assert "cd" * 4 not in repr(keys)
    assert "cd" * 4 not in str(keys)
    assert repr(keys) == "KeyLog(1 secrets, 0 bad lines)"


@pytest.mark.parametrize(
    ("secret", "key", "iv"),
    [  # RFC 8448 3: the server's and the client's handshake and application traffic keys
        (
            "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
            "3fce516009c21727d0f2e4e86ee403bc",
            "5d313eb2671276ee13000b30",
        ),
        (
            "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
            "dbfaa693d1762c5b666af5d950258d01",
            "5bd3c71b836e0b76bb73265f",
        ),
        (
            "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
            "9f02283b6c9c07efc26bb9f2ac92e356",
            "cf782b88dd83549aadf1e984",
        ),
        (
            "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
            "17422dda596ed5d9acd890e3c63f5051",
            "5b78923dee08579033e523d9",
        ),
    ],
)
def test_traffic_keys_of_rfc_8448(secret: str, key: str, iv: str) -> None:
    assert expand_label("sha256", bytes.fromhex(secret), "key", 16).hex() == key
    assert expand_label("sha256", bytes.fromhex(secret), "iv", 12).hex() == iv


def test_the_next_secret_is_as_long_as_the_last() -> None:
    assert len(next_secret("sha384", bytes(48))) == 48
    assert next_secret("sha256", bytes(32)) != bytes(32)


def test_the_prf_of_1_0_mixes_two_hashes() -> None:
    args = (b"secret", b"key expansion", b"seed", 104)
    old, new = prf(0x0301, "sha256", *args), prf(0x0303, "sha256", *args)
    assert len(old) == len(new) == 104
    assert old == prf(0x0302, "sha384", *args)  # the suite's hash plays no part before 1.2
    assert old != new
    assert new != prf(0x0303, "sha384", *args)


def test_names_of_suites_agree_with_scapys() -> None:
    common = {number for number in SCAPY_SUITES if number in SUITES}
    assert len(common) > 250
    differing = {SUITES[number] for number in common if SUITES[number] != SCAPY_SUITES[number]}
    assert differing == {  # so spelled in the IANA registry
        "TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA",
        "TLS_KRB5_EXPORT_WITH_DES_CBC_40_MD5",
        "TLS_PSK_DHE_WITH_AES_128_CCM_8",
        "TLS_PSK_DHE_WITH_AES_256_CCM_8",
    }


def test_names_of_suites_by_hand() -> None:
    assert suite_name(0x0005) == "TLS_RSA_WITH_RC4_128_SHA"
    assert suite_name(0x000A) == "TLS_RSA_WITH_3DES_EDE_CBC_SHA"
    assert suite_name(0x0019) == "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA"
    assert suite_name(0xC02F) == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    assert suite_name(0xCCA8) == "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    assert suite_name(0xC0AF) == "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"
    assert suite_name(0xC19B) == "0xC19B"


def test_what_suites_are_made_of() -> None:
    made = {
        0x1302: ("AES", "gcm", 32, 0, 16, "", "sha384"),
        0x1305: ("AES", "ccm", 16, 0, 8, "", "sha256"),
        0xC023: ("AES", "cbc", 16, 16, 0, "sha256", "sha256"),
        0xC028: ("AES", "cbc", 32, 16, 0, "sha384", "sha384"),
        0xC0AE: ("AES", "ccm", 16, 0, 8, "", "sha256"),
        0xCCA9: ("CHACHA20", "chacha", 32, 0, 16, "", "sha256"),
        0x0004: ("RC4", "stream", 16, 0, 0, "md5", "sha256"),
        0x0009: ("DES", "cbc", 8, 8, 0, "sha1", "sha256"),
        0x000A: ("3DES_EDE", "cbc", 24, 8, 0, "sha1", "sha256"),
        0x0007: ("IDEA", "cbc", 16, 8, 0, "sha1", "sha256"),
        0x0096: ("SEED", "cbc", 16, 16, 0, "sha1", "sha256"),
        0xC073: ("CAMELLIA", "cbc", 32, 16, 0, "sha384", "sha384"),
        0x003B: ("NULL", "stream", 0, 0, 0, "sha256", "sha256"),
    }
    for number, parts in made.items():
        found = suite(number)
        assert found is not None
        assert found[1:] == parts


def test_what_cannot_be_opened() -> None:
    # export ciphers, RC2, ARIA, Camellia in GCM, SM4, no cipher suite, an unknown one
    closed = (0x0003, 0x0006, 0x0064, 0xC050, 0xC07A, 0x00C6, 0x0000, 0x00FF, 0xC19B)
    assert [suite(each) for each in closed] == [None] * len(closed)


def test_grease_and_versions() -> None:
    assert [value for value in range(0x10000) if is_grease(value)] == [
        0x0A0A + 0x1010 * step for step in range(16)
    ]
    assert [version_name(each) for each in (0x0300, 0x0301, 0x0304, 0x7F1C, 0x0305)] == [
        "SSL 3.0",
        "1.0",
        "1.3",
        "1.3",
        "0x0305",
    ]


@pytest.mark.parametrize(
    ("padding", "opens"),
    [(b"\4" * 5, True), (b"\x14" * 21, True), (b"\1\4\4\4\4", False), (b"\xff" * 5, False)],
)
def test_cbc_padding_must_be_right(padding: bytes, opens: bool) -> None:
    # "hello!!" and 20 bytes of MAC before it; the MAC does not cover the padding (RFC 5246 6.2.3.2)
    head = b"\x17\x03\x03"
    mac = hmac.digest(b"m" * 20, bytes(7) + b"\5" + head + b"\0\7" + b"hello!!", "sha1")
    encryptor = Cipher(algorithms.AES(b"k" * 16), modes.CBC(b"i" * 16)).encryptor()
    plain = b"hello!!" + mac + padding
    fragment = b"i" * 16 + encryptor.update(plain) + encryptor.finalize()
    parts = suite(0xC013)
    assert parts is not None
    opener = Cbc(parts, 0x0303, (b"m" * 20, b"k" * 16, b""), mac_last=False)
    assert opener.open(5, head, fragment) == (b"hello!!" if opens else None)
    assert opener.open(6, head, fragment) is None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_key_log_as_powershell_writes_it(encoding: str) -> None:
    line = f"CLIENT_RANDOM {RANDOM} {'0a' * 48}\r\n"
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    keys = KeyLog.parse(mark + line.encode(encoding))
    assert keys.get("CLIENT_RANDOM", bytes.fromhex(RANDOM)) == bytes([10]) * 48
    assert KeyLog.parse(b"\xff\xfe\x00").bad == 1
