"""TLS that is weak, certificates that do not fit, early data; and what is not to be judged."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests import dialogue
from tests.findings.talks import VALID
from tests.protocols.tls import sessions as tls
from tutor.base import CLIENT
from tutor.findings import findings
from tutor.findings.trust import covers, judge, weak
from tutor.protocols.events import Certificate
from tutor.protocols.tls import KeyLog
from tutor.session import Options


@pytest.mark.parametrize(
    ("version", "cipher", "is_weak"),
    [
        ("1.3", "TLS_AES_128_GCM_SHA256", False),
        ("1.2", "TLS_RSA_WITH_AES_128_CBC_SHA", False),
        ("1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", False),
        ("1.2", "TLS_RSA_WITH_AES_128_CCM_8", False),
        ("1.2", "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", False),
        ("1.2", None, False),
        (None, None, False),
        ("1.1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", True),
        ("1.0", None, True),
        ("SSL 3.0", "TLS_RSA_WITH_AES_128_CBC_SHA", True),
        ("1.2", "TLS_RSA_WITH_RC4_128_SHA", True),
        ("1.2", "TLS_RSA_WITH_DES_CBC_SHA", True),
        ("1.2", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", True),
        ("1.2", "TLS_RSA_WITH_NULL_SHA256", True),
        ("1.2", "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", True),
        ("1.2", "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", True),
        ("1.2", "TLS_DH_anon_WITH_AES_128_GCM_SHA256", True),
        ("1.2", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", True),
        ("1.2", "TLS_NULL_WITH_NULL_NULL", True),
        ("1.3", "TLS_SHA256_SHA256", True),
    ],
)
def test_which_versions_and_suites_are_weak(
    version: str | None, cipher: str | None, is_weak: bool
) -> None:
    assert weak(version, cipher) is is_weak


@pytest.mark.parametrize(
    ("pattern", "host", "fits"),
    [
        ("mail.example.org", "mail.example.org", True),
        ("Mail.Example.ORG", "mail.example.org", True),
        ("mail.example.org", "mail.example.org.", True),
        ("*.example.org", "mail.example.org", True),
        ("*.example.org", "a.mail.example.org", False),
        ("*.example.org", "example.org", False),
        ("*.example.org", ".example.org", False),
        ("m*.example.org", "mail.example.org", False),
        ("*", "mail", False),
        ("mail.*.org", "mail.example.org", False),
        ("mail.example.com", "mail.example.org", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("*.0.2.1", "192.0.2.1", False),
        ("2001:db8::1", "[2001:0db8:0:0::1]", True),
        ("Some Authority", "mail.example.org", False),
    ],
)
def test_which_names_a_certificate_covers(pattern: str, host: str, fits: bool) -> None:
    assert covers(pattern, host) is fits


NO_CHECK_TIME = ssl.VerifyFlags(0x200000)
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for."""

OWN = Certificate("CN=a", "CN=b", ("mail.example.org", "*.example.net"), 1000, 2000, False)


@pytest.mark.parametrize(
    ("when", "name", "rules"),
    [
        (1500, None, []),
        (1500, "mail.example.org", []),
        (1500, "imap.example.net", []),
        (1500, "example.net", ["certificate-name"]),
        (1000, None, []),
        (2000, None, []),
        (999, None, ["certificate-expired"]),
        (2001, None, ["certificate-expired"]),
        (0, None, []),
        (2001, "other.example.org", ["certificate-expired", "certificate-name"]),
    ],
)
def test_what_a_certificate_breaks(when: int, name: str | None, rules: list[str]) -> None:
    assert list(judge(OWN, when, name)) == rules


def certificate(names: list[str], *, common: str = "", own: bool = False) -> tuple[bytes, bytes]:
    """A certificate of those names, and its key."""
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common or "some server")])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    start = datetime.datetime.fromtimestamp(VALID - 1000, datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if own else issuer)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=1))
    )
    if names:
        found = [x509.DNSName(each) if "@" not in each else x509.RFC822Name(each) for each in names]
        builder = builder.add_extension(x509.SubjectAlternativeName(found), critical=False)
    pem = builder.sign(key if own else other, hashes.SHA256()).public_bytes(
        serialization.Encoding.PEM
    )
    return pem, key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


