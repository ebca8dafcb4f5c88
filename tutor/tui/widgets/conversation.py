"""What transcript and ladder share: a window of rows around the place, drawn from the middle.

Nothing is laid out but what the window shows, so a session of a million steps costs as much as one
of ten. The current line stays in the middle third; scrolling moves the window, not the place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection

from tutor.render.lines import Line, Seg
from tutor.tui.label import default_look
from tutor.tui.paint import Row, add
from tutor.tui.playback import Playback
from tutor.tui.widgets.rows import Rows
from tutor.words import _

PAST_LINES = 6
"""Lines of a message that is not the current step."""

NOW_LINES = 400
"""Lines of the current step that can be scrolled to."""


class Conversation(Rows):
    """A window on a playback.

    Attributes:
        playback: what is played; None draws nothing.
        look: the roles a lesson points at in the current step; None lets the line decide.
        asking: whether the answer to a question would come next.
        found: what was searched for, "" where nothing was.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.playback: Playback | None = None
        self.look: Collection[str] | None = None
        self.asking = False
        self.found = ""
        self._offset = 0
        self._focus: int | None = None

    # what a subclass says

    def head(self, width: int) -> list[Row]:
        """Rows that stay at the top."""
        return []

    def step_rows(self, index: int, width: int, *, now: bool) -> list[Row]:
        """The rows of one event."""
        raise NotImplementedError

    def ask_row(self, width: int) -> Row:
        """The row in the place of an answer that is still to be predicted."""
        raise NotImplementedError

    # scrolling

    def follow(self) -> None:
        """Show the place again."""
        self._offset, self._focus = 0, None

    def scroll_by(self, rows: int) -> None:
        """Move the window by rows."""
        self._offset += rows
        self.renew()

    def scroll_edge(self, *, end: bool) -> None:
        """Move the window to the first or the last event that was reached."""
        if self.playback and (reached := self.playback.until_now()):
            self._focus = reached[-1] if end else reached[0]
            self._offset = 0
            self.renew()

    # drawing

    def looked_at(self, lines: list[Line]) -> Collection[str]:
        """The roles to highlight in the current step."""
        if self.look is not None:
            return self.look
        return default_look(lines[0])

    def build(self, width: int, height: int) -> list[Row]:
        """The head, and a window of rows around the place."""
        head = self.head(width)
        if self.playback is None or not len(self.playback.session):
            return head
        return [*head, *self._window(self.playback, width, max(1, height - len(head)))]

    def _window(self, playback: Playback, width: int, height: int) -> list[Row]:
        reached = playback.until_now()
        focus = playback.place if self._focus is None else self._focus
        if focus not in reached:
            return []
        at = bisect_left(reached, focus)
        block = self._rows(playback, focus, width)
        lowest, highest = self._thirds(len(block) + self.asking, height)
        above: list[Row] = []
        before = at - 1
        while before >= 0 and len(above) < highest - self._offset:
            above = [*self._rows(playback, reached[before], width), *above]
            before -= 1
        # a young conversation starts at the top of the middle third and grows to its end
        anchor = max(lowest, min(highest, len(above)))
        if before < 0:
            self._offset = max(self._offset, min(0, anchor - len(above)))
        below = list(block)
        if self.asking and focus == reached[-1]:
            below.append(self.ask_row(width))
        after = at + 1
        while after < len(reached) and len(below) < height - anchor + max(0, self._offset):
            below += [
                row if focus != playback.place else add(row, "past")
                for row in self._rows(playback, reached[after], width)
            ]
            after += 1
        self._offset = min(self._offset, anchor + len(below) - 1)
        rows: list[Row] = [*above, *below]
        hidden = (
            0 if self.look is None or self._focus is not None else _hidden(block, anchor, height)
        )
        top = len(above) - anchor + self._offset + hidden
        blank: list[Row] = [[]] * max(0, -top)
        window = [*blank, *rows[max(0, top) :]][:height]
        if hidden > anchor and not self._offset:
            window[:2] = [block[0], [Seg("      ...", "dim")]]
        return window

    def _rows(self, playback: Playback, index: int, width: int) -> list[Row]:
        return self.step_rows(index, width, now=index == playback.place)

    def _thirds(self, block: int, height: int) -> tuple[int, int]:
        """The highest and the lowest window row for the current line: in the middle third."""
        top = height // 3
        return top, max(top, min((2 * height) // 3 - 1, height - block))

    def more(self) -> Seg:
        """The words for a question that waits."""
        return Seg(_("predict, then Enter"), "strong")


def _hidden(block: list[Row], anchor: int, height: int) -> int:
    """How many rows to scroll, so that a long step shows what a lesson points at in it.

    The step begins at row ``anchor`` of a window of ``height``. Where its first row goes out of
    sight, two rows say which step it is.
    """
    looked = [n for n, row in enumerate(block) if any("+look" in seg.role for seg in row)]
    if not looked:
        return 0
    last = min(looked[-1] + 1, len(block) - 1)  # with its label
    most = looked[0] + anchor - (2 if looked[0] else 0)
    return max(0, min(most, last + anchor - (height - 1)))
