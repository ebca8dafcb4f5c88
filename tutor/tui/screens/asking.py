"""What screens with a question share: its keys, and what becomes of an answer."""

from __future__ import annotations

from textual import events

from tutor.tui.screens.base import Base
from tutor.tui.widgets.bars import Note
from tutor.tui.widgets.question import Question


class Asking(Base):
    """A screen with a ``Question`` in its body."""

    def on_key(self, event: events.Key) -> None:
        """A notice goes with the next key; a held key does not run through a question."""
        self.query_one(Note).say("")
        if self.query_one(Question).blocks(event.key, event.time):
            event.stop()

    # Textual calls such a handler of every class: what a screen does is in a method of its own

    def on_question_answered(self, event: Question.Answered) -> None:
        """An answer was given."""
        self.answered(event.answer)

    def on_question_closed(self) -> None:
        """The verdict was read."""
        self.closed()

    def on_question_back(self) -> None:
        """Back from a verdict."""
        self.turned_back()

    def answered(self, answer: str | None) -> None:
        """Take an answer; None is "I do not know yet"."""
        raise NotImplementedError

    def closed(self) -> None:
        """Go on from a verdict."""
        raise NotImplementedError

    def turned_back(self) -> None:
        """Go back from a verdict; by itself there is no way back."""
