"""Compression as a carrier: each direction is a raw DEFLATE stream (RFC 4978).

It has no records, but a sender that flushes leaves a mark, and there an event may end at once.
"""

from __future__ import annotations

from tutor.base import Direction
from tutor.protocols.deflate import PIECE, Inflater
from tutor.protocols.events import Anomaly, Kind
from tutor.session.blocks import Block, Blocks
from tutor.session.carrier import Inner, Items

_FLUSHED = b"\0\0\xff\xff"
"""How an empty stored block ends, which a sender puts behind what is to be read at once."""


class DeflateCarrier(Blocks):
    """IMAP's compression (RFC 4978): a raw DEFLATE stream each way.

    Args:
        layer: index of the layer whose bytes it reads.
        shut: inflate nothing: too many layers lie around it already.
    """

    kind = "deflate"
    size = PIECE

    def __init__(self, layer: int, *, shut: bool = False) -> None:
        super().__init__(layer)
        self._inflaters = (Inflater(), Inflater())
        self._tails = [b"", b""]  # the last bytes of the block, in which a mark may have begun
        why = Anomaly.INFLATED_TOO_MUCH if shut else None
        self._stopped: list[Anomaly | None] = [why, why]
        self._named = [False, False]  # why it was stopped was said

    def feed(self, direction: Direction, data: bytes) -> Items:
        """See ``Carrier``."""
        for piece in self.pieces(direction, data):
            while piece:
                size = 0 if self._stopped[direction] else self._mark(direction, piece)
                yield from self._inflate(direction, piece[: size or None], marked=size > 0)
                piece = piece[size:] if size else b""

    def gap(self, direction: Direction, length: int) -> Items:
        """See ``Carrier``."""
        start = self.blocks[direction].at
        yield from self.lose(direction, length)
        if not self._stopped[direction]:
            self._stopped[direction] = Anomaly.GAP_IN_LINE
            # at least about so much text: compressed is shorter
            yield Inner(direction, b"", start, start + length, length)

    def turn(self, direction: Direction) -> Items:
        """See ``Carrier``."""
        self._tails[direction] = b""
        block = self.blocks[direction]
        if block.at > block.start:
            yield from self._end(direction, block)

    def _mark(self, direction: Direction, piece: bytes) -> int:
        """How much of the piece there is up to and with the mark, 0 where there is none."""
        tail = self._tails[direction]
        found = (tail + piece).find(_FLUSHED)
        if found >= 0:
            return found + len(_FLUSHED) - len(tail)
        self._tails[direction] = (tail + piece)[-(len(_FLUSHED) - 1) :]
        return 0

    def _inflate(self, direction: Direction, piece: bytes, *, marked: bool) -> Items:
        block = self.blocks[direction]
        start = block.at
        if self._stopped[direction]:
            block.at += len(piece)
            if block.at - block.start == self.size:
                yield from self._end(direction, block)
            return
        inflater = self._inflaters[direction]
        text, used = inflater.feed(piece)
        block.at += used
        if text:
            yield Inner(direction, text, start, block.at)
        if used < len(piece):
            yield from self._stop(direction, block, Anomaly.BAD_DEFLATE)
            for rest in self.pieces(direction, piece[used:]):
                yield from self._inflate(direction, rest, marked=False)
        elif marked or block.at - block.start == self.size:
            yield from self._end(direction, block)

    def _end(self, direction: Direction, block: Block) -> Items:
        """The block ends here: tell it, and see that the bound is kept."""
        self._tails[direction] = b""
        why = self._stopped[direction]
        if why is None:
            yield self.told(direction, block)
            if self._inflaters[direction].too_much:
                yield from self._stop(direction, block, Anomaly.INFLATED_TOO_MUCH)
            return
        odd = () if self._named[direction] else (why,)
        self._named[direction] = True
        yield self.told(direction, block, Kind.UNPARSED, odd)

    def _stop(self, direction: Direction, block: Block, why: Anomaly) -> Items:
        if block.at > block.start:
            yield self.told(direction, block)
        self._stopped[direction] = why
        # how much is missing cannot be told; the observer inside must know that something is
        yield Inner(direction, b"", block.at, block.at, 1)
