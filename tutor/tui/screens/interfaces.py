"""Choose what to listen to: each interface with its traffic, what to capture, and by what right."""

from __future__ import annotations

import time

from textual.widget import Widget

from tutor.base import WiretutorError
from tutor.render.lines import Seg
from tutor.sources.capturing import ALL_TCP, MAIL_FILTER
from tutor.sources.interfaces import LOOPBACK, Interface, interfaces
from tutor.sources.listening import NotPermittedError, listen
from tutor.sources.live import LiveFeed
from tutor.tui.actions import bindings
from tutor.tui.paint import Row, justify
from tutor.tui.screens.help import TextScreen
from tutor.tui.screens.listing import Listing
from tutor.tui.screens.menu import Menu
from tutor.tui.widgets.bars import Title
from tutor.tui.widgets.panels import Chart
from tutor.tui.widgets.table import Table
from tutor.tui.wrap import flow
from tutor.words import _
from tutor.words.live import CHOICES, authorisation, choice_word, pace_word

_EVERY = 1.0
_METER = 12
_MOST_DIGITS = 6
"""A full meter is a million packets a second: each power of ten is a sixth of it."""


class Interfaces(Listing):
    """Lists the interfaces; what is chosen opens as a live capture.

    Args:
        expression: the pcap filter, where it was given already.
        keep: where the recording stays; None for a temporary file.
        presenting: sessions open before a class.
    """

    room = "interfaces"
    BINDINGS = bindings("interfaces")

    def __init__(
        self,
        expression: str | None = None,
        keep: str | None = None,
        *,
        presenting: bool = False,
    ) -> None:
        super().__init__()
        self._presenting = presenting
        self._expression = expression
        self._keep = keep
        self._found: list[Interface] = interfaces()
        self._counted = time.monotonic()
        self._paces: dict[str, float] = {}
        self._chosen_name = ""

    def body(self) -> list[Widget]:
        """The list, and a sentence."""
        return [Table(self._row, id="sessions"), Chart(id="about")]

    def on_mount(self) -> None:
        """Count again and again."""
        self.set_interval(_EVERY, self._count)

    def _count(self) -> None:
        """Take new counts; the order stays, so that nothing moves under the cursor."""
        now, before = time.monotonic(), {each.name: each.packets for each in self._found}
        fresh = {each.name: each for each in interfaces()}
        for name, each in fresh.items():
            first = before.get(name)
            if first is not None and each.packets is not None:
                self._paces[name] = max(0, each.packets - first) / (now - self._counted)
        kept = [fresh.pop(each.name) for each in self._found if each.name in fresh]
        self._found, self._counted = [*kept, *fresh.values()], now
        self.renew()

    def renew(self) -> None:
        """Draw."""
        table = self.table()
        table.count = len(self._found)
        table.renew()
        self.query_one(Title).say([Seg(_("Live"), "titlebar")])
        words = _(
            "Where do you want to listen? The meter shows what passes now. {name} is this machine"
            " talking to itself, and needs nobody's leave."
        )
        width = max(20, self.size.width - 2)
        home = next((each.name for each in self._found if each.name in LOOPBACK), "lo")
        rows: list[Row] = list(flow(words.format(name=home), width))
        self.query_one("#about", Chart).show(_("Interfaces"), rows)

    def _row(self, number: int, width: int) -> Row:
        each = self._found[number]
        pace = self._paces.get(each.name)
        left = [Seg(f" {each.name:<16} ", "strong"), Seg(meter(pace or 0), "good")]
        return justify(left, [Seg(pace_word(pace) + " ", "dim")], width)

    # choosing

    def action_start(self) -> None:
        """Go on with the marked interface: what to capture?"""
        number = self.table().cursor
        if not 0 <= number < len(self._found):
            return
        self._chosen_name = self._found[number].name
        if self._expression is not None:
            self._ask(self._expression)
            return
        offers = [(choice, choice_word(choice), "") for choice in CHOICES]
        self.app.push_screen(Menu(_("What shall be captured?"), offers, CHOICES[0]), self._chosen)

    def _chosen(self, choice: str | None) -> None:
        if choice:
            self._ask(ALL_TCP if choice == "all" else MAIL_FILTER)

    def _ask(self, expression: str) -> None:
        """By what right? This machine's own traffic needs none."""
        if self._chosen_name in LOOPBACK:
            self._begin(expression)
            return
        offers = [("no", _("No"), ""), ("yes", _("Yes, I may listen here"), "")]
        asked = Menu(authorisation(self._chosen_name), offers, "no")
        self.app.push_screen(asked, lambda said: self._begin(expression) if said == "yes" else None)

    def _begin(self, expression: str) -> None:
        self.say(_("Looking for a program that may capture ..."))
        self.run_worker(lambda: self._listen(expression), thread=True, exclusive=True)

    def _listen(self, expression: str) -> None:
        """In a thread of its own: each program is tried."""
        try:
            feed = listen(self._chosen_name, expression, self._keep)
        except WiretutorError as error:
            self.app.call_from_thread(self._refused, error)
        else:
            self.app.call_from_thread(self._open, feed.start())

    def _refused(self, error: WiretutorError) -> None:
        self.say("")
        width = max(20, self.size.width - 2)
        rows = flow(str(error), width, "warning")
        for refusal in error.refusals if isinstance(error, NotPermittedError) else ():
            rows += [[], *flow(f"{refusal.tool}: {refusal.why}.", width)]
            rows.append([Seg(f"  {refusal.fix}", "strong")])
        self.app.push_screen(TextScreen(_("It cannot listen"), rows))

    def _open(self, feed: LiveFeed) -> None:
        from tutor.tui.screens.live import Live

        self.say("")
        self.app.push_screen(Live(feed, self._chosen_name, presenting=self._presenting))


def meter(pace: float) -> str:
    """A bar for packets a second, by powers of ten: a whisper and a flood both show."""
    digits = len(str(int(pace))) if pace >= 1 else 0
    full = min(_METER, digits * _METER // _MOST_DIGITS)
    return "▮" * full + "▯" * (_METER - full)
