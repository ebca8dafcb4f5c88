"""Carriers without records: a proxy's tunnel, and what it has in common with compression.

Their ``carried`` events end where the other end speaks, or at a fixed size, so that it does not
matter how TCP cut the bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from tutor.base import CLIENT, SERVER, Direction, Part, Role, Span
from tutor.protocols.events import Anomaly, Event, Kind
from tutor.protocols.tunnel import Preamble
from tutor.session.carrier import Carrier, Inner, Items

_BLOCK = 1 << 14


class Block:
    """The bytes of one direction that no event has told yet."""

    __slots__ = ("at", "start")

    def __init__(self) -> None:
        self.start = 0
        self.at = 0


class Blocks(Carrier):
    """What tunnels and compression have in common.

    Attributes:
        size: bytes at which a block ends in any case.
        blocks: what waits in each direction.
    """

    size: ClassVar[int] = _BLOCK

    def __init__(self, layer: int) -> None:
        self._layer = layer
        self.blocks = (Block(), Block())

    def begin(self, direction: Direction, at: int) -> None:
        """See ``Carrier``."""
        self.blocks[direction].start = self.blocks[direction].at = at

    def turn(self, direction: Direction) -> Items:
        """See ``Carrier``."""
        block = self.blocks[direction]
        if block.at > block.start:
            yield self.told(direction, block)

    def finish(self) -> Items:
        """See ``Carrier``."""
        for direction in (CLIENT, SERVER):
            yield from self.turn(direction)

    def pieces(self, direction: Direction, data: bytes) -> Iterator[bytes]:
        """Cut so that no piece is of two blocks."""
        at = 0
        while at < len(data):
            block = self.blocks[direction]
            end = at + self.size - (block.at - block.start)
            yield data[at:end]
            at = end

    def told(
        self,
        direction: Direction,
        block: Block,
        kind: Kind = Kind.CARRIED,
        odd: tuple[Anomaly, ...] = (),
    ) -> Event:
        """The event of what has come since the last one; another block begins."""
        start, end = block.start, block.at
        block.start = end
        role = Role.CARRIED if kind is Kind.CARRIED else Role.UNPARSED
        parts = (Part(role, start, end),)
        name = "" if kind is Kind.GAP else self.kind
        return Event(kind, Span(self._layer, direction, start, end), parts, name, anomalies=odd)

    def lose(self, direction: Direction, length: int) -> Items:
        """The block ends, and so many bytes behind it are missing."""
        yield from self.turn(direction)
        block = self.blocks[direction]
        block.at += length
        yield self.told(direction, block, Kind.GAP)


class TunnelCarrier(Blocks):
    """A preamble in each direction, and then the tunnel, byte for byte."""

    kind = "tunnel"

    def __init__(self, layer: int, preamble: Preamble) -> None:
        super().__init__(layer)
        self._preamble = preamble
        self._inside = [False, False]

    def feed(self, direction: Direction, data: bytes) -> Items:
        """See ``Carrier``."""
        if not self._inside[direction]:
            yield from self._preamble.feed(direction, data)
            if not self._enter(direction):
                return
            data = self._preamble.rest(direction)
        block = self.blocks[direction]
        for piece in self.pieces(direction, data):
            start = block.at
            block.at += len(piece)
            yield Inner(direction, piece, start, block.at)
            if block.at - block.start == self.size:
                yield self.told(direction, block)

    def gap(self, direction: Direction, length: int) -> Items:
        """See ``Carrier``."""
        if not self._inside[direction]:
            yield from self._preamble.gap(direction, length)
            self._enter(direction)
            return
        start = self.blocks[direction].at
        yield from self.lose(direction, length)
        yield Inner(direction, b"", start, start + length, length)

    def finish(self) -> Items:
        """See ``Carrier``."""
        for direction in (CLIENT, SERVER):
            if not self._inside[direction]:
                yield from self._preamble.finish(direction)
        yield from super().finish()

    def _enter(self, direction: Direction) -> bool:
        at = self._preamble.tunnel(direction)
        if at is not None:
            self._inside[direction] = True
            self.begin(direction, at)
        return at is not None
