"""How sure a learner is before a quiz, and what is said of it at the end. It is never counted."""

from __future__ import annotations

from tutor.lesson.question import Option, Question
from tutor.lesson.scene import EndCard
from tutor.words import _, ngettext

NAME = "/confidence"
"""The id of the stage and of its question; no id of a lesson has such a sign."""

FEWEST = 2
"""Questions of a quiz before which it is asked."""


def question() -> Question:
    """How sure are you? Each level is an answer, and none is right."""
    options = (
        Option("guess", _("It would be a guess")),
        Option("fairly", _("Fairly sure")),
        Option("certain", _("Certain")),
    )
    ask = _("How sure are you that you can answer the questions that come next?")
    return Question(NAME, "confidence", ask, options, Option("", ""), {})


def said(card: EndCard) -> tuple[str, ...]:
    """Sentences for the end card: how sure against how many, and what asking once more gave."""
    lines = []
    if card.confidence:
        one, many = {
            "guess": (
                _("You expected to guess, and {right} of {asked} was right."),
                _("You expected to guess, and {right} of {asked} were right."),
            ),
            "fairly": (
                _("You were fairly sure, and {right} of {asked} was right."),
                _("You were fairly sure, and {right} of {asked} were right."),
            ),
            "certain": (
                _("You were certain, and {right} of {asked} was right."),
                _("You were certain, and {right} of {asked} were right."),
            ),
        }[card.confidence]
        words = one if card.quiz_right == 1 else many
        lines.append(words.format(right=card.quiz_right, asked=card.quiz_asked))
    if card.again_asked:
        again = ngettext(
            "{n} question was asked once more. Known now: {right}.",
            "{n} questions were asked once more. Known now: {right}.",
            card.again_asked,
        )
        lines.append(again.format(n=card.again_asked, right=card.again_right))
    return tuple(lines)
