"""Practice on talk as odd as real captures hold: nothing raises, and what is asked is right."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.lesson.practice.derive import check
from tests.strategies import Talk, imap_talk
from tests.strategies_pop3_smtp import POP3, SMTP, with_gaps
from tutor.base import Endpoint
from tutor.lesson.practice import draw
from tutor.render.practice import Shown
from tutor.session import Conversation, Session
from tutor.streams import Chunk, Gap, Opened

CLIENT_END = Endpoint("192.0.2.10", 50000)


def built(port: int, talk: Talk) -> Session:
    conversation = Conversation(1, CLIENT_END, Endpoint("198.51.100.25", port))
    conversation.take(Opened("open", (1, 2, 3), 1))
    offsets = [0, 0]
    for number, (direction, piece) in enumerate(talk, 4):
        at = offsets[direction]
        if isinstance(piece, int):
            conversation.take(Gap(direction, at, piece, number))
            offsets[direction] += piece
        elif piece:
            conversation.take(Chunk(direction, at, piece, number, number))
            offsets[direction] += len(piece)
    conversation.finish()
    return conversation.session


def proved(port: int, talk: Talk, seed: int) -> Counter[str]:
    session = built(port, talk)
    drills = draw([session], Shown, seed, 40)
    for drill in drills:
        check(session, drill)
    return Counter(drill.sort for drill in drills)


SEEDS = st.integers(0, 99)


@given(imap_talk(), SEEDS)
def test_imap(talk: Talk, seed: int) -> None:
    proved(143, talk, seed)


@given(POP3, SEEDS)
def test_pop3(talk: Talk, seed: int) -> None:
    proved(110, talk, seed)


@given(st.one_of(with_gaps(POP3), with_gaps(SMTP)), SEEDS)
def test_gaps(talk: Talk, seed: int) -> None:
    for port in (110, 25):
        if any(isinstance(piece, int) for _direction, piece in talk):
            assert not proved(port, talk, seed)


@given(SMTP, SEEDS)
def test_smtp(talk: Talk, seed: int) -> None:
    proved(25, talk, seed)
