"""Items into order: digits, or Space on the marked one, give each the next place."""

from __future__ import annotations

from tutor.lesson.question import Question
from tutor.lesson.scene import Verdict
from tutor.render.lines import Seg
from tutor.tui.paint import Row
from tutor.tui.widgets.ways.way import Way, indented, item, text_rows
from tutor.words import _, ngettext


class Ordering(Way):
    """``order``: each item that has a place shows it."""

    picks = True
    takes_back = True

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._placed: list[int] = []

    @property
    def help(self) -> str:
        """How to give places."""
        return _("Digits in the order in which it happens. Backspace takes the last one back.")

    @property
    def answer(self) -> str | None:
        """All keys, once each has its place."""
        if self._missing:
            return None
        return ",".join(self.question.options[number].key for number in self._placed)

    @property
    def _missing(self) -> int:
        return len(self.question.options) - len(self._placed)

    @property
    def lacks(self) -> str:
        """How many have no place yet."""
        if not self._placed or not self._missing:
            return ""
        words = ngettext("{n} has no place yet.", "{n} have no place yet.", self._missing)
        return words.format(n=self._missing)

    def digit(self, number: int) -> None:
        """Give the next place; one that has its place keeps it."""
        self.cursor = number
        self.pick()

    def pick(self) -> None:
        """Give the marked one the next place."""
        if self.cursor is not None and self.cursor not in self._placed:
            self._placed.append(self.cursor)

    def take_back(self) -> None:
        """Take the last place back."""
        if self._placed:
            self.cursor = self._placed.pop()

    def rows(self, width: int) -> list[Row]:
        """The items with their places."""
        rows: list[Row] = []
        for number, option in enumerate(self.question.options):
            marked, placed = number == self.cursor, number in self._placed
            place = f"[{self._placed.index(number) + 1}]" if placed else "[ ]"
            lead = [
                Seg(f" {'▸' if marked else ' '} {number + 1}  ", "key"),
                Seg(f"{place} ", "strong" if placed else "dim"),
            ]
            text = text_rows(option, width - sum(len(seg.text) for seg in lead))
            rows += item(lead, text, marked=marked)
        return rows

    def judged(self, verdict: Verdict, width: int) -> list[Row]:
        """The items in their order, each with the place that it was given."""
        given = verdict.chosen.split(",") if verdict.chosen else []
        rows: list[Row] = []
        for place, key in enumerate(verdict.correct.key.split(","), 1):
            option = self.question.option(key)
            if option is None:
                continue
            right = bool(given) and given.index(key) + 1 == place
            glyph, role = ("✓", "good") if right else ("✗", "bad") if given else (" ", "dim")
            word = _("you: {place}").format(place=given.index(key) + 1) if given else ""
            tail = f"  ({word})" if word and not right else ""
            lead = [Seg(f" {glyph} {place}. ", role)]
            rows += item(lead, text_rows(option, width - 6, "strong", tail))
        return rows + indented(verdict.reason, width, 1)
