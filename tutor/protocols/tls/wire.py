"""Reading TLS's presentation language: big-endian numbers and vectors with a length before them.

RFC 8446 3. ``Short`` is raised inside the package where bytes run out, and never leaves it.
"""

from __future__ import annotations


class Short(Exception):  # noqa: N818 - no error of ours: the wire's bytes run out
    """The bytes end before the structure does."""


class Reader:
    """A cursor over ``data``; ``at`` is where the next read begins."""

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes, at: int = 0, end: int | None = None) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end

    def __bool__(self) -> bool:
        return self.at < self.end

    def number(self, size: int) -> int:
        """An unsigned number of ``size`` bytes."""
        return int.from_bytes(self.take(size))

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        stop = self.at + size
        if stop > self.end:
            raise Short
        piece = self.data[self.at : stop]
        self.at = stop
        return piece

    def vector(self, size: int) -> Reader:
        """A vector whose length stands before it in ``size`` bytes; as a reader of its own."""
        length = self.number(size)
        start = self.at
        if start + length > self.end:
            raise Short
        self.at = start + length
        return Reader(self.data, start, self.at)

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(self.end - self.at)

    def numbers(self, size: int) -> list[int]:
        """All that is left, as numbers of ``size`` bytes; an odd remainder is dropped."""
        out = []
        while self.end - self.at >= size:
            out.append(self.number(size))
        return out
