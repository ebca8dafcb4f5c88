"""The frame that line-based observers share: buffers, line cutting, counted blocks, the TLS seam.

A subclass says what a line or a block means; this class decides where each begins and ends, in
each direction for itself, whatever the chunks were. For each direction it is in one of two modes:

- *line*: up to and with the next LF (CRLF is the rule, a bare LF is accepted and named); what a
  person's telnet says before the first line is an event of its own (``telnet``);
- *block*: ``take(direction, size)`` was called: the next ``size`` bytes are a literal or chunk;
  ``take_dots(direction)``: everything up to and with CRLF ``.`` CRLF.

At the start of a line, bytes of the shape of a TLS handshake record end the observer's work in
that direction (``left``), because no line of a mail protocol begins so (0x16, and 0x80 for a
ClientHello in the old format). The session gives
the rest to a TLS observer. This one rule serves STARTTLS, implicit TLS and captures of one side
alike.

TLS record header: RFC 8446 5.1 (type 22, legacy version 3.x, length of at most 2**14 + 2048).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from tutor.base import CLIENT, Direction, Part, Role, Span
from tutor.protocols import telnet
from tutor.protocols.events import Anomaly, Attempt, Event, Kind
from tutor.protocols.tls.records import ssl2_hello

MAX_LINE = 1 << 20
"""A line longer than this is emitted in pieces: no mail protocol has such lines outside blocks."""

_HANDSHAKE = 0x16
_DOT_END = b"\r\n.\r\n"


def tls_shaped(data: bytes | bytearray, *, any_record: bool = False) -> bool | None:
    """Tell whether ``data`` starts like a TLS handshake record; None where more bytes must tell.

    A ClientHello in the format of SSL 2.0 (RFC 5246 E.2) counts too.

    With ``any_record`` a record of another type will do (an alert, encrypted data): for places
    where TLS is to be expected, because the other side has begun it.
    """
    if not data:
        return None
    if data[0] & 0x80:
        return ssl2_hello(data)
    if any_record and 0x14 <= data[0] <= 0x17:
        if len(data) >= 3:
            return data[1] == 3 and data[2] <= 4
        return None if len(data) < 2 or data[1] == 3 else False
    if data[0] != _HANDSHAKE:
        return False
    if len(data) < 6:
        prefix_fits = (len(data) < 2 or data[1] == 3) and (len(data) < 3 or data[2] <= 4)
        return None if prefix_fits else False
    size = (data[3] << 8) | data[4]
    return data[1] == 3 and data[2] <= 4 and 0 < size <= (1 << 14) + 2048 and data[5] in (1, 2)


class _Side:
    """One direction's buffer: ``base`` is the stream offset of ``data[0]``."""

    __slots__ = (
        "base",
        "continued",
        "data",
        "dots",
        "dots_at_start",
        "fresh",
        "gone",
        "scanned",
        "size",
    )

    def __init__(self, base: int) -> None:
        self.base = base
        self.data = bytearray()
        self.scanned = 0  # bytes already searched for an end; never searched again
        self.size: int | None = None  # bytes of the counted block still to come, None in line mode
        self.dots = False
        self.dots_at_start = True  # a "." line may come at once, with no CRLF before it
        self.continued: Anomaly | None = None  # a line was begun and is not whole: why
        self.gone = False  # handed over to TLS
        self.fresh = True  # nothing was said yet, but telnet's words


