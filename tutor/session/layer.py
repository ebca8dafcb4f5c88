"""The bytes of one layer, in both directions, and where each came from.

Layer 0 is the TCP payload; a byte of it maps to the packet that carried it. An inner layer
(inside TLS, a tunnel, compression) maps a byte to the *range* of its parent that carried it, a
record or a block, and so to packets. Missing bytes are kept as holes: offsets never shift.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from tutor.base import Direction


class _Stream:
    """One direction: the pieces as they came, holes, and the provenance of each piece.

    The pieces are kept as they are, not joined: a large message is in memory once.
    """

    __slots__ = ("ends", "first", "held", "holes", "last", "length", "pieces")

    def __init__(self) -> None:
        self.pieces: list[bytes | None] = []  # None: a hole
        self.ends = array("Q")
        self.first = array("Q")  # layer 0: packet number; inner: start in the parent
        self.last = array("Q")  # layer 0: time in ns; inner: end in the parent
        self.holes: list[tuple[int, int]] = []
        self.length = 0
        self.held = 0  # without the holes

    def append(self, data: bytes, first: int, last: int) -> None:
        self.held += len(data)
        self._add(data, len(data), first, last)

    def skip(self, length: int, first: int, last: int) -> None:
        self.holes.append((self.length, self.length + length))
        self._add(None, length, first, last)

    def _add(self, data: bytes | None, length: int, first: int, last: int) -> None:
        self.length += length
        self.pieces.append(data)
        self.ends.append(self.length)
        self.first.append(first)
        self.last.append(last)

    def within(self, start: int, end: int) -> range:
        """Indices of the pieces that carried ``start`` to ``end``."""
        if start >= end:
            return range(0)
        return range(bisect_right(self.ends, start), bisect_left(self.ends, end) + 1)

    def read(self, start: int, end: int) -> bytes:
        """The bytes of a range; holes read as NUL."""
        end = min(end, self.length)
        out = []
        for number in self.within(start, end):
            piece_end = self.ends[number]
            piece_start = self.ends[number - 1] if number else 0
            piece = self.pieces[number]
            low, high = max(start, piece_start), min(end, piece_end)
            if piece is None:
                out.append(bytes(high - low))
            else:
                out.append(piece[low - piece_start : high - piece_start])
        return b"".join(out)


class Layer:
    """A layer of a session.

    Attributes:
        kind: ``tcp``, ``tunnel`` (through a proxy), ``tls`` or ``deflate``.
        parent: index of the layer that carries it, None for the TCP payload.
        sealed: whether its bytes crossed encrypted; TLS may also only sign.
    """

    __slots__ = ("_streams", "kind", "parent", "sealed")

    def __init__(self, kind: str, parent: int | None = None, *, sealed: bool = False) -> None:
        self.kind = kind
        self.parent = parent
        self.sealed = sealed
        self._streams = (_Stream(), _Stream())

    @property
    def size(self) -> int:
        """Bytes held, both directions, holes left out."""
        return self._streams[0].held + self._streams[1].held

    def append(self, direction: Direction, data: bytes, first: int, last: int) -> None:
        """Add the next bytes and what carried them (packet and time, or the parent's range)."""
        self._streams[direction].append(data, first, last)

    def skip(self, direction: Direction, length: int, first: int, last: int) -> None:
        """Add a hole of ``length`` bytes that were not captured."""
        self._streams[direction].skip(length, first, last)

    def length(self, direction: Direction) -> int:
        """Bytes of that direction so far, holes included."""
        return self._streams[direction].length

    def data(self, direction: Direction, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end``; holes read as NUL."""
        return self._streams[direction].read(start, end)

    def captured(self, direction: Direction) -> bytes:
        """All bytes of the direction that were captured, holes left out."""
        return b"".join(piece for piece in self._streams[direction].pieces if piece is not None)

    def holes(self, direction: Direction) -> tuple[tuple[int, int], ...]:
        """The missing ranges, in order."""
        return tuple(self._streams[direction].holes)

    def carriers(self, direction: Direction, start: int, end: int) -> list[tuple[int, int]]:
        """What carried the range: (packet, time) for layer 0, (start, end) in the parent else."""
        stream = self._streams[direction]
        return [(stream.first[i], stream.last[i]) for i in stream.within(start, end)]
