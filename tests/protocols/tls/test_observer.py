"""The observer on real sessions: names, facts, parts, with keys and without."""

from __future__ import annotations

import ssl
import subprocess
import sys

import pytest

from tests.protocols.tls.sessions import (
    GREETING,
    NAME,
    TALK,
    certificate,
    observe,
    record,
    resumed,
)
from tutor.base import CLIENT, SERVER, Direction, Role
from tutor.protocols.events import Anomaly, Certificate, ClientHello, Kind, ServerHello, TlsAlert
from tutor.protocols.tls import KeyLog

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def test_a_listener_sees_the_handshake_of_1_3_and_sizes() -> None:
    seen = observe(record(version=V13, alpn=("imap",)).wire)
    assert seen.names(CLIENT) == ["ClientHello", "ChangeCipherSpec", *["application-data"] * 4]
    assert seen.names(SERVER)[:3] == ["ServerHello", "ChangeCipherSpec", "application-data"]
    assert seen.plaintext == []
    facts = seen.tls.facts
    assert (facts.version, facts.sni, facts.client_alpn) == ("1.3", NAME, ("imap",))
    assert facts.alpn is None  # it is in EncryptedExtensions
    assert facts.certificate is None
    assert (facts.decrypted, facts.why_not, facts.resumed) == (False, None, False)
    assert not any(event.about or event.anomalies for event in seen.events)


def test_the_ends_see_what_is_inside_1_3() -> None:
    session = record(version=V13, alpn=("imap", "x"))
    seen = observe(session.wire, session.keys)
    assert seen.names(SERVER)[2:6] == [
        "EncryptedExtensions",
        "Certificate",
        "CertificateVerify",
        "Finished",
    ]
    assert seen.names(SERVER)[-1] == "alert/close_notify"
    assert [seen.text(direction) for direction in Direction] == list(session.sent)
    facts = seen.tls.facts
    assert (facts.alpn, facts.decrypted, facts.why_not) == ("imap", True, None)
    assert facts.certificate is not None
    assert facts.certificate.subject == f"CN={NAME}"
    assert facts.certificate.names == (NAME, "192.0.2.1")
    # Eve's name of each record that needed keys stays obtainable
    opened = [event for event in seen.events if event.about]
    assert {event.about for event in opened} == {"application-data"}
    plain = observe(session.wire).events
    assert [event.about or event.name for event in seen.events] == [event.name for event in plain]
    assert [event.span for event in seen.events] == [event.span for event in plain]


def test_in_1_2_the_certificate_is_visible_without_keys() -> None:
    session = record(version=V12, alpn=("imap",), kind="rsa")
    seen = observe(session.wire)
    (found,) = [
        detail
        for event in seen.events
        for detail in event.details
        if isinstance(detail, Certificate)
    ]
    assert seen.tls.facts.certificate == found
    assert found.key == "RSA 2048"
    assert seen.tls.facts.alpn == "imap"
    assert seen.names(CLIENT) == [
        "ClientHello",
        "ClientKeyExchange",
        "ChangeCipherSpec",
        "encrypted-handshake",
        "application-data",
        "application-data",
        "alert/encrypted",
    ]


