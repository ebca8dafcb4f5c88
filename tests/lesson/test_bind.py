"""Anchors by meaning: exactly one event, or a message that says what there is."""

from __future__ import annotations

from typing import Any

import pytest

from tests import manifest
from tests.conftest import ROOT
from tests.dialogue import play
from tutor.capture import Capture
from tutor.lesson.bind import find, pick
from tutor.lesson.model import Anchor, Pick, Step
from tutor.protocols.events import Kind
from tutor.session import Session

TALK = [
    "S: * OK ready\r\n",
    "C: a1 NOOP\r\n",
    "S: a1 OK done\r\n",
    "C: a2 NOOP\r\n",
    "C: a3 LOGIN bob {3}\r\n",
    "S: a2 OK done\r\n",
    "S: + go on\r\n",
    "C: abc\r\n",
    "S: a3 NO wrong\r\n",
    "C: a4 LOGOUT\r\n",
    "S: * BYE\r\n",
    "S: a4 OK bye\r\n",
]


@pytest.fixture(scope="module")
def session() -> Session:
    return play(143, TALK)


def found(session: Session, at: dict[str, int] | None = None, **anchor: Any) -> int | str:
    known = at or {}
    steps = {
        name: Step(id=name, at=Anchor(capture="one", client="NOOP"), say="x") for name in known
    }
    return find(Anchor(capture="one", **anchor), {"one": session}, known, steps)


def name(session: Session, index: int | str) -> tuple[Kind, str, str]:
    assert isinstance(index, int), index
    event = session.event(index)
    return event.kind, event.name, event.tag


def test_what_a_step_is(session: Session) -> None:
    assert name(session, found(session, tcp="syn"))[0] is Kind.OPEN
    assert name(session, found(session, server="greeting")) == (Kind.GREETING, "OK", "")
    assert name(session, found(session, client="login")) == (Kind.COMMAND, "LOGIN", "a3")
    assert name(session, found(session, client="response"))[0] is Kind.RESPONSE
    assert name(session, found(session, server="continuation"))[0] is Kind.CONTINUATION
    assert name(session, found(session, server="BYE")) == (Kind.UNTAGGED, "BYE", "")
    assert name(session, found(session, server="NO")) == (Kind.REPLY, "NO", "a3")


def test_more_than_one_match_needs_a_number_or_a_place(session: Session) -> None:
    said = found(session, client="NOOP")
    assert said == "matches 2 steps: step 3 (a1 NOOP), step 5 (a2 NOOP); add nth: or after:"
    assert name(session, found(session, client="NOOP", nth=2))[2] == "a2"
    first = found(session, client="NOOP", nth=1)
    assert isinstance(first, int)
    assert name(session, found(session, {"one": first}, client="NOOP", after="one"))[2] == "a2"
    assert found(session, client="NOOP", nth=3) == "only 2 steps match"


def test_a_reply_is_found_by_its_tag_not_its_place(session: Session) -> None:
    second = found(session, client="NOOP", nth=2)
    assert isinstance(second, int)
    assert name(session, found(session, {"noop": second}, reply_to="noop"))[2] == "a2"
    login = found(session, client="LOGIN")
    assert isinstance(login, int)
    assert name(session, found(session, {"login": login}, reply_to="login"))[2] == "a3"


def test_a_command_without_a_reply() -> None:
    session = play(143, ["S: * OK ready\r\n", "C: a1 NOOP\r\n"])
    index = found(session, client="NOOP")
    assert isinstance(index, int)
    said = found(session, {"noop": index}, reply_to="noop")
    assert said == "step 'noop' has no reply in the capture"


def test_in_pop3_and_smtp_the_next_reply_answers() -> None:
    session = play(
        110, ["S: +OK hi\r\n", "C: USER bob\r\n", "S: +OK\r\n", "C: PASS x\r\n", "S: -ERR\r\n"]
    )
    index = found(session, client="PASS")
    assert isinstance(index, int)
    assert name(session, found(session, {"pass": index}, reply_to="pass"))[1] == "-ERR"


