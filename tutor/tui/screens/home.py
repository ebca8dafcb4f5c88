"""The home screen: the course with what has been done, and captures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.screen import Screen
from textual.widget import Widget

from tutor import words
from tutor.base import WiretutorError
from tutor.lesson.course import Card, cards
from tutor.lesson.progress import Progress, Record, today
from tutor.lesson.review import waiting_words
from tutor.lesson.spaced import MOST
from tutor.render.lines import Seg
from tutor.sources.lab_feed import LabFeed
from tutor.tui.actions import bindings
from tutor.tui.paint import Row, justify
from tutor.tui.screens.files import Files
from tutor.tui.screens.listing import Listing
from tutor.tui.widgets.bars import Title
from tutor.tui.widgets.panels import Chart
from tutor.tui.widgets.prompt import Prompt
from tutor.tui.widgets.table import Table
from tutor.tui.wrap import flow
from tutor.words import _, ngettext

_GLYPHS = {"new": "○", "in-progress": "◐", "passed": "●", "known": "◆"}
_BAR = 18


class Home(Listing):
    """Lessons in their order, then the way to captures."""

    room = "home"
    BINDINGS = bindings("home")

    def __init__(self, *, presenting: bool = False) -> None:
        super().__init__()
        self._presenting = presenting
        self._cards: tuple[Card, ...] = ()
        self._shown: list[Card] = []
        self._filter = ""
        self._language = words.language()
        self._progress = Progress.load()
        self._began = False

    def body(self) -> list[Widget]:
        """How far, the list, what the marked lesson is."""
        return [Chart(id="course"), Table(self._row, id="lessons"), Chart(id="about"), Prompt()]

    def on_mount(self) -> None:
        """Read the shelf."""
        self._read_cards()
        self.call_after_refresh(self._resume)
        if self._progress.notice:
            self.call_after_refresh(self.say, self._progress.notice)

    def on_screen_resume(self) -> None:
        """Back from a lesson: its state may be another, and so may the language."""
        if self._began:
            self._progress = Progress.load()
            if words.language() != self._language:
                self._read_cards()
        self._began = True

    def _resume(self) -> None:
        """Mark the lesson that was begun, else the first that is new."""
        for wanted in ("in-progress", "new"):
            for number, card in enumerate(self._shown):
                if self._record(card).state == wanted:
                    self.table().cursor = number
                    self.renew()
                    return

    def language_changed(self) -> None:
        """Titles are in the other language now."""
        self._read_cards()
        super().language_changed()

    def _read_cards(self) -> None:
        self._language = words.language()
        self._cards = cards()
        self._narrow(self._filter)

    def _record(self, card: Card) -> Record:
        return self._progress.of(card.id)

    def _marked(self) -> Card | None:
        at = self.table().cursor
        return self._shown[at] if at < len(self._shown) else None

    # drawing

    def renew(self) -> None:
        """Draw all."""
        table = self.table()
        table.count = len(self._shown) + len(self._places())
        table.renew()
        language = words.language()
        switch = [
            Seg(" English ", "phasebar" if language == "en" else "bar"),
            Seg(" ", "bar"),
            Seg(" Português ", "phasebar" if language != "en" else "bar"),
        ]
        self.query_one(Title).say([Seg("wiretutor", "titlebar")], switch)
        self._draw_course()
        self._draw_about()

    def _draw_course(self) -> None:
        done = sum(self._record(card).state in ("passed", "known") for card in self._cards)
        total = max(1, len(self._cards))
        full = round(_BAR * done / total)
        words_done = _("{done} of {total}").format(done=done, total=len(self._cards))
        row = [
            Seg("▓" * full, "good"),
            Seg("░" * (_BAR - full), "dim"),
            Seg(f"  {words_done}", "strong"),
        ]
        if count := len(self._due()):
            keys = _("r asks them") if count <= MOST else _("r asks five of them")
            below = [Seg(waiting_words(count), "warning"), Seg(f": {keys}", "strong")]
        else:
            about = _("See e-mail on the wire: what a listener reads, and what TLS hides.")
            below = [Seg(about, "dim")]
        self.query_one("#course", Chart).show(_("Course"), [row, below])

    def _due(self) -> tuple[str, ...]:
        return self._progress.due(today(), (card.id for card in self._cards))

    def _places(self) -> list[tuple[str, str, Callable[[], None]]]:
        """What stands below the lessons: title, a sentence, and what Enter does."""
        captures = _("Open a capture file of your own, or one of the recordings of the course.")
        lab = _(
            "Mail servers on this machine, clients that talk to them, and a relay in between that"
            " may play tricks. Nothing leaves this machine."
        )
        return [
            (_("My captures"), captures, self._open_captures),
            (_("Live lab"), lab, self._open_lab),
        ]

    def _place(self) -> tuple[str, str, Callable[[], None]]:
        places = self._places()
        return places[min(self.table().cursor - len(self._shown), len(places) - 1)]

    def _open_captures(self) -> None:
        self.app.push_screen(Files(presenting=self._presenting))

    def _open_lab(self) -> None:
        self.say(_("The lab is being opened ..."))
        self.run_worker(self._start_lab, thread=True, exclusive=True)

    def _start_lab(self) -> None:
        """In a thread of its own: making certificates takes a moment."""
        feed = LabFeed().start()
        opened = feed.wait() is not None
        self.app.call_from_thread(self._lab_open, feed, opened=opened)

    def _lab_open(self, feed: LabFeed, *, opened: bool) -> None:
        from tutor.tui.screens.lab import Lab

        if opened:
            self.say("")
            self.app.push_screen(Lab(feed, presenting=self._presenting))
        else:
            self.say(feed.trouble or _("The lab did not open."))
            feed.close()

    def _row(self, number: int, width: int) -> Row:
        if number >= len(self._shown):
            return [Seg(" ≡ ", "key"), Seg(self._places()[number - len(self._shown)][0], "strong")]
        card = self._shown[number]
        record = self._record(card)
        state, role = self._state(record)
        minutes = _("{n} min").format(n=card.minutes)
        left = [
            Seg(f" {_GLYPHS.get(record.state, '○')} ", role),
            Seg(f"{card.number:>2}  ", "dim"),
            Seg(card.title, "strong"),
        ]
        right = [Seg(f"  {state:<14}", role), Seg(f"{minutes:>7} ", "dim")]
        return justify(left, right, width)

    def _state(self, record: Record) -> tuple[str, str]:
        if record.state == "in-progress" and record.stage > 1:
            at = _("step {at}/{of}").format(at=record.stage, of=record.stages)
            return at, "warning"
        if record.state == "in-progress":
            return _("in progress"), "warning"
        return {
            "passed": (_("passed"), "good"),
            "known": (_("known"), "good"),
        }.get(record.state, (_("new"), "dim"))

    def _draw_about(self) -> None:
        width = max(20, self.size.width - 2)
        card = self._marked()
        chart = self.query_one("#about", Chart)
        below = self.table().below
        more = _("↓ {n} more · G to the end").format(n=below) if below else ""
        if card is None:
            title, text, _go = self._place()
            chart.show(title, flow(text, width), more)
            return
        rows: list[Row] = []
        for goal in card.goals:
            rows += flow(f"· {goal}", width, indent=2)
        titles = {other.id: other for other in self._cards}
        needs = [str(titles[name].number) if name in titles else name for name in card.needs]
        facts = [
            _("best after {lessons}").format(lessons=", ".join(needs)) if needs else "",
            ngettext("{n} prediction", "{n} predictions", card.predictions).format(
                n=card.predictions
            ),
            ngettext("{n} question", "{n} questions", card.questions).format(n=card.questions),
        ]
        rows.append([Seg(" · ".join(filter(None, facts)), "dim")])
        chart.show(_("You will be able to"), rows, more)

    # keys

    def moved(self) -> None:
        """Say what the marked lesson is."""
        self._draw_about()

    def action_start(self) -> None:
        """Start the marked lesson, or go to the captures."""
        card = self._marked()
        if card is None:
            self._place()[2]()
            return
        self._play(card, test_out=False)

    def action_test_out(self) -> None:
        """Take the marked lesson's quiz first."""
        if card := self._marked():
            self._play(card, test_out=True)

    def action_review(self) -> None:
        """Ask the questions that wait."""
        from tutor.tui.screens.review import Review

        if self._due():
            self.app.push_screen(Review())
        else:
            self.say(_("No question waits for you today."))

    def _play(self, card: Card, *, test_out: bool) -> None:
        from tutor.tui.screens.lesson import lesson_screen, presented_lesson

        screen: Screen[None]
        try:
            if self._presenting and not test_out:
                screen = presented_lesson(card.directory)
            else:
                screen = lesson_screen(card.directory, test_out=test_out)
        except WiretutorError as error:
            # the folder is known: what is wrong in it is what counts
            self.say(str(error).splitlines()[0].replace(f"{card.directory}/", ""))
            return
        self.app.push_screen(screen)

    def action_open_file(self) -> None:
        """Ask for a path."""
        self.query_one(Prompt).ask(_("Path of a capture file"), self._open)

    def _open(self, path: str) -> None:
        from tutor.tui.screens.browser import Browser

        if not path.strip():
            return
        file = Path(path.strip()).expanduser()
        if file.is_file():
            self.app.push_screen(Browser((str(file),), presenting=self._presenting))
        else:
            self.say(_("There is no such file: {path}").format(path=path))

    def action_switch_language(self) -> None:
        """English or Portuguese."""
        words.choose("en" if words.language() != "en" else "pt-BR")
        self.language_changed()

    def action_search(self) -> None:
        """Narrow the list."""
        self.query_one(Prompt).ask(_("Find a lesson"), self._narrow, self._narrow)

    def _narrow(self, text: str) -> None:
        self._filter = text
        wanted = text.casefold()
        self._shown = [
            card for card in self._cards if wanted in f"{card.title} {card.id}".casefold()
        ]
        self.renew()
