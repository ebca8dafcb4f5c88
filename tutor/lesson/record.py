"""What is kept of a learner and one lesson."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from tutor.lesson.player import Player
from tutor.lesson.question import LEFT_OUT

State = Literal["new", "in-progress", "passed", "known"]

STATES: tuple[State, ...] = ("new", "in-progress", "passed", "known")


@dataclass(frozen=True, slots=True)
class Record:
    """A learner and one lesson.

    Attributes:
        state: ``passed`` played and passed, ``known`` tested out; neither is ever lost again.
        stage: where to go on, 1-based; 1 begins anew.
        stages: of how many.
        right, asked: the best score.
        wrong, unknown: ids of the questions answered wrong or with "I do not know yet" last time.
        answers: what was answered so far (``Player.given``), to go on with; "" for "I do not know
            yet".
    """

    state: State = "new"
    stage: int = 1
    stages: int = 0
    right: int = 0
    asked: int = 0
    wrong: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)


def record_of(player: Player, before: Record) -> Record:
    """The record after playing, given the one before: a lesson once passed stays passed."""
    answers = player.answers
    card = player.end_card()
    if player.test_out:
        score = replace(before, right=max(before.right, card.right), asked=card.asked)
        return (
            replace(score, state="known") if player.passed and before.state != "passed" else before
        )
    at_end = player.stage == player.stages
    state: State = "passed" if player.passed else "in-progress"
    if before.state in ("passed", "known"):
        state = before.state
    return Record(
        state=state,
        stage=1 if at_end else player.stage,
        stages=player.stages,
        right=max(before.right, card.right),
        asked=card.asked,
        wrong=tuple(key for key, verdict in answers.items() if verdict.right is False),
        unknown=tuple(
            key
            for key, verdict in answers.items()
            if verdict.right is None and verdict.chosen != LEFT_OUT
        ),
        answers={} if at_end else player.given,
    )
