"""Items to the one side or the other: Eve knows it, Eve does not know it."""

from __future__ import annotations

from rich.cells import cell_len

from tutor.lesson.question import NOTHING, Option, Question, listed
from tutor.lesson.scene import Verdict
from tutor.render.lines import Seg
from tutor.tui.paint import Row
from tutor.tui.widgets.ways.way import LEAD, Way, indented, item, text_rows
from tutor.words import _


class Sorting(Way):
    """``sort``: a digit, or Space on the marked item, brings it to the other side."""

    picks = True

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._known: set[int] = set()
        self._touched = False

    @property
    def help(self) -> str:
        """How to change sides."""
        return _("A digit, or Space, brings an item to the other side.")

    @property
    def answer(self) -> str | None:
        """The keys of what Eve knows, once anything was moved."""
        if not self._touched:
            return None
        keys = [o.key for n, o in enumerate(self.question.options) if n in self._known]
        return ",".join(keys) or NOTHING

    def digit(self, number: int) -> None:
        """Bring it to the other side."""
        self.cursor = number
        self.pick()

    def pick(self) -> None:
        """Bring the marked one to the other side; without a mark, mark the first."""
        if self.cursor is None:
            self.cursor = 0
            return
        self._known ^= {self.cursor}
        self._touched = True

    def rows(self, width: int) -> list[Row]:
        """The items, each with its side in words."""
        sides = (_("Eve does not know"), _("Eve knows"))
        widest = max(map(cell_len, sides))
        rows: list[Row] = []
        for number, option in enumerate(self.question.options):
            marked, known = number == self.cursor, number in self._known
            side = sides[known] + " " * (widest - cell_len(sides[known]))
            lead = [
                Seg(f" {'▸' if marked else ' '} {number + 1}  ", "key"),
                Seg(f"{'●' if known else '○'} {side}  ", "eve" if known else "dim"),
            ]
            text = text_rows(option, width - LEAD - widest - 4)
            rows += item(lead, text, marked=marked)
        return rows

    def judged(self, verdict: Verdict, width: int) -> list[Row]:
        """Both sides as they are, what was put on the wrong one, and why."""
        real = set(listed(verdict.correct.key))
        sides = (
            (_("Eve knows"), [o for o in self.question.options if o.key in real]),
            (_("Eve does not know"), [o for o in self.question.options if o.key not in real]),
        )
        rows: list[Row] = []
        for words, options in sides:
            rows.append([Seg(f" {words}", "title")])
            for option in options:
                rows += self._judged_item(option, verdict, width, known=option.key in real)
        return rows

    def _judged_item(
        self, option: Option, verdict: Verdict, width: int, *, known: bool
    ) -> list[Row]:
        given = bool(verdict.chosen)
        right = (option.key in listed(verdict.chosen)) == known
        glyph, role = (" ", "dim") if not given else ("✓", "good") if right else ("✗", "bad")
        tail = "" if right or not given else "  (" + _("you: the other side") + ")"
        rows = item([Seg(f"   {glyph} ", role)], text_rows(option, width - 5, "strong", tail))
        reason = self.question.reasons.get(option.key, "")
        return rows if right and given else rows + indented(reason, width, 5)
