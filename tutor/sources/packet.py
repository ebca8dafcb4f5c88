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
    """Offsets and packet numbers of records in a file, in file order; 16 bytes for each.

    Attributes:
        offsets, numbers: of each record. A datagram that came in fragments is one record: that
            of the fragment which completed it.
        parts: by that packet number, the offsets of all its fragments, as they came.
    """

    __slots__ = ("numbers", "offsets", "parts")

    def __init__(self) -> None:
        self.offsets = array("Q")
        self.numbers = array("Q")
        self.parts: dict[int, array[int]] = {}

    def append(self, offset: int, number: int, parts: array[int] | None = None) -> None:
        """Add the record at byte ``offset`` of the file, the ``number``-th packet in it.

        ``parts`` are the offsets of all fragments, where that packet is the last of them.
        """
        self.offsets.append(offset)
        self.numbers.append(number)
        if parts is not None:
            self.parts[number] = parts

    def __len__(self) -> int:
        return len(self.offsets)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Pairs of offset and packet number."""
        return zip(self.offsets, self.numbers, strict=True)
