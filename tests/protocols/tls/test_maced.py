"""Records with a MAC of their own, sealed here by hand: what no program at hand still sends."""

from __future__ import annotations

import hmac
import ssl
import zlib

import pytest
from cryptography.hazmat.decrepit.ciphers import algorithms as old
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from tests.protocols.tls.sessions import Seen, observe, record
from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.tls import KeyLog
from tutor.protocols.tls.inflate import Inflater
from tutor.protocols.tls.maced import Cbc
from tutor.protocols.tls.schedule import prf
from tutor.protocols.tls.suites import suite

V12 = ssl.TLSVersion.TLSv1_2
NULL = "NULL-SHA256:@SECLEVEL=0"


def test_a_short_mac_and_idea() -> None:
    parts = suite(0x0007)
    assert parts is not None
    head = b"\x17\x03\x01"
    mac = hmac.digest(b"m" * 20, bytes(8) + head + b"\0\5hello", "sha1")[:10]
    plain = b"hello" + mac + b"\0"
    encryptor = Cipher(old.IDEA(b"k" * 16), modes.CBC(b"i" * 8)).encryptor()
    fragment = encryptor.update(plain) + encryptor.finalize()
    opener = Cbc(parts, 0x0301, (b"m" * 20, b"k" * 16, b"i" * 8), mac_last=False, mac_short=True)
    assert opener.open(1, head, fragment) is None
    assert opener.open(0, head, fragment) == b"hello"


class Packer:
    """One direction of a session with NULL-SHA256 that packs its records (RFC 3749)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._seq = 0
        self._stream = zlib.compressobj()

    def seal(self, kind: int, content: bytes) -> bytes:
        packed = self._stream.compress(content) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        head = bytes([kind]) + b"\x03\x03"
        covered = self._seq.to_bytes(8) + head + len(packed).to_bytes(2) + packed
        fragment = packed + hmac.digest(self._key, covered, "sha256")
        self._seq += 1
        return head + len(fragment).to_bytes(2) + fragment


def packed(*, lost: bool = False, method: int = 1) -> Seen:
    session = record(version=V12, ciphers=NULL, kind="rsa")
    hello, choice = session.wire[0][1], session.wire[1][1]
    at = 5 + 4 + 2 + 32
    at += 1 + choice[at] + 2
    choice = choice[:at] + bytes([method]) + choice[at + 1 :]
    randoms = hello[11:43], choice[11:43]
    master = session.keys.get("CLIENT_RANDOM", randoms[0])
    assert master is not None
    block = prf(0x0303, "sha256", master, b"key expansion", randoms[1] + randoms[0], 64)
    client, server = Packer(block[:32]), Packer(block[32:])
    change = b"\x14\x03\x03\x00\x01\x01"
    finished = client.seal(22, b"\x14\0\0\x0c" + bytes(12))
    first = client.seal(23, b"a1 NOOP\r\n" * 3)
    wire: list[tuple[Direction, bytes | int]] = [
        (CLIENT, hello),
        (SERVER, choice),
        (CLIENT, change),
        (CLIENT, finished),
        (SERVER, change),
        (SERVER, server.seal(22, b"\x14\0\0\x0c" + bytes(12))),
        (CLIENT, len(first) if lost else first),
        (CLIENT, client.seal(23, b"a2 NOOP\r\n")),
        (SERVER, server.seal(23, b"a1 OK\r\n")),
    ]
    return observe(wire, session.keys)


def test_compressed_records_are_unpacked() -> None:
    seen = packed()
    assert seen.text(CLIENT) == b"a1 NOOP\r\n" * 3 + b"a2 NOOP\r\n"
    assert seen.text(SERVER) == b"a1 OK\r\n"
    assert seen.tls.facts.why_not is None


def test_behind_a_lost_record_compressed_ones_stay_closed() -> None:
    seen = packed(lost=True)
    assert (seen.text(CLIENT), seen.text(SERVER)) == (b"", b"a1 OK\r\n")
    assert seen.tls.facts.why_not == (
        "a record is missing or damaged, and the compressed ones behind it need it"
    )


def test_another_compression_is_named() -> None:
    seen = packed(method=64)
    assert seen.tls.facts.why_not == "compression method 64 is not supported"
    assert not seen.tls.facts.decrypted


def test_a_suite_that_only_signs_is_read_without_keys() -> None:
    session = record(version=V12, ciphers=NULL, kind="rsa")
    for seen in (observe(session.wire, KeyLog()), observe(session.wire, session.keys)):
        assert [seen.text(each) for each in Direction] == list(session.sent)
        assert seen.tls.facts.decrypted
        assert seen.tls.facts.why_not is None


@pytest.mark.parametrize(
    "data", [zlib.compress(bytes(1 << 20)), b"no zlib", zlib.compress(b"x") + b"more"]
)
def test_what_does_not_unpack_is_left(data: bytes) -> None:
    assert Inflater().feed(data) is None


@pytest.mark.parametrize(
    ("ciphers", "name"),
    [
        (NULL, "TLS_RSA_WITH_NULL_SHA256"),
        ("ECDHE-RSA-NULL-SHA:@SECLEVEL=0", "TLS_ECDHE_RSA_WITH_NULL_SHA"),
        ("CAMELLIA256-SHA:@SECLEVEL=0", "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"),
        ("ECDHE-RSA-CAMELLIA256-SHA384", "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384"),
    ],
)
def test_other_suites_of_openssl_open(ciphers: str, name: str) -> None:
    session = record(version=V12, ciphers=ciphers, kind="rsa")
    seen = observe(session.wire, session.keys)
    assert [seen.text(each) for each in Direction] == list(session.sent)
    assert (seen.tls.facts.cipher, seen.tls.facts.why_not) == (name, None)
