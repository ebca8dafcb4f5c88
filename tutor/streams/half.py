"""One direction of a TCP connection: sequence numbers in, bytes in order out.

TCP numbers bytes modulo 2**32 (RFC 9293 3.4). Here every number is first unwrapped to a
*place*: a plain integer that counts from the first number seen and never wraps. ``next`` is the
place of the next byte to give out; what lies beyond it waits in ``Pieces``.
"""

from __future__ import annotations

from collections import deque

from tutor.base import Direction
from tutor.streams.pieces import Piece, Pieces
from tutor.streams.strays import FAR, Strays
from tutor.streams.types import Chunk, Closed, Conflict, Gap, StreamItem

MAX_HOLE = 1 << 26
"""No hole is believed to be larger (64 MiB): a gap costs its length in memory further up."""

MAX_HELD = 1 << 22
"""Bytes that wait behind a hole (4 MiB), as a receiver's window would bound them."""

MAX_PIECES = 4096
_REMEMBERED_HOLES = 64
_START_PIECES = 3  # segments that wait for an earlier one where the start was not captured


class Half:
    """What one end sends.

    Attributes:
        direction: which way; set before anything is given out.
        isn: the sequence number of its SYN, None where that was not seen.
        seen: whether any segment of this end was captured.
        started: whether the place of its first byte is settled.
        next: place of the next byte to give out.
        closed: whether the end of this direction was given out.
        gaps: how many gaps were given out.
        clashed: whether two copies of a range differed.
        strays: segments too far from here to belong here.
        late: whether bytes came that were given up, or acknowledged before this end was seen.
    """

    __slots__ = (
        "_fin",
        "_fin_packet",
        "_given_up",
        "_heard",
        "_on_syn",
        "_origin",
        "_pieces",
        "_zero",
        "acked",
        "clashed",
        "closed",
        "direction",
        "gaps",
        "isn",
        "late",
        "next",
        "seen",
        "started",
        "strays",
        "tolerated",
    )

    def __init__(self) -> None:
        self.direction = Direction.CLIENT
        self.isn: int | None = None
        self.seen = False
        self.started = False
        self.next = 0
        self.closed = False
        self.gaps = 0
        self.acked = -1  # highest place that the other end acknowledged
        self.tolerated = -1  # an acknowledged place up to which nothing is waited for
        self.late = False
        self.clashed = False
        self.strays = Strays()
        self._given_up: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED_HOLES)
        self._heard: int | None = None  # highest number acknowledged before anything was seen
        self._on_syn = 0  # bytes that came with the SYN
        self._origin: int | None = None  # sequence number of place 0
        self._zero = 0  # place of stream offset 0
        self._pieces = Pieces()
        self._fin: int | None = None
        self._fin_packet = (0, 0)

    # numbers

    def place(self, seq: int) -> int:
        """Unwrap a sequence number: the place nearest to ``next`` that has it."""
        if self._origin is None:
            self._origin = seq
        ahead = (seq - self._origin - self.next) & 0xFFFFFFFF
        return self.next + (ahead if ahead < 0x80000000 else ahead - 0x100000000)

    def syn(self, seq: int, size: int = 0) -> None:
        """Its SYN was seen, with ``size`` bytes; the byte after the first SYN is offset 0."""
        if self.isn is not None:
            return
        self.isn = seq & 0xFFFFFFFF
        self._on_syn = size
        if not self.started:
            self._start(self.place((seq + 1) & 0xFFFFFFFF))

    def opens_up_to(self, ack: int) -> bool:
        """Whether that number acknowledges its SYN, with some of what came on it (RFC 7413)."""
        assert self.isn is not None
        return (ack - self.isn - 1) & 0xFFFFFFFF <= self._on_syn

    def begins_behind(self, seq: int) -> bool:
        """Whether its first byte, where that is settled, stands right behind this number."""
        return self.started and self.place((seq + 1) & 0xFFFFFFFF) == self._zero

    def near(self, seq: int) -> bool:
        """Whether the number can be one of this stream."""
        return not self.started or abs(self.place(seq) - self.next) <= FAR

    def start_here(self, seq: int) -> None:
        """The stream begins at this number, as the other end's SYN-ACK tells."""
        if not self.started:
            self._start(self.place(seq))

    def settle(self) -> None:
        """Wait no longer for an earlier segment: the lowest byte seen is offset 0."""
        if not self.started and self._pieces.waiting:
            self._start(self._pieces.waiting[0].start)

    def _start(self, place: int) -> None:
        self.started = True
        self._zero = self.next = place
        self._pieces.drop_before(place)

    # what the other end says

    def acknowledge(self, ack: int) -> None:
        """The other end has everything before ``ack``."""
        if not self.seen:
            self._heard = ack
        if self._origin is None:
            return
        place = self.place(ack)
        waiting = self._pieces.waiting
        if not self.started and waiting and place > waiting[0].start:
            self.settle()
        if self.acked < place <= self.next + 1:
            self.acked = place

    def hole(self, ack: int) -> int | None:
        """Place up to which the other end has bytes that were not seen here; None: none missing."""
        if not self.started or not self.seen:
            return None
        place = self.place(ack)
        if self._fin is not None:
            place = min(place, self._fin)
        if place <= self.next or place <= self.tolerated or place - self.next > FAR:
            return None
        return place

    def reaches(self, place: int) -> bool:
        """Whether bytes from ``place`` on, or beyond, wait."""
        waiting = self._pieces.waiting
        return bool(waiting) and waiting[-1].end > place

    # bytes in

    def add(self, seq: int, data: bytes, missing: int, packet: int, time: int) -> None:
        """Take the bytes of one segment, in any order; ``missing`` were cut off behind them."""
        if self._heard is not None:
            self.late |= 0 < (self._heard - seq) & 0xFFFFFFFF <= FAR
            self._heard = None
        start = self.place(seq)
        end = start + len(data)
        if self._strays(start, end):
            return
        if data and not self._keep_alive(start, data):
            self._insert(Piece(start, end, data, packet, time))
        if missing:
            self._insert(Piece(end, end + missing, b"", packet, time))
        pieces = self._pieces
        if not self.started and (
            len(pieces.waiting) >= _START_PIECES or len(pieces.clashes) > MAX_PIECES
        ):
            self.settle()

    def finished_at(self, seq: int, packet: int, time: int) -> None:
        """Its FIN was seen, with this sequence number."""
        place = self.place(seq)
        if self._fin is not None or self.closed or place < self.next or place > self.next + FAR:
            return
        if not self.started:
            waiting = self._pieces.waiting
            self._start(waiting[0].start if waiting else place)
        self._fin = place
        self._fin_packet = (packet, time)

    def _strays(self, start: int, end: int) -> bool:
        """Far ahead one segment is a stray; a second near it says that a stretch is missing."""
        waiting = self._pieces.waiting
        if not self.started and waiting and abs(start - waiting[0].start) > FAR:
            self.settle()
        if not self.started or start <= self.next + FAR:
            return False
        self.strays.take(start, end)
        return self.strays.count < 2 or start > self.next + MAX_HOLE

    def _keep_alive(self, start: int, data: bytes) -> bool:
        """One garbage byte below the next one keeps a connection alive (RFC 1122 4.2.3.6)."""
        if len(data) != 1 or start != self.next - 1 or not self.started:
            return False
        return self.acked >= self.next or data == b"\0"

    def _insert(self, new: Piece) -> None:
        if self._fin is not None and new.end > self._fin:
            if self.closed:
                return
            self._fin = None  # bytes beyond it: that was not the end
        if self.started and new.start < self.next:
            self._pieces.compare(new, self.acked)
            self.late |= bool(new.data) and any(
                start < new.end and new.start < end for start, end in self._given_up
            )
            if new.end <= self.next:
                return
            new = new.part(self.next, new.end)
        self._pieces.put(new, self.acked)

    # bytes out

    def drain(self, out: list[StreamItem]) -> None:
        """Give out all that is in order now."""
        pieces = self._pieces
        if pieces.waiting and self.started:
            for piece in pieces.take(self.next):
                self._give(piece, out)
            many = max(len(pieces.waiting), len(pieces.clashes)) > MAX_PIECES
            if pieces.waiting and (many or pieces.size > MAX_HELD):
                self.skip_to(pieces.waiting[0].start, pieces.waiting[0].time, out)
        if pieces.first_clash < self.next and self.started:
            self._report(out)
        if self._fin is not None and not self.closed and self.next >= self._fin:
            self.closed = True
            packet, time = self._fin_packet
            out.append(Closed(self.direction, "fin", packet, time))

    def skip_to(self, place: int, time: int, out: list[StreamItem]) -> None:
        """The bytes before ``place`` that are not here will not come: give gaps in their stead."""
        while self.next < place:
            waiting = self._pieces.waiting
            stop = min(waiting[0].start, place) if waiting else place
            if stop > self.next:
                self._given_up.append((self.next, stop))
                self._gap(stop, time, out)
            self.drain(out)

    def reset(self, packet: int, time: int, out: list[StreamItem]) -> None:
        """This end cut the connection."""
        self.closed = True
        out.append(Closed(self.direction, "reset", packet, time))

    def finish(self, time: int, out: list[StreamItem]) -> None:
        """Nothing more comes: give out everything that waits, with gaps where bytes lack."""
        self.settle()
        if self._pieces.waiting:
            self.skip_to(self._pieces.waiting[-1].end, time, out)
        if self._fin is not None and self._fin > self.next:
            self.skip_to(self._fin, time, out)
        self.drain(out)

    @property
    def waiting_since(self) -> int:
        """Number of the first packet whose bytes wait; 0 where none do."""
        return self._pieces.waiting[0].packet if self._pieces.waiting else 0

    def _give(self, piece: Piece, out: list[StreamItem]) -> None:
        if piece.data:
            offset = piece.start - self._zero
            out.append(Chunk(self.direction, offset, piece.data, piece.packet, piece.time))
            self.next = piece.end
        else:
            self._gap(piece.end, piece.time, out)

    def _gap(self, stop: int, time: int, out: list[StreamItem]) -> None:
        self.gaps += 1
        out.append(Gap(self.direction, self.next - self._zero, stop - self.next, time))
        self.next = stop

    def _report(self, out: list[StreamItem]) -> None:
        """A clash is told once the kept copy has been given out, so that it has an offset."""
        for kept, other, settled in self._pieces.clashed(self.next):
            offset = kept.start - self._zero
            self.clashed = True
            out.append(
                Conflict(
                    self.direction, offset, kept.data, other.data, other.packet, other.time, settled
                )
            )
