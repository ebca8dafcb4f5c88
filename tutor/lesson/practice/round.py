"""A round of practice: one question after another, and the score.

A question that was answered with "I do not know yet" comes again at the end, once: by then its
answer has been read, and what was forgotten meanwhile shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.lesson.practice.model import Drill


@dataclass(frozen=True, slots=True)
class Score:
    """How a round went: each question counts once, by its last answer."""

    right: int
    wrong: int
    unknown: int
    again: int
    asked: int


class Round:
    """Asks questions. Pure: screens and linear text drive it.

    Attributes:
        drills: all questions, in their first order.
        given: by the question's id, the last answer; "" is "I do not know yet".
    """

    def __init__(self, drills: Sequence[Drill]) -> None:
        self.drills = tuple(drills)
        self.given: dict[str, str] = {}
        self._queue = list(drills)
        self._at = 0
        self._again: set[str] = set()
        self.answered = False

    @property
    def current(self) -> Drill | None:
        """The question that is asked or whose answer is shown; None at the end."""
        return self._queue[self._at] if self._at < len(self._queue) else None

    @property
    def place(self) -> tuple[int, int]:
        """Which question of how many, those that come again included."""
        return min(self._at + 1, len(self._queue)), len(self._queue)

    @property
    def repeated(self) -> bool:
        """Whether the current question has been asked before."""
        return self._at >= len(self.drills)

    def answer(self, answer: str) -> bool | None:
        """Take an answer ("" is "I do not know yet"): right, wrong, or None for not known.

        An answer that the question does not take, or a second one, changes nothing.
        """
        drill = self.current
        if drill is None or self.answered or (answer and not drill.question.takes(answer)):
            return None
        self.answered = True
        name = drill.question.id
        self.given[name] = answer
        if answer:
            return drill.question.right(answer)
        if name not in self._again:
            self._again.add(name)
            self._queue.append(drill)
        return None

    def go_on(self) -> Drill | None:
        """The next question, once the current one was answered; None at the end."""
        if self.answered:
            self._at += 1
            self.answered = False
        return self.current

    def score(self) -> Score:
        """What has come of it so far."""
        right = wrong = unknown = 0
        for drill in self.drills:
            given = self.given.get(drill.question.id)
            if given is None:
                continue
            if not given:
                unknown += 1
            elif drill.question.right(given):
                right += 1
            else:
                wrong += 1
        return Score(right, wrong, unknown, len(self._again), len(self.given))
