"""The one way from segments to the terminal: role -> style, sanitised again, no markup.

Everything that the app draws, captured or our own, is a ``Row`` of ``Seg``. ``strip`` makes it a
Textual ``Strip`` of exact width. Text passes the sanitiser once more here, so that a file name, a
server name or an address that nobody thought of is harmless too; markup does not exist on this way.

A role may carry modifiers after a plus sign: ``password+look`` is the role ``password``, with the
one highlight of the screen on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.base import sanitise
from tutor.render.lines import Seg

Row: TypeAlias = Sequence[Seg]
"""One line of the screen."""

ELLIPSIS = "…"


@dataclass(frozen=True)
class Palette:
    """The styles of a theme.

    Attributes:
        name: the theme's name, also known to Textual.
        text: style of plain text on the theme's background.
        roles: styles of roles; a role that is not here is plain text.
        modifiers: styles laid over the role's: ``look``, ``past``, ``cursor``.
    """

    name: str
    text: Style
    roles: Mapping[str, Style]
    modifiers: Mapping[str, Style]
    _made: dict[str, Style] = field(default_factory=dict, compare=False, repr=False)

    def style(self, role: str) -> Style:
        """The style of a role with its modifiers."""
        made = self._made.get(role)
        if made is None:
            name, *modifiers = role.split("+")
            made = self.text + self.roles.get(name, Style.null())
            for modifier in modifiers:
                made += self.modifiers.get(modifier, Style.null())
            self._made[role] = made
        return made


def strip(row: Row, width: int, palette: Palette) -> Strip:
    """Draw a row in exactly ``width`` cells: cut with an ellipsis, or filled up."""
    segments: list[Segment] = []
    left = width
    for text, role in fit(row, width):
        clean = sanitise(text)
        size = cell_len(clean)
        if size > left:
            clean, size = set_cell_size(clean, left), left
        segments.append(Segment(clean, palette.style(role)))
        left -= size
    if left > 0:
        # a row that ends in a cursor or bar keeps it to the edge
        last = row[-1].role if row and row[-1].role.endswith(("+cursor", "bar")) else ""
        segments.append(Segment(" " * left, palette.style(last)))
    return Strip(segments, width)


def width_of(row: Row) -> int:
    """How many cells a row takes."""
    return sum(cell_len(segment.text) for segment in row)


def fit(row: Row, width: int) -> list[Seg]:
    """Cut a row that is too wide, and say so by an ellipsis."""
    if width_of(row) <= width:
        return list(row)
    out: list[Seg] = []
    left = width - 1
    for text, role in row:
        size = cell_len(text)
        if size >= left:
            out += [Seg(set_cell_size(text, max(left, 0)), role), Seg(ELLIPSIS, "dim")]
            return out
        out.append(Seg(text, role))
        left -= size
    return out


def justify(left: Row, right: Row, width: int, fill: Seg | None = None) -> list[Seg]:
    """A row with one part at each edge; the left one is cut where both do not fit."""
    filler = fill or Seg(" ", "")
    room = max(0, width - width_of(right))
    # what is cut off keeps a blank before its neighbour
    kept = left if width_of(left) <= room else fit(left, max(0, room - 1))
    gap = width - width_of(kept) - width_of(right)
    return [*kept, Seg(filler.text * max(0, gap), filler.role), *right]


def add(row: Iterable[Seg], modifier: str) -> list[Seg]:
    """The row with a modifier on every segment."""
    return [Seg(text, f"{role}+{modifier}") for text, role in row]
