"""Real servers and clients, as recorded: nothing in them is odd that was not meant to be."""

from __future__ import annotations

from functools import cache

import pytest

from tests import manifest
from tutor.base import Role
from tutor.capture import Capture
from tutor.protocols.events import Anomaly, Event, Kind
from tutor.session import Session

MEANT = {
    "imap-bye.pcapng": "an SMTP client at an IMAP server",
    "imap-only-server.pcapng": "nobody knows which commands it answers",
} | {
    entry["file"]: "what Mallory does in it is odd"
    for entry in manifest.recordings()
    if "verdicts" in entry
}
NAMES = [
    entry["file"]
    for entry in manifest.recordings()
    if any(session["protocol"] == "imap" for session in entry["sessions"])
]
TCP = {Kind.OPEN, Kind.CLOSE, Kind.CONFLICT, Kind.RECORD, Kind.CARRIED}


@cache
def sessions(name: str) -> tuple[tuple[Event, ...], ...]:
    """The events of each IMAP session, those of TCP and TLS left out."""
    with Capture(manifest.path(name)) as capture:
        capture.load()
        count = len(next(e for e in manifest.recordings() if e["file"] == name)["sessions"])
        found = [capture.session(number) for number in range(1, count + 1)]
        return tuple(_events(session) for session in found if session.protocol == "imap")


def _events(session: Session) -> tuple[Event, ...]:
    every = (session.event(index) for index in range(len(session)))
    return tuple(event for event in every if event.kind not in TCP)


def said(name: str) -> list[str]:
    """Client and server by turns, without untagged data: who, kind and name."""
    (events,) = sessions(name)
    kept = [event for event in events if event.kind is not Kind.UNTAGGED]
    return [f"{'CS'[event.span.direction]} {event.kind} {event.name}" for event in kept]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in MEANT])
def test_nothing_is_odd(name: str) -> None:
    assert sessions(name)
    for events in sessions(name):
        for event in events:
            assert not event.anomalies, event
            assert Role.UNPARSED not in {part.role for part in event.parts}, event


@pytest.mark.parametrize("name", [name for name in NAMES if name not in MEANT])
def test_each_answer_finds_its_command(name: str) -> None:
    for events in sessions(name):
        for event in events:
            if event.kind in (Kind.REPLY, Kind.CONTINUATION):
                assert event.about, event


def test_a_login_with_literals_waits_twice() -> None:
    assert said("imap-login-literal.pcapng")[3:9] == [
        "C command LOGIN",
        "S continuation literal",
        "C response literal",
        "S continuation literal",
        "C response literal",
        "S reply OK",
    ]


def test_a_login_with_literal_plus_waits_never() -> None:
    start = said("imap-login-literal-plus.pcapng").index("C command LOGIN")
    assert said("imap-login-literal-plus.pcapng")[start + 1] == "S reply OK"


def test_a_cancelled_authentication() -> None:
    events = said("imap-authenticate-cancelled.pcapng")
    start = events.index("C command AUTHENTICATE")
    assert events[start : start + 4] == [
        "C command AUTHENTICATE",
        "S continuation sasl",
        "C response sasl-cancel",
        "S reply BAD",
    ]


def test_compressed_text_is_read_in_the_state_that_was_reached() -> None:
    (events,) = sessions("imap-compress.pcapng")
    at = next(
        i
        for i, event in enumerate(events)
        if event.kind is Kind.REPLY and event.about == "COMPRESS"
    )
    assert {event.span.layer for event in events[: at + 1]} == {0}
    assert {event.span.layer for event in events[at + 1 :]} == {1}
    assert events[at + 1].state == "authenticated"


def test_another_protocols_client() -> None:
    (events,) = sessions("imap-bye.pcapng")
    odd = {name for event in events for name in event.anomalies}
    assert odd == {Anomaly.UNKNOWN_COMMAND}  # any atom may stand where a verb is due
    assert events[-1].name == "BYE"
