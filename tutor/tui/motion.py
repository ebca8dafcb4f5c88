"""Whether things may move: ``WIRETUTOR_REDUCED_MOTION=1`` keeps all still.

One thing moves: on the ladder a message crosses the wire, in a quarter of a second. Nothing is
said by the movement alone, and the next key never waits for it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from tutor.render.lines import Seg
from tutor.tui.paint import Row, width_of

FRAMES = 6
SECONDS = 0.04
"""A frame; all of them take a quarter of a second."""


def reduced(environment: Mapping[str, str] | None = None) -> bool:
    """Whether nothing is to move: told so, or on a terminal that only writes."""
    env = os.environ if environment is None else environment
    return env.get("WIRETUTOR_REDUCED_MOTION", "") not in ("", "0") or env.get("TERM") == "dumb"


def arrived(row: Row, share: float, width: int, *, from_left: bool) -> Row:
    """A row of which a share has come: the rest of its ``width`` is still blank."""
    cells = round(width * share)
    if cells >= width:
        return row
    left = cells if from_left else width - cells
    if left <= 0:
        before: Row = []
        after: Row = list(row)
    else:
        before, after = _split(row, left)
    if from_left:
        return [*before, Seg(" " * (width - width_of(before)), "")]
    return [Seg(" " * (width - width_of(after)), ""), *after]


def _split(row: Row, cells: int) -> tuple[Row, Row]:
    """A row in two, the first of at most so many cells."""
    before: list[Seg] = []
    after: list[Seg] = []
    room = cells
    for seg in row:
        if after or room <= 0:
            after.append(seg)
        elif width_of([seg]) <= room:
            before.append(seg)
            room -= width_of([seg])
        else:
            at = _fits(seg.text, room)
            before.append(Seg(seg.text[:at], seg.role))
            after.append(Seg(seg.text[at:], seg.role))
    return before, after


def _fits(text: str, room: int) -> int:
    """How many characters of a text fit into so many cells."""
    at = 0
    while at < len(text) and width_of([Seg(text[: at + 1], "")]) <= room:
        at += 1
    return at
