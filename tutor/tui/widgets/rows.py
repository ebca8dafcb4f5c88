"""The base of everything that is drawn: a widget that shows rows and repaints what changed."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tutor.tui import themes
from tutor.tui.paint import Palette, Row, strip


class Rows(Widget):
    """Shows the rows that ``build`` gives for its size. Never focused, never markup."""

    can_focus = False
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes, markup=False)
        self._drawn: list[Strip] = []
        self._drawn_for: tuple[int, str] = (0, "")

    def build(self, width: int, height: int) -> list[Row]:
        """The rows to show; what does not fit is not drawn."""
        raise NotImplementedError

    @property
    def palette(self) -> Palette:
        """The styles of the theme in use."""
        return themes.palette(self.app.theme)

    def renew(self) -> None:
        """Build the rows again, and repaint those that differ."""
        if not self.is_mounted or not self.size.width:
            return
        width, height = self.size
        palette = self.palette
        rows = self.build(width, height)[:height]
        strips = [strip(row, width, palette) for row in rows]
        strips += [strip((), width, palette)] * (height - len(strips))
        before, self._drawn = self._drawn, strips
        same_frame = self._drawn_for == (width, palette.name) and len(before) == len(strips)
        self._drawn_for = (width, palette.name)
        if not same_frame:
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, strips, strict=True)):
            if old != new:
                self.refresh(Region(0, y, width, 1))

    def on_mount(self) -> None:
        """Follow the theme."""
        self.watch(self.app, "theme", self._new_theme, init=False)

    def _new_theme(self) -> None:
        self.renew()

    def on_resize(self) -> None:
        """A new size needs new rows."""
        self.renew()

    def render_line(self, y: int) -> Strip:
        """Give Textual one line."""
        if y < len(self._drawn):
            return self._drawn[y]
        return strip((), self.size.width, self.palette)
