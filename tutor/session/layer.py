"""The bytes of one layer, in both directions, and where each came from.

Layer 0 is the TCP payload; a byte of it maps to the packet that carried it. An inner layer
(inside TLS) maps a byte to the *range* of its parent that carried it, that is, to a record,
and so to packets. Missing bytes are kept as holes: offsets never shift.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from tutor.base import Direction


class _Stream:
    """One direction: bytes, holes, and the provenance of each piece by its end offset."""

    __slots__ = ("data", "ends", "first", "holes", "last")

    def __init__(self) -> None:
        self.data = bytearray()
        self.ends = array("Q")
        self.first = array("Q")  # layer 0: packet number; inner: start in the parent
        self.last = array("Q")  # layer 0: time in ns; inner: end in the parent
        self.holes: list[tuple[int, int]] = []

    def append(self, data: bytes, first: int, last: int) -> None:
        self.data += data
        self.ends.append(len(self.data))
        self.first.append(first)
        self.last.append(last)

    def skip(self, length: int, first: int, last: int) -> None:
        start = len(self.data)
        self.data += bytes(length)
        self.holes.append((start, len(self.data)))
        self.ends.append(len(self.data))
        self.first.append(first)
        self.last.append(last)

    def pieces(self, start: int, end: int) -> range:
        """Indices of the pieces that carried ``start`` to ``end``."""
        if start >= end:
            return range(0)
        return range(bisect_right(self.ends, start), bisect_left(self.ends, end) + 1)


class Layer:
    """A layer of a session.

    Attributes:
        kind: ``tcp`` or ``tls``.
        parent: index of the layer that carries it, None for the TCP payload.
    """

    __slots__ = ("_streams", "kind", "parent")

    def __init__(self, kind: str, parent: int | None = None) -> None:
        self.kind = kind
        self.parent = parent
        self._streams = (_Stream(), _Stream())

    @property
    def size(self) -> int:
        """Bytes held, both directions."""
        return sum(len(stream.data) for stream in self._streams)

    def append(self, direction: Direction, data: bytes, first: int, last: int) -> None:
        """Add the next bytes and what carried them (packet and time, or the parent's range)."""
        self._streams[direction].append(data, first, last)

    def skip(self, direction: Direction, length: int, first: int, last: int) -> None:
        """Add a hole of ``length`` bytes that were not captured."""
        self._streams[direction].skip(length, first, last)

    def length(self, direction: Direction) -> int:
        """Bytes of that direction so far, holes included."""
        return len(self._streams[direction].data)

    def data(self, direction: Direction, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end``; holes read as NUL."""
        return bytes(memoryview(self._streams[direction].data)[start:end])

    def captured(self, direction: Direction) -> bytes:
        """All bytes of the direction that were captured, holes left out."""
        stream = self._streams[direction]
        view = memoryview(stream.data)
        out = bytearray()
        at = 0
        for start, end in stream.holes:
            out += view[at:start]
            at = end
        out += view[at:]
        return bytes(out)

    def holes(self, direction: Direction) -> tuple[tuple[int, int], ...]:
        """The missing ranges, in order."""
        return tuple(self._streams[direction].holes)

    def carriers(self, direction: Direction, start: int, end: int) -> list[tuple[int, int]]:
        """What carried the range: (packet, time) for layer 0, (start, end) in the parent else."""
        stream = self._streams[direction]
        return [(stream.first[i], stream.last[i]) for i in stream.pieces(start, end)]
