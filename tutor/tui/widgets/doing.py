"""The parts of the typing screen: the task, what is still wanted, and the line that is typed."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size
from textual.widgets import Input

from tutor.lesson.doing import Grade, Item, Mark
from tutor.render.lines import Seg
from tutor.tui.paint import Row
from tutor.tui.widgets.panels import Panel, ruled
from tutor.tui.widgets.rows import Rows
from tutor.tui.wrap import flow
from tutor.words import _

_GLYPHS = {
    Mark.OPEN: ("·", "dim"),
    Mark.DONE: ("✓", "good"),
    Mark.KEPT: ("✓", "good"),
    Mark.WRONG: ("✗", "bad"),
}


class TaskPane(Rows):
    """What is to be done; as high as its text.

    Args:
        ask: the text.
    """

    def __init__(self, ask: str) -> None:
        super().__init__(id="task")
        self._ask = ask

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The rows that it takes."""
        return len(self.build(width, 99))

    def build(self, width: int, height: int) -> list[Row]:
        """A rule, and the text."""
        head: Row = [Seg("▸", "key"), Seg(" " + _("Your turn: you are the client"), "title")]
        rows: list[Row] = [ruled(head, [], width)]
        return [*rows, *([Seg(" ", ""), *row] for row in flow(self._ask, width - 2, "strong"))]


class Checklist(Panel):
    """What is wanted, each thing with a glyph, a word and a sentence."""

    def __init__(self) -> None:
        super().__init__(id="checklist")
        self._grade = Grade((), ())

    def show(self, grade: Grade) -> None:
        """Show how it stands."""
        self._grade = grade
        self.title = [Seg(_("What is wanted"), "title")]
        self.renew()

    def content(self, width: int) -> list[Row]:
        """Each thing with its mark; what is still to be done comes first, where room is short."""
        items = self._grade.items
        left = [item for item in items if item.mark in (Mark.OPEN, Mark.WRONG)]
        there = [item for item in items if item not in left]
        return [row for item in (*left, *there) for row in _item(item, width)]


def _item(item: Item, width: int) -> list[Row]:
    glyph, role = _GLYPHS[item.mark]
    text = flow(item.line(), max(10, width - 2))
    return [
        [Seg(f"{glyph} ", role) if number == 0 else Seg("  ", ""), *row]
        for number, row in enumerate(text)
    ]


class Lead(Rows):
    """Who speaks in the line that is typed."""

    def __init__(self) -> None:
        super().__init__(id="lead")

    def build(self, width: int, height: int) -> list[Row]:
        """One row."""
        return [[Seg(" " + _("Client: "), "client")]]


class Typing(Input):
    """The line that is typed; what was sent can be had again.

    Args:
        send: gets the line.
    """

    def __init__(self, send: Callable[[str], None]) -> None:
        super().__init__(id="typing", select_on_focus=False)
        self._send = send
        self._sent: list[str] = []
        self._at = 0

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send the line, and begin the next one."""
        event.stop()
        if event.value:
            self._sent.append(event.value)
        self._at = len(self._sent)
        self.value = ""
        self._send(event.value)

    def recall(self, way: int) -> None:
        """Put a line that was sent before (-1), or after that one (+1), into the line."""
        self._at = max(0, min(len(self._sent), self._at + way))
        self.value = self._sent[self._at] if self._at < len(self._sent) else ""
        self.cursor_position = len(self.value)
