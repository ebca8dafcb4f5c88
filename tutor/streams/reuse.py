"""Which connection of a flow a segment belongs to: the same two ports may be used again.

A SYN with another number opens a new connection, unless the old one goes on: then nobody accepted
it (RFC 9293 3.10.7.4), and somebody may have sent it to mislead listeners. So where no end of the
old one was seen, the next segment decides.
"""

from __future__ import annotations

from typing import Final

from tutor.streams.reassembly import Connection
from tutor.streams.types import Flag, Segment

_SYN, _RST, _ACK = int(Flag.SYN), int(Flag.RST), int(Flag.ACK)
_MASK: Final = 0xFFFFFFFF


class Reuse:
    """Tells, for each segment of one flow, whether a connection begins with it."""

    def __init__(self) -> None:
        self._held: list[Segment] = []  # a SYN that may open another connection, and its copies

    def feed(self, segment: Segment, current: Connection | None) -> list[tuple[bool, Segment]]:
        """Take the next segment.

        Args:
            segment: the segment.
            current: the connection that the last ones belong to; None before the first.

        Returns:
            What can be told by now: segments, each with whether it begins a connection.
        """
        if current is None:
            return [(True, segment)]
        if self._held:
            return self._decide(segment, current)
        if not current.starts_anew(segment):
            return [(False, segment)]
        if segment.flags & _ACK or current.ended:
            return [(True, segment)]
        self._held.append(segment)
        return []

    def finish(self) -> list[tuple[bool, Segment]]:
        """Nothing more comes: what waited was a new connection."""
        held, self._held = self._held, []
        return [(not index, segment) for index, segment in enumerate(held)]

    def _decide(self, segment: Segment, current: Connection) -> list[tuple[bool, Segment]]:
        syn = self._held[0]
        opened = (syn.seq + 1) & _MASK
        sent = (opened + len(syn.payload)) & _MASK
        if segment.source == syn.source:
            if segment.flags & _SYN and segment.seq == syn.seq:
                self._held.append(segment)
                return []
            accepted = segment.flags & _SYN or segment.seq in (opened, sent)
        else:
            # an ACK alone repeats what the old connection has: a challenge (RFC 5961 4)
            answers = segment.flags & (_SYN | _RST) and segment.flags & _ACK
            accepted = answers and segment.ack in (opened, sent)
        if accepted:
            return [*self.finish(), (False, segment)]
        self._held.clear()
        return self.feed(segment, current)
