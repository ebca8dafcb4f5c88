"""IP fragments: which belong together, and the packet that they make (RFC 791 3.2, RFC 8200 4.5).

The table remembers where in the file the pieces are, not what they hold: only the first bytes of
each packet, by which its flow is known. Where pieces overlap the copy that came first counts. A
packet lacks pieces until it is whole: then its pieces are no longer counted as not looked into.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple
from zlib import crc32

from tutor.sources.locate import FRAGMENT, Fragment, locate
from tutor.sources.packet import Packet

RAW_IP: Final = 101
"""Link type of a packet that was put together."""

OTHER_BYTES: Final = "IP fragment with other bytes"
"""Where a piece came again and was not the same: the first counts."""

MAX_OPEN: Final = 2048
"""Packets whose pieces are remembered; the oldest are given up..."""

MAX_PIECES: Final = 32_768
"""...also where they have more pieces than this in all."""

TIMEOUT_NS: Final = 60_000_000_000
"""Pieces that come later than a minute after the first belong to another packet (RFC 8200 4.5)."""

_LONGEST = 65_535
_HEAD = 512


class Whole(NamedTuple):
    """A packet that is complete: ``head`` is its beginning, ``parts`` where its pieces are."""

    head: bytes
    length: int
    parts: array[int]
    packets: int


class _Pieces:
    """The pieces of one packet; units of eight bytes that are there are bits in ``seen``."""

    __slots__ = ("full", "head", "marks", "packets", "parts", "seen", "size", "time", "whole")

    def __init__(self, time: int) -> None:
        self.time = time
        self.parts = array("Q")
        self.marks: dict[tuple[int, int], int] = {}  # place and size to checksum
        self.packets = 0
        self.seen = 0
        self.full = -1  # no packet has that many units: the last piece is not here yet
        self.size = 0
        self.head: tuple[bytes, Fragment, bytes] | None = None
        self.whole = False


class Fragments:
    """All packets of which some pieces were seen.

    Args:
        time_at: Unix time, in nanoseconds, of the record at an offset of the file.
        skipped: counts the pieces of packets that are not whole.
    """

    def __init__(self, time_at: Callable[[int], int], skipped: Counter[str]) -> None:
        self._time_at = time_at
        self._skipped = skipped
        self._open: dict[bytes, _Pieces] = {}
        self._count = 0

    def add(self, found: Fragment, data: bytes, offset: int) -> Whole | None:
        """Take a piece; give the whole where that completes it.

        Args:
            found: what and where in the frame it is.
            data: the frame.
            offset: of its record in the file.
        """
        size = found.end - found.begin
        odd = size <= 0 or found.place + size > _LONGEST or (size % 8 and not found.last)
        self._skipped[FRAGMENT] += 1
        if odd or found.end > len(data):
            return None
        body = data[found.begin : found.end]
        mark = (found.place, size, crc32(body))
        pieces = self._pieces(found.key, mark, self._time_at(offset))
        pieces.packets += 1
        if pieces.whole:
            self._uncount(1)  # a copy of what is known
            return None
        self._store(pieces, found, data, offset, mark)
        if pieces.head is None or pieces.seen & pieces.full != pieces.full:
            return None
        pieces.whole = True
        self._uncount(pieces.packets)
        header, first, begin = pieces.head
        head = _header(header, first, pieces.size) + begin
        length = len(header) + pieces.size
        return Whole(head, length, pieces.parts, pieces.packets)

    def _pieces(self, key: bytes, mark: tuple[int, int, int], time: int) -> _Pieces:
        known = self._open.get(key)
        if known is not None:
            late = time - known.time > TIMEOUT_NS
            if not late and (not known.whole or known.marks.get(mark[:2]) == mark[2]):
                return known
            self._forget(key)
        pieces = self._open[key] = _Pieces(time)
        if len(self._open) > MAX_OPEN:
            self._forget(next(iter(self._open)))
        return pieces

    def _store(
        self,
        pieces: _Pieces,
        found: Fragment,
        data: bytes,
        offset: int,
        mark: tuple[int, int, int],
    ) -> None:
        place, size, check = mark
        units = ((1 << (size + 7) // 8) - 1) << place // 8
        if found.last and pieces.full < 0:
            pieces.size = place + size
            pieces.full = (1 << (pieces.size + 7) // 8) - 1
        elif not units & ~pieces.seen:
            if pieces.marks.get((place, size), check) != check:
                # counted by that name, and by no other
                self._skipped[OTHER_BYTES] += 1
                pieces.packets -= 1
                self._uncount(1)
            return  # nothing new
        pieces.seen |= units
        pieces.parts.append(offset)
        pieces.marks.setdefault((place, size), check)
        self._count += 1
        if not place and pieces.head is None:
            begin = data[found.begin : min(found.begin + _HEAD, found.end)]
            pieces.head = (data[found.ip : found.ip + found.head], found, begin)
        while self._count > MAX_PIECES:
            self._forget(next(iter(self._open)))

    def _forget(self, key: bytes) -> None:
        self._count -= len(self._open.pop(key).parts)

    def _uncount(self, packets: int) -> None:
        self._skipped[FRAGMENT] -= packets
        if not self._skipped[FRAGMENT]:
            del self._skipped[FRAGMENT]


def join(packets: Iterable[Packet], number: int, time_ns: int) -> Packet | None:
    """Make the whole packet of its pieces, given as they came.

    Returns:
        A packet of link type ``RAW_IP`` with that number and time, or None where the pieces do
        not fit any more, because the file was changed.
    """
    pieces: list[tuple[Fragment, bytes]] = []
    for packet in packets:
        found = locate(packet.link, packet.data, packet.length)
        if not isinstance(found, Fragment):
            return None
        pieces.append((found, packet.data))
    first = next((piece for piece in pieces if not piece[0].place), None)
    last = next((found for found, _ in pieces if found.last), None)
    if first is None or last is None:
        return None
    size = last.place + last.end - last.begin
    body = bytearray(size)
    for found, data in reversed(pieces):  # the copy that came first is written last
        piece = data[found.begin : found.end]
        body[found.place : found.place + len(piece)] = piece
    found, data = first
    whole = _header(data[found.ip : found.ip + found.head], found, size) + bytes(body[:size])
    return Packet(number, time_ns, RAW_IP, whole, len(whole))


def _header(header: bytes, first: Fragment, size: int) -> bytes:
    """The header of the first piece, as it is for the whole of ``size`` bytes behind it."""
    out = bytearray(header)
    if out[0] >> 4 == 6:
        out[first.named] = first.protocol
        out[4:6] = min(len(out) - 40 + size, _LONGEST).to_bytes(2, "big")
    else:
        out[2:4] = min(len(out) + size, _LONGEST).to_bytes(2, "big")
        out[6:8] = b"\0\0"
    return bytes(out)
