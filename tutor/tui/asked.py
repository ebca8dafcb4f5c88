"""From the lesson room's scenes to what the question widget shows."""

from __future__ import annotations

from tutor.lesson.player import Mode, Scene
from tutor.lesson.question import Question
from tutor.lesson.scene import Verdict
from tutor.tui.widgets.question import Asked
from tutor.words import _

WITH_EVENT = frozenset({Mode.STEP, Mode.PREDICT, Mode.VERDICT})
"""Modes in which an event stands in the middle."""


def asked(scene: Scene) -> Asked:
    """The question of a scene."""
    assert scene.question is not None
    return Asked(scene.question, _kind(scene))


def prediction(question: Question) -> Asked:
    """A prediction of a session's next line."""
    return Asked(question, _("Predict"))


def verdict(question: Question, answer: str | None) -> Verdict:
    """What came of a question that stands alone."""
    right = None if answer is None else question.right(answer)
    return Verdict(right, answer or "", question.answer, question.reason(answer or ""))


def _kind(scene: Scene) -> str:
    if scene.mode in WITH_EVENT:
        return _("Predict")
    if scene.mode is Mode.CONFIDENCE:
        return _("Not counted")
    if scene.again:
        return _("Once more")
    return _("From an earlier lesson") if scene.recalled else _("Question")
