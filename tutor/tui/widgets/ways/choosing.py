"""One answer of several: digits and arrows mark it, Enter gives it."""

from __future__ import annotations

from tutor.lesson.scene import Verdict
from tutor.render.lines import Seg
from tutor.tui.paint import Row
from tutor.tui.widgets.ways.way import LEAD, Way, indented, item, text_rows
from tutor.words import _


class Choosing(Way):
    """``choice``, ``point``, and how sure one is (``confidence``)."""

    @property
    def help(self) -> str:
        """A wrong guess costs nothing, no guess is what counts."""
        if self._confidence:
            return _("This is for you alone. At the end you see it beside your score.")
        return _("A wrong guess costs nothing.")

    @property
    def without(self) -> str:
        """Nobody has to say how sure they are."""
        return _("Enter again: I would rather not say") if self._confidence else super().without

    @property
    def _confidence(self) -> bool:
        return self.question.kind == "confidence"

    @property
    def answer(self) -> str | None:
        """The marked option's key."""
        return None if self.cursor is None else self.question.options[self.cursor].key

    def digit(self, number: int) -> None:
        """Mark that option."""
        self.cursor = number

    def rows(self, width: int) -> list[Row]:
        """The options, one of them marked."""
        rows: list[Row] = []
        for number, option in enumerate(self.question.options):
            marked = number == self.cursor
            lead = [Seg(f" {'▸' if marked else ' '} {number + 1}  ", "key")]
            rows += item(lead, text_rows(option, width - LEAD), marked=marked)
        return rows

    def judged(self, verdict: Verdict, width: int) -> list[Row]:
        """The right one first, then the one that was chosen, then the others."""
        rows: list[Row] = []
        known = verdict.chosen or verdict.correct.key
        options = list(enumerate(self.question.options, 1))
        first = {verdict.correct.key: 0, verdict.chosen: 1}
        for number, option in sorted(options, key=lambda pair: first.get(pair[1].key, 2)):
            right, chosen = option.key == verdict.correct.key, option.key == verdict.chosen
            glyph, role = ("✓", "good") if right else ("✗", "bad") if chosen else (" ", "dim")
            word = _("right") if right else _("your guess") if chosen else ""
            base = "strong" if right or chosen else "dim"
            text = text_rows(option, width - LEAD, base, f"  ({word})" if word else "")
            rows += item([Seg(f" {glyph} {number}  ", role)], text)
            if option.key == known:
                rows += indented(verdict.reason, width, LEAD)
        return rows
