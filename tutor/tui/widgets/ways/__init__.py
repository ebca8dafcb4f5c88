"""How each kind of question is answered with keys: one small file a kind."""

from __future__ import annotations

from tutor.lesson.question import TYPED, Question
from tutor.tui.widgets.ways.choosing import Choosing
from tutor.tui.widgets.ways.doing import Doing
from tutor.tui.widgets.ways.ordering import Ordering
from tutor.tui.widgets.ways.sorting import Sorting
from tutor.tui.widgets.ways.typing_in import TypingIn
from tutor.tui.widgets.ways.way import Way

__all__ = ["Choosing", "Doing", "Ordering", "Sorting", "TypingIn", "Way", "way"]


def way(question: Question) -> Way:
    """The way of a question's kind."""
    match question.kind:
        case "order":
            return Ordering(question)
        case "sort":
            return Sorting(question)
        case "do":
            return Doing(question)
        case kind if kind in TYPED:
            return TypingIn(question)
        case _:
            return Choosing(question)