class Observer(ABC):
    """Base of the IMAP, POP3 and SMTP observers.

    Args:
        layer: index of the layer whose bytes it reads; goes into every span.
        start: stream offsets (client, server) of the first bytes it will be fed.
        inside_tls: True where it continues after STARTTLS: no greeting is to be expected.

    Attributes:
        state: the protocol state in the RFC's words; a subclass keeps it, gap events carry it.
        leaves_for: what takes over in a direction that is ``left``: ``tls`` or ``deflate``.
        attempts: how many credentials it has told; the next one has this number.
        midway: whether the beginning was not captured: the first line may be of a message.
    """

    protocol: ClassVar[str]

    def __init__(
        self, layer: int = 0, start: tuple[int, int] = (0, 0), *, inside_tls: bool = False
    ) -> None:
        self.layer = layer
        self.inside_tls = inside_tls
        self.state = ""
        self.leaves_for = "tls"
        self.attempts = 0
        self.midway = False
        self._sides = (_Side(start[0]), _Side(start[1]))
        self._out: list[Event] = []

    # what the session calls

    def feed(self, direction: Direction, data: bytes) -> list[Event]:
        """Take the next bytes of one direction; give the events they complete."""
        side = self._sides[direction]
        side.data += data
        self._cut(direction, side)
        return self._drain()

    def gap(self, direction: Direction, length: int) -> list[Event]:
        """Take note that ``length`` bytes of this direction were not captured."""
        side = self._sides[direction]
        # even with nothing in the buffer: a subclass may hold lines (a response with literals)
        self._flush(direction, side, Anomaly.GAP_IN_LINE)
        span = Span(self.layer, direction, side.base, side.base + length)
        parts = (Part(Role.UNPARSED, span.start, span.end),)
        self._out.append(Event(Kind.GAP, span, parts, state=self.state))
        in_block = side.size is not None or side.dots
        if side.size is not None:
            side.size = max(0, side.size - length)
            if side.size == 0:
                side.size = None
                in_block = False
        side.base = span.end
        side.fresh = False
        side.scanned = 0
        side.dots_at_start = False
        side.continued = None if in_block else Anomaly.GAP_IN_LINE
        self.on_gap(direction, length)
        if self._sides[direction.other].gone and not in_block:
            # the other end speaks TLS: what this one said of it may well be in the gap
            side.gone = True
            self.on_tls(direction)
        return self._drain()

    def finish(self) -> list[Event]:
        """The conversation is over: give what was left unfinished, as it is."""
        for direction in (Direction.CLIENT, Direction.SERVER):
            side = self._sides[direction]
            if not side.gone:
                self._flush(direction, side, Anomaly.TRUNCATED)
                at = -1
                while side.data and side.base > at:  # taken back: the block had ended before
                    at = side.base
                    self._cut(direction, side)
                    self._flush(direction, side, Anomaly.TRUNCATED)
        return self._drain()

    def resume(self, state: str) -> None:
        """Go on in a state that was reached in another layer (before compression)."""
        self.state = state

    def skip(self, direction: Direction, length: int) -> None:
        """The stream of a direction begins with ``length`` bytes of which nothing is fed here."""
        self._sides[direction].base += length

    def left(self, direction: Direction) -> int | None:
        """Stream offset from which this direction is no text (``leaves_for``), None while it is."""
        side = self._sides[direction]
        return side.base if side.gone else None

    def leftover(self, direction: Direction) -> bytes:
        """Hand over (once) the bytes from ``left(direction)`` on that were already fed."""
        side = self._sides[direction]
        rest = bytes(side.data)
        side.data.clear()
        return rest

    # what a subclass says

    @abstractmethod
    def on_line(
        self, direction: Direction, start: int, line: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """A line came, its end included; emit an event that tiles it, or hold it for ``on_block``.

        ``start`` is its stream offset. A line that is held must be emitted together with what
        follows (an IMAP response with literals); ``on_partial`` gives it back on a gap or the end.
        """

    @abstractmethod
    def on_block(
        self, direction: Direction, start: int, block: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """A counted or dot-ended block came, whole, or the rest of one after a gap."""

    @abstractmethod
    def on_partial(
        self, direction: Direction, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Bytes of an unfinished line or block (may be empty), before a gap or at the end.

        Emit everything held for this direction and ``rest``, so that the tiling holds.
        """

    def on_gap(self, direction: Direction, length: int) -> None:  # noqa: B027 - optional hook
        """Called after a gap event: drop assumptions that the gap may have broken."""

    # what a subclass calls

    def emit(self, event: Event) -> None:
        """Put an event out."""
        self.attempts += sum(isinstance(detail, Attempt) for detail in event.details)
        self._out.append(event)

    def take(self, direction: Direction, size: int) -> None:
        """The next ``size`` bytes of ``direction`` are a block; of 0 gives an empty one."""
        side = self._sides[direction]
        side.size = size
        side.scanned = 0

    def take_dots(self, direction: Direction) -> None:
        """The next bytes of ``direction`` are a block that a line with a single dot ends."""
        side = self._sides[direction]
        side.dots = True
        side.dots_at_start = True
        side.continued = None
        side.scanned = 0

    def cancel_block(self, direction: Direction) -> bool:
        """What was announced does not come (the server refused): back to lines.

        Returns False where a part of the block has come already: then it comes, as announced.
        """
        side = self._sides[direction]
        if side.data:
            return False
        side.size = None
        side.dots = False
        side.scanned = 0
        return True

    def compress(self) -> None:
        """Both directions go on compressed from here: no more is read (RFC 4978)."""
        self.leaves_for = "deflate"
        for direction in Direction:
            if not self._sides[direction].gone:
                self._sides[direction].gone = True
                self.on_tls(direction)

    def in_block(self, direction: Direction) -> bool:
        """Whether a block of ``direction`` has been announced and has not ended."""
        side = self._sides[direction]
        return side.size is not None or side.dots

    # cutting

    def _drain(self) -> list[Event]:
        out, self._out = self._out, []
        return out

    def _cut(self, direction: Direction, side: _Side) -> None:
        while not side.gone:
            before = (side.base, side.size, side.dots)
            if side.size is not None:
                self._cut_counted(direction, side)
            elif side.dots:
                self._cut_dots(direction, side)
            else:
                self._cut_line(direction, side)
            if (side.base, side.size, side.dots) == before:
                return

    def _eat(self, side: _Side, size: int) -> tuple[int, bytes]:
        start = side.base
        with memoryview(side.data) as view:  # one copy, not two: a block may be large
            piece = bytes(view[:size])
        del side.data[:size]
        side.base += size
        side.scanned = 0
        return start, piece

    def _cut_counted(self, direction: Direction, side: _Side) -> None:
        size = side.size
        if size is None or len(side.data) < size:
            return
        side.size = None
        start, block = self._eat(side, size)
        self.on_block(direction, start, block, ())

    def _cut_dots(self, direction: Direction, side: _Side) -> None:
        end = self._dots_end(side)
        if end is None:
            return
        side.dots = False
        start, block = self._eat(side, end)
        anomalies = (Anomaly.BARE_LF,) if not block.endswith(b".\r\n") else ()
        self.on_block(direction, start, block, anomalies)

    def _dots_end(self, side: _Side) -> int | None:
        """Length of the block with its terminator, None where that has not come.

        The terminator is a line of one dot; its line ends may be bare LF (a person typing).
        """
        data = side.data
        if side.dots_at_start and data[:1] == b".":
            if data[1:2] == b"\n":
                return 2
            if data[1:3] == b"\r\n":
                return 3
        at = max(0, side.scanned - len(_DOT_END))
        while (found := data.find(b"\n.", at)) >= 0:
            if data[found + 2 : found + 3] == b"\n":
                return found + 3
            if data[found + 2 : found + 4] == b"\r\n":
                return found + 4
            at = found + 2
        side.scanned = len(data)
        return None

    def _cut_line(self, direction: Direction, side: _Side) -> None:
        if not side.data:
            return
        if not side.continued:
            if side.fresh and direction is CLIENT and side.data[0] == telnet.IAC:
                said = telnet.negotiation(side.data)
                if said is None:
                    return
                if said:
                    self._put_telnet(side, said)
                    return
            other_gone = self._sides[direction.other].gone
            shape = tls_shaped(side.data, any_record=other_gone)
            if shape is None:
                return
            if shape:
                side.gone = True
                self.on_tls(direction)
                return
        end = side.data.find(b"\n", side.scanned) + 1
        if end == 0:
            side.scanned = len(side.data)
            if len(side.data) <= MAX_LINE:
                return
            end = MAX_LINE
        elif end > MAX_LINE:
            end = MAX_LINE
        start, line = self._eat(side, end)
        side.fresh = False
        continued = side.continued
        side.continued = None if line.endswith(b"\n") else Anomaly.LINE_TOO_LONG
        why = side.continued or continued
        if why:
            self.on_partial(direction, start, line, (why,))
        else:
            self.on_line(direction, start, line, _odd(line))

    def _put_telnet(self, side: _Side, size: int) -> None:
        """The terminal's words to a telnet server stand before the person's."""
        start, _said = self._eat(side, size)
        span = Span(self.layer, CLIENT, start, start + size)
        parts = (Part(Role.PARAMETER, span.start, span.end),)
        self._out.append(Event(Kind.PREAMBLE, span, parts, "telnet", state=self.state))

    def on_tls(self, direction: Direction) -> None:  # noqa: B027 - optional hook
        """Called when a direction is left: whatever is held for it must be emitted."""

    def _flush(self, direction: Direction, side: _Side, why: Anomaly) -> None:
        held = len(side.data)
        if side.size is not None:
            side.size -= held
        start, rest = self._eat(side, held)
        self.on_partial(direction, start, rest, (why,))


def _odd(line: bytes) -> tuple[Anomaly, ...]:
    names: list[Anomaly] = []
    if not line.endswith(b"\r\n"):
        names.append(Anomaly.BARE_LF)
    if b"\r" in line[:-2]:
        names.append(Anomaly.BARE_CR)
    if b"\0" in line:
        names.append(Anomaly.NUL_BYTE)
    return tuple(names)
