"""What screens with one long text share: scrolling it."""

from __future__ import annotations

from tutor.tui.screens.base import Base
from tutor.tui.widgets.panels import Chart


class Scrolling(Base):
    """A screen around one chart."""

    def _scroll(self, rows: int) -> None:
        chart = self.query_one(Chart)
        chart.skip = max(0, chart.skip + rows)
        chart.renew()

    def action_scroll_down(self) -> None:
        """Scroll down."""
        self._scroll(1)

    def action_scroll_up(self) -> None:
        """Scroll up."""
        self._scroll(-1)

    def action_line_down(self) -> None:
        """Scroll down."""
        self._scroll(1)

    def action_line_up(self) -> None:
        """Scroll up."""
        self._scroll(-1)

    def action_scroll_page_down(self) -> None:
        """Half a page down."""
        self._scroll(max(1, self.size.height // 2))

    def action_scroll_page_up(self) -> None:
        """Half a page up."""
        self._scroll(-max(1, self.size.height // 2))

    def action_scroll_top(self) -> None:
        """To the top."""
        self._scroll(-1_000_000)

    def action_scroll_end(self) -> None:
        """To the end."""
        self._scroll(1_000_000)
