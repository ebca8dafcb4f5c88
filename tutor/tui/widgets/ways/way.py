"""What all ways of answering share: a cursor, an answer that grows, rows to be drawn.

A way knows neither Textual nor the clock: the question's widget gives it keys and draws its rows.
"""

from __future__ import annotations

from tutor.lesson.question import Option, Question
from tutor.lesson.scene import Verdict
from tutor.render.lines import Seg
from tutor.tui.paint import Row, add
from tutor.tui.wrap import chop_lines, flow
from tutor.words import _

LEAD = 6
"""Cells before an item's text: cursor, number, blanks."""


class Way:
    """One open question and what has been answered so far.

    Attributes:
        question: what is asked.
        cursor: the marked option, from 0; None before the first arrow.
    """

    picks = False
    """Whether Space does something of its own to the marked item; else it answers like Enter."""

    takes_back = False
    """Whether Backspace takes something back."""

    types = False
    """Whether letters and digits are typed in."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.cursor: int | None = None

    # keys

    def move(self, step: int) -> None:
        """An arrow: mark the next option (+1) or the one before (-1), all around."""
        count = len(self.question.options)
        if count:
            start = -1 if step > 0 else count
            self.cursor = ((start if self.cursor is None else self.cursor) + step) % count

    def digit(self, number: int) -> None:
        """A digit: option ``number``, from 0, which is there."""

    def pick(self) -> None:
        """Space, where the way picks."""

    def take_back(self) -> None:
        """Backspace."""

    def type(self, key: str, character: str) -> bool:
        """A key of who types; whether it was taken."""
        return False

    # what there is

    @property
    def answer(self) -> str | None:
        """The answer, ready to be given; None while there is none."""
        return None

    @property
    def lacks(self) -> str:
        """What is still missing where something was begun, in a sentence; else ""."""
        return ""

    @property
    def without(self) -> str:
        """What a second Enter without an answer means."""
        return _("Enter again: I do not know yet")

    @property
    def keys(self) -> str:
        """How the footer writes the keys that choose: ``1-3``; "" where there are none."""
        count = len(self.question.options)
        return f"1-{count}" if count > 1 else "1"

    @property
    def help(self) -> str:
        """How to answer, in a short sentence."""
        raise NotImplementedError

    # drawing

    def rows(self, width: int) -> list[Row]:
        """The open question below its text."""
        raise NotImplementedError

    def judged(self, verdict: Verdict, width: int) -> list[Row]:
        """What was right, what was answered, and why."""
        raise NotImplementedError


def item(lead: Row, text: list[Row], *, marked: bool = False) -> list[Row]:
    """Rows of an item: its lead, and its text beside it; the marked one has the cursor's role."""
    blank = Seg(" " * sum(len(seg.text) for seg in lead), "")
    rows: list[Row] = [[*(lead if at == 0 else [blank]), *row] for at, row in enumerate(text)]
    return [add(row, "cursor") for row in rows] if marked else rows


def text_rows(option: Option, width: int, role: str = "", tail: str = "") -> list[Row]:
    """An option's text: a captured line as it is, with its blanks; ours between words."""
    if option.line:
        return list(chop_lines(option.text + tail, role or "code", width))
    return list(flow(option.text + tail, width, role))


def indented(text: str, width: int, cells: int, role: str = "") -> list[Row]:
    """A text of ours, set in by so many cells; nothing for ""."""
    if not text:
        return []
    return [[Seg(" " * cells, ""), *row] for row in flow(text, width - cells, role)]
