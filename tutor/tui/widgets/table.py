"""A list of rows with a cursor, drawn as a window: a hundred thousand sessions cost nothing."""

from __future__ import annotations

from collections.abc import Callable

from tutor.render.lines import Seg
from tutor.tui.paint import Row, add
from tutor.tui.widgets.rows import Rows


class Table(Rows):
    """Shows ``count`` rows that ``row(number, width)`` makes on demand.

    Attributes:
        cursor: number of the marked row.
        count: how many there are.
        below: how many of them are out of sight beneath, as last drawn.
    """

    def __init__(self, row: Callable[[int, int], Row], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes="list")
        self._row = row
        self.header: Callable[[int], Row] | None = None
        self.cursor = 0
        self.count = 0
        self.below = 0
        self._top = 0

    def move(self, way: int) -> None:
        """Move the cursor."""
        self.cursor = max(0, min(self.count - 1, self.cursor + way))
        self.renew()

    def page(self, way: int) -> None:
        """Move by a page."""
        self.move(way * max(1, self.size.height - 2))

    def edge(self, *, end: bool) -> None:
        """Move to the first or last row."""
        self.move(self.count if end else -self.count)

    def build(self, width: int, height: int) -> list[Row]:
        """Header and the window around the cursor."""
        rows: list[Row] = [self.header(width)] if self.header else []
        room = max(1, height - len(rows))
        self.cursor = max(0, min(self.cursor, self.count - 1))
        if self.cursor < self._top:
            self._top = self.cursor
        elif self.cursor >= self._top + room:
            self._top = self.cursor - room + 1
        self._top = max(0, min(self._top, max(0, self.count - room)))
        self.below = max(0, self.count - self._top - room)
        for number in range(self._top, min(self.count, self._top + room)):
            now = number == self.cursor
            row = [Seg("▸" if now else " ", "key"), *self._row(number, width - 1)]
            rows.append(add(row, "cursor") if now else row)
        return rows
