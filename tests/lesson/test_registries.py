"""Whatever the core can name of TLS and DNS has its words, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tutor.base import CLIENT, SERVER, Span
from tutor.lesson.keys_tls import record_keys
from tutor.lesson.reference import Reference
from tutor.protocols.dns.message import CODES, TYPES
from tutor.protocols.events import ClientHello, Event, Kind, ServerHello
from tutor.protocols.tls.names import (
    ALERT_NAMES,
    EXTENSION_NAMES,
    GROUP_NAMES,
    HANDSHAKE_NAMES,
    group_class,
    version_name,
)
from tutor.protocols.tls.suites import SUITES, cipher_class, exchange_class
from tutor.words import LANGUAGES, Language

VERSIONS = (0x0002, 0x0300, 0x0301, 0x0302, 0x0303, 0x0304)
RECORDS = ("handshake", "alert", "application-data", "early-data", "change-cipher-spec")
HELLO = ("ech", "grease", "resumed")


def named() -> Iterator[str]:
    for sort, names in (
        ("handshake", {*HANDSHAKE_NAMES.values(), "encrypted", "unknown"}),
        ("alert", {*ALERT_NAMES.values(), "encrypted", "unknown"}),
        ("extension", {*EXTENSION_NAMES.values(), "unknown"}),
        ("version", {*map(version_name, VERSIONS), "unknown"}),
        ("exchange", {*map(exchange_class, SUITES.values()), "other"}),
        ("cipher", {*map(cipher_class, SUITES.values()), "other"}),
        ("group", {*map(group_class, GROUP_NAMES.values()), group_class("DH 2048"), "other"}),
        ("record", {*RECORDS, "heartbeat", "unknown"}),
        ("hello", set(HELLO)),
    ):
        yield from (f"tls/{sort}/{name}" for name in sorted(names))
    yield "tls/weak"
    for name in TYPES.values():
        yield f"dns/query/{name}"
        yield "dns/answer/" + ("MX" if name == "MX" else name)
    for code in CODES.values():
        yield f"dns/answer/{'none' if code == 'NOERROR' else code}"
    yield from ("dns/answer/null-MX", "dns/answer/unanswered", "dns/query/unknown")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_name_has_its_words(tag: Language) -> None:
    reference = Reference.load(tag)
    found = {key: reference.find(key) for key in named()}
    assert [key for key, text in found.items() if text is None] == []
    assert [key for key, text in found.items() if text and not text.translated] == []


@pytest.mark.parametrize(
    ("name", "exchange", "cipher"),
    [
        ("TLS_AES_128_GCM_SHA256", "1.3", "GCM"),
        ("TLS_CHACHA20_POLY1305_SHA256", "1.3", "ChaCha20"),
        ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ECDHE", "CBC"),
        ("TLS_ECDHE_PSK_WITH_NULL_SHA", "ECDHE", "NULL"),
        ("TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", "DHE", "3DES"),
        ("TLS_DH_anon_WITH_RC4_128_MD5", "anon", "RC4"),
        ("TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256", "fixed", "GCM"),
        ("TLS_RSA_WITH_DES_CBC_SHA", "RSA", "DES"),
        ("TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", "RSA", "export"),
        ("TLS_RSA_PSK_WITH_AES_128_CCM", "PSK", "CCM"),
        ("TLS_KRB5_WITH_IDEA_CBC_MD5", "other", "CBC"),
        ("TLS_SHA256_SHA256", "1.3", "NULL"),
        ("TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "other", "other"),
        ("0xC19B", "other", "other"),
    ],
)
def test_suites_are_told_in_two_words(name: str, exchange: str, cipher: str) -> None:
    assert (exchange_class(name), cipher_class(name)) == (exchange, cipher)


def test_an_old_version_is_better_than_plain_text_yet_weak() -> None:
    hello = ServerHello("1.0", "TLS_RSA_WITH_RC4_128_SHA", None, resumed=True, group="x25519")
    event = Event(Kind.RECORD, Span(0, SERVER, 0, 9), (), "ServerHello", details=(hello,))
    assert [key[0] for key in record_keys(event)] == [
        "tls/handshake/ServerHello",
        "tls/version/1.0",
        "tls/weak",
        "tls/exchange/RSA",
        "tls/cipher/RC4",
        "tls/group/curve",
        "tls/hello/resumed",
    ]


def test_an_encrypted_hello_and_grease_are_explained() -> None:
    names = ("server_name", "key_share", "encrypted_client_hello")
    hello = ClientHello(
        bytes(32), "1.3", (), "x", (), offers_psk=False, extensions=names, ech=True, grease=True
    )
    event = Event(Kind.RECORD, Span(0, CLIENT, 0, 9), (), "ClientHello", details=(hello,))
    assert [key[0] for key in record_keys(event)] == [
        "tls/handshake/ClientHello",
        "tls/extension/server_name",
        "tls/hello/ech",
        "tls/hello/grease",
    ]
