"""From the lesson room's questions and verdicts to what the question widget shows."""

from __future__ import annotations

from tutor.lesson.answers import CHOSEN, LEFT_OUT, Option, Question
from tutor.lesson.player import Mode, Scene
from tutor.tui.widgets.question import Asked, Verdict
from tutor.words import _

WITH_EVENT = frozenset({Mode.STEP, Mode.PREDICT, Mode.VERDICT})
"""Modes in which an event stands in the middle."""


def asked(scene: Scene, *, judged: bool = True) -> Asked:
    """The question of a scene; what is not chosen has no answer to show before it is judged."""
    question = scene.question
    assert question is not None
    options = _options(question) if judged else question.options
    foot = ""
    if question.kind == "do" and judged and scene.verdict is None:
        options = (Option("begin", _("Open the lab, and do it there")),)
        foot = _("The lab is yours alone: nothing can go wrong there.")
    return Asked(
        question.ask,
        tuple(option.text for option in options),
        frozenset(n for n, option in enumerate(options) if option.line),
        scene.hint,
        _kind(scene),
        foot,
    )


def _options(question: Question) -> tuple[Option, ...]:
    """What there is to choose; else the right answer, in words, for the verdict."""
    if question.kind in CHOSEN:
        return question.options
    key = question.answer.key
    lines = question.solution()
    if question.kind == "do":
        lines = (_("One way to do it:"), *lines)
    between = "\n" if question.kind == "do" else "  "
    return (Option(key, between.join(lines), question.answer.line),)


def prediction(question: Question) -> Asked:
    """A prediction of a session's next line."""
    options = question.options
    lines = frozenset(n for n, option in enumerate(options) if option.line)
    return Asked(question.ask, tuple(o.text for o in options), lines, question.hint, _("Predict"))


def predicted(question: Question, chosen: int | None) -> Verdict:
    """What came of a prediction."""
    keys = [option.key for option in question.options]
    right = keys.index(question.answer.key)
    key = question.answer.key if chosen is None else keys[chosen]
    return Verdict(chosen, right, question.reasons.get(key, ""))


def _kind(scene: Scene) -> str:
    if scene.mode in WITH_EVENT:
        return _("Predict")
    return _("From an earlier lesson") if scene.recalled else _("Question")


def verdict(scene: Scene) -> Verdict:
    """What came of the question of a scene."""
    question, given = scene.question, scene.verdict
    assert question is not None
    assert given is not None
    keys = [option.key for option in _options(question)]
    chosen = keys.index(given.chosen) if given.chosen in keys else None
    if question.kind not in CHOSEN and given.right:
        chosen = 0
    head = _("Not asked here") if given.chosen == LEFT_OUT else ""
    return Verdict(chosen, keys.index(given.correct.key), given.reason, scene.say, head)
