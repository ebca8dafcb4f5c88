"""A word typed in: one line with a cursor, inside the question."""

from __future__ import annotations

from tutor.lesson.question import Question
from tutor.lesson.scene import Verdict
from tutor.render.lines import Seg
from tutor.tui.paint import Row
from tutor.tui.widgets.ways.way import Way, indented, item, text_rows
from tutor.tui.wrap import chop
from tutor.words import _

MOST = 200
"""Characters of an answer: longer than any that is asked for."""


class TypingIn(Way):
    """``type`` and ``decode``."""

    types = True
    takes_back = True

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.text = ""
        self._at = 0

    @property
    def help(self) -> str:
        """What Enter does."""
        return _("Type your answer, then Enter.")

    @property
    def keys(self) -> str:
        """Every key types."""
        return ""

    @property
    def answer(self) -> str | None:
        """What was typed."""
        return self.text.strip() or None

    def type(self, key: str, character: str) -> bool:
        """A character, or a key that moves in the line."""
        moves = {"left": self._at - 1, "right": self._at + 1, "home": 0, "end": len(self.text)}
        if key in moves:
            self._at = min(max(moves[key], 0), len(self.text))
        elif key == "backspace":
            self.take_back()
        elif key == "delete":
            self.text = self.text[: self._at] + self.text[self._at + 1 :]
        elif key in ("ctrl+u", "ctrl+backspace"):
            self.text, self._at = self.text[self._at :], 0
        elif character and character.isprintable():
            self.insert(character)
        else:
            return False
        return True

    def insert(self, text: str) -> None:
        """What was typed or pasted; a blank at the beginning is a key that was under way."""
        text = "".join(char if char.isprintable() else " " for char in text)
        text = text if self._at else text.lstrip()
        text = text[: max(0, MOST - len(self.text))]
        self.text = self.text[: self._at] + text + self.text[self._at :]
        self._at += len(text)

    def take_back(self) -> None:
        """Take the character before the cursor away."""
        if self._at:
            self.text = self.text[: self._at - 1] + self.text[self._at :]
            self._at -= 1

    def rows(self, width: int) -> list[Row]:
        """The line that is typed, with its cursor."""
        before, under, after = (
            self.text[: self._at],
            self.text[self._at : self._at + 1] or " ",
            self.text[self._at + 1 :],
        )
        line = [Seg(before, "strong"), Seg(under, "phasebar"), Seg(after, "strong")]
        rows = chop([seg for seg in line if seg.text], width - 3)
        return [[Seg(" › " if at == 0 else "   ", "key"), *row] for at, row in enumerate(rows)]

    def judged(self, verdict: Verdict, width: int) -> list[Row]:
        """The right answer; what was typed in its place, and why not."""
        correct = text_rows(verdict.correct, width - 3, "strong", "  (" + _("right") + ")")
        rows = item([Seg(" ✓ ", "good")], correct)
        if verdict.right is False:
            typed = [Seg(verdict.chosen, "strong"), Seg("  (" + _("your answer") + ")", "dim")]
            rows += item([Seg(" ✗ ", "bad")], list(chop(typed, width - 3)))
        return rows + indented(verdict.reason, width, 3)
