"""DNS look-ups as sessions: one for each client, every byte told, spelled out to be read."""

from __future__ import annotations

import pytest

from tests.capture.test_lookups import message, name
from tests.conftest import ROOT
from tutor.base import CLIENT, SERVER, Endpoint, Role
from tutor.capture import Capture
from tutor.findings import eve_facts
from tutor.lesson.reference import Reference
from tutor.protocols.dns import pieces
from tutor.protocols.events import Kind
from tutor.render import View
from tutor.session import Message, Session, lookup_sessions

LAPTOP, DESK = Endpoint("192.0.2.10", 5000), Endpoint("192.0.2.11", 5001)
RESOLVER = Endpoint("198.51.100.53", 53)
MX = b"\x00\x0a" + name("mail.example.net")
NULL = b"\x00\x00\x00"
RECORDINGS = ("mx-two-hosts", "mx-retry", "mx-none", "mx-null", "mx-large", "journey")


def asked(*payloads: bytes) -> Session:
    """One client's talk: questions from it, answers to it."""
    messages = []
    for number, data in enumerate(payloads, 1):
        ends = (RESOLVER, LAPTOP) if data[2] & 0x80 else (LAPTOP, RESOLVER)
        messages.append(Message(ends[0], ends[1], data, number, number))
    (session,) = lookup_sessions(messages)
    return session


def lines(session: Session) -> list[list[str]]:
    view = View(session)
    return [[line.text for line in view.lines(index)] for index in range(len(session))]


def test_a_look_up_reads_as_a_zone_file_writes_it() -> None:
    session = asked(
        message(1, "example.net", "MX"),
        message(1, "example.net", "MX", MX, b"\x00\x14" + name("b.example.net"), reply=True),
        message(2, "mail.example.net", "A"),
        message(2, "mail.example.net", "A", b"\xcb\x00\x71\x19", reply=True),
    )
    assert lines(session) == [
        ["example.net MX ?"],
        ["example.net MX 10 mail.example.net", "example.net MX 20 b.example.net"],
        ["mail.example.net A ?"],
        ["mail.example.net A 203.0.113.25"],
    ]
    first, second = session.event(0), session.event(1)
    assert (first.kind, first.name, first.span.direction) == (Kind.COMMAND, "MX", CLIENT)
    assert (second.kind, second.name, second.about) == (Kind.REPLY, "NOERROR", "MX")
    assert second.tag == first.tag == "1"
    assert session.packets(1) == (2,)
    assert session.time(1) == 2
    assert session.complete


def test_a_listener_knows_who_asks_whom_and_in_which_protocol() -> None:
    facts = eve_facts(asked(message(1, "example.net", "MX")))
    assert [(fact.kind, fact.value) for fact in facts] == [
        ("address", LAPTOP.address),
        ("address", RESOLVER.address),
        ("port", "53"),
        ("time", "1"),
        ("protocol", "dns"),
    ]


def test_no_record_is_said_in_words() -> None:
    session = asked(
        message(1, "example.net", "MX"),
        message(1, "example.net", "MX", reply=True),
        message(2, "example.net", "MX"),
        message(2, "example.net", "MX", NULL, reply=True),
        message(3, "example.net", "A"),
    )
    assert lines(session)[1] == ["example.net MX: no such record"]
    assert lines(session)[3] == ["example.net MX 0 ."]
    assert not session.complete
    reference = Reference.load("en")
    said = [[item.key for item in reference.explain(session, n)] for n in range(5)]
    assert said == [
        ["dns/query/MX"],
        ["dns/answer/none"],
        ["dns/query/MX"],
        ["dns/answer/null-MX"],
        ["dns/query/A"],
    ]


def test_each_client_has_a_session_of_its_own_and_noise_none() -> None:
    question = message(1, "example.net", "MX")
    found = lookup_sessions(
        [
            Message(DESK, RESOLVER, question, 2, 20),
            Message(LAPTOP, RESOLVER, question, 1, 10),
            Message(LAPTOP, RESOLVER, b"not DNS at all", 3, 30),
        ]
    )
    assert [session.client for session in found] == [LAPTOP, DESK]
    assert [(session.start, len(session)) for session in found] == [(10, 1), (20, 1)]


def test_what_is_broken_behind_the_answers_is_unparsed() -> None:
    whole = bytearray(message(1, "example.net", "MX", MX, reply=True))
    whole[11] = 1  # one additional record, which is not there
    assert pieces(bytes(whole) + b"\xc0")[-1].role is Role.UNPARSED
    session = asked(bytes(whole) + b"\xc0")
    assert lines(session) == [["example.net MX 10 mail.example.net"]]


@pytest.mark.parametrize("recording", RECORDINGS)
def test_every_byte_of_a_recorded_look_up_has_its_role(recording: str) -> None:
    with Capture(str(ROOT / "captures" / f"{recording}.pcapng")) as capture:
        capture.load()
        sessions, lookups = capture.lookup_sessions(), capture.lookups
    for session in sessions:
        assert session.id == 0
        at = {CLIENT: 0, SERVER: 0}
        for index in range(len(session)):
            event = session.event(index)
            assert event.span.start == at[event.span.direction]
            at[event.span.direction] = event.span.end
            assert [event.span.start, *(part.end for part in event.parts)] == [
                *(part.start for part in event.parts),
                event.span.end,
            ]
            assert Role.UNPARSED not in {part.role for part in event.parts}
    assert sum(session.count(Kind.COMMAND) for session in sessions) == len(lookups)
