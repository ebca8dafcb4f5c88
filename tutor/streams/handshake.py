"""How a connection opened: the packets of the three-way handshake (RFC 9293 3.5)."""

from __future__ import annotations

from tutor.base import Endpoint
from tutor.streams.types import Flag, Segment


class Handshake:
    """Collects the packets of one opening."""

    def __init__(self) -> None:
        self._packets: dict[str, int] = {}

    @property
    def begun(self) -> bool:
        """Whether the client's SYN was seen."""
        return "syn" in self._packets

    @property
    def complete(self) -> bool:
        """Whether both SYNs were seen."""
        return self.begun and "syn-ack" in self._packets

    @property
    def packets(self) -> tuple[int, ...]:
        """The numbers of its packets."""
        return tuple(sorted(set(self._packets.values())))

    def syn(self, segment: Segment) -> None:
        """A SYN, of either end; of copies the first counts."""
        name = "syn-ack" if segment.flags & Flag.ACK else "syn"
        self._packets.setdefault(name, segment.number)

    def outcome(self, segment: Segment | None, client: Endpoint | None, *, answered: bool) -> str:
        """What came of it: ``Opened.state``.

        Args:
            segment: the first one after the SYNs, None where none is needed to tell.
            client: who sent the SYN.
            answered: whether anything of the server was seen.
        """
        if not self.begun:
            return "middle"
        if segment is None:
            return "open" if answered or self.complete else "unanswered"
        from_client = segment.source == client
        if segment.flags & Flag.RST and not self.complete:
            if not from_client:
                self._packets["rst"] = segment.number
            return "unanswered" if from_client else "refused"
        if from_client and segment.flags & Flag.ACK:
            self._packets["ack"] = segment.number
        return "open"
