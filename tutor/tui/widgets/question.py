"""A question with options: it owns arrows, digits, Enter and Space while it is open.

Enter without a choice asks once; Enter again says "I do not know yet". A key that is held down, or
hammered while the question comes up, does not run through it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.geometry import Size
from textual.message import Message

from tutor.render.lines import Seg
from tutor.tui.actions import bindings
from tutor.tui.paint import Row, add
from tutor.tui.widgets.panels import ruled
from tutor.tui.widgets.rows import Rows
from tutor.tui.wrap import chop_lines, flow
from tutor.words import _

OPENING_PAUSE = 0.3
"""Seconds after opening in which no answer is taken."""

REPEAT = 0.1
"""Seconds within which a second Enter is the same key, held."""


_RUNNING = frozenset({"enter", "space", "right"})
"""Keys that a person may be leaning on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the screen shows it.

    Attributes:
        ask: its text.
        options: the answers; those in ``lines`` are lines as on the wire, shown as they are.
        lines: indices of such options.
        hint: "" where there is none.
        head: a word for what sort of question this is.
        foot: what stands beneath in place of the word that a guess costs nothing.
    """

    ask: str
    options: tuple[str, ...]
    lines: frozenset[int] = frozenset()
    hint: str = ""
    head: str = ""
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it.

    Attributes:
        chosen: the option's index, None for "I do not know yet".
        right: the right option's index.
        reason: why, said under what was chosen, else under what is right.
        say: what closes the question.
        head: in place of "right", "not this time" and the like.
    """

    chosen: int | None
    right: int
    reason: str = ""
    say: str = ""
    head: str = ""


