"""From a practice question and its answer to what the question widget shows."""

from __future__ import annotations

from dataclasses import replace

from tutor.base import sanitise
from tutor.lesson.answers import CHOSEN, Option, Question, listed
from tutor.lesson.practice import Drill
from tutor.tui.widgets.question import Asked, Verdict
from tutor.words import _


def asked(drill: Drill, *, again: bool = False, given: str | None = None) -> Asked:
    """The question; with ``given`` an answer to one that is not chosen is to be judged."""
    question = drill.question
    options = question.options if given is None else _answers(question, given)
    head = _("Once more") if again else _("Predict") if drill.sort == "predict" else _("Question")
    return Asked(
        question.ask,
        tuple(option.text for option in options),
        frozenset(n for n, option in enumerate(options) if option.line),
        question.hint,
        head,
    )


def verdict(drill: Drill, given: str) -> Verdict:
    """What came of it; "" is "I do not know yet"."""
    question = drill.question
    reason = question.reason(given)
    if question.kind not in CHOSEN:
        chosen = None if not given else 0 if question.right(given) else 1
        return Verdict(chosen, 0, reason, drill.say)
    keys = [option.key for option in question.options]
    right = keys.index(question.answer.key)
    return Verdict(keys.index(given) if given in keys else None, right, reason, drill.say)


def _answers(question: Question, given: str) -> tuple[Option, ...]:
    """The right answer in words, and the one that was given where that is another."""
    line = question.answer.line
    right = Option("right", "  ".join(question.solution()), line)
    if not given or question.right(given):
        return (right,)
    return (right, Option("given", _words(question, given), line))


def _words(question: Question, given: str) -> str:
    if question.kind == "order":
        return "  ".join(replace(question, answer=Option(given, "")).solution())
    if question.kind == "sort":
        texts = {option.key: option.text for option in question.options}
        items = ", ".join(texts[key] for key in listed(given))
        return _("Eve knows: {items}.").format(items=items or "-")
    return sanitise(given)
