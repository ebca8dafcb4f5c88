"""Captures to open: those in the current folder, and the recordings of the course."""

from __future__ import annotations

from pathlib import Path

from textual.widget import Widget

from tutor.capture.bundled import folder
from tutor.render.lines import Seg
from tutor.tui.actions import bindings
from tutor.tui.paint import Row, justify
from tutor.tui.screens.listing import Listing
from tutor.tui.widgets.bars import Title
from tutor.tui.widgets.panels import Chart
from tutor.tui.widgets.prompt import Prompt
from tutor.tui.widgets.table import Table
from tutor.tui.wrap import flow
from tutor.words import _

_SUFFIXES = (".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz")
_MOST = 2000


def captures_in(directory: Path) -> list[Path]:
    """The captures of a folder, by name; at most some thousands."""
    try:
        names = [path for path in directory.iterdir() if path.name.lower().endswith(_SUFFIXES)]
    except OSError:
        return []
    return sorted(names)[:_MOST]


class Files(Listing):
    """A list of captures; Enter browses one."""

    room = "browser"
    BINDINGS = bindings("browser")

    def __init__(self, *, presenting: bool = False) -> None:
        super().__init__()
        self._presenting = presenting
        own = [(path, _("this folder")) for path in captures_in(Path.cwd())]
        shipped = [(path, _("course")) for path in captures_in(folder("captures"))]
        self._files = own + [pair for pair in shipped if pair not in own]
        self._shown = list(self._files)

    def body(self) -> list[Widget]:
        """The list."""
        return [Table(self._row, id="files"), Chart(id="about"), Prompt()]

    def _row(self, number: int, width: int) -> Row:
        path, origin = self._shown[number]
        return justify([Seg(f" {path.name}", "strong")], [Seg(origin + " ", "dim")], width)

    def renew(self) -> None:
        """Draw."""
        table = self.query_one("#files", Table)
        table.count = len(self._shown)
        table.renew()
        self.query_one(Title).say([Seg(_("Captures"), "titlebar")])
        text = _("Enter opens one. Any other file: wiretutor open FILE.")
        rows = flow(text, max(20, self.size.width - 2))
        self.query_one("#about", Chart).show(_("Captures"), rows)

    def action_open(self) -> None:
        """Browse the marked file."""
        from tutor.tui.screens.browser import Browser

        at = self.query_one("#files", Table).cursor
        if at < len(self._shown):
            file = str(self._shown[at][0])
            self.app.push_screen(Browser((file,), presenting=self._presenting))

    def action_compare(self) -> None:
        """Comparing needs sessions."""
        self.say(_("Open a file first; c compares two of its sessions."))

    def action_present(self) -> None:
        """The presenter needs a session."""
        self.say(_("Open a file first."))

    def action_practice(self) -> None:
        """Questions are about sessions."""
        self.say(_("Open a file first."))

    def action_mask(self) -> None:
        """Masks belong to sessions."""
        self.say(_("Open a file first."))

    def action_save(self) -> None:
        """What is listed here is in files already."""
        self.say(_("What is listed here is in files already."))

    def action_search(self) -> None:
        """Narrow the list."""
        self.query_one(Prompt).ask(_("Part of a name"), self._narrow, self._narrow)

    def _narrow(self, text: str) -> None:
        wanted = text.casefold()
        self._shown = [pair for pair in self._files if wanted in pair[0].name.casefold()]
        self.renew()
