"""Take bytes apart into the choices of a target, and put choices together into bytes.

A fuzzer knows bytes only. ``Material`` reads numbers, choices and pieces from them; whatever the
bytes are, something comes out, so that no mutation is wasted. ``Writer`` is the way back: seeds
are made of real captures with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

from tutor.base import CLIENT, Direction

Piece: TypeAlias = tuple[Direction, bytes | int]
"""Bytes of a direction, or the length of a gap."""

_T = TypeVar("_T")
_MOST_PIECES = 400


class Material:
    """Reads choices from bytes; when they are used up, it gives zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self._data) - self._at

    def number(self, size: int = 1) -> int:
        """An unsigned number of ``size`` bytes."""
        return int.from_bytes(self.take(size).ljust(size, b"\0"), "big")

    def choice(self, values: Sequence[_T]) -> _T:
        """One of these."""
        return values[self.number() % len(values)]

    def take(self, size: int) -> bytes:
        """The next bytes, fewer at the end."""
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(self.left)

    def pieces(self, words: Sequence[bytes]) -> list[Piece]:
        """Two-sided talk: bytes as they are, words of a vocabulary, gaps."""
        out: list[Piece] = []
        while self.left and len(out) < _MOST_PIECES:
            code = self.number()
            direction = Direction(code & 1)
            if code & 0x02:
                out.append((direction, self.take(self.number(1 + (code >> 2 & 1)))))
            elif code & 0x04:
                out.append((direction, self.choice(words)))
            elif code & 0x08:
                out.append((direction, self.number(1 + (code >> 4 & 1)) + 1))
            else:
                out.append((direction, self.choice(words) + b"\r\n"))
        return out


class Writer:
    """Makes the bytes of which ``Material`` reads the same."""

    def __init__(self) -> None:
        self._out = bytearray()

    def number(self, value: int, size: int = 1) -> Writer:
        """An unsigned number."""
        self._out += value.to_bytes(size, "big")
        return self

    def raw(self, data: bytes) -> Writer:
        """Bytes as they are."""
        self._out += data
        return self

    def pieces(self, talk: Sequence[Piece]) -> Writer:
        """Two-sided talk."""
        for direction, item in talk:
            side = int(direction is not CLIENT)
            if isinstance(item, int):
                self.number(0x18 | side).number(min(item, 65536) - 1, 2)
                continue
            for at in range(0, len(item), 65535):
                piece = item[at : at + 65535]
                self.number(0x06 | side).number(len(piece), 2).raw(piece)
        return self

    def done(self) -> bytes:
        """All of it."""
        return bytes(self._out)
