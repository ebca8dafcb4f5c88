"""The conversation as a transcript: arrow, side, text, mark; labels beneath what is highlighted."""

from __future__ import annotations

from tutor.render import explain
from tutor.render.lines import Line, Seg
from tutor.tui import label
from tutor.tui.paint import Row, add, justify, width_of
from tutor.tui.widgets.conversation import NOW_LINES, PAST_LINES, Conversation
from tutor.words import _

_WORDY = 90
"""Columns from which on sides and marks are written as words, and steps are numbered."""


class Transcript(Conversation):
    """Draws a playback line by line."""

    def step_rows(self, index: int, width: int, *, now: bool) -> list[Row]:
        """The rows of one event; the current one is whole, highlighted and labelled."""
        assert self.playback is not None
        view = self.playback.view(index)
        lines = view.lines(index, NOW_LINES if now else PAST_LINES)
        look = self.looked_at(lines) if now else ()
        rows: list[Row] = []
        said: set[str] = set()
        for line in lines:
            prefix = self._prefix(line, width)
            mark = label.mark(line, view.protection(index), wordy=width >= _WORDY)
            room = width - width_of(prefix) - width_of(mark) - 1
            pieces = label.body(line, room, look, whole=now, found=self.found)
            for number, piece in enumerate(pieces):
                margin = prefix if number == 0 else [Seg(" " * width_of(prefix), "")]
                if now and number == 0 and line.number == 0:
                    margin = [Seg("▸", "key"), *_cut(margin)]
                row = justify([*margin, *piece], mark if number == 0 else [], width - 1)
                rows.append(add([*row, Seg(" ", "")], "now") if now else row)
                if now and (self.look is not None or len(pieces) == 1 or label.secret(piece)):
                    left = width_of(prefix)
                    rows += label.label_rows(piece, left, width - 1, explain.role, said)
        return rows

    def _prefix(self, line: Line, width: int) -> list[Seg]:
        wordy = width >= _WORDY
        sides = {"C": _("client"), "S": _("server")} if wordy else {"C": "C", "S": "S"}
        longest = max(map(len, sides.values()))
        if line.number:
            return [Seg(" " * (longest + 5 + (5 if wordy else 0)), "")]
        role = {"C": "client", "S": "server"}.get(line.side, "dim")
        number = [Seg(f"{line.step:>4} ", "dim")] if wordy else []
        side = sides.get(line.side, "").ljust(longest)
        return [*number, Seg(f" {line.arrow} ", role), Seg(f"{side} ", role)]

    def ask_row(self, width: int) -> Row:
        """The answer that is still hidden."""
        return [Seg(" ?? ", "warning"), Seg(" ..... ", "dim"), self.more()]


def _cut(row: Row) -> list[Seg]:
    """The row without its first cell, which is a blank."""
    first, *rest = row
    return [Seg(first.text[1:], first.role), *rest]
