"""The frame of both preambles: units of bytes in each direction, then the tunnel.

Each direction is read for itself: what a unit is shows in its own bytes, so it does not matter how
they were cut, and a capture of one side can be read as well.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from tutor.base import Direction, Part, Role, Span
from tutor.protocols.events import Anomaly, Event, Kind

MOST = 1 << 16
"""A unit that is longer than this is none."""

Cuts = Sequence[tuple[Role, int]]
"""Roles and lengths, one behind the other."""


class Unit:
    """One message of a preamble.

    Attributes:
        size: how many bytes it has.
        about: what it is, in a word.
        cuts: its parts; what they leave over is ``unparsed``.
        last: whether the tunnel begins behind it.
    """

    __slots__ = ("about", "cuts", "last", "size")

    def __init__(self, size: int, about: str, cuts: Cuts, *, last: bool = False) -> None:
        self.size = size
        self.about = about
        self.cuts = cuts
        self.last = last


class _Side:
    __slots__ = ("base", "data", "lost", "open", "units")

    def __init__(self) -> None:
        self.base = 0
        self.data = bytearray()
        self.units = 0
        self.open = False  # the tunnel has begun
        self.lost = False  # what came is no preamble: nothing more is read into it


class Preamble(ABC):
    """Reads both directions up to where the tunnel begins. Never raises.

    Args:
        layer: index of the layer whose bytes it reads.
    """

    name: ClassVar[str]

    def __init__(self, layer: int = 0) -> None:
        self._layer = layer
        self._sides = (_Side(), _Side())

    @abstractmethod
    def unit(self, direction: Direction, data: bytes, number: int) -> Unit | bool | None:
        """The unit with which ``data`` begins, the ``number``th of its direction (from 0).

        None: more bytes must tell. True: the tunnel has begun before it. False: it is none.
        """

    def feed(self, direction: Direction, data: bytes) -> list[Event]:
        """Take the next bytes; give the messages that are whole."""
        side = self._sides[direction]
        side.data += data
        out: list[Event] = []
        while side.data and not (side.open or side.lost):
            unit = self.unit(direction, bytes(side.data[: MOST + 1]), side.units)
            if unit is None and len(side.data) <= MOST:
                break
            if unit is True:
                side.open = True
            elif isinstance(unit, Unit):
                side.units += 1
                out.append(self._event(direction, side, unit))
                side.open = unit.last
            else:
                side.lost = True
        return out

    def tunnel(self, direction: Direction) -> int | None:
        """Stream offset at which the tunnel begins, None while that has not come."""
        side = self._sides[direction]
        return side.base if side.open else None

    def rest(self, direction: Direction) -> bytes:
        """Hand over (once) the bytes behind the preamble that were already fed."""
        side = self._sides[direction]
        rest = bytes(side.data)
        side.data.clear()
        return rest

    def gap(self, direction: Direction, length: int) -> list[Event]:
        """Take note of missing bytes. What comes after them is taken for the tunnel."""
        out = self.finish(direction, Anomaly.GAP_IN_LINE)
        side = self._sides[direction]
        span = Span(self._layer, direction, side.base, side.base + length)
        parts = (Part(Role.UNPARSED, span.start, span.end),) if length else ()
        side.base = span.end
        side.open = not side.lost
        return [*out, Event(Kind.GAP, span, parts)]

    def finish(self, direction: Direction, why: Anomaly = Anomaly.TRUNCATED) -> list[Event]:
        """Give what waits: an unfinished message, or bytes that are none."""
        side = self._sides[direction]
        if not side.data or side.open:
            return []
        odd = (Anomaly.UNPARSED_LINE,) if side.lost else (why,)
        size = len(side.data)
        return [self._event(direction, side, Unit(size, "", ()), Kind.UNPARSED, odd)]

    def _event(
        self,
        direction: Direction,
        side: _Side,
        unit: Unit,
        kind: Kind = Kind.PREAMBLE,
        odd: tuple[Anomaly, ...] = (),
    ) -> Event:
        start, at, parts = side.base, side.base, []
        side.base = end = start + unit.size
        del side.data[: unit.size]
        for role, size in (*unit.cuts, (Role.UNPARSED, unit.size)):
            stop = min(at + size, end)
            if stop > at:
                parts.append(Part(role, at, stop))
                at = stop
        span = Span(self._layer, direction, start, end)
        return Event(kind, span, tuple(parts), self.name, "", unit.about, "", odd)
