"""Hellos and certificates, whole, odd and broken."""

from __future__ import annotations

import base64
import ssl
import zlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tests.protocols.tls.sessions import ISSUER, NAME, Session, certificate, observe, record
from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.events import ClientHello
from tutor.protocols.tls import KeyLog
from tutor.protocols.tls.certificates import decompress, first_certificate, parse_certificate
from tutor.protocols.tls.decrypt import MOST_TRIES
from tutor.protocols.tls.hello import (
    key_exchange_group,
    parse_client_hello,
    parse_encrypted_extensions,
    parse_server_hello,
    parse_ssl2_client_hello,
)
from tutor.protocols.tls.messages import MessageJoiner, looks_plain

Items = list[tuple[Direction, bytes]]
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def ext(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2) + len(content).to_bytes(2) + content


def hello(extensions: bytes = b"", ciphers: bytes = b"\x13\x01") -> bytes:
    head = b"\x03\x03" + bytes(range(32)) + b"\x04sess"
    suites = len(ciphers).to_bytes(2) + ciphers
    return head + suites + b"\x01\x00" + (len(extensions).to_bytes(2) + extensions)


def sni(name: bytes) -> bytes:
    entry = b"\x00" + len(name).to_bytes(2) + name
    return ext(0, len(entry).to_bytes(2) + entry)


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3) + body


def plain(content: bytes) -> bytes:
    return b"\x16\x03\x01" + len(content).to_bytes(2) + content


def test_grease_is_dropped_everywhere() -> None:
    offer = parse_client_hello(
        hello(
            ext(0x0A0A, b"") + ext(43, b"\x06\x1a\x1a\x03\x04\x03\x03") + ext(0xFAFA, b"\0"),
            b"\x2a\x2a\x13\x01\xc0\x2f",
        )
    )
    assert offer is not None
    assert offer.ciphers == (0x1301, 0xC02F)
    assert offer.versions == (0x0304, 0x0303)
    assert offer.extensions == (43,)
    assert offer.grease
    assert not getattr(parse_client_hello(hello(ext(43, b"\x02\x03\x04"))), "grease", True)


def test_a_draft_of_1_3_has_no_session_id_in_its_server_hello() -> None:
    keyshare = ext(51, b"\x00\x1d\x00\x20" + bytes(32))
    choice = parse_server_hello(b"\x7f\x14" + bytes(32) + b"\x13\x03" + b"\x00\x28" + keyshare)
    assert choice is not None
    assert (choice.version, choice.cipher, choice.group) == (0x7F14, 0x1303, 29)
    seen = observe(
        [
            (CLIENT, plain(message(1, hello()))),
            (SERVER, plain(message(2, b"\x7f\x14" + bytes(32) + b"\x13\x03"))),
            (SERVER, b"\x17\x03\x01\x00\x18" + bytes(24)),
        ],
        KeyLog({("SERVER_HANDSHAKE_TRAFFIC_SECRET", bytes(range(32))): bytes(32)}),
    )
    assert (seen.tls.facts.version, seen.tls.facts.cipher) == (
        "1.3",
        "TLS_CHACHA20_POLY1305_SHA256",
    )
    assert seen.tls.facts.why_not == "draft 20 of TLS 1.3 is not supported"


@pytest.mark.parametrize(
    ("cipher", "body", "group"),
    [
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", b"\x03\x00\x1d\x20" + bytes(32), "x25519"),
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", b"\x03\x7a\x7b\x20", "0x7A7B"),
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", b"\x01\x00", None),
        ("TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA", b"\x00\x02hi\x03\x00\x17", "secp256r1"),
        ("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", b"\x00\x80" + b"\xff" * 128, "DH 1024"),
        ("TLS_DH_anon_WITH_RC4_128_MD5", b"\x00\x40\x7f" + b"\xff" * 63, "DH 511"),
        ("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", b"\x00\x80short", None),
        ("TLS_RSA_WITH_AES_128_CBC_SHA", b"\x00\x80" + b"\xff" * 128, None),
    ],
)
def test_the_group_of_a_key_exchange(cipher: str, body: bytes, group: str | None) -> None:
    assert key_exchange_group(cipher, body) == group


@pytest.mark.parametrize("version", [V12, V13])
def test_the_group_is_a_fact(version: ssl.TLSVersion) -> None:
    facts = observe(record(version=version).wire).tls.facts
    assert facts.group == "x25519"


