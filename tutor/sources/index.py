"""The index of a capture: one cheap pass that remembers where the packets of mail flows are.

The pass goes in small slices, so that a screen stays quick meanwhile, and goes on where it stopped
when the file has grown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tutor.sources.flow import Flow, Wanted
from tutor.sources.flows import FlowTable
from tutor.sources.packet import Records
from tutor.sources.reader import HEADER, MAX_PACKET, PEEK
from tutor.sources.source import Source
from tutor.words import _, ngettext

SLICE: Final = 1 << 19
"""Bytes read at once: more than the largest packet, so that each fits a slice."""

assert SLICE > MAX_PACKET + PEEK

_PADDING = bytes(PEEK)


class Index:
    """Walks a source and grows.

    Args:
        source: the capture; its ``packets``, ``skipped``, ``damaged`` and ``finished`` are kept up
            to date.
        wanted: what tells mail from the rest.

    Attributes:
        position: bytes of the source walked so far.
    """

    def __init__(self, source: Source, wanted: Wanted) -> None:
        self.position = source.reader.first
        self._source = source
        self._table = FlowTable(wanted, source.time_at)
        self._seen = 0  # size of the source at the last look
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
        while self.advance(budget) or self._look_again():
            yield self.position
        yield self.position

    def run(self) -> Index:
        """Walk to the end in one go."""
        for _slice in self.walk(1 << 24):
            pass
        return self

    def _look_again(self) -> bool:
        """Wait for a pipe: it grows, or it ends, and the end must be looked at too."""
        source = self._source
        if source.finished:
            return False
        return source.wait(self._seen) or not source.open_ended

    def _slice(self) -> bool:
        if self._fault():
            return False
        source = self._source
        source.finished = False
        growing = source.open_ended  # before the size: a pipe that ends now is looked at again
        self._seen = source.size()
        read, done = self._scan(SLICE)
        if read == SLICE and not done and not self._fault():
            # one block larger than a slice (a long key log): read as much as it says it has
            head = source.read(HEADER, self.position)
            read, done = self._scan(source.reader.size(head, 0, self.position))
        self.position += done
        source.packets = self._table.packets
        source.damaged = None
        fault = self._fault()
        if fault:
            source.finished = True
            source.damaged = self._damage(f"{fault} {_at(self.position)}")
        elif done and (read >= SLICE or done > read):
            return True
        elif not growing:
            source.finished = True
            source.damaged = self._torn(read - done)
        return False

    def _fault(self) -> str | None:
        return self._source.reader.fault

    def _scan(self, count: int) -> tuple[int, int]:
        """Read and scan; give how many bytes were there and how many are done."""
        data = self._source.read(count, self.position)
        padded = data if len(data) == count else data + _PADDING
        done = self._source.reader.scan(padded, len(data), self.position, self._table)
        return len(data), done

    def _torn(self, left: int) -> str | None:
        """At the end of what is there: why it is not whole, or None."""
        source = self._source
        if source.trouble:
            return self._damage(source.trouble)
        if not left and self.position <= self._seen:
            return None
        packet = source.reader.unit == "packet"
        if not left:
            ends = (
                _("the file ends inside a packet") if packet else _("the file ends inside a block")
            )
            return self._damage(f"{ends} {_at(self._seen)}")
        ends = (
            _("the file ends inside a packet that begins at byte {n}")
            if packet
            else _("the file ends inside a block that begins at byte {n}")
        )
        return self._damage(ends.format(n=self.position))

    def _damage(self, reason: str) -> str:
        packets = self._table.packets
        read = ngettext("read {n} packet", "read {n} packets", packets)
        return f"{reason}; {read.format(n=packets)}"


def _at(position: int) -> str:
    return _("at byte {n}").format(n=position)
