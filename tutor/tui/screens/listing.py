"""What screens with a list share: moving its cursor."""

from __future__ import annotations

from tutor.tui.screens.base import Base
from tutor.tui.widgets.bars import Note
from tutor.tui.widgets.table import Table


class Listing(Base):
    """A screen around one table."""

    def table(self) -> Table:
        """The list."""
        return self.query_one(Table)

    def moved(self) -> None:
        """Another row is marked."""

    def move(self, way: int) -> None:
        """Move the cursor by rows."""
        self.query_one(Note).say("")
        self.table().move(way)
        self.moved()

    def _page(self) -> int:
        return max(1, self.table().size.height - 2)

    def action_down(self) -> None:
        """Next row."""
        self.move(+1)

    def action_up(self) -> None:
        """Row before."""
        self.move(-1)

    def action_first(self) -> None:
        """First row."""
        self.move(-self.table().count)

    def action_last(self) -> None:
        """Last row."""
        self.move(self.table().count)

    def action_page_down(self) -> None:
        """A page down."""
        self.move(self._page())

    def action_page_up(self) -> None:
        """A page up."""
        self.move(-self._page())