def with_ech(session: Session, *, inner: bool) -> tuple[Items, bytes]:
    """The session with ECH in its ClientHello; ``inner``: its random is not the visible one."""
    first = session.wire[0][1]
    body = first[9:] if not inner else first[9:11] + bytes(32) + first[43:]
    at = 34 + 1 + body[34]
    at += 2 + int.from_bytes(body[at : at + 2])
    at += 1 + body[at]
    block = body[at + 2 :] + ext(0xFE0D, b"\0" * 10)
    made = plain(message(1, body[:at] + len(block).to_bytes(2) + block))
    return [(CLIENT, made), *session.wire[1:]], first[11:43]


def test_ech_is_recognised_and_the_inner_random_found_in_the_key_log() -> None:
    session = record(version=V13)
    wire, _ = with_ech(session, inner=True)
    seen = observe(wire, record(version=V13).keys | session.keys)
    assert [seen.text(each) for each in (CLIENT, SERVER)] == list(session.sent)
    assert (seen.tls.facts.ech, seen.tls.facts.sni) == (True, NAME)
    (offer,) = [each for each in seen.events[0].details if isinstance(each, ClientHello)]
    assert offer.ech
    other = observe(wire, record(version=V13).keys)
    assert other.tls.facts.why_not == (
        "the key log lacks this client random (an encrypted ClientHello would hold another), "
        "and no secret of the key log opens record 3 from the server"
    )


def test_ech_for_show_changes_nothing() -> None:
    session = record(version=V13)
    wire, _ = with_ech(session, inner=False)
    seen = observe(wire, session.keys)
    assert seen.tls.facts.ech
    assert seen.tls._inside is not None
    assert seen.tls._inside.decryptor.tries_left == MOST_TRIES
    assert not observe(session.wire).tls.facts.ech


def test_one_broken_extension_does_not_hide_the_others() -> None:
    offer = parse_client_hello(hello(ext(16, b"\x00\x09\x04imap") + sni(b"mail.example.net")))
    assert offer is not None
    assert (offer.server_name, offer.alpn) == ("mail.example.net", ())


def test_a_hello_of_tls_1_0_without_extensions() -> None:
    offer = parse_client_hello(b"\x03\x01" + bytes(32) + b"\x00\x00\x02\x00\x05\x01\x00")
    assert offer is not None
    assert (offer.ciphers, offer.extensions, offer.server_name) == ((5,), (), None)


def test_a_server_name_that_is_not_ascii_stays_harmless_text() -> None:
    offer = parse_client_hello(hello(sni(b"\xffm\x1b")))
    assert offer is not None
    assert offer.server_name == "\\xffm\x1b"


def test_the_server_name_of_a_hello_in_two_records() -> None:
    data = message(1, hello(sni(NAME.encode())))
    first, second = data[:50], data[50:]
    wire = [(CLIENT, b"\x16\x03\x01" + len(each).to_bytes(2) + each) for each in (first, second)]
    seen = observe(wire)
    assert seen.names(CLIENT) == ["handshake-fragment", "ClientHello"]
    assert seen.tls.facts.sni == NAME


def test_several_messages_in_one_record() -> None:
    body = message(14, b"") + message(0, b"") + message(99, b"??") + b"\x0b\x00"
    seen = observe([(SERVER, b"\x16\x03\x03" + len(body).to_bytes(2) + body)])
    assert seen.names(SERVER) == ["ServerHelloDone+HelloRequest+unknown-handshake"]


def test_an_ssl2_hello_is_a_client_hello() -> None:
    wire = b"\x80\x1f\x01\x03\x01\x00\x06\x00\x00\x00\x10\x00\x00\x2f\x01\x00\x80" + b"c" * 16
    seen = observe([(CLIENT, wire)])
    (event,) = seen.events
    (detail,) = event.details
    assert isinstance(detail, ClientHello)
    assert (event.name, detail.version) == ("ClientHello", "1.0")
    assert detail.ciphers == ("TLS_RSA_WITH_AES_128_CBC_SHA",)
    assert detail.random == bytes(16) + b"c" * 16


@given(st.binary(max_size=120))
def test_parsers_take_any_bytes(data: bytes) -> None:
    assert parse_client_hello(data[:34]) is None
    for parse in (parse_client_hello, parse_server_hello, parse_ssl2_client_hello):
        parse(data)
    parse_encrypted_extensions(data)
    assert first_certificate(data[:6], tls13=True) is None
    assert parse_certificate(data) is None
    decompress(data)


