"""Reassembly of one TCP connection (RFC 9293): segments in any order in, items in order out.

What an observer on the wire has to decide, and how it is decided here:

- *Who is the client.* Who sent the SYN. Where none was seen: who received the SYN-ACK, else who
  talks to a known server port, else the end with the higher port.
- *Where a stream begins.* At the SYN; where none was seen at the lowest byte among the first
  few segments, because captures reorder packets a little.
- *When bytes are missing.* When the other end acknowledged them and they do not come: the receiver
  had them, so the capture lacks them. Packets may be captured slightly late, so segments that
  acknowledge unseen bytes wait for some packets before the hole is believed; meanwhile what comes
  behind them waits too, which keeps both directions in causal order. Without acknowledgements (a
  capture of one side) a hole waits until the end or until too much waits behind it. An end of
  which nothing at all was captured has no gaps.
- *Which copy counts.* The first one seen. Another one with other bytes is reported.
"""

from __future__ import annotations

from collections import deque

from tutor.base import CLIENT, SERVER, Endpoint
from tutor.streams.ends import client_and_server
from tutor.streams.half import Half
from tutor.streams.handshake import Handshake
from tutor.streams.types import Flag, Opened, Segment, StreamItem

PATIENCE = 8
"""Packets of the connection that a late packet is waited for."""

PATIENCE_NS = 500_000_000
"""The same in packet time, nanoseconds."""

_STRAYS = 3  # segments in a row, far from all that is known, that are a connection of their own
_SYN = int(Flag.SYN)
_ACK = int(Flag.ACK)
_FIN = int(Flag.FIN)
_RST = int(Flag.RST)
_ENDS = _SYN | _FIN | _RST


