"""The words of a sheet that do not hang on how it is written."""

from __future__ import annotations

from tutor.base import MASK
from tutor.lesson.question import Question
from tutor.render.sheet.model import Sheet, letter, right_numbers
from tutor.words import _


def name_line() -> str:
    """Where a pupil writes who it is."""
    return _("Name:")


def date_line() -> str:
    """Where the day is written."""
    return _("Date:")


def key_title(title: str) -> str:
    """The title of the key."""
    return _("{title}: the answers").format(title=title)


def seed_line(seed: int) -> str:
    """Which seed makes this sheet."""
    return _("Seed {seed}").format(seed=seed)


def foot(sheet: Sheet) -> list[str]:
    """What stands at the end: the seed, and what dots are where there are any."""
    texts = [text for task in sheet.tasks for text in (*task.before, task.question.ask)]
    texts += [option.text for task in sheet.tasks for option in task.question.options]
    seed = f"{seed_line(sheet.seed)}."
    if not any(MASK in text for text in texts):
        return [seed]
    return [seed, _("Dots stand for what is kept secret here.")]


def task_title(number: int) -> str:
    """The head of a question."""
    return _("Question {n}").format(n=number)


def how(question: Question) -> str:
    """What to do with a pen."""
    match question.kind:
        case "order":
            return _("Write 1, 2, 3 ... in the order in which it happens.")
        case "sort":
            return _("Tick what Eve knows.")
        case "decode" | "type":
            return _("Write the answer:")
        case "do":
            return _("Write what the client says, line by line:")
        case _:
            return _("Tick one.")


def answer(question: Question) -> list[str]:
    """The right answer, a line each."""
    numbers = right_numbers(question)
    texts = [option.text for option in question.options]
    if question.kind == "order":
        return [f"{place}. {letter(n)}) {texts[n]}" for place, n in enumerate(numbers, 1)]
    if question.kind == "sort" and not numbers:
        return [_("Eve knows none of it.")]
    if numbers:
        return [f"{letter(n)}) {texts[n]}" for n in numbers]
    return question.answer.text.splitlines()


def reasons(question: Question) -> list[tuple[str, str]]:
    """Why: the letter of an option, "" for the answer as a whole, and the reason."""
    found = [
        (letter(n), question.reasons[option.key])
        for n, option in enumerate(question.options)
        if question.reasons.get(option.key)
    ]
    if len({reason for _letter, reason in found}) == 1:
        return [("", found[0][1])]
    return found
