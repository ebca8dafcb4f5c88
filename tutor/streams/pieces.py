"""Bytes that wait for their turn, and the last ones that had it: the first copy of each counts.

Places are plain integers that do not wrap; see ``half``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import NamedTuple

_REMEMBERED = 1 << 18  # bytes given out that later copies are compared with...
_MOST_REMEMBERED = 4096  # ...in no more pieces than these
_START = attrgetter("start")
_END = attrgetter("end")
NEVER = 1 << 62


class Piece(NamedTuple):
    """Bytes from one packet; ``data`` is empty where the capture cut them off."""

    start: int
    end: int
    data: bytes
    packet: int
    time: int

    def part(self, start: int, end: int) -> Piece:
        """The same packet's bytes from place ``start`` to ``end`` only."""
        data = self.data[start - self.start : end - self.start]
        return Piece(start, end, data, self.packet, self.time)


class Clash(NamedTuple):
    """Two copies of a range that differ; ``settled``: the first was acknowledged by then."""

    kept: Piece
    other: Piece
    settled: bool


class Pieces:
    """A sorted list of pieces without overlaps, and a memory of those that left it.

    Attributes:
        waiting: the pieces, in order.
        size: bytes in them.
        clashes: copies that differed, not yet reported.
        first_clash: the lowest place of them; ``NEVER`` where there are none.
    """

    __slots__ = (
        "_forgotten",
        "_recent",
        "_recent_size",
        "clashes",
        "first_clash",
        "size",
        "waiting",
    )

    def __init__(self) -> None:
        self.waiting: list[Piece] = []
        self.size = 0
        self.clashes: list[Clash] = []
        self.first_clash = NEVER
        self._recent: list[Piece] = []  # in order of their places
        self._forgotten = 0  # of these the first so many
        self._recent_size = 0

    def put(self, new: Piece, acked: int) -> None:
        """Add those parts of ``new`` that are in no piece yet; compare the others.

        Args:
            new: the piece.
            acked: place before which the receiver has acknowledged everything.
        """
        waiting = self.waiting
        if not waiting or new.start >= waiting[-1].end:
            waiting.append(new)
            self.size += len(new.data)
            return
        at = bisect_left(waiting, new.start, key=_START)
        if at and waiting[at - 1].end > new.start:
            at -= 1
        start = new.start
        while start < new.end:
            stop = min(waiting[at].start, new.end) if at < len(waiting) else new.end
            if stop > start:
                part = new.part(start, stop)
                waiting.insert(at, part)
                self.size += len(part.data)
                start = stop
            else:
                self._compare(waiting[at], new, acked)
                start = waiting[at].end
            at += 1

    def take(self, place: int) -> list[Piece]:
        """Remove and give the pieces that follow ``place`` without a hole."""
        count = 0
        for piece in self.waiting:
            if piece.start != place:
                break
            place = piece.end
            count += 1
        taken = self.waiting[:count]
        if taken:
            del self.waiting[:count]
            for piece in taken:
                self.size -= len(piece.data)
                self._remember(piece)
        return taken

    def drop_before(self, place: int) -> None:
        """Remove what lies before ``place``."""
        while self.waiting and self.waiting[0].start < place:
            old = self.waiting.pop(0)
            self.size -= len(old.data)
            if old.end > place:
                rest = old.part(place, old.end)
                self.waiting.insert(0, rest)
                self.size += len(rest.data)

    def compare(self, new: Piece, acked: int) -> None:
        """Compare with what was taken lately."""
        recent = self._recent
        at = bisect_right(recent, new.start, self._forgotten, key=_END)
        while at < len(recent) and recent[at].start < new.end:
            self._compare(recent[at], new, acked)
            at += 1

    def clashed(self, before: int) -> list[Clash]:
        """Remove and give the clashes of bytes that lie before a place, in their order."""
        if self.first_clash >= before:
            return []
        told = [clash for clash in self.clashes if clash.kept.start < before]
        self.clashes = [clash for clash in self.clashes if clash.kept.start >= before]
        self.first_clash = min((clash.kept.start for clash in self.clashes), default=NEVER)
        return _joined(told)

    def _remember(self, piece: Piece) -> None:
        recent = self._recent
        recent.append(piece)
        self._recent_size += len(piece.data)
        while self._recent_size > _REMEMBERED or len(recent) - self._forgotten > _MOST_REMEMBERED:
            self._recent_size -= len(recent[self._forgotten].data)
            self._forgotten += 1
        if self._forgotten > _MOST_REMEMBERED:
            del recent[: self._forgotten]
            self._forgotten = 0

    def _compare(self, old: Piece, new: Piece, acked: int) -> None:
        start, end = max(old.start, new.start), min(old.end, new.end)
        kept, other = old.part(start, end), new.part(start, end)
        if kept.data and other.data and kept.data != other.data:
            self.clashes.append(Clash(kept, other, acked >= end))
            self.first_clash = min(self.first_clash, start)


def _joined(clashes: list[Clash]) -> list[Clash]:
    """One clash of what one packet brought again, though the first copy came in many."""
    out: list[Clash] = []
    run: list[Clash] = []
    for clash in clashes:
        last = run[-1] if run else None
        goes_on = (
            last is not None
            and last.settled == clash.settled
            and last.other.packet == clash.other.packet
            and last.kept.end == clash.kept.start
        )
        if not goes_on:
            out += _as_one(run)
            run = []
        run.append(clash)
    return out + _as_one(run)


def _as_one(run: list[Clash]) -> list[Clash]:
    if len(run) < 2:
        return run
    first, end = run[0], run[-1].kept.end
    kept, other = (
        piece._replace(end=end, data=b"".join(pieces))
        for piece, pieces in (
            (first.kept, (clash.kept.data for clash in run)),
            (first.other, (clash.other.data for clash in run)),
        )
    )
    return [Clash(kept, other, first.settled)]