@pytest.mark.parametrize(
    ("version", "ciphers", "name"),
    [
        (V12, "ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        (V12, "ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        (
            V12,
            "ECDHE-ECDSA-CHACHA20-POLY1305",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        ),
        (V12, "ECDHE-ECDSA-AES128-CCM", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM"),
        (V12, "ECDHE-ECDSA-AES256-CCM8", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"),
        (V12, "ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
        (V12, "ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
        (V12, "ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
        (
            ssl.TLSVersion.TLSv1_1,
            "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        ),
        (
            ssl.TLSVersion.TLSv1,
            "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        ),
        (V13, None, "TLS_AES_256_GCM_SHA384"),
    ],
)
def test_each_suite_opens(version: ssl.TLSVersion, ciphers: str | None, name: str) -> None:
    talk = [*TALK, (SERVER, bytes(40_000)), (CLIENT, b"x")]
    session = record(talk, version=version, ciphers=ciphers)
    if version < V12 and not session.sent[CLIENT]:
        pytest.skip("this OpenSSL refuses TLS 1.0 and 1.1")
    seen = observe(session.wire, session.keys)
    assert seen.tls.facts.cipher == name
    assert seen.tls.facts.why_not is None
    assert [seen.text(direction) for direction in Direction] == list(session.sent)


@pytest.mark.parametrize(("version", "tickets"), [(V13, True), (V12, True), (V12, False)])
def test_a_resumed_session_is_told_and_opened(version: ssl.TLSVersion, tickets: bool) -> None:
    session = resumed(version, tickets=tickets)
    listener = observe(session.wire)
    assert listener.tls.facts.resumed
    told = [detail for event in listener.events for detail in event.details]
    assert [detail.resumed for detail in told if isinstance(detail, ServerHello)] == [True]
    seen = observe(session.wire, session.keys)
    assert seen.tls.facts.resumed
    assert seen.tls.facts.certificate is None
    assert seen.text(SERVER) == session.sent[SERVER]


def test_a_ticket_without_a_session_id_shows_in_the_short_handshake() -> None:
    session = resumed(V12)
    way, data = session.wire[1]
    size, inner = int.from_bytes(data[3:5]) - 32, int.from_bytes(data[6:9]) - 32
    hello = data[:3] + size.to_bytes(2) + b"\x02" + inner.to_bytes(3) + data[9:43] + b"\0"
    wire = [session.wire[0], (way, hello + data[76:]), *session.wire[2:]]
    seen = observe(wire)
    assert seen.names(SERVER)[:2] == ["ServerHello", "ChangeCipherSpec"]
    assert seen.tls.facts.resumed


def test_what_a_gap_hides_does_not_make_a_handshake_short() -> None:
    session = record(version=V12)
    way, data = session.wire[1]
    end = 5 + int.from_bytes(data[3:5])
    wire: list[tuple[Direction, bytes | int]] = list(session.wire)
    wire[1:2] = [(way, data[:end]), (way, len(data) - end)]
    seen = observe(wire)
    assert seen.names(SERVER)[:2] == ["ServerHello", ""]
    assert "ChangeCipherSpec" in seen.names(SERVER)
    assert not seen.tls.facts.resumed


@pytest.mark.parametrize("version", [V12, V13])
def test_a_certificate_over_several_records(version: ssl.TLSVersion) -> None:
    session = record(version=version, identity=certificate("ec", names=1000))
    seen = observe(session.wire, session.keys)
    names = seen.names(SERVER)
    assert names[names.index("handshake-fragment") + 1] == "Certificate"
    assert seen.tls.facts.certificate is not None
    assert len(seen.tls.facts.certificate.names) == 1002
    assert observe(session.wire).tls.facts.certificate == (
        seen.tls.facts.certificate if version is V12 else None
    )


def test_details_of_the_hellos() -> None:
    seen = observe(record(version=V13, alpn=("imap",)).wire)
    offer, choice = (event.details[0] for event in seen.events if event.details)
    assert isinstance(offer, ClientHello)
    assert (offer.version, offer.versions, offer.sni) == ("1.3", ("1.3",), NAME)
    assert offer.ciphers[:2] == ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
    assert "supported_versions" in offer.extensions
    assert (offer.offers_psk, offer.early_data) == (False, False)
    assert isinstance(choice, ServerHello)
    assert (choice.version, choice.resumed, choice.retry) == ("1.3", False, False)


def test_the_server_name_is_a_part_of_its_own() -> None:
    session = record()
    hello = observe(session.wire).events[0]
    (host,) = [part for part in hello.parts if part.role is Role.HOST]
    assert session.wire[0][1][host.start : host.end] == NAME.encode()


def test_plaintext_points_at_its_record() -> None:
    session = record()
    seen = observe(session.wire, session.keys)
    first = seen.plaintext[0]
    event = seen.events[first.record_event_index]
    assert (first.data, first.direction) == (GREETING, SERVER)
    assert (event.span.start, event.span.end) == (first.outer_start, first.outer_end)
    assert event.name == "application-data"


def test_an_alert_before_encryption_is_read() -> None:
    # the suite asks for an RSA certificate, and the server has none
    session = record(version=V12, ciphers="ECDHE-RSA-AES128-GCM-SHA256", kind="ec")
    seen = observe(session.wire)
    (alert,) = [event for event in seen.events if event.name.startswith("alert/")]
    assert alert.name == "alert/handshake_failure"
    assert alert.details == (TlsAlert("fatal", "handshake_failure"),)
    assert alert.parts[1].role is Role.ALERT


def test_keys_of_another_session_open_nothing_and_it_says_why() -> None:
    session, other = record(), record()
    seen = observe(session.wire, other.keys)
    assert not seen.plaintext
    assert seen.tls.facts.why_not == "the key log has no secrets for this session's client random"
    sealed = [event for event in seen.events if event.parts[-1].role is Role.CIPHERTEXT]
    assert sealed
    assert all(event.anomalies == (Anomaly.UNDECRYPTABLE_RECORD,) for event in sealed)
    assert observe(session.wire, session.keys | other.keys).text(CLIENT) == session.sent[CLIENT]
    assert observe(session.wire, KeyLog()).tls.facts.why_not is None


def test_every_event_is_a_record() -> None:
    session = record()
    seen = observe(session.wire, session.keys)
    assert {event.kind for event in seen.events} == {Kind.RECORD}


def test_a_listener_does_not_pay_for_cryptography() -> None:
    code = (
        "import sys, tutor.protocols.tls as tls; from tutor.base import CLIENT;"
        "tls.TlsObserver().feed(CLIENT, bytes.fromhex(sys.argv[1]));"
        "sys.exit('cryptography' in sys.modules)"
    )
    hello = record().wire[0][1].hex()
    assert subprocess.run([sys.executable, "-c", code, hello], check=False).returncode == 0
