"""The session browser: what mail conversations a capture holds, while it is still being read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from textual.widget import Widget

from tutor.base import CaptureError
from tutor.capture import Capture, Entry
from tutor.findings.across import FileFinding
from tutor.render.lines import Seg
from tutor.render.lookups import lookup_line
from tutor.render.skipped import skipped_lines
from tutor.session import Session
from tutor.tui import entries
from tutor.tui.actions import bindings
from tutor.tui.paint import Row
from tutor.tui.playback import Playback
from tutor.tui.screens.listing import Listing
from tutor.tui.widgets.bars import Title
from tutor.tui.widgets.panels import Chart
from tutor.tui.widgets.prompt import Prompt
from tutor.tui.widgets.table import Table
from tutor.tui.wrap import flow
from tutor.words import _, ngettext

SLICE = 1 << 18
"""Bytes of a capture that are read between two key strokes."""

_PAUSE = 0.005
_LOOK_AGAIN = 0.1
_WATCH = 0.5


class Browser(Listing):
    """Lists the sessions of captures; grows while they are read.

    Args:
        files: paths of captures, ``-`` for standard input.
        keys: paths of TLS key logs.
        ports: what a port speaks.
        follow: the files are still being written.
    """

    room = "browser"
    BINDINGS = bindings("browser")

    def __init__(
        self,
        files: tuple[str, ...],
        *,
        keys: tuple[str, ...] = (),
        ports: Mapping[int, str] | None = None,
        follow: bool = False,
    ) -> None:
        super().__init__()
        self._files = files
        self._follow = follow
        self._growing: list[Capture] = []
        self._keys = keys
        self._ports = dict(ports or {})
        self._follow = follow
        self._captures: list[Capture] = []
        self._waiting: list[Capture] = []
        self._broken: list[str] = []
        self._across: dict[Capture, tuple[FileFinding, ...]] = {}
        self._shown: list[tuple[Capture, Entry]] = []
        self._filter = ""
        self._first: tuple[Capture, Entry] | None = None  # marked for comparing
        self._masked = True

    def body(self) -> list[Widget]:
        """The table, what there is to say about the marked row, the filter."""
        table = Table(self._row, id="sessions")
        table.header = self._header
        return [table, Chart(id="about"), Prompt()]

    def on_mount(self) -> None:
        """Open the files, and read them slice by slice."""
        super().on_mount()
        for path in self._files:
            try:
                self._captures.append(
                    Capture(path, keys=self._keys, ports=self._ports, follow=self._follow)
                )
            except CaptureError as error:
                self._broken.append(_named(error))
        self._waiting = list(self._captures)
        self.set_timer(_PAUSE, self._read)

    def on_unmount(self) -> None:
        """Close the files."""
        for capture in self._captures:
            capture.close()

    # reading

    def _read(self) -> None:
        """Read a slice of the first file that is not done; come again soon."""
        pause = _PAUSE
        if self._waiting:
            capture = self._waiting.pop(0)
            before = capture.packets
            state = self._slice(capture)
            if state == "more":
                self._waiting.insert(0, capture)
            elif state == "growing":
                # others first; and where nothing came, look again a little later
                self._waiting.append(capture)
                pause = _WATCH if capture.packets == before else _PAUSE
            self._collect()
        if self._waiting:
            self.set_timer(pause, self._read)
        self.renew()

    def _slice(self, capture: Capture) -> str:
        """Read one slice: ``more`` is there, it is ``growing``, or it is at its ``end``."""
        try:
            if capture.advance(SLICE):
                return "more"
            if capture.growing:
                return "growing"
            capture.finish()
            # over all sessions at once, so not before all are there
            self._across[capture] = capture.findings
        except CaptureError as error:
            self._broken.append(_named(error))
        return "end"

    def _collect(self) -> None:
        wanted = self._filter.casefold()
        several = len(self._captures) > 1
        self._shown = [
            (capture, entry)
            for capture in self._captures
            for entry in capture.entries
            if not wanted or wanted in entries.searched(entry, capture.name, several=several)
        ]

    # drawing

    def renew(self) -> None:
        """Draw what has been found so far."""
        table = self.query_one("#sessions", Table)
        table.count = len(self._shown)
        table.renew()
        self._draw_title()
        self._draw_about(table)

    def _draw_title(self) -> None:
        names = self._names()
        packets = sum(capture.packets for capture in self._captures)
        words = [
            ngettext("{n} packet", "{n} packets", packets).format(n=f"{packets:,}"),
            ngettext("{n} session", "{n} sessions", len(self._shown)).format(
                n=f"{len(self._shown):,}"
            ),
        ]
        if self._filter:
            words.append(_("filter: {text}").format(text=self._filter))
        masked = _("masked") if self._masked else _("secrets shown")
        right = [Seg(_("reading ...") if self._waiting else masked, "bar")]
        left = [Seg(names, "titlebar"), Seg("  " + " · ".join(words) + "  ", "bar")]
        self.query_one(Title).say(left, right)

    def _names(self) -> str:
        count = len(self._files)
        if count > 1:
            return ngettext("{n} file", "{n} files", count).format(n=count)
        return self._captures[0].name if self._captures else self._files[0]

    def _draw_about(self, table: Table) -> None:
        width = max(20, self.size.width - 2)
        about = ""
        rows: list[Row] = []
        for words in self._broken:
            rows += flow(f"! {words}", width, "warning")
        for capture in self._captures:
            if capture.damaged:
                rows += flow(f"! {capture.name}: {capture.damaged}", width, "warning")
        if self._first:
            words = _("A is session {n}; press c on another one to compare.")
            rows.append([Seg(words.format(n=self._first[1].id), "strong")])
        if 0 <= table.cursor < len(self._shown):
            capture, entry = self._shown[table.cursor]
            about = capture.name if len(self._captures) > 1 else ""
            across = self._across.get(capture, ())
            for finding in across:
                rows += entries.across(finding, self._numbers(capture, finding), width)
            rows += entries.verdicts(entry, across, width)
            if not self._reading(capture):
                for lookup in capture.lookups_before(entry.id):
                    rows += flow(lookup_line(lookup), width, "dim", indent=2)
        elif not self._waiting:
            rows += flow(self._nothing(), width)
        for capture in self._captures:
            for words in skipped_lines(capture, ordinary=False):
                rows += flow(words, width, "dim")
        chart = self.query_one("#about", Chart)
        chart.show(_("About this session"), rows, about)

    def _numbers(self, capture: Capture, finding: FileFinding) -> list[int]:
        """The sessions of a verdict, by the numbers that the list gives to those it shows."""
        if len(self._captures) == 1:
            return list(finding.sessions)
        wanted = set(finding.sessions)
        rows = enumerate(self._shown, 1)
        return [number for number, (of, entry) in rows if of is capture and entry.id in wanted]

    def _reading(self, capture: Capture) -> bool:
        """Whether a file is still being read: what needs all of it is then not asked for."""
        return capture in self._waiting and not capture.growing

    def _nothing(self) -> str:
        if self._filter:
            return _("No session fits the filter. Press / and Enter to see all.")
        if not self._captures:
            return ""
        return _(
            "No mail session was found. A port that wiretutor does not know can be named:"
            " --as 1143=imap."
        )

    def _header(self, width: int) -> Row:
        return [Seg(" " + entries.header(width - 1), "dim")]

    def _row(self, number: int, width: int) -> Row:
        capture, entry = self._shown[number]
        file = capture.name if len(self._captures) > 1 else ""
        begin = capture.entries[0].start if capture.entries else entry.start
        several = len(self._captures) > 1
        return entries.row(entry, number + 1 if several else entry.id, begin, width, file)

    # keys

    def moved(self) -> None:
        """Say what there is to say of the row that is marked now."""
        self._draw_about(self.table())

    def _marked(self) -> tuple[Capture, Entry] | None:
        number = self.table().cursor
        return self._shown[number] if 0 <= number < len(self._shown) else None

    def action_open(self) -> None:
        """Play the marked session."""
        from tutor.tui.screens.player import Player

        marked = self._marked()
        session = self._session(*marked) if marked else None
        if marked and session is not None:
            capture, entry = marked
            playback = Playback(session, masked=self._masked)
            self.app.push_screen(Player(playback, entries.title(entry, capture.name)))

    def _session(self, capture: Capture, entry: Entry) -> Session | None:
        """The session; None where the file has it no more, which is said."""
        try:
            return capture.session(entry.id)
        except CaptureError as error:
            self.say(_named(error))
            return None

    def action_compare(self) -> None:
        """Mark the first of two, then compare."""
        from tutor.tui.screens.compare import Compare

        marked = self._marked()
        if marked is None:
            return
        if self._first is None or self._first == marked:
            self._first = None if self._first else marked
            self.renew()
            return
        pair = (self._first, marked)
        self._first = None
        left, right = (self._session(capture, entry) for capture, entry in pair)
        labels = tuple(entries.title(entry, capture.name) for capture, entry in pair)
        if left is not None and right is not None:
            self.app.push_screen(Compare(left, right, (labels[0], labels[1]), masked=self._masked))

    def action_mask(self) -> None:
        """Open sessions masked, or not."""
        self._masked = not self._masked
        self.say(
            _("Sessions open masked.") if self._masked else _("Sessions open with secrets shown.")
        )

    def action_search(self) -> None:
        """Filter the list."""
        words = _("Filter: protocol, address, name, verdict")
        self.query_one(Prompt).ask(words, self._narrow, self._narrow)

    def _narrow(self, text: str) -> None:
        self._filter = text
        self._collect()
        self.renew()


def _named(error: CaptureError) -> str:
    """What is wrong with a file, by its name alone: the path is the person's own."""
    where = _("at byte {n}").format(n=f"{error.offset:,}") if error.offset is not None else ""
    return " ".join(filter(None, (f"{Path(error.path).name}: {error.reason}", where)))
