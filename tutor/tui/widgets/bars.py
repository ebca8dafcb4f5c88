"""The title, the footer, the line for short notices, and the sentence for tiny terminals."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.render.lines import Seg
from tutor.tui import actions
from tutor.tui.paint import Row, justify, width_of
from tutor.tui.widgets.rows import Rows
from tutor.words import _


class Title(Rows):
    """The first line of a screen: what this is on the left, where we are on the right."""

    def __init__(self) -> None:
        super().__init__(id="title")
        self._left: Row = ()
        self._right: Row = ()

    def say(self, left: Row, right: Row = ()) -> None:
        """Show these; the roles should end in ``bar``."""
        self._left, self._right = left, right
        self.renew()

    def build(self, width: int, height: int) -> list[Row]:
        """One row."""
        left = [Seg(" ", "bar"), *self._left]
        return [justify(left, [*self._right, Seg(" ", "bar")], width, Seg(" ", "bar"))]


class Footer(Rows):
    """At most five verbs of the room; fewer where they do not fit."""

    def __init__(self, room: str) -> None:
        super().__init__(id="footer")
        self._room = room
        self._keys: Mapping[str, str] = {}
        self._verbs: Mapping[str, str] = {}

    def enter(self, room: str, keys: Mapping[str, str]) -> None:
        """Show the verbs of another room (a question opened or closed), with its keys."""
        self._room, self._keys = room, keys
        self.renew()

    def call(self, verbs: Mapping[str, str]) -> None:
        """Use other words for what some actions do just now."""
        self._verbs = verbs
        self.renew()

    def build(self, width: int, height: int) -> list[Row]:
        """One row."""
        row: list[Seg] = [Seg(" ", "bar")]
        for key, word in actions.footer(self._room, self._keys, self._verbs):
            piece = [Seg(key, "keybar"), Seg(f" {word}", "bar"), Seg("  ", "bar")]
            if width_of(row) + width_of(piece) - 2 <= width:
                row += piece
        return [row]


class Note(Rows):
    """One line for short notices; it goes with the next key."""

    def __init__(self) -> None:
        super().__init__(id="note")
        self.display = False
        self._row: list[Seg] = []

    def say(self, words: str) -> None:
        """Show a notice; an empty one hides the line."""
        self._row = [Seg(" ", ""), Seg(words, "strong")] if words else []
        self.display = bool(words)
        self.renew()

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(seg.text for seg in self._row)

    def build(self, width: int, height: int) -> list[Row]:
        """One row."""
        return [self._row]


class TooSmall(Rows):
    """What a terminal below 60x16 shows in place of everything else."""

    def __init__(self) -> None:
        super().__init__(id="too-small")

    def build(self, width: int, height: int) -> list[Row]:
        """The sentence, broken to what there is."""
        from tutor.tui.wrap import flow

        words = _("This terminal is too small: wiretutor needs 60 columns and 16 lines.")
        kept = _("Make it larger; your place is kept.")
        return [*flow(f"{words} {kept}", max(8, width))]
