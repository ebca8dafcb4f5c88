"""The session browser: what mail conversations captures hold, and what there is to say of each."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

from textual.widget import Widget

from tutor.base import CaptureError
from tutor.capture import Capture, Entry
from tutor.capture.bundled import is_bundled
from tutor.findings.across import FileFinding
from tutor.render.lines import Seg
from tutor.render.lookups import lookup_line
from tutor.render.pseudonyms import Pseudonyms
from tutor.render.skipped import skipped_lines
from tutor.session import Session
from tutor.sources.feed import Feed
from tutor.tui import entries
from tutor.tui.actions import bindings
from tutor.tui.paint import Row
from tutor.tui.playback import Playback
from tutor.tui.screens.reading import Reading, named
from tutor.tui.screens.tools import disguised_words
from tutor.tui.widgets.bars import Title
from tutor.tui.widgets.panels import Chart
from tutor.tui.widgets.prompt import Prompt
from tutor.tui.widgets.table import Table
from tutor.tui.wrap import flow
from tutor.words import _, ngettext
from tutor.words.errors import system_words


class Browser(Reading):
    """Lists the sessions of captures; grows while they are read.

    Args:
        files: paths of captures, ``-`` for standard input.
        keys: paths of TLS key logs.
        ports: what a port speaks.
        follow: the files are still being written.
        feed: what is being captured; its recording is the only file.
        presenting: sessions open before a class, under pseudonyms.
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
        feed: Feed | None = None,
        presenting: bool = False,
    ) -> None:
        super().__init__(files, keys=keys, ports=ports, follow=follow, feed=feed)
        self.presenting = presenting
        self._names: dict[int, Pseudonyms] = {}  # by the number of the capture
        self._shown: list[tuple[Capture, Entry]] = []
        self._filter = ""
        self._beside: list[tuple[Capture, Entry]] = []  # marked for comparing
        self._wanted = 2  # how many make a comparison
        self._masked = True

    def body(self) -> list[Widget]:
        """The table, what there is to say about the marked row, the filter."""
        table = Table(self._row, id="sessions")
        table.header = self._header
        return [table, Chart(id="about"), Prompt()]

    def collect(self) -> None:
        """Take the sessions that fit the filter."""
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
        names = self.title_names()
        packets = sum(capture.packets for capture in self._captures)
        words = [
            ngettext("{n} packet", "{n} packets", packets).format(n=f"{packets:,}"),
            ngettext("{n} session", "{n} sessions", len(self._shown)).format(
                n=f"{len(self._shown):,}"
            ),
        ]
        if self._filter:
            words.append(_("filter: {text}").format(text=self._filter))
        right = self.state_words()
        left = [Seg(names, "titlebar"), Seg("  " + " · ".join(words) + "  ", "bar")]
        self.query_one(Title).say(left, right)

    def state_words(self) -> Row:
        """Whether it is being read or listened to, else whether secrets show."""
        masked = _("masked") if self._masked else _("secrets shown")
        if any(not capture.growing for capture in self._waiting):
            return [Seg(_("reading ..."), "bar")]
        return [Seg(_("listening") if self._growing() else masked, "bar")]

    def title_names(self) -> str:
        """The file's name, or how many they are."""
        count = len(self._files)
        if count > 1:
            return ngettext("{n} file", "{n} files", count).format(n=count)
        file = self._captures[0].name if self._captures else self._files[0]
        return "-" if file.startswith("/dev/fd/") else file

    def _draw_about(self, table: Table) -> None:
        width = max(20, self.size.width - 2)
        about = ""
        rows: list[Row] = []
        for words in self._broken:
            rows += flow(f"! {words}", width, "warning")
        for capture in self._captures:
            if capture.damaged:
                rows += flow(f"! {capture.name}: {capture.damaged}", width, "warning")
        if self._beside:
            rows.append([Seg(self._beside_words(), "strong")])
        if 0 <= table.cursor < len(self._shown):
            capture, entry = self._shown[table.cursor]
            about = capture.name if len(self._captures) > 1 else ""
            rows += self._about_rows(capture, entry, width)
        elif self._growing() or not self._waiting:
            rows += flow(self._no_match() or self.nothing(), width)
        for capture in self._captures:
            for words in skipped_lines(capture, ordinary=False):
                rows += flow(words, width, "dim")
        chart = self.query_one("#about", Chart)
        chart.show(_("About this session"), rows, about)

    def _about_rows(self, capture: Capture, entry: Entry, width: int) -> list[Row]:
        """Verdicts on the marked session, and the look-ups before it."""
        across = self._across.get(capture, ())
        rows: list[Row] = []
        for finding in across:
            rows += entries.across(finding, self._numbers(capture, finding), width)
        names = self._shown_names(capture)
        rows += entries.verdicts(entry, across, width, names)
        if names:
            return [*rows, *flow(disguised_words(), width, "dim")]
        if not self._reading(capture):
            for lookup in capture.lookups_before(entry.id):
                rows += flow(lookup_line(lookup), width, "dim", indent=2)
        return rows

    def _numbers(self, capture: Capture, finding: FileFinding) -> list[int]:
        """The sessions of a verdict, by the numbers that the list gives to those it shows."""
        if len(self._captures) == 1:
            return list(finding.sessions)
        wanted = set(finding.sessions)
        rows = enumerate(self._shown, 1)
        return [number for number, (of, entry) in rows if of is capture and entry.id in wanted]

    def _no_match(self) -> str:
        return (
            _("No session fits the filter. Press / and Enter to see all.") if self._filter else ""
        )

    def nothing(self) -> str:
        """What stands in place of a session, where there is none."""
        if self._awaited_files:
            return _("Waiting for the first packets.")
        if self._growing():
            return _("Listening. Sessions appear here as they begin.")
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
        shown = number + 1 if several else entry.id
        names = self._shown_names(capture)
        return entries.row(entry, shown, begin, width, file, names, self.ends(entry))

    def ends(self, entry: Entry) -> str:
        """What to call the two ends in the list; "" for their addresses."""
        return ""

    # keys

    def moved(self) -> None:
        """Say what there is to say of the row that is marked now."""
        self._draw_about(self.table())

    def _marked(self) -> tuple[Capture, Entry] | None:
        number = self.table().cursor
        return self._shown[number] if 0 <= number < len(self._shown) else None

    def action_open(self) -> None:
        """Play the marked session."""
        if marked := self._marked():
            self.play(*marked)

    def play(self, capture: Capture, entry: Entry) -> None:
        """Play a session; while it is being captured, the player goes along."""
        from tutor.tui.deck import CaptureDeck
        from tutor.tui.screens.player import Player
        from tutor.tui.screens.presenter import Presenter

        session = self._session(capture, entry)
        if session is None:
            return
        live = self._feed or capture.growing
        source = (lambda: self._session(capture, entry)) if live else None
        if self.presenting:
            playback = Playback(session, names=self._shown_names(capture))
            deck = CaptureDeck(playback, entries.title(entry), source)
            self.app.push_screen(Presenter(deck))
            return
        playback = Playback(session, masked=self._masked)
        title = entries.title(entry, capture.name)
        self.app.push_screen(Player(playback, title, source, self.names(capture)))

    def names(self, capture: Capture) -> Pseudonyms | None:
        """The pseudonyms for a capture; None where its names are nobody's: it came with us."""
        if is_bundled(capture.path):
            return None
        at = self._captures.index(capture)
        return self._names.setdefault(at, Pseudonyms())

    def _shown_names(self, capture: Capture) -> Pseudonyms | None:
        """The pseudonyms that are to be shown now."""
        return self.names(capture) if self.presenting else None

    def action_present(self) -> None:
        """Open sessions in the presenter, or in the player again."""
        self.presenting = not self.presenting
        self.renew()
        self.say(
            _("Sessions open in the presenter. F5 again: in the player.")
            if self.presenting
            else _("Sessions open in the player.")
        )

    def _session(self, capture: Capture, entry: Entry) -> Session | None:
        """The session; None where the file has it no more, which is said."""
        try:
            return capture.session(entry.id)
        except CaptureError as error:
            self.say(named(error))
            return None

    def action_compare(self) -> None:
        """Mark the first, then compare it with this one; with three where two were compared."""
        marked = self._marked()
        if marked is None:
            return
        if marked in self._beside:
            self._beside.remove(marked)
        else:
            self._beside.append(marked)
        if len(self._beside) >= max(2, self._wanted):
            chosen, self._beside, self._wanted = self._beside, [], 2
            self._compare(chosen)
        self.renew()

    def _beside_words(self) -> str:
        first, *more = [entry.id for _capture, entry in self._beside]
        if more:
            words = _("A is session {n}, B is session {m}; press c on a third one.")
            return words.format(n=first, m=more[0])
        return _("A is session {n}; press c on another one to compare.").format(n=first)

    def _compare(self, chosen: list[tuple[Capture, Entry]]) -> None:
        from tutor.tui.screens.compare import Compare

        sessions = [self._session(capture, entry) for capture, entry in chosen]
        there = [session for session in sessions if session is not None]
        labels = [entries.title(entry, capture.name) for capture, entry in chosen]
        if any(self._shown_names(capture) for capture, _entry in chosen):
            self.say(disguised_words())
        elif len(there) == len(chosen):
            add = partial(self._third, chosen) if len(chosen) == 2 else None
            self.app.push_screen(Compare(there, labels, masked=self._masked, add=add))

    def _third(self, chosen: list[tuple[Capture, Entry]]) -> None:
        """Two are marked again; the next one completes them."""
        self._beside, self._wanted = list(chosen), 3
        self.renew()

    def action_practice(self) -> None:
        """Ask about the marked session; where it gives nothing, about all that is listed."""
        from tutor.lesson.practice import new_seed
        from tutor.tui.screens.practice import COUNT, Practice, questions

        marked = self._marked()
        if marked is None:
            return
        capture, entry = marked
        if self._shown_names(capture):
            self.say(disguised_words())
            return
        seed = new_seed()
        found = questions([capture], seed, COUNT, entry.id)
        if not found and not self._growing() and not self._waiting:
            found = questions(self._captures, seed, COUNT)
        if found:
            self.app.push_screen(Practice(found, seed, masked=self._masked))
        else:
            words = _("{name}: nothing to ask: it is not whole, or no mail that can be read.")
            self.say(words.format(name=entries.title(entry)))

    def action_mask(self) -> None:
        """Open sessions masked, or not."""
        self._masked = not self._masked
        self.say(
            _("Sessions open masked.") if self._masked else _("Sessions open with secrets shown.")
        )

    def action_save(self) -> None:
        """Ask where to keep what has come through a pipe so far."""
        piped = [capture for capture in self._captures if capture.name == "-"]
        if not piped:
            self.say(_("What is listed here is in files already."))
            return
        suggestion = time.strftime("wiretutor-%Y%m%d-%H%M%S") + f".{piped[0].format}"
        self.query_one(Prompt).ask(_("Save as"), partial(self._save, piped[0]), value=suggestion)

    def _save(self, capture: Capture, name: str) -> None:
        if not name:
            return
        try:
            capture.save(name)
        except OSError as error:
            self.say(_("{name}: {reason}").format(name=name, reason=system_words(error)))
        else:
            self.say(_("Saved: {path}").format(path=name))

    def action_search(self) -> None:
        """Filter the list."""
        words = _("Filter: protocol, address, name, verdict")
        self.query_one(Prompt).ask(words, self._narrow, self._narrow)

    def _narrow(self, text: str) -> None:
        self._filter = text
        self.collect()
        self.renew()