class Connection:
    """One connection between two endpoints. Never raises, whatever the segments are.

    Args:
        client_hint: which end is the client; believed unless a SYN tells otherwise.
        server_ports: ports that tell the server where no SYN or SYN-ACK was seen.

    Attributes:
        opening: ``open``, ``unanswered``, ``refused`` or ``middle``, as in ``Opened``.
    """

    def __init__(
        self,
        client_hint: Endpoint | None = None,
        server_ports: frozenset[int] = frozenset(),
    ) -> None:
        self.opening = "middle"
        self._hint = client_hint
        self._ports = server_ports
        self._ends: tuple[Endpoint, Endpoint] | None = None  # client, server
        self._halves = (Half(), Half())  # what each of _ends sends
        self._roles_sure = False
        self._handshake = Handshake()
        self._time = 0  # of the earliest segment of the opening
        self._last_time = 0
        self._opened = False
        self._reset = False
        self._fed = 0
        self._queue: deque[Segment] = deque()

    @property
    def client(self) -> Endpoint | None:
        """The end that opened the connection; None before the first segment."""
        return self._ends[CLIENT] if self._ends else None

    @property
    def server(self) -> Endpoint | None:
        """The other end; None before the first segment."""
        return self._ends[SERVER] if self._ends else None

    @property
    def ended(self) -> bool:
        """Whether both directions were closed, or one end cut the connection."""
        return self._reset or all(half.closed for half in self._halves)

    @property
    def complete(self) -> bool:
        """Whether opening and end were seen and no byte is missing."""
        return self._handshake.complete and self.ended and not any(h.gaps for h in self._halves)

    @property
    def disordered(self) -> bool:
        """Whether bytes came that were long acknowledged, and given up or never waited for.

        Not so where copies differ: then it matters which one came first.
        """
        late = any(half.late for half in self._halves)
        return late and not any(half.clashed for half in self._halves)

    def starts_anew(self, segment: Segment) -> bool:
        """Tell whether it opens, or belongs to, another connection of the two ends (port reuse)."""
        one, two = self._halves
        if not (segment.flags & _SYN or one.closed or two.closed or one.strays or two.strays):
            return False  # as nearly all are
        half, other = self._pair(segment)
        if half is None or other is None or segment.flags & _RST:
            return False
        if not segment.flags & _SYN:
            over = half.strays.count >= _STRAYS or (half.closed and self.ended)
            return over and bool(segment.payload) and not half.near(segment.seq)
        if half.isn is not None:
            return half.isn != segment.seq
        if segment.flags & _ACK:
            return other.isn is not None and not other.opens_up_to(segment.ack)
        if half.begins_behind(segment.seq):
            return False  # it was captured behind its SYN-ACK
        return self._opened or (half.seen and self._fed > PATIENCE)

    def feed(self, segment: Segment) -> list[StreamItem]:
        """Take the next packet's segment; give what is in order now."""
        out: list[StreamItem] = []
        if self._ends is None:
            self._ends = self._first_guess(segment)
            self._time = segment.time
        elif not self._opened:
            self._time = min(self._time, segment.time)
        half, other = self._pair(segment)
        if half is None or other is None:
            return out
        half.seen = True
        self._fed += 1
        self._last_time = segment.time
        if self._queue:
            self._behind(segment, half, out)
        elif self._must_wait(segment, other):
            self._queue.append(segment)
        else:
            self._process(segment, half, other, out)
        return out

    def finish(self) -> list[StreamItem]:
        """The capture holds no more of it: give out all that waits."""
        out: list[StreamItem] = []
        if self._ends is None:
            return out
        while self._queue:
            self._release(out)
        for half in self._halves:
            half.settle()
        self._open(out, None)
        for half in sorted(self._halves, key=lambda half: half.waiting_since):
            half.finish(self._last_time, out)
        return out

    # who is who

    def _pair(self, segment: Segment) -> tuple[Half, Half] | tuple[None, None]:
        """The sender's half and the other one; None for a segment of other endpoints."""
        if self._ends == (segment.source, segment.target):
            return self._halves
        if self._ends == (segment.target, segment.source):
            return self._halves[1], self._halves[0]
        return None, None

    def _first_guess(self, segment: Segment) -> tuple[Endpoint, Endpoint]:
        self._roles_sure = bool(segment.flags & _SYN)
        return client_and_server(segment, self._hint, self._ports)

    def _roles_from(self, segment: Segment) -> None:
        """A SYN that was captured late still tells who is who, if nothing was given out yet."""
        if self._roles_sure or self._opened or self._ends is None:
            return
        self._roles_sure = True
        from_client = not segment.flags & _ACK
        if (segment.source == self._ends[CLIENT]) != from_client:
            self._ends = (self._ends[1], self._ends[0])
            self._halves = (self._halves[1], self._halves[0])

    # segments that wait for bytes captured late

    def _must_wait(self, segment: Segment, other: Half) -> bool:
        told = segment.flags & (_ACK | _SYN) == _ACK
        return told and other.hole(segment.ack) is not None

    def _behind(self, segment: Segment, half: Half, out: list[StreamItem]) -> None:
        """Something waits already: fill its hole, or queue up behind it."""
        head = self._queue[0]
        need = half.hole(head.ack) if head.source != segment.source else None
        fills = segment.payload or segment.missing or segment.flags & _FIN
        if need is not None and fills and half.place(segment.seq) < need:
            self._absorb(segment, half)
            self._emit(half, out)
        else:
            self._queue.append(segment)
        if segment.flags & _RST:
            while self._queue:
                self._release(out)
        while self._queue:
            _, head_other = self._pair(self._queue[0])
            waits = head_other is not None and self._must_wait(self._queue[0], head_other)
            late = segment.time - self._queue[0].time > PATIENCE_NS
            if waits and not late and len(self._queue) <= PATIENCE:
                return
            self._release(out)

    def _release(self, out: list[StreamItem]) -> None:
        """Process the head of the queue; believe the hole that it acknowledges, if there is one.

        ACK numbers of one end never go back: where later ones of the queue are lower, the head's
        was forged or garbled, as a reset's may be. One byte with nothing beyond is a FIN not seen.
        """
        head = self._queue.popleft()
        half, other = self._pair(head)
        if half is None or other is None:
            return
        believed = self._must_wait(head, other) and not head.flags & _RST
        need = other.hole(head.ack) if believed else None
        if need is not None:
            for later in self._queue:
                if later.source == head.source and later.flags & _ACK:
                    need = min(need, other.place(later.ack))
            beyond = other.reaches(need) or any(
                later.source != head.source and (later.payload or later.flags & _FIN)
                for later in self._queue
            )
            if need - other.next == 1 and not beyond:
                other.tolerated = need
            else:
                self._open(out, None)
                other.skip_to(need, head.time, out)
                other.tolerated = max(other.tolerated, need)
        self._process(head, half, other, out)

    # one segment in its turn

    def _process(self, segment: Segment, half: Half, other: Half, out: list[StreamItem]) -> None:
        flags = segment.flags
        if flags & _SYN:
            self._syn(segment, half, other)
        elif flags & _ACK and not flags & _RST:
            other.acknowledge(segment.ack)
            if self._opened or other.started:
                self._emit(other, out)
        if segment.payload or segment.missing or flags & _ENDS:
            self._absorb(segment, half)
        if not self._opened:
            self._try_open(segment, half, out)
        if self._opened or not flags & _SYN:  # data on a SYN is told after the opening
            self._emit(half, out)
        if flags & _RST and half.near(segment.seq):
            self._cut(segment, half, out)

    def _syn(self, segment: Segment, half: Half, other: Half) -> None:
        self._roles_from(segment)
        half.syn(segment.seq, len(segment.payload) + segment.missing)
        if segment.flags & _ACK:
            other.start_here(segment.ack)
        self._handshake.syn(segment)

    def _absorb(self, segment: Segment, half: Half) -> None:
        seq = segment.seq
        if segment.flags & _SYN:
            seq = (seq + 1) & 0xFFFFFFFF
        size = len(segment.payload) + segment.missing
        if size:
            half.add(seq, segment.payload, segment.missing, segment.number, segment.time)
        if segment.flags & _FIN:
            half.finished_at((seq + size) & 0xFFFFFFFF, segment.number, segment.time)

    def _emit(self, half: Half, out: list[StreamItem]) -> None:
        if half.started:
            if not self._opened:
                if not half.waiting_since:
                    return
                self._open(out, None)
            half.drain(out)

    def _try_open(self, segment: Segment, half: Half, out: list[StreamItem]) -> None:
        """Tell the opening, once it is known what it was."""
        flags = segment.flags
        shaken = self._handshake.begun and not flags & _SYN
        if shaken or flags & _RST or (flags & _FIN and half.started):
            self._open(out, segment)

    def _open(self, out: list[StreamItem], segment: Segment | None) -> None:
        if self._opened:
            return
        self._opened = True
        self._halves[CLIENT].direction = CLIENT
        self._halves[SERVER].direction = SERVER
        answered = self._halves[SERVER].seen
        self.opening = self._handshake.outcome(segment, self.client, answered=answered)
        out.append(Opened(self.opening, self._handshake.packets, self._time))

    def _cut(self, segment: Segment, half: Half, out: list[StreamItem]) -> None:
        if not self._reset and not all(each.closed for each in self._halves):
            self._reset = True
            half.reset(segment.number, segment.time, out)