class Question(Rows):
    """Asks, takes the answer, shows the verdict. Focused while it is open."""

    can_focus = True
    BINDINGS = bindings("question")

    class Answered(Message):
        """The person has answered: with an option, or None for "I do not know yet"."""

        def __init__(self, option: int | None) -> None:
            super().__init__()
            self.option = option

    class Back(Message):
        """The person wants to go back from a verdict."""

    class Closed(Message):
        """The verdict has been read."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(id="question")
        self._clock = clock
        self.asked: Asked | None = None
        self.verdict: Verdict | None = None
        self.choice: int | None = None
        self.warned = False
        self._hinted = False
        self._opened = 0.0
        self._last_key = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a question or its verdict is on the screen."""
        return self.asked is not None

    def open(self, asked: Asked) -> None:
        """Ask."""
        self.asked, self.verdict, self.choice = asked, None, None
        self.warned = self._hinted = False
        self._opened = self._clock()
        self.screen.set_focus(self)
        self.renew()

    def judge(self, verdict: Verdict) -> None:
        """Show what came of it; the next Enter closes."""
        self.verdict = verdict
        self._opened = self._clock()
        self.renew()

    def close(self) -> None:
        """Take the question off."""
        self.asked = self.verdict = None
        self.screen.set_focus(None)
        self.renew()

    # keys

    def keys_shown(self) -> dict[str, str]:
        """How the footer writes keys of this question: ``1-3``; "" for what it does not have."""
        if self.asked is None:
            return {}
        count = len(self.asked.options)
        choose = f"1-{count}" if count > 1 else "1"
        return {"choose": choose} if self.asked.hint else {"choose": choose, "hint": ""}

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

    def action_choose(self, key: str) -> None:
        """Choose by digit."""
        number = int(key) - 1
        if self.asked and self.verdict is None and number < len(self.asked.options):
            self.choice, self.warned = number, False
            self.renew()

    def _move(self, way: int) -> None:
        if self.asked is None or self.verdict is not None:
            return
        count = len(self.asked.options)
        start = -1 if way > 0 else count
        self.choice = ((start if self.choice is None else self.choice) + way) % count
        self.warned = False
        self.renew()

    def action_choose_down(self) -> None:
        """Next option; when the verdict is there, Right goes on."""
        if self.verdict is not None:
            self.action_answer()
        else:
            self._move(1)

    def action_choose_up(self) -> None:
        """Option before; when the verdict is there, Left goes back."""
        if self.verdict is not None:
            self.post_message(self.Back())
        else:
            self._move(-1)

    def action_hint(self) -> None:
        """Show the hint."""
        if self.asked:
            self._hinted = True
            self.renew()

    def action_answer(self) -> None:
        """Answer with what is chosen; without a choice ask once."""
        # keys that were under way when the question opened
        if self.asked is None or self._clock() - self._opened < self._pause():
            return
        if self.verdict is not None:
            self.post_message(self.Closed())
        elif self.choice is None and not self.warned:
            self.warned = True
            self.renew()
        else:
            self.post_message(self.Answered(self.choice))

    # drawing

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The rows that it takes; the conversation gets the rest."""
        return len(self.build(width, 99))

    def renew(self) -> None:
        """Draw; the height follows what there is to say."""
        super().renew()
        self.refresh(layout=True)

    def build(self, width: int, height: int) -> list[Row]:
        """Question, options, and what Enter does."""
        if self.asked is None:
            return []
        inner = width - 2
        head = [self._sign(), Seg(f" {self._head()}", "title")]
        rows: list[Row] = [ruled(head, [], width)]
        rows += [[Seg(" ", ""), *row] for row in flow(self.asked.ask, inner, "strong")]
        if self.verdict is None:
            for number in range(len(self.asked.options)):
                rows += self._option(number, inner)
            rows.append([Seg(f" {self._foot()}", "warning" if self.warned else "dim")])
            return rows
        return [*rows, *self._verdict_rows(self.verdict, self.asked, inner)]

    def _sign(self) -> Seg:
        if self.verdict is None:
            return Seg("?", "warning")
        if self.verdict.chosen is None:
            return Seg("·", "dim")
        right = self.verdict.chosen == self.verdict.right
        return Seg("✓", "good") if right else Seg("✗", "bad")

    def _head(self) -> str:
        if self.verdict is None:
            return self.asked.head if self.asked and self.asked.head else _("Predict")
        if self.verdict.head:
            return self.verdict.head
        if self.verdict.chosen is None:
            return _("Not known yet, and that is fine")
        return _("Right") if self.verdict.chosen == self.verdict.right else _("Not this time")

    def _foot(self) -> str:
        if self._hinted and self.asked:
            return self.asked.hint or _("There is no hint for this one.")
        if self.warned:
            return _("Enter again: I do not know yet")
        told = self.asked.foot if self.asked else ""
        return told or _("A wrong guess costs nothing.")

    def _option(self, number: int, inner: int) -> list[Row]:
        chosen = number == self.choice
        sign = "▸" if chosen else " "
        rows: list[Row] = []
        for at, row in enumerate(self._option_text(number, inner - 6, "")):
            lead = f" {sign} {number + 1}  " if at == 0 else "      "
            line = [Seg(lead, "key" if at == 0 else ""), *row]
            rows.append(add(line, "cursor") if chosen else line)
        return rows

    def _option_text(self, number: int, width: int, role: str, tail: str = "") -> list[list[Seg]]:
        assert self.asked is not None
        text = self.asked.options[number]
        if number in self.asked.lines:
            return chop_lines(text + tail, role or "code", width)
        return flow(text + tail, width, role)

    def _verdict_rows(self, verdict: Verdict, asked: Asked, inner: int) -> list[Row]:
        rows: list[Row] = []
        reasoned = verdict.right if verdict.chosen is None else verdict.chosen
        for number in _order(verdict, len(asked.options)):
            right, chosen = number == verdict.right, number == verdict.chosen
            glyph, role = ("✓", "good") if right else ("✗", "bad") if chosen else (" ", "dim")
            word = _("right") if right else _("your guess") if chosen else ""
            lead = Seg(f" {glyph} {number + 1}  ", role)
            # several lines are a way to do it: no one of them is the right one
            lone = "\n" not in asked.options[number]
            tail = f"  ({word})" if word and lone else ""
            base = "strong" if right or chosen else "dim"
            for at, row in enumerate(self._option_text(number, inner - 6, base, tail)):
                rows.append([lead, *row] if at == 0 else [Seg("      ", ""), *row])
            if number == reasoned and verdict.reason:
                rows += [[Seg("      ", ""), *row] for row in flow(verdict.reason, inner - 6)]
        if verdict.say:
            rows += [[Seg(" ", ""), *row] for row in flow(verdict.say, inner)]
        rows.append([Seg(_(" Enter goes on"), "dim")])
        return rows


def _order(verdict: Verdict, count: int) -> Sequence[int]:
    """The right one first, then the one that was chosen, then the others."""
    first = [verdict.right]
    if verdict.chosen is not None and verdict.chosen != verdict.right:
        first.append(verdict.chosen)
    return [*first, *(n for n in range(count) if n not in first)]