def test_a_long_message_in_tiny_fragments() -> None:
    joiner = MessageJoiner()
    data = message(11, bytes(70_000)) + message(14, b"")
    pieces = [data[at : at + 1] for at in range(len(data))]
    assert [each.type for piece in pieces for each in joiner.feed(piece)] == [11, 14]


def test_messages_are_joined_over_fragments() -> None:
    joiner = MessageJoiner()
    data = message(1, b"abc") + message(2, b"")
    assert joiner.feed(data[:5]) == []
    assert [joiner.begun] == [True]
    (first, second) = joiner.feed(data[5:])
    assert (first.type, first.body, first.at) == (1, b"abc", -1)
    assert (second.type, second.body, second.at) == (2, b"", 6)
    assert [joiner.begun] == [False]
    assert joiner.feed(b"\x01\xff\xff\xff noise") == []
    assert [joiner.begun] == [False]


def test_plain_and_encrypted_fragments_are_told_apart() -> None:
    assert looks_plain(message(1, bytes(70)))
    assert not looks_plain(b"\x01\x9c\x44\x00" + bytes(36))
    assert not looks_plain(b"\xe1\x00\x00\x05hello")


# -- certificates ------------------------------------------------------------------------------


def der(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def test_a_self_signed_certificate() -> None:
    found = parse_certificate(der(certificate("ec", issuer=None)[0]))
    assert found is not None
    assert found.self_signed
    assert found.subject == found.issuer == f"CN={NAME}"
    assert found.not_after - found.not_before == 365 * 86400


def test_the_same_names_do_not_make_it_self_signed() -> None:
    found = parse_certificate(der(certificate("ec", issuer=NAME)[0]))
    assert found is not None
    assert found.subject == found.issuer
    assert not found.self_signed


def test_an_address_in_the_subject_is_spelled_out() -> None:
    found = parse_certificate(der(certificate("ec", email="root@example.net")[0]))
    assert found is not None
    assert found.subject == f"emailAddress=root@example.net,CN={NAME}"


def test_without_alternative_names_the_common_name_counts() -> None:
    found = parse_certificate(der(certificate("ec", san=False)[0]))
    assert found is not None
    assert (found.names, found.issuer) == ((NAME,), f"CN={ISSUER}")


def test_damaged_certificates_do_not_raise() -> None:
    whole = der(certificate("rsa")[0])
    read = 0
    for at in range(len(whole)):
        for value in (0, 0xFF, whole[at] ^ 0x20):
            read += parse_certificate(whole[:at] + bytes([value]) + whole[at + 1 :]) is not None
    assert read > 0
    assert all(parse_certificate(whole[:at]) is None for at in range(0, len(whole), 7))


def test_a_certificate_that_is_noise_leaves_the_rest_readable() -> None:
    session = record(version=V12)
    wire = list(session.wire)
    at = wire[1][1].find(b"\x30\x82", 60)
    if at < 0:
        at = wire[1][1].find(b"\x30\x81", 60)
    broken = wire[1][1][:at] + b"\xff\xff" + wire[1][1][at + 2 :]
    seen = observe([wire[0], (SERVER, broken), *wire[2:]], session.keys)
    assert seen.tls.facts.certificate is None
    assert "Certificate" in seen.names(SERVER)
    assert seen.text(SERVER) == session.sent[SERVER]


@pytest.mark.parametrize(("algorithm", "opens"), [(1, True), (2, False)])
def test_a_compressed_certificate(algorithm: int, opens: bool) -> None:
    one = der(certificate("ec")[0])
    entry = len(one).to_bytes(3) + one + b"\0\0"
    plain = b"\0" + len(entry).to_bytes(3) + entry
    packed = zlib.compress(plain)
    body = algorithm.to_bytes(2) + len(plain).to_bytes(3) + len(packed).to_bytes(3) + packed
    got = decompress(body)
    assert got == (plain if opens else None)
    if got:
        assert first_certificate(got, tls13=True) == one


def test_a_compression_bomb_stays_small() -> None:
    packed = zlib.compress(bytes(1 << 22))
    body = b"\0\1" + (1 << 18).to_bytes(3) + len(packed).to_bytes(3) + packed
    assert decompress(body) in (None, bytes(1 << 18))


def test_real_certificates_in_pem_read_the_same() -> None:
    pem = certificate("ec")[0]
    inside = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    assert parse_certificate(inside) == parse_certificate(der(pem))
