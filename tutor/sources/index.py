"""The index of a capture: one cheap pass that remembers where the packets of mail flows are.

The pass goes in small slices, so that a screen stays quick meanwhile, and goes on where it stopped
when the file has grown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tutor.sources.flows import Flow, FlowTable, Wanted
from tutor.sources.packet import Records
from tutor.sources.reader import MAX_PACKET, PEEK
from tutor.sources.source import Source

SLICE: Final = 1 << 19
"""Bytes read at once: more than the largest packet, so that each fits a slice."""

assert SLICE > MAX_PACKET + PEEK

_PADDING = bytes(PEEK)


class Index:
    """Walks a source and grows.

    Args:
        source: the capture; its ``packets``, ``skipped`` and ``damaged`` are kept up to date.
        wanted: what tells mail from the rest.

    Attributes:
        position: bytes of the source walked so far.
    """

    def __init__(self, source: Source, wanted: Wanted) -> None:
        self.position = source.reader.first
        self._source = source
        self._table = FlowTable(wanted)
        source.skipped = self._table.skipped

    @property
    def flows(self) -> list[Flow]:
        """The wanted flows, in the order in which they became known; only grows.

        That is nearly the order of their first packets (``Flow.first``): a flow on an odd port is
        known by its first bytes, not by its SYN.
        """
        return self._table.flows

    @property
    def lookups(self) -> Records:
        """Records of DNS datagrams."""
        return self._table.lookups

    @property
    def lookup_flows(self) -> list[Flow]:
        """Flows of DNS over TCP."""
        return self._table.lookup_flows

    @property
    def skipped(self) -> Counter[str]:
        """Packets that were not looked into, counted by a word."""
        return self._table.skipped

    def advance(self, budget: int = SLICE) -> bool:
        """Walk about ``budget`` bytes further.

        Returns:
            False at the end: for good, or until a growing source has grown.
        """
        goal = self.position + budget
        while self.position < goal:
            if not self._slice():
                return False
        return True

    def walk(self, budget: int = SLICE) -> Iterator[int]:
        """Walk to the end, giving the position after each slice; wait for a pipe to end."""
        while self.advance(budget) or (self._source.growing and self._source.wait(self._seen)):
            yield self.position
        yield self.position

    def run(self) -> Index:
        """Walk to the end in one go."""
        for _ in self.walk(1 << 24):
            pass
        return self

    _seen = 0  # size of the source at the last look

    def _slice(self) -> bool:
        source, reader, table = self._source, self._source.reader, self._table
        if self._faulty():
            return False
        growing = source.growing  # before the size: a pipe that ends now is looked at again
        self._seen = source.size()
        data = source.read(SLICE, self.position)
        end = len(data)
        if end < SLICE:
            data += _PADDING
        done = reader.scan(data, end, self.position, table)
        left = end - done
        self.position += done
        source.packets = table.packets
        if self._faulty():
            return False
        if done and (end == SLICE or done > end):
            source.damaged = None
            return True
        self._judge(left, growing)
        return False

    def _faulty(self) -> bool:
        """Whether the record at the position cannot be read at all."""
        fault = self._source.reader.fault
        if fault:
            self._source.damaged = self._damage(fault)
        return fault is not None

    def _judge(self, left: int, growing: bool) -> None:
        """At the end of what is there: is it whole?"""
        source = self._source
        source.damaged = None
        if growing:
            return
        if source.trouble:
            source.damaged = self._damage(source.trouble)
        elif left:
            source.damaged = self._damage("the file ends in the middle of a packet")

    def _damage(self, reason: str) -> str:
        packets = self._table.packets
        count = "1 packet" if packets == 1 else f"{packets} packets"
        return f"{reason} (the one that begins at byte {self.position}); read {count} before it"
