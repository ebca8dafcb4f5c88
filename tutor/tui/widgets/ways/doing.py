"""What is done by hand: the one thing to choose opens the lab, where it is done."""

from __future__ import annotations

from tutor.lesson.question import Option
from tutor.lesson.scene import Verdict
from tutor.render.lines import Seg
from tutor.tui.paint import Row
from tutor.tui.widgets.ways.way import LEAD, Way, indented, item, text_rows
from tutor.words import _

BEGIN = "begin"
"""The answer that opens the lab; whoever asks does so, and gives the real one."""


class Doing(Way):
    """``do``."""

    @property
    def keys(self) -> str:
        """There is one thing to choose."""
        return "1"

    @property
    def help(self) -> str:
        """What happens there."""
        return _("The lab is yours alone: nothing can go wrong there.")

    @property
    def answer(self) -> str | None:
        """To begin, once that is marked."""
        return None if self.cursor is None else BEGIN

    def move(self, step: int) -> None:
        """Mark it."""
        self.cursor = 0

    def digit(self, number: int) -> None:
        """Mark it."""
        self.cursor = 0 if number == 0 else self.cursor

    def rows(self, width: int) -> list[Row]:
        """The way to the lab."""
        marked = self.cursor is not None
        lead = [Seg(f" {'▸' if marked else ' '} 1  ", "key")]
        way = Option(BEGIN, _("Open the lab, and do it there"))
        return item(lead, text_rows(way, width - LEAD), marked=marked)

    def judged(self, verdict: Verdict, width: int) -> list[Row]:
        """What would have been right to type, and why it was not."""
        typed = (line or _("(an empty line)") for line in self.question.solution())
        lines = Option("", "\n".join(typed), line=True)
        rows = indented(verdict.reason, width, 1) + indented(_("One way to do it:"), width, 1)
        return rows + item([Seg("   ", "")], text_rows(lines, width - 3, "strong"))
