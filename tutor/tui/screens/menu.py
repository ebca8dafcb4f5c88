"""A short list over the screen: arrows, Enter, Escape."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.render.lines import Seg
from tutor.tui.paint import Row, justify
from tutor.tui.widgets.table import Table
from tutor.tui.wrap import flow

_WIDTH = 72
"""Columns of the list, as the style says."""


class Menu(ModalScreen[str | None]):
    """Gives the name of what was chosen, or None.

    Args:
        title: what is to be chosen.
        offers: name, words, and a note for the right edge, of each.
        marked: name of the offer that is marked at first.
    """

    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("escape,q", "close", show=False),
        Binding("down,j", "down", show=False),
        Binding("up,k", "up", show=False),
        Binding("enter,right", "choose", show=False),
    ]

    def __init__(
        self, title: str, offers: Sequence[tuple[str, str, str]], marked: str | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._offers = list(offers)
        self._marked = marked

    def compose(self) -> ComposeResult:
        """A title above the list."""
        with Vertical(id="menu"):
            yield Static(self._title, id="menu-title", markup=False)
            yield Table(self._row, id="offers")

    def on_mount(self) -> None:
        """Show all; as high as the list is."""
        words = self.query_one("#menu-title")
        lines = len(flow(self._title, min(_WIDTH, self.app.size.width * 96 // 100) - 4))
        words.styles.height = lines
        wanted = len(self._offers) + lines + 2
        self.query_one("#menu").styles.height = min(wanted, self.app.size.height - 4)
        table = self.query_one(Table)
        table.count = len(self._offers)
        names = [name for name, _words, _note in self._offers]
        table.cursor = names.index(self._marked) if self._marked in names else 0
        self.call_after_refresh(table.renew)

    def _row(self, number: int, width: int) -> Row:
        _name, words, note = self._offers[number]
        return justify([Seg(words, "")], [Seg(note, "dim")], width)

    def action_choose(self) -> None:
        """Take what is marked."""
        self.dismiss(self._offers[self.query_one(Table).cursor][0])

    def action_close(self) -> None:
        """Take nothing."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Next offer."""
        self.query_one(Table).move(1)

    def action_up(self) -> None:
        """Offer before."""
        self.query_one(Table).move(-1)
