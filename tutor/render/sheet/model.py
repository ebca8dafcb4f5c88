"""A sheet: its title, and tasks that stand for themselves on paper."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.lesson.question import Question, listed


@dataclass(frozen=True, slots=True)
class Task:
    """One question on paper.

    Attributes:
        question: as it is asked.
        source: which session or lesson it is about, "" where the title says it.
        before: lines of the conversation above the question, harmless.
        blank: the beginning of a line to be filled in below them: ``S  ``; "" for none.
        events: a name of the event that each line of ``before`` is of, in the same order.
        hides: the event in whose line the answer can be read; "" for none.
    """

    question: Question
    source: str = ""
    before: tuple[str, ...] = ()
    blank: str = ""
    events: tuple[str, ...] = ()
    hides: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Questions for a class.

    Attributes:
        title: what they are about.
        language: its tag, ``en`` or ``pt-BR``.
        seed: gives the same sheet again.
        tasks: the questions in their order.
    """

    title: str
    language: str
    seed: int
    tasks: tuple[Task, ...]


def right_numbers(question: Question) -> list[int]:
    """Which options are right, from 0; for an order all in their order; none for what is typed."""
    keys = [option.key for option in question.options]
    if question.kind not in ("order", "sort"):
        # an option of a choice may be called what elsewhere stands for none at all
        return [keys.index(question.answer.key)] if question.answer.key in keys else []
    return [keys.index(key) for key in listed(question.answer.key) if key in keys]


def letter(number: int) -> str:
    """The letter of an option, from 0."""
    return "abcdefghij"[number]
