"""Answers typed as a line: numbers for options, words for words; and what was not understood.

For a screen reader and for a prompt. The numbers are those of the options as they stand on the
screen, from 1.
"""

from __future__ import annotations

import re

from tutor.lesson.question import NOTHING, TYPED, Question
from tutor.words import _


def how(question: Question) -> str:
    """How to answer, in a sentence."""
    most = len(question.options)
    match question.kind:
        case "order":
            keys = [option.key for option in question.options]
            turned = ([*range(2, most + 1), 1], [most, *range(1, most)])
            # an example that is not the answer
            numbers = next(
                t for t in turned if not question.right(",".join(keys[n - 1] for n in t))
            )
            example = " ".join(map(str, numbers))
            return _("Type the numbers in order, such as {example}, or press Enter.").format(
                example=example
            )
        case "sort":
            return _(
                "Type the numbers of what Eve knows, such as 1 3 (0 for none), or press Enter."
            )
        case "do":
            return _("Type 1 to open the lab and do it there, or press Enter.")
        case kind if kind in TYPED:
            return _("Type the answer, or press Enter.")
        case _:
            return _("Type a number from 1 to {most}, or press Enter.").format(most=most)


def understood(question: Question, line: str) -> tuple[str, str]:
    """The answer that a line means, and why it means none: one of the two is ""."""
    if question.kind in TYPED:
        return line.strip(), ""
    words = line.replace(",", " ").split()
    most = len(question.options)
    for word in words:
        if not re.fullmatch(r"[0-9]{1,3}", word) or not (0 <= int(word) <= most):
            return "", _("'{word}' is no number from 1 to {most}.").format(word=word, most=most)
    numbers = [int(word) for word in words]
    if question.kind == "sort" and numbers == [0]:
        return NOTHING, ""
    if 0 in numbers or not numbers:
        return "", _("'{word}' is no number from 1 to {most}.").format(word=line, most=most)
    twice = next((n for n in numbers if numbers.count(n) > 1), None)
    if twice is not None:
        return "", _("{n} stands there twice.").format(n=twice)
    if question.kind == "order" and len(numbers) < most:
        missing = ", ".join(str(n) for n in range(1, most + 1) if n not in numbers)
        return "", _("Not all are there yet. Missing: {numbers}.").format(numbers=missing)
    if question.kind not in ("order", "sort") and len(numbers) > 1:
        return "", _("Only one number, please.")
    return ",".join(question.options[n - 1].key for n in numbers), ""
