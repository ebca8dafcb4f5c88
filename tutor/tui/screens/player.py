"""The player: one session, step by step. Lessons build on it (``lesson.py``)."""

from __future__ import annotations

from collections.abc import Callable, Collection

from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from tutor.render import explain, names, phases
from tutor.render.lines import Seg
from tutor.render.pseudonyms import Pseudonyms
from tutor.session import Session
from tutor.tui.actions import bindings
from tutor.tui.deck import CaptureDeck, Deck
from tutor.tui.paint import Row
from tutor.tui.playback import EYES, Playback
from tutor.tui.screens.base import WIDE
from tutor.tui.screens.predicting import Predicting
from tutor.tui.widgets.bars import Footer, Note, Title
from tutor.tui.widgets.conversation import Conversation
from tutor.tui.widgets.ladder import Ladder
from tutor.tui.widgets.panels import EveLine, HexPane, Notebook, Why
from tutor.tui.widgets.prompt import Prompt
from tutor.tui.widgets.question import Question
from tutor.tui.widgets.transcript import Transcript
from tutor.words import _

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Steps take 1.5 seconds divided by this."""

_STEP_SECONDS = 1.5


class Player(Predicting):
    """Plays a capture's session: no questions, everything may be jumped to.

    Args:
        playback: what is played, and where.
        title: what stands at the left of the title line.
        source: gives the session as it is read now, where it is still being captured.
        names: gives pseudonyms before a class; None where no name is anybody's.
    """

    room = "player"
    BINDINGS = bindings("player")

    def __init__(
        self,
        playback: Playback,
        title: str = "",
        source: Callable[[], Session | None] | None = None,
        names: Pseudonyms | None = None,
    ) -> None:
        super().__init__()
        self._pseudonyms = names
        self.playback = playback
        self.name_shown = title
        self._view: str | None = None
        self._timer: Timer | None = None
        self._speed = SPEEDS.index(1.0)
        self._source = source
        self._length = len(playback.session)
        self._last = playback.steps[-1] if playback.steps else 0

    def body(self) -> list[Widget]:
        """Conversation above; why, notebook, bytes or a question below."""
        return [
            Vertical(Transcript(id="transcript"), Ladder(id="ladder"), id="conversation"),
            HexPane(),
            Horizontal(Why(), Notebook(), id="below"),
            Question(),
            EveLine(),
            Prompt(),
        ]

    # drawing

    @property
    def views(self) -> list[Conversation]:
        """Transcript and ladder."""
        return [*self.query(Transcript), *self.query(Ladder)]

    @property
    def view(self) -> Conversation:
        """The one that is shown."""
        wanted = self._view or ("ladder" if self.app.size.width >= WIDE else "transcript")
        return self.query_one(Ladder) if wanted == "ladder" else self.query_one(Transcript)

    def look(self) -> Collection[str] | None:
        """The roles to highlight; None lets the line decide."""
        return None

    def texts(self) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
        """Headings and texts for the current step, and citations."""
        texts: list[tuple[str, str]] = []
        cite: tuple[str, ...] = ()
        playback = self.playback
        found = explain.explain(playback.session, playback.place, playback.eye)
        for number, item in enumerate(found):
            if number == 0:
                cite = item.cite
            texts.append((item.name, item.say))
        return texts, cite

    def renew(self) -> None:
        """Draw everything for the place as it is."""
        if not self.is_mounted or not self.query(Transcript):
            return
        playback = self.playback
        shown = self.view
        self.set_class(isinstance(shown, Ladder), "ladder")
        self.set_class(not isinstance(shown, Ladder), "transcript")
        for view in self.views:
            view.playback, view.look = playback, self.look()
        shown.renew()
        facts = playback.facts()
        self.query_one(EveLine).show(facts, playback.step, masked=playback.masked)
        self.query_one(Notebook).show(facts, playback.step, masked=playback.masked)
        self._instead = ""
        self.show_why()
        if self.has_class("hex"):
            self.show_bytes()
        self._draw_title()

    def show_why(self) -> None:
        """Explain the current step."""
        texts, cite = self.texts()
        self.query_one(Why).show(_("Why"), self.where(), texts, cite)

    def where(self) -> str:
        """The packets of the current step."""
        return names.packets(self.playback.session.packets(self.playback.place), 3)

    def _draw_title(self) -> None:
        playback = self.playback
        left = [Seg(self.title_words(), "titlebar"), Seg("  ", "bar")]
        speed = [Seg(f" ▶ ×{SPEEDS[self._speed]:g}", "keybar")] if self._timer else []
        masked = [Seg(_("masked") + "  ", "bar")] if playback.masked else []
        eye = Seg(_("eye: {who}").format(who=names.eye(playback.eye)) + "  ", "evebar")
        # a page without a conversation has no phase, and nobody looks at anything
        now = [] if self.has_class("reading") else [eye, *self._phases()]
        right = [*masked, *now, *self.place_words(), *speed]
        self.query_one(Title).say(left, right)

    def place_words(self) -> Row:
        """Which step of how many."""
        return [Seg(f" {self.playback.step}/{len(self.playback.session)}", "bar")]

    def title_words(self) -> str:
        """What stands at the left of the title: the file too, where there is room."""
        file, _space, rest = self.name_shown.partition("  ")
        return self.name_shown if self.app.size.width >= WIDE else rest or file

    def _phases(self) -> Row:
        now = self.playback.phase()
        number = phases.ORDER.index(now) + 1
        word = phases.word(now)
        if self.app.size.width < 2 * WIDE - 60:
            return [Seg(f" {number}/{len(phases.ORDER)} {word} ", "phasebar")]
        row: list[Seg] = []
        for name in phases.ORDER:
            row.append(Seg(f" {phases.word(name)} ", "phasebar" if name == now else "bar"))
            row.append(Seg("›" if name != phases.ORDER[-1] else " ", "bar"))
        return row

    # growing

    def grown(self) -> None:
        """More of a live session is there: whoever stands at its end goes along."""
        playback = self.playback
        session = self._source() if self._source else None
        if session is not None and session is not playback.session:
            playback.replace(session)
        if len(playback.session) == self._length or not self.is_mounted:
            return
        at_its_end = playback.place >= self._last
        self._length = len(playback.session)
        self._last = playback.steps[-1] if playback.steps else 0
        if at_its_end and self.ask_next():
            self._draw_title()
        elif at_its_end and playback.go(self._last):
            self.moved()
        else:
            self._draw_title()

    # going

    def moved(self) -> None:
        """The place has changed: follow it and draw."""
        self.query_one(Note).say("")
        for view in self.views:
            view.follow()
        if isinstance(shown := self.view, Ladder):
            shown.playback = self.playback
            shown.cross()
        self.renew()

    def action_go_on(self) -> None:
        """Go to the next step, or ask what it will be."""
        question = self.query_one(Question)
        if question.is_open:
            self.set_focus(question)
        elif self.ask_next():
            return
        elif self.playback.on():
            self.moved()
        else:
            self.at_the_end()

    def at_the_end(self) -> None:
        """There is no next step."""
        self.stop()
        self.say(_("The end of this session. q goes back, c compares."))

    def action_back(self) -> None:
        """Go back one step."""
        self.stop()
        if self.playback.back():
            self.moved()

    def action_packet_on(self) -> None:
        """Go on by one packet."""
        if self.playback.packet(+1):
            self.moved()

    def action_packet_back(self) -> None:
        """Go back by one packet."""
        if self.playback.packet(-1):
            self.moved()

    def action_marker_on(self) -> None:
        """Go to the next login or finding."""
        self._marker(+1)

    def action_marker_back(self) -> None:
        """Go to the login or finding before."""
        self._marker(-1)

    def _marker(self, way: int) -> None:
        target = self.playback.marker(way)
        if target is None:
            self.say(_("No marker that way: markers are logins and findings."))
        elif self.playback.go(target):
            self.moved()

    def jump(self, step: int) -> None:
        """Go to a step by its number."""
        if self.playback.go(step - 1):
            self.moved()

    # playing

    def action_play(self) -> None:
        """Play or pause."""
        if self._timer:
            self.stop()
        else:
            self._start()
        self._draw_title()

    def _start(self) -> None:
        seconds = _STEP_SECONDS / SPEEDS[self._speed]
        self._timer = self.set_interval(seconds, self.action_go_on)

    def stop(self) -> None:
        """Pause."""
        if self._timer:
            self._timer.stop()
            self._timer = None
            self._draw_title()

    def action_faster(self) -> None:
        """Play faster."""
        self._change_speed(+1)

    def action_slower(self) -> None:
        """Play slower."""
        self._change_speed(-1)

    def _change_speed(self, way: int) -> None:
        self._speed = max(0, min(len(SPEEDS) - 1, self._speed + way))
        self.say(_("Speed ×{n}").format(n=f"{SPEEDS[self._speed]:g}"))
        if self._timer:
            self._timer.stop()
            self._start()
            self._draw_title()

    # looking

    def action_eye(self) -> None:
        """Look with the next eye."""
        at = EYES.index(self.playback.eye)
        self.playback.look_with(EYES[(at + 1) % len(EYES)])
        self.moved()
        self.say_eye()

    def say_eye(self) -> None:
        """Say with whose eyes we look now."""
        self.say(_("Eye: {who}").format(who=names.eye(self.playback.eye)) + self._eye_note())

    def _eye_note(self) -> str:
        tls = self.playback.session.tls
        if self.playback.eye == "eve" or tls is None or tls.decrypted:
            return ""
        return " - " + _("without TLS keys, no eye here sees inside")

    def action_view(self) -> None:
        """Turn between ladder and transcript."""
        self._view = "transcript" if isinstance(self.view, Ladder) else "ladder"
        self.moved()

    def action_present(self) -> None:
        """Go on from here before a class."""
        from tutor.tui.screens.presenter import Presenter

        self.stop()
        if self._pseudonyms is not None:
            self.playback.disguise(self._pseudonyms)
        masked = self.playback.masked
        self.app.push_screen(Presenter(self.deck(), lambda: self.presented(masked=masked)))

    def deck(self) -> Deck:
        """The slides of what is played here."""
        name = self.name_shown.partition("  ")[2] or self.name_shown
        return CaptureDeck(self.playback, name, self._source)

    def presented(self, *, masked: bool) -> None:
        """The presenter was left: stand where it stood."""
        self.playback.masked = masked
        self._length = len(self.playback.session)
        self._last = self.playback.steps[-1] if self.playback.steps else 0
        self.moved()
        if self.playback.names is not None:
            self.say(_("Names stay pseudonyms until you open the session again."))

    def action_leave(self) -> None:
        """Go back one level, or close what is open here first."""
        if self.close_pane():
            return
        self.stop()
        place = self.playback.step
        self.leave_to(_("Your place is kept: step {step}").format(step=place))

    def ask(self, *, shown: bool) -> None:
        """Lay the screen out with or without a question."""
        self.set_class(shown, "asking")
        verdict = self.query_one(Question).verdict is not None
        asking = "verdict" if verdict else "question"
        instead = self.query_one(Question).keys_shown() if shown else {}
        self.query_one(Footer).enter(asking if shown else self.room, instead)
        self.call_after_refresh(self.renew)
