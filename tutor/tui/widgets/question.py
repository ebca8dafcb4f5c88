"""A question: it owns arrows, digits, Enter and Space while it is open.

Enter without an answer asks once; Enter again says "I do not know yet". A key that is held down, or
hammered while the question comes up, does not run through it. How a kind of question is answered
with keys is in ``ways``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.geometry import Size
from textual.message import Message

from tutor.lesson.question import LEFT_OUT
from tutor.lesson.question import Question as Asking
from tutor.lesson.scene import Verdict
from tutor.render.lines import Seg
from tutor.tui.actions import bindings
from tutor.tui.paint import Row
from tutor.tui.widgets import ways
from tutor.tui.widgets.panels import ruled
from tutor.tui.widgets.rows import Rows
from tutor.tui.widgets.ways.way import indented
from tutor.tui.wrap import flow
from tutor.words import _

OPENING_PAUSE = 0.3
"""Seconds after opening in which no answer is taken."""

REPEAT = 0.1
"""Seconds within which a second Enter is the same key, held."""

_RUNNING = frozenset({"enter", "space", "right"})
"""Keys that a person may be leaning on."""

_AROUND = 2
"""Rows of title and footer."""

_CONVERSATION = 7
"""Rows that a conversation keeps, with Eve's line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the screen shows it: the question, and a word for what sort it is."""

    question: Asking
    head: str = ""


