"""What carries one layer inside another: TLS, a proxy's tunnel, compression.

A carrier takes the bytes of its layer from some offset on, in each direction. It gives events that
tile them, and the bytes of the layer inside, each with the range that carried it. Tunnels and
DEFLATE have no records: their ``carried`` events end where the other end speaks, at a mark that the
bytes themselves hold, or at a fixed size, so that it does not matter how TCP cut them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from tutor.base import CLIENT, SERVER, Direction, Part, Role, Span
from tutor.protocols.deflate import PIECE, Inflater
from tutor.protocols.events import Anomaly, Event, Kind
from tutor.protocols.tls import KeyLog, TlsFacts, TlsObserver
from tutor.protocols.tunnel import Preamble

_FLUSHED = b"\0\0\xff\xff"
"""How an empty stored block ends, which a sender puts behind what is to be read at once."""

_BLOCK = 1 << 14


class Inner(NamedTuple):
    """Bytes of the layer inside, and the range of this layer that carried them.

    ``missing`` is 0, or (about) how many bytes are missing here; then ``data`` is empty.
    """

    direction: Direction
    data: bytes
    start: int
    end: int
    missing: int = 0


Items = Iterator[Event | Inner]


class Carrier(ABC):
    """Each method gives what is known then, in order."""

    kind: ClassVar[str]
    """Of the layer inside."""

    @abstractmethod
    def begin(self, direction: Direction, at: int) -> None:
        """From this offset on the direction is the carrier's."""

    @abstractmethod
    def feed(self, direction: Direction, data: bytes) -> Items:
        """Take the next bytes."""

    @abstractmethod
    def gap(self, direction: Direction, length: int) -> Items:
        """Take note of missing bytes."""

    def turn(self, direction: Direction) -> Items:
        """This end pauses: the other one speaks, or it closes."""
        yield from ()

    @abstractmethod
    def finish(self) -> Items:
        """Nothing more comes."""


class TlsCarrier(Carrier):
    """TLS, opened where there are keys."""

    kind = "tls"

    def __init__(self, layer: int, keys: KeyLog | None) -> None:
        self._tls = TlsObserver(layer=layer, keys=keys or KeyLog())

    @property
    def facts(self) -> TlsFacts:
        """What is known about the TLS session so far."""
        return self._tls.facts

    def begin(self, direction: Direction, at: int) -> None:
        """See ``Carrier``."""
        self._tls.begin(direction, at)

    def feed(self, direction: Direction, data: bytes) -> Items:
        """See ``Carrier``."""
        if data:
            yield from self._joined(self._tls.feed(direction, data))

    def gap(self, direction: Direction, length: int) -> Items:
        """See ``Carrier``."""
        yield from self._joined(self._tls.gap(direction, length))

    def finish(self) -> Items:
        """See ``Carrier``."""
        yield from self._joined(self._tls.finish())

    def _joined(self, events: list[Event]) -> Items:
        """Records, each followed by what was in it."""
        plain = [
            Inner(item.direction, item.data, item.outer_start, item.outer_end, item.missing)
            for item in self._tls.take_plaintext()
        ]
        at = 0
        for event in events:
            yield event
            end, direction = event.span.end, event.span.direction
            while at < len(plain) and plain[at].end <= end and plain[at].direction is direction:
                yield plain[at]
                at += 1
        yield from plain[at:]


class _Block:
    """The bytes of one direction that no event has told yet."""

    __slots__ = ("at", "start")

    def __init__(self) -> None:
        self.start = 0
        self.at = 0


class _Blocks(Carrier):
    """What tunnels and compression have in common."""

    size: ClassVar[int] = _BLOCK

    def __init__(self, layer: int) -> None:
        self._layer = layer
        self._blocks = (_Block(), _Block())

    def begin(self, direction: Direction, at: int) -> None:
        """See ``Carrier``."""
        self._blocks[direction].start = self._blocks[direction].at = at

    def turn(self, direction: Direction) -> Items:
        """See ``Carrier``."""
        block = self._blocks[direction]
        if block.at > block.start:
            yield self._told(direction, block)

    def finish(self) -> Items:
        """See ``Carrier``."""
        for direction in (CLIENT, SERVER):
            yield from self.turn(direction)

    def _pieces(self, direction: Direction, data: bytes) -> Iterator[bytes]:
        """Cut so that no piece is of two blocks."""
        at = 0
        while at < len(data):
            block = self._blocks[direction]
            end = at + self.size - (block.at - block.start)
            yield data[at:end]
            at = end

    def _told(
        self,
        direction: Direction,
        block: _Block,
        kind: Kind = Kind.CARRIED,
        odd: tuple[Anomaly, ...] = (),
    ) -> Event:
        start, end = block.start, block.at
        block.start = end
        role = Role.CIPHERTEXT if kind is Kind.CARRIED else Role.UNPARSED
        parts = (Part(role, start, end),)
        name = "" if kind is Kind.GAP else self.kind
        return Event(kind, Span(self._layer, direction, start, end), parts, name, anomalies=odd)

    def _gap(self, direction: Direction, length: int) -> Items:
        yield from self.turn(direction)
        block = self._blocks[direction]
        block.at += length
        yield self._told(direction, block, Kind.GAP)


class TunnelCarrier(_Blocks):
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
        block = self._blocks[direction]
        for piece in self._pieces(direction, data):
            start = block.at
            block.at += len(piece)
            yield Inner(direction, piece, start, block.at)
            if block.at - block.start == self.size:
                yield self._told(direction, block)

    def gap(self, direction: Direction, length: int) -> Items:
        """See ``Carrier``."""
        if not self._inside[direction]:
            yield from self._preamble.gap(direction, length)
            self._enter(direction)
            return
        start = self._blocks[direction].at
        yield from self._gap(direction, length)
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


class DeflateCarrier(_Blocks):
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
        for piece in self._pieces(direction, data):
            while piece:
                size = 0 if self._stopped[direction] else self._mark(direction, piece)
                yield from self._inflate(direction, piece[: size or None], marked=size > 0)
                piece = piece[size:] if size else b""

    def gap(self, direction: Direction, length: int) -> Items:
        """See ``Carrier``."""
        start = self._blocks[direction].at
        yield from self._gap(direction, length)
        if not self._stopped[direction]:
            self._stopped[direction] = Anomaly.GAP_IN_LINE
            # at least about so much text: compressed is shorter
            yield Inner(direction, b"", start, start + length, length)

    def turn(self, direction: Direction) -> Items:
        """See ``Carrier``."""
        self._tails[direction] = b""
        block = self._blocks[direction]
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
        block = self._blocks[direction]
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
            for rest in self._pieces(direction, piece[used:]):
                yield from self._inflate(direction, rest, marked=False)
        elif marked or block.at - block.start == self.size:
            yield from self._end(direction, block)

    def _end(self, direction: Direction, block: _Block) -> Items:
        """The block ends here: tell it, and see that the bound is kept."""
        self._tails[direction] = b""
        why = self._stopped[direction]
        if why is None:
            yield self._told(direction, block)
            if self._inflaters[direction].too_much:
                yield from self._stop(direction, block, Anomaly.INFLATED_TOO_MUCH)
            return
        odd = () if self._named[direction] else (why,)
        self._named[direction] = True
        yield self._told(direction, block, Kind.UNPARSED, odd)

    def _stop(self, direction: Direction, block: _Block, why: Anomaly) -> Items:
        if block.at > block.start:
            yield self._told(direction, block)
        self._stopped[direction] = why
        # how much is missing cannot be told; the observer inside must know that something is
        yield Inner(direction, b"", block.at, block.at, 1)
