"""Type the client's side by hand: the conversation as it happens, and what is still wanted.

Letters belong to the line that is typed, so everything else is on keys that no line needs. The
lab ends with this screen, whatever ends it.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from tutor.capture.by_hand import ByHand, NoLab, closed, in_message
from tutor.lesson.doing import DONE, NOT_SO, Grade, Task, grade, tls_words
from tutor.protocols.events import Kind
from tutor.render import explain, names
from tutor.render.lines import Seg
from tutor.tui.actions import bindings
from tutor.tui.playback import Playback
from tutor.tui.screens.base import Base
from tutor.tui.widgets.bars import Note, Title
from tutor.tui.widgets.doing import Checklist, Lead, TaskPane, Typing
from tutor.tui.widgets.panels import EveLine, Notebook, Why
from tutor.tui.widgets.transcript import Transcript
from tutor.words import _

_WATCH = 0.5
_PATIENCE = 10.0
"""Seconds in which the lab must open."""

_LOW = 22
"""Lines of a terminal below which the panels are lower."""

_MESSAGE_LINES = 6
"""Lines of a message that is being typed; the last ones are shown."""

THE_ENDS, EVE = "endpoints", "eve"


class Doing(Base):
    """One task, typed to a lab of its own.

    Args:
        task: what is to be done.
        ask: the same in words.
        hint: "" where there is none.
        then: called when this screen is left, with the answer to the question: "" for "I do not
            know yet", None where there can be no lab, and why.
        open_lab: makes the lab; a test gives another.
    """

    room = "doing"
    BINDINGS = bindings("doing")

    class Crossed(Message):
        """Something has crossed, or the lab has said something."""

    def __init__(
        self,
        task: Task,
        ask: str,
        hint: str,
        then: Callable[[str | None, str], None],
        open_lab: Callable[[str, Callable[[], None]], ByHand] = ByHand,
    ) -> None:
        super().__init__()
        self._wanted = task
        self._ask = ask
        self._hint = hint
        self._then = then
        self._open_lab = open_lab
        self._hand: ByHand | None = None
        self._opened = False
        self._playback: Playback | None = None
        self._grade = Grade((), ())
        self._last = -1
        self._eye = THE_ENDS
        self._hinted = False
        self._spoiled = False
        self._sure = False
        self._message: list[str] = []  # its lines so far: it is a step only when it is whole

    def body(self) -> list[Widget]:
        """Task, conversation, why and what is wanted, Eve's count, the line that is typed."""
        return [
            TaskPane(self._ask),
            Vertical(Transcript(id="transcript"), id="conversation"),
            Horizontal(Why(), Checklist(), Notebook(), id="below"),
            EveLine(),
            Horizontal(Lead(), Typing(self._typed), id="typed"),
        ]

    def _measure(self) -> None:
        """Below the usual 24 lines the task and the line that is typed stay in sight."""
        super()._measure()
        self.set_class(self.app.size.height < _LOW, "short")

    # the lab

    def on_mount(self) -> None:
        """Open the lab; keys work meanwhile."""
        self.set_focus(self.query_one(Typing))
        self._grade = grade(None, self._wanted)
        try:
            self._hand = self._open_lab(self._wanted.protocol, self._announce)
        except NoLab as why:
            self.call_after_refresh(self._leave, None, str(why))
            return
        self.set_interval(_WATCH, self._look)
        self.set_timer(_PATIENCE, self._too_late)
        self.say(_("The lab is opening."))

    def on_unmount(self) -> None:
        """End the lab."""
        if self._hand:
            self._hand.close()

    def _announce(self) -> None:
        """Called in another thread."""
        self.post_message(self.Crossed())

    def on_doing_crossed(self) -> None:
        """Look at what has come."""
        self._look()

    def _look(self) -> None:
        hand = self._hand
        if hand is None or not self.is_mounted:
            return
        if not self._opened:
            self._open(hand)
            return
        hand.update()
        self._follow(hand)
        if not hand.running and not self._grade.right:
            self.say(self._state())

    def _open(self, hand: ByHand) -> None:
        try:
            self._opened = hand.open()
        except NoLab as why:
            self._leave(None, str(why))
            return
        if self._opened:
            self.say("")

    def _too_late(self) -> None:
        if not self._opened and self._hand:
            try:
                self._hand.wait(0)
            except NoLab as why:
                self._leave(None, str(why))

    def _follow(self, hand: ByHand) -> None:
        """Draw what has crossed; whoever stands at the end goes along."""
        session = hand.session
        if session is None:
            return
        playback = self._playback
        if playback is None or playback.session.id != session.id:
            playback = self._playback = Playback(session, masked=False, eye=self._eye)
            self._last = -1
        elif playback.session is not session:
            playback.replace(session)
        last = playback.steps[-1] if playback.steps else -1
        if last == self._last:
            return
        self._last, self._hinted, self._sure = last, False, False
        self._message = []
        playback.go(last)
        self._grade = grade(session, self._wanted)
        self._spoiled |= self._grade.spoiled
        self.query_one(Transcript).follow()
        self.renew()
        self.say(self._state())

    def _state(self) -> str:
        """What to do, where that is not to go on typing."""
        session = self._playback.session if self._playback else None
        if self._grade.right:
            return _("All of it is done. Enter goes on.")
        if self._hand and self._opened and not self._hand.running:
            return _("The lab has ended. Esc leaves; the lesson goes on.")
        if self._grade.spoiled:
            return _("What crossed cannot be taken back. F4 begins a new connection.")
        if session is not None and closed(session):
            return _("The server has closed the connection. F4 begins a new one.")
        return ""

    # drawing

    def renew(self) -> None:
        """Draw all of it."""
        if not self.is_mounted or not self.query(Transcript):
            return
        view = self.query_one(Transcript)
        view.playback = self._playback
        view.renew()
        self.query_one(Checklist).show(self._grade)
        facts = self._playback.facts() if self._playback else []
        newest = max((fact.step for fact in facts), default=0)
        self.query_one(EveLine).show(facts, newest, masked=False)
        self.query_one(Notebook).show(facts, newest, masked=False)
        self._show_why()
        self._draw_title()

    def _show_why(self) -> None:
        why = self.query_one(Why)
        if self._hinted:
            why.show(_("Hint"), "", [("", self._hint or _("There is no hint here."))], ())
            return
        playback = self._playback
        if playback is None:
            why.show(_("Why"), "", [], ())
            return
        session = playback.session
        if self._message:
            lines = [(line or _("(an empty line)"), "") for line in self._message]
            why.show(_("Your message"), _("a lone dot ends it"), lines[-_MESSAGE_LINES:], ())
            return
        if self._eye == THE_ENDS and session.kind(playback.place) is Kind.RECORD:
            why.show(_("TLS begins"), "", [("", tls_words())], ())
            return
        found = explain.explain(session, playback.place, playback.eye)
        cite = found[0].cite if found else ()
        why.show(_("Why"), "", [(item.name, item.say) for item in found], cite)

    def _draw_title(self) -> None:
        left = [Seg(_("Do it yourself"), "titlebar"), Seg("  ", "bar")]
        right = [Seg(_("eye: {who}").format(who=names.eye(self._eye)), "evebar")]
        if self._playback:
            session = self._playback.session
            security = names.security(session.security)
            left.append(Seg(f"{names.protocol(self._wanted.protocol)}, {security}", "bar"))
        self.query_one(Title).say(left, right)

    # keys

    def _typed(self, line: str) -> None:
        """Send a line; an empty one is nothing, but in a message."""
        session = self._playback.session if self._playback else None
        self._hinted = self._sure = False
        if self._hand is None or not self._opened or session is None:
            self.say(_("The lab is opening."))
        elif self._grade.right and not line:
            self.action_leave()
        elif not line and not in_message(session):
            self.say(self._state() or _("Type a line, then Enter."))
        elif closed(session):
            self.say(self._state())
        else:
            self.query_one(Note).say("")
            self._hand.send(line)
            if in_message(session):
                self._message.append(line)
                self._show_why()

    def action_send(self) -> None:
        """Send the line."""
        typing = self.query_one(Typing)
        typing.post_message(Typing.Submitted(typing, typing.value))

    def action_hint(self) -> None:
        """Show the hint, or why again."""
        self._hinted = not self._hinted
        self._show_why()

    def action_eye(self) -> None:
        """Look as the two ends do, or as Eve does."""
        self._eye = EVE if self._eye == THE_ENDS else THE_ENDS
        if self._playback:
            self._playback.look_with(self._eye)
            self._playback.go(self._playback.steps[-1])
        self.renew()
        self.say(_("Eye: {who}").format(who=names.eye(self._eye)))

    def action_again(self) -> None:
        """Begin a new connection."""
        if self._hand and self._opened and self._hand.running:
            self._hand.connect()
            self.say(_("A new connection."))

    def action_earlier(self) -> None:
        """The line that was sent before, once more."""
        self.query_one(Typing).recall(-1)

    def action_later(self) -> None:
        """The line that was sent after it."""
        self.query_one(Typing).recall(+1)

    def action_step_back(self) -> None:
        """Look at the step before."""
        self._step(-1)

    def action_step_on(self) -> None:
        """Look at the next step."""
        self._step(+1)

    def _step(self, way: int) -> None:
        playback = self._playback
        if playback and (playback.on() if way > 0 else playback.back()):
            self.query_one(Transcript).follow()
            self._hinted = False
            self.renew()

    def action_leave(self) -> None:
        """Leave: done, or not known yet; what is not done is asked about once."""
        if self._grade.right:
            self._leave(DONE)
        elif self._hand and self._opened and not self._hand.running:
            self._leave(None, _("The lab has ended."))
        elif self._sure or not self._opened:
            self._leave(NOT_SO if self._spoiled else "")
        else:
            self._sure = True
            self.say(_("It is not done yet. Esc again: I do not know yet."))

    def _leave(self, answer: str | None, why: str = "") -> None:
        if self.app.screen is not self:
            return
        self.app.pop_screen()
        self._then(answer, why)
