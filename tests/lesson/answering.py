"""Answers to any question of a lesson, right or not, for tests that play whole lessons."""

from __future__ import annotations

from tutor.lesson.doing import DONE, NOT_SO
from tutor.lesson.question import NOTHING, TYPED, Question


def right(question: Question) -> str:
    """The right answer."""
    if question.kind == "do":
        return DONE
    return question.answer.text if question.kind in TYPED else question.answer.key


def wrong(question: Question) -> str:
    """An answer that is not right."""
    if question.kind in TYPED:
        return "nonsense"
    if question.kind == "do":
        return NOT_SO
    keys = [option.key for option in question.options]
    answer = question.answer.key.split(",")
    if question.kind == "order":
        return ",".join(reversed(answer))
    if question.kind == "sort":
        return ",".join(key for key in keys if key not in answer) or NOTHING
    return next(key for key in keys if key != question.answer.key)


def places(question: Question, answer: str) -> list[int]:
    """The numbers, from 1, of what an answer names, in its order."""
    keys = [option.key for option in question.options]
    return [keys.index(key) + 1 for key in answer.split(",") if key in keys]
