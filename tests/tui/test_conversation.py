"""A long step: what a lesson points at in it is in sight, and what step it is as well."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tutor.capture import Capture
from tutor.session import Session
from tutor.tui.decode import stream_filter
from tutor.tui.playback import Playback
from tutor.tui.widgets.conversation import Conversation
from tutor.tui.widgets.ladder import Ladder
from tutor.tui.widgets.slide import _line
from tutor.tui.widgets.transcript import Transcript

WORDS = "The heron waits where the silver river turns north."
FIRST = "BODY[] {790}"


@pytest.fixture(scope="module")
def imap() -> Session:
    with Capture(str(ROOT / "captures" / "journey.pcapng")) as capture:
        capture.load()
        entry = next(entry for entry in capture.entries if entry.protocol == "imap")
        return capture.session(entry.id)


def at_the_message(session: Session) -> Playback:
    playback = Playback(session)
    fetch = next(n for n in range(len(session)) if session.event(n).name == "FETCH" and n > 17)
    playback.show(fetch, fetch + 1)
    return playback


def window(view: Conversation, session: Session, look: tuple[str, ...] | None) -> list[str]:
    view.playback, view.look = at_the_message(session), look
    return ["".join(segment.text for segment in row) for row in view.build(80, 13)]


@pytest.mark.parametrize("widget", [Transcript, Ladder])
def test_what_a_lesson_points_at_is_in_sight(widget: type[Conversation], imap: Session) -> None:
    rows = window(widget(), imap, ("body",))
    assert len(rows) == 13
    assert any(WORDS in row for row in rows)
    assert any("body" in row for row in rows), "with its label"
    assert any(FIRST in row for row in rows), "and the first row says which step it is"
    assert any(row.strip() == "..." for row in rows)


def test_the_beginning_is_shown_where_that_is_pointed_at(imap: Session) -> None:
    rows = window(Transcript(), imap, ("sequence",))
    assert any(FIRST in row for row in rows)
    assert not any(row.strip() == "..." for row in rows)


def test_without_a_lesson_a_step_is_shown_from_its_beginning(imap: Session) -> None:
    rows = window(Transcript(), imap, None)
    assert any("Return-Path" in row for row in rows)
    assert not any(WORDS in row for row in rows)


@pytest.mark.parametrize(("most", "shown"), [(8, True), (3, False)])
def test_on_a_slide_too(imap: Session, most: int, shown: bool) -> None:
    rows = _line(at_the_message(imap), ("body",), 96, most)
    assert len(rows) <= most
    assert any(WORDS in segment.text for row in rows for segment in row) is shown


def test_who_asks_dns_has_no_port_of_its_own() -> None:
    with Capture(str(ROOT / "captures" / "journey.pcapng")) as capture:
        capture.load()
        (asks,) = (s for s in capture.lookup_sessions() if s.event(0).name == "MX")
    assert Playback(asks).ends() == ("198.51.100.25", "198.51.100.53:53")
    told = "ip.addr == 198.51.100.25 && ip.addr == 198.51.100.53 && dns"
    assert stream_filter(asks) == told
