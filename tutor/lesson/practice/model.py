"""What a question about a recording is made of: the question, what may be seen, and its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tutor.base import Span
from tutor.lesson.question import Question

SORTS = ("predict", "point", "answers", "eve", "decode", "order", "protects")
"""Sorts of questions, in the order in which a round takes them in turn."""


class Texts(Protocol):
    """How the lines of one session are shown: sanitised, and masked unless revealed."""

    masked: bool

    def line(self, index: int) -> str:
        """The first line of an event."""

    def part(self, index: int, number: int) -> tuple[str, bool]:
        """A part of an event, and whether anything in it was masked."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the answer stands in the recording, so that it can be read there again.

    Attributes:
        session: its id in the capture.
        index: the event that decides; 0 where the whole session does.
        spans: the bytes that hold the answer, or that put it in its place.
    """

    session: int
    index: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Drill:
    """One question about a recording.

    Attributes:
        question: as it is asked; its id names the session and the event.
        sort: a word of ``SORTS``.
        proof: where the answer stands.
        upto: only events with a smaller index may be seen while it is asked.
        at: the event that is asked about, where it can be seen; else None.
        after: as ``upto``, once it is answered.
    """

    question: Question
    sort: str
    proof: Proof
    upto: int
    at: int | None = None
    after: int = 0