class Question(Rows):
    """Asks, takes the answer, shows the verdict. Focused while it is open."""

    can_focus = True
    BINDINGS = bindings("question")

    class Answered(Message):
        """The person has answered; None stands for "I do not know yet"."""

        def __init__(self, answer: str | None) -> None:
            super().__init__()
            self.answer = answer

    class Back(Message):
        """The person wants to go back from a verdict."""

    class Closed(Message):
        """The verdict has been read."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(id="question")
        self._clock = clock
        self.asked: Asked | None = None
        self.way: ways.Way | None = None
        self.verdict: Verdict | None = None
        self.warned = False
        self._say = ""
        self._hinted = False
        self._page = 0
        self._pages = 1
        self._opened = 0.0
        self._last_key = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a question or its verdict is on the screen."""
        return self.asked is not None

    @property
    def answering(self) -> ways.Way | None:
        """The way in which the open question is answered; None once there is a verdict."""
        return self.way if self.asked and self.verdict is None else None

    def open(self, asked: Asked) -> None:
        """Ask."""
        self.asked, self.verdict, self.way = asked, None, ways.way(asked.question)
        self.warned = self._hinted = False
        self._page = 0
        self._opened = self._clock()
        self.screen.set_focus(self)
        self.renew()

    def judge(self, verdict: Verdict, say: str = "") -> None:
        """Show what came of it, and ``say``, which closes the question; the next Enter goes on."""
        self.verdict, self._say = verdict, say
        self._page = 0
        self._opened = self._clock()
        self.renew()

    def close(self) -> None:
        """Take the question off."""
        self.asked = self.verdict = self.way = None
        self.screen.set_focus(None)
        self.renew()

    # keys

    def keys_shown(self) -> dict[str, str]:
        """How the footer writes keys of this question: ``1-3``; "" for what it does not have."""
        if self.asked is None or self.way is None:
            return {}
        there = {
            "choose": self.way.keys,
            "pick": "Space" if self.way.picks and not self.way.takes_back else "",
            "take_back": "⌫" if self.way.takes_back and not self.way.types else "",
            "show_help": "F1" if self.way.types else "?",
        }
        hint = "F2" if self.way.types else "h"
        return {**there, "hint": hint if self.asked.question.hint else ""}

    def blocks(self, key: str, moment: float) -> bool:
        """Whether a key that arrived at ``moment`` comes too soon, or is one that is held.

        Judged by when it arrived: keys wait in a queue, and a slow screen must not make a held
        key look like many.
        """
        if not self.is_open or key not in _RUNNING:
            return False
        held = moment - self._last_key < REPEAT
        self._last_key = moment
        return held or moment - self._opened < self._pause()

    def _pause(self) -> float:
        return 0.0 if self.verdict else OPENING_PAUSE

    def on_key(self, event: events.Key) -> None:
        """Whoever types a word types every letter; the screen's keys wait until it is given."""
        way = self.answering
        if way is not None and way.types and way.type(event.key, event.character or ""):
            event.stop()
            event.prevent_default()
            self._changed()

    def on_paste(self, event: events.Paste) -> None:
        """A word may be pasted."""
        if isinstance(self.answering, ways.TypingIn):
            event.stop()
            self.answering.insert(event.text)
            self._changed()

    def _changed(self) -> None:
        self.warned = False
        self.renew()

    def action_choose(self, key: str) -> None:
        """Choose by digit."""
        way, number = self.answering, int(key) - 1
        if way is not None and number < max(1, len(way.question.options)):
            way.digit(number)
            self._changed()

    def action_choose_down(self) -> None:
        """Next option; when the verdict is there, Right goes on."""
        if self.verdict is not None:
            self.action_answer()
        elif self.way is not None:
            self.way.move(1)
            self._changed()

    def action_choose_up(self) -> None:
        """Option before; when the verdict is there, Left goes back."""
        if self.verdict is not None and self._page:
            self._page -= 1
            self.renew()
        elif self.verdict is not None:
            self.post_message(self.Back())
        elif self.way is not None:
            self.way.move(-1)
            self._changed()

    def action_pick(self) -> None:
        """Take or flip the marked item; where there is nothing of the kind, answer."""
        way = self.answering
        if way is None or not way.picks:
            self.action_answer()
        else:
            way.pick()
            self._changed()

    def action_take_back(self) -> None:
        """Take back the last that was placed."""
        if self.answering is not None:
            self.answering.take_back()
            self._changed()

    def action_hint(self) -> None:
        """Show the hint."""
        if self.asked:
            self._hinted = True
            self.renew()

    def action_answer(self) -> None:
        """Give the answer; without one ask once."""
        # keys that were under way when the question opened
        if self.way is None or self._clock() - self._opened < self._pause():
            return
        if self.verdict is not None:
            self._on()
        elif self.way.answer is None and not self.warned:
            self.warned = True
            self.renew()
        else:
            self.post_message(self.Answered(self.way.answer))

    def _on(self) -> None:
        """The rest of a long verdict, else what comes next."""
        if self._page + 1 < self._pages:
            self._page += 1
            self.renew()
        else:
            self.post_message(self.Closed())

    # drawing

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The rows that it takes, as far as there is room; the conversation gets the rest."""
        kept = 0 if self.screen.has_class("reading") else _CONVERSATION
        room = max(8, self.screen.size.height - _AROUND - kept)
        return min(room, len(self._all(width)) + (1 if self.asked else 0))

    def renew(self) -> None:
        """Draw; the height follows what there is to say."""
        super().renew()
        self.refresh(layout=True)

    def build(self, width: int, height: int) -> list[Row]:
        """Question, options, and what Enter does: a page of it where it is longer than the room."""
        rows = self._all(width)
        if not rows:
            return []
        head, rest = rows[0], rows[1:]
        room = max(1, height - 2)
        self._pages = max(1, -(-len(rest) // room))
        self._page = min(self._page, self._pages - 1)
        # before the verdict the answers count more than the whole of the text above them
        first = self._page * room if self.verdict else max(0, len(rest) - room)
        return [head, *rest[first : first + room], *self._foot(width)][:height]

    def _all(self, width: int) -> list[Row]:
        """The rows without the foot, however many."""
        if self.asked is None or self.way is None:
            return []
        inner = width - 2
        rows: list[Row] = [ruled([self._sign(), Seg(f" {self._head()}", "title")], [], width)]
        rows += [[Seg(" ", ""), *row] for row in flow(self.asked.question.ask, inner, "strong")]
        if self.verdict is not None:
            rows += self.way.judged(self.verdict, inner)
            return rows + indented(self._say, inner + 1, 1)
        rows += self.way.rows(inner)
        if self._hinted:
            hint = self.asked.question.hint or _("There is no hint for this one.")
            rows += indented(_("Hint: {hint}").format(hint=hint), inner + 1, 1)
        return rows

    def _sign(self) -> Seg:
        if self.verdict is None:
            return Seg("?", "warning")
        if self.verdict.right is None:
            return Seg("·", "dim")
        return Seg("✓", "good") if self.verdict.right else Seg("✗", "bad")

    def _head(self) -> str:
        if self.verdict is None:
            return self.asked.head if self.asked and self.asked.head else _("Predict")
        if self.verdict.chosen == LEFT_OUT:
            return _("Not asked here")
        if self.verdict.right is None:
            return _("Not known yet, and that is fine")
        return _("Right") if self.verdict.right else _("Not this time")

    def _foot(self, width: int) -> list[Row]:
        if self.verdict is not None:
            more = self._page + 1 < self._pages
            return [[Seg(_(" Enter: the rest") if more else _(" Enter goes on"), "dim")]]
        assert self.way is not None
        if self.warned:
            again = f"{self.way.lacks} {self.way.without}".strip()
            return [[Seg(f" {again}", "warning")]]
        return [[Seg(f" {self.way.help}", "dim")]]