GREETING = (CLIENT.other, b"* OK ready\r\n")


def told(
    identity: tuple[bytes, bytes],
    *,
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    name: str | None = tls.NAME,
    keys: bool = False,
    start: int = VALID,
) -> set[str]:
    """The rules found in a session in which that certificate was shown."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ends = tls.Ends(*tls.contexts(folder, version, identity=identity), name=name)
        assert ends.shake()
        ends.say(*GREETING)
        log = (folder / "keys").read_bytes()
    wire = [(b"C: " if side is CLIENT else b"S: ") + data for side, data in ends.wire]
    options = Options(keys=KeyLog.parse(log) if keys else None)
    return {found.rule for found in findings(dialogue.play(993, wire, options, start))}


def test_a_server_that_is_in_order() -> None:
    assert told(certificate([tls.NAME])) == set()
    assert told(certificate(["*.example.net"])) == set()
    assert told(certificate([], common=tls.NAME)) == set(), "no names: the common one, as once"
    assert told(certificate(["ann@example.net"], common=tls.NAME)) == set()
    assert told(certificate(["ann@example.net"])) == {"certificate-name"}


def test_another_name() -> None:
    assert told(certificate(["mail.example.org"])) == {"certificate-name"}
    assert told(certificate(["imap.example.net"], common=tls.NAME)) == {"certificate-name"}
    assert told(certificate(["mail.example.org"]), name=None) == set(), "nobody was asked for"


def test_a_certificate_of_its_own_making() -> None:
    assert told(certificate([tls.NAME], own=True)) == {"certificate-self-signed"}


def test_a_certificate_out_of_its_time() -> None:
    ours = certificate([tls.NAME])
    assert told(ours, start=VALID - 2000) == {"certificate-expired"}
    assert told(ours, start=VALID + 90_000) == {"certificate-expired"}
    assert told(ours, start=0) == set(), "a capture without times"


def test_under_tls_1_3_the_certificate_shows_with_keys_only() -> None:
    wrong = certificate(["mail.example.org"], own=True)
    newest = ssl.TLSVersion.TLSv1_3
    assert told(wrong, version=newest) == set()
    both = {"certificate-name", "certificate-self-signed"}
    assert told(wrong, version=newest, keys=True) == both


def test_what_the_client_shows_of_itself_is_not_judged() -> None:
    """Certificates of clients are often self-signed, and bear no host's name."""
    server, client = certificate([tls.NAME]), certificate(["ann"], own=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pair = tls.contexts(folder, ssl.TLSVersion.TLSv1_2, identity=server)
        (folder / "client.pem").write_bytes(client[0] + client[1])
        pair[0].load_cert_chain(folder / "client.pem")
        pair[1].load_verify_locations(folder / "client.pem")
        pair[1].verify_mode = ssl.CERT_REQUIRED
        pair[1].verify_flags |= NO_CHECK_TIME
        ends = tls.Ends(*pair)
        assert ends.shake()
    wire = [(b"C: " if side is CLIENT else b"S: ") + data for side, data in ends.wire]
    session = dialogue.play(993, wire, None, VALID)
    seen = [d for i in range(len(session)) for d in session.event(i).details]
    assert sum(isinstance(detail, Certificate) for detail in seen) == 2
    assert findings(session) == ()


@pytest.mark.parametrize("first", [b"\x03\x01", b"\x03\x03"])
def test_what_was_only_offered_is_not_judged(first: bytes) -> None:
    """An old client's offer: the answer, which would choose, was not captured."""
    body = first + b"r" * 32 + b"\0" + b"\x00\x04\x00\x05\x00\x0a" + b"\x01\x00"
    hello = b"\x01" + len(body).to_bytes(3, "big") + body
    record = b"C: \x16\x03\x01" + len(hello).to_bytes(2, "big") + hello
    assert findings(dialogue.play(993, [record])) == ()
