"""Telnet's own words before a person's first line, and the Backspace key."""

from __future__ import annotations

import pytest

from tests.dialogue import play
from tutor.base import Direction
from tutor.protocols.events import Kind
from tutor.protocols.registry import recognise, suggests_mail
from tutor.protocols.smtp import SmtpObserver
from tutor.protocols.telnet import edited, negotiation, without

WINDOW = b"\xff\xfa\x1f\x00P\x00\x18\xff\xf0"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"\xff\xfb\x1fHELO", 3),
        (WINDOW + b"x", len(WINDOW)),
        (b"\xff\xfa\x18\xff\xff\xff\xf0", 7),
        (b"\xff\xf4\xff\xfd\x06", 2),
        (b"\xff", None),
        (b"\xff\xfb", None),
        (WINDOW[:-1], None),
        (b"\xff\xff", 0),
        (b"\xff\x20", 0),
        (b"\xff\xfa" + b"a" * 600, 0),
        (b"HELO", 0),
    ],
)
def test_how_long_a_word_is(data: bytes, size: int | None) -> None:
    assert negotiation(data) == size


def test_what_stands_behind_it() -> None:
    assert without(b"\xff\xfb\x1f" + WINDOW + b"HELO x") == b"HELO x"
    assert without(b"\xff\xfb\x1f\xff") == b""
    assert without(b"\xff\xffx") == b"\xff\xffx"
    assert without(b"HELO") == b"HELO"


def test_backspace_takes_a_letter_away() -> None:
    assert edited(b"RCTP\b\bPT") == b"RCPT"
    assert edited(b"\x7fa\b\bQ") == b"Q"


def test_a_person_at_an_odd_port_is_found() -> None:
    typed = b"\xff\xfb\x1fHELO x\r\n"
    assert suggests_mail(typed)
    assert all(suggests_mail(typed[:end]) is not False for end in range(len(typed)))
    assert recognise(None, typed, b"220 x\r\n") == "smtp"
    session = play(2525, ["S: 220 x\r\n", b"C: " + typed, "S: 250 x\r\n"])
    assert session.protocol == "smtp"
    kinds = [session.event(i).kind for i in range(len(session))]
    assert kinds.count(Kind.COMMAND) == 1 == kinds.count(Kind.PREAMBLE)


def test_only_before_the_first_line() -> None:
    observer = SmtpObserver()
    events = observer.feed(Direction.CLIENT, b"NOOP\r\n\xff\xfb\x1fNOOP\r\n")
    assert [event.kind for event in events] == [Kind.COMMAND, Kind.COMMAND]
