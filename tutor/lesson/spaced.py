"""Spaced return: what was not known comes back after 1, 3 and 7 days, and then is done.

A question answered wrong, or with "I do not know yet", lies in the first box. When its day has come
it is asked again: a right answer moves it to the next box, out of the last one it is done; a wrong
one brings it back to the first. A right answer before its day changes nothing: what was read a
minute ago is not yet remembered.

Pure: the day is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = (1, 3, 7)
"""Days until a question of each box comes back."""

MOST = 5
"""Questions of one review: it is to stay short."""

KINDS = frozenset({"choice", "order", "type", "decode"})
"""Kinds of questions that can be asked again: the others stand beside their recording."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that comes back: its box (from 0) and the day from which on it is asked."""

    box: int
    due: date


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question of a quiz.

    Attributes:
        question: ``lesson.question``.
        kind: the question's kind.
        right: None for "I do not know yet".
    """

    question: str
    kind: str
    right: bool | None


def after(
    waiting: Mapping[str, Waiting], answers: Iterable[Answer], today: date
) -> dict[str, Waiting]:
    """What waits after answers that were given today."""
    left = dict(waiting)
    for answer in answers:
        if answer.kind not in KINDS:
            continue
        before = left.get(answer.question)
        if answer.right is not True:
            left[answer.question] = _in_box(0, today)
        elif before is not None and before.due <= today:
            del left[answer.question]
            if before.box + 1 < len(DAYS):
                left[answer.question] = _in_box(before.box + 1, today)
    return left


def due(waiting: Mapping[str, Waiting], today: date) -> tuple[str, ...]:
    """Questions whose day has come, the longest waiting first."""
    ready = [(held.due, name) for name, held in waiting.items() if held.due <= today]
    return tuple(name for _day, name in sorted(ready))


def _in_box(box: int, today: date) -> Waiting:
    return Waiting(box, today + timedelta(days=DAYS[box]))
