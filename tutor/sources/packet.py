"""One captured packet, and where the packets of a flow stand in the file."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple


class Packet(NamedTuple):
    """A packet as the capture has it.

    ``number`` is 1-based, as in Wireshark; ``time_ns`` Unix time in nanoseconds; ``link`` the link
    type (LINKTYPE_ value); ``data`` what was captured of it; ``length`` its length on the wire.
    """

    number: int
    time_ns: int
    link: int
    data: bytes
    length: int


class Records:
    """Offsets and packet numbers of records in a file, in file order; 16 bytes for each."""

    __slots__ = ("numbers", "offsets")

    def __init__(self) -> None:
        self.offsets = array("Q")
        self.numbers = array("Q")

    def append(self, offset: int, number: int) -> None:
        """Add the record at byte ``offset`` of the file, the ``number``-th packet in it."""
        self.offsets.append(offset)
        self.numbers.append(number)

    def __len__(self) -> int:
        return len(self.offsets)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Pairs of offset and packet number."""
        return zip(self.offsets, self.numbers, strict=True)