def test_no_match_says_what_there_is(session: Session) -> None:
    assert found(session, client="SELEKT") == "matches no step; known: NOOP, LOGIN, literal, LOGOUT"
    assert found(session, client="LOGUOT") == "matches no step; did you mean 'LOGOUT'?"
    assert found(session, tcp="rst").__class__ is str
    assert found(session, gap=1) == "only 0 steps match"
    assert found(session, data="message").__class__ is str


def test_a_gap_is_counted() -> None:
    from tests.dialogue import CLIENT_END, SERVER_ADDRESS
    from tutor.base import SERVER, Endpoint
    from tutor.session import Conversation
    from tutor.streams import Chunk, Gap, Opened

    conversation = Conversation(1, CLIENT_END, Endpoint(SERVER_ADDRESS, 143))
    conversation.take(Opened("open", (1,), 0))
    conversation.take(Chunk(SERVER, 0, b"* OK ready\r\n", 2, 1))
    conversation.take(Gap(SERVER, 12, 30, 2))
    conversation.take(Chunk(SERVER, 42, b"* 1 EXISTS\r\n", 3, 3))
    conversation.finish()
    assert name(conversation.session, found(conversation.session, gap=1))[0] is Kind.GAP


def test_a_session_of_a_capture_is_picked() -> None:
    with Capture(manifest.path("pop3-delete-quit.pcapng")) as capture:
        capture.load()
        entries = capture.entries
    assert pick(entries, Pick(protocol="pop3")) == (
        "2 sessions fit; the capture has: pop3 port 110, pop3 port 110"
    )
    second = pick(entries, Pick(protocol="pop3", nth=2))
    assert second == entries[1]
    assert pick(entries, Pick(port=110, nth=3)) == "nth: 3, but 2 sessions fit"
    assert pick(entries, Pick(protocol="imap")) == (
        "0 sessions fit; the capture has: pop3 port 110, pop3 port 110"
    )
    assert pick(entries[:1], Pick(security="plaintext")) == entries[0]


def test_what_is_not_mail_is_picked_only_where_it_is_asked_for() -> None:
    with Capture(manifest.path("mx-two-hosts.pcapng"), everything=True) as capture:
        capture.load()
        entries = capture.entries
    refused = pick(entries, Pick(protocol="other", port=25))
    assert not isinstance(refused, str), refused
    assert (refused.server.address, refused.commands) == ("203.0.113.26", 0)
    taken = pick(entries, Pick(port=25))
    assert not isinstance(taken, str), taken
    assert taken.server.address == "203.0.113.25"


def test_the_look_ups_of_one_client_are_picked_and_asked_for_by_type() -> None:
    with Capture(str(ROOT / "captures" / "mx-two-hosts.pcapng")) as capture:
        capture.load()
        sessions = capture.lookup_sessions()
    assert pick(sessions, Pick(protocol="dns")) == (
        "2 sessions fit; the capture has: dns port 53, dns port 53"
    )
    resolver = pick(sessions, Pick(protocol="dns", nth=2))
    assert isinstance(resolver, Session)
    mx = found(resolver, dns="mx")
    assert name(resolver, mx) == (Kind.COMMAND, "MX", resolver.event(0).tag)
    assert isinstance(mx, int)
    assert name(resolver, found(resolver, {"mx": mx}, reply_to="mx"))[:2] == (Kind.REPLY, "NOERROR")
    assert found(resolver, dns="A", nth=2) == 4
    assert found(resolver, dns="A") == (
        "matches 2 steps: step 3 (down.example.net A), step 5 (mail.example.net A); "
        "add nth: or after:"
    )
    assert found(resolver, dns="TXT") == "matches no step; known: MX, A"


def test_a_mail_session_has_no_look_ups(session: Session) -> None:
    said = found(session, dns="MX")
    assert said == "capture 'one' plays no DNS look-ups; say session: {protocol: dns}"
