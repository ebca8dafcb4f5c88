"""Cutting one direction's bytes into TLS records, also where bytes are missing or are no TLS.

A record is a type, a version and a length in 5 bytes, then the fragment (RFC 8446 5.1, 5.2;
RFC 5246 6.2.1). Nothing marks where a record begins, so after a gap the next one must be looked
for:

- where the record that was cut by the gap is known to reach beyond it, the place is known;
- else a plausible header directly behind the gap is believed (captures lose whole packets, and
  records often begin with one);
- else a plausible header is believed when another follows at the end of its record.

Bytes that are no record become ``OTHER``, whole up to the next record, so that it does not matter
in which chunks they came.
"""

from __future__ import annotations

import re
import struct
from enum import Enum, auto
from typing import NamedTuple

HEADER = 5
SSL2_HEAD = 11
"""Bytes of a ClientHello in the SSL 2.0 format up to where its lengths end."""
MOST = (1 << 14) + 2048
"""The longest fragment of any version (RFC 5246 6.2.3)."""
MAX_OTHER = 1 << 20
"""Bytes that are no TLS come in pieces of at most this many."""

_START = re.compile(rb"[\x14-\x18]\x03[\x00-\x04]")


class Shape(Enum):
    """What a piece of the stream is."""

    RECORD = auto()
    CUT = auto()  # the beginning of a record whose rest was not captured
    REST = auto()  # the end of such a record
    SSL2 = auto()  # a ClientHello in the SSL 2.0 format
    GAP = auto()
    OTHER = auto()  # no TLS


class Piece(NamedTuple):
    """One piece: stream offsets ``start`` to ``end``.

    ``type`` is the record's content type (-1 where unknown), ``header`` its 5 bytes (fewer in a
    ``CUT``), ``body`` what follows them. ``gap`` says that missing bytes are the reason for a
    ``CUT``, ``REST`` or ``OTHER``.
    """

    shape: Shape
    start: int
    end: int
    type: int = -1
    header: bytes = b""
    body: bytes = b""
    gap: bool = False


class RecordCutter:
    """Bytes of one direction in, pieces out; they tile the stream.

    Args:
        base: stream offset of the first byte it will be fed.
        ssl2: the first bytes may be a ClientHello in the SSL 2.0 format.
    """

    def __init__(self, base: int = 0, *, ssl2: bool = False) -> None:
        self._data = bytearray()
        self._base = base  # stream offset of _data[0]
        self._at = 0  # what is before it in _data has been given out
        self._ssl2 = ssl2
        self._lost = False  # where the next record begins is not known
        self._by_gap = False  # ... because bytes are missing
        self._fresh = False  # ... and a header right here would be believed
        self._hunt = 0  # in _data: before it no record begins
        self._rest = 0  # bytes still to come of a record that a gap cut
        self._type = -1  # its type
        self._out: list[Piece] = []

    def feed(self, data: bytes) -> list[Piece]:
        """Take the next bytes; give the pieces they complete."""
        self._data += data
        self._cut(final=False)
        return self._drain()

    def gap(self, length: int) -> list[Piece]:
        """Take note of ``length`` missing bytes."""
        self._cut(final=True)
        owed = self._flush(gap=True)
        offset = self._base + self._at
        self._out.append(Piece(Shape.GAP, offset, offset + length))
        out = self._drain()
        self._base += length
        self._rest = max(0, owed - length)
        self._lost = self._by_gap = self._fresh = owed < length
        self._ssl2 = False
        return out

    def finish(self) -> list[Piece]:
        """No more bytes will come: give what is left, as it is."""
        self._cut(final=True)
        self._flush(gap=False)
        self._rest = 0
        return self._drain()

    def _drain(self) -> list[Piece]:
        del self._data[: self._at]
        self._base += self._at
        self._hunt = max(0, self._hunt - self._at)
        self._at = 0
        out, self._out = self._out, []
        return out

    # -- cutting -------------------------------------------------------------------------------

    def _cut(self, *, final: bool) -> None:
        going = True
        while going and self._at < len(self._data):
            if self._rest:
                going = self._cut_rest()
            elif self._lost:
                going = self._find(final=final)
            else:
                going = self._cut_record()

    def _give(
        self, shape: Shape, size: int, kind: int = -1, head: int = 0, gap: bool = False
    ) -> None:
        start = self._at
        self._at += size
        header = bytes(self._data[start : start + head])
        body = bytes(self._data[start + head : self._at])
        offset = self._base + start
        self._out.append(Piece(shape, offset, offset + size, kind, header, body, gap))

    def _cut_record(self) -> bool:
        data, at = self._data, self._at
        if self._ssl2:
            return self._cut_ssl2()
        if len(data) - at < HEADER:
            return False
        if not _plausible(data, at):
            self._lost, self._by_gap, self._fresh, self._hunt = True, False, False, at
            return True
        size = HEADER + (data[at + 3] << 8 | data[at + 4])
        if len(data) - at < size:
            return False
        self._give(Shape.RECORD, size, data[at], HEADER)
        return True

    def _cut_ssl2(self) -> bool:
        data, at = self._data, self._at
        hello = ssl2_hello(memoryview(data)[at : at + SSL2_HEAD])
        if hello is None:
            return False
        size = 2 + ((data[at] & 0x7F) << 8 | data[at + 1]) if hello else 0
        if len(data) - at < size:
            return False
        self._ssl2 = False
        if hello:
            self._give(Shape.SSL2, size)
        return True

    def _cut_rest(self) -> bool:
        if len(self._data) - self._at < self._rest:
            return False
        self._give(Shape.REST, self._rest, self._type, gap=True)
        self._rest = 0
        return True

    # -- looking for the next record ---------------------------------------------------------------

    def _find(self, *, final: bool) -> bool:
        """Look for a record; True where one was found and cutting can go on."""
        at = self._at
        if self._fresh:
            if len(self._data) - at < HEADER and not final:
                return False
            self._fresh = False
            self._hunt = at
            if _plausible(self._data, at):
                self._lost = False
                return True
        found = self._hunt_on(final=final)
        while self._hunt - self._at >= MAX_OTHER:
            self._give(Shape.OTHER, MAX_OTHER, gap=self._by_gap)
        if found:
            if self._hunt > self._at:
                self._give(Shape.OTHER, self._hunt - self._at, gap=self._by_gap)
            self._lost = False
        return found

    def _hunt_on(self, *, final: bool) -> bool:
        data = self._data
        for match in _START.finditer(data, self._hunt):
            self._hunt = at = match.start()
            if len(data) - at < HEADER:
                return False
            if not _plausible(data, at):
                continue
            after = at + HEADER + (data[at + 3] << 8 | data[at + 4])
            if len(data) - after >= HEADER:
                if _plausible(data, after):
                    return True
            elif not final:
                return False
            elif len(data) >= after and _plausible_prefix(data[after:]):
                return True
        self._hunt = max(self._hunt, len(data) - 2)
        return False

    def _flush(self, *, gap: bool) -> int:
        """Give out what is left; tell how many bytes are still owed to a record that began."""
        have = len(self._data) - self._at
        if self._rest:
            owed = self._rest - have
            if have:
                self._give(Shape.REST, have, self._type, gap=True)
            return owed
        if not have:
            return 0
        begun = bytes(self._data[self._at : self._at + HEADER])
        if self._lost or not _plausible_prefix(begun):
            self._give(Shape.OTHER, have, gap=self._lost and self._by_gap)
            return 0
        self._type = begun[0]
        self._give(Shape.CUT, have, begun[0], min(have, HEADER), gap)
        return HEADER + int.from_bytes(begun[3:]) - have if len(begun) == HEADER else 0


def ssl2_hello(data: bytes | bytearray | memoryview) -> bool | None:
    """Tell whether bytes begin with a ClientHello in the SSL 2.0 format (RFC 5246 E.2).

    None where fewer than ``SSL2_HEAD`` bytes are there, and they fit so far.
    """
    if not data or data[0] & 0xFC != 0x80:
        return False if data else None
    if (len(data) > 2 and data[2] != 1) or (len(data) > 3 and data[3] not in (0, 3)):
        return False
    if len(data) < SSL2_HEAD:
        return None
    size, version, specs, session, challenge = struct.unpack_from("!HxHHHH", data)
    known = version == 2 or 0x0300 <= version <= 0x0303
    lengths = specs and specs % 3 == 0 and session in (0, 16) and 16 <= challenge <= 32
    return bool(known and lengths and size & 0x7FFF == 9 + specs + session + challenge)


def record_ahead(data: bytes) -> bool:
    """Tell whether a record begins somewhere in the data, and another, or its end, behind that."""
    for match in _START.finditer(data):
        at = match.start()
        if not _plausible(data, at):
            continue
        after = at + HEADER + int.from_bytes(data[at + 3 : at + HEADER])
        if after == len(data) or _plausible(data, after):
            return True
    return False


def _plausible(data: bytes | bytearray, at: int) -> bool:
    """Tell whether the bytes at ``at`` can be a record's header."""
    if len(data) - at < HEADER:
        return False
    size = data[at + 3] << 8 | data[at + 4]
    known = 20 <= data[at] <= 24 and data[at + 1] == 3 and data[at + 2] <= 4
    # only application data may be empty (RFC 8446 5.1, RFC 5246 6.2.1)
    return known and size <= MOST and (size > 0 or data[at] == 23)


def _plausible_prefix(data: bytes | bytearray) -> bool:
    """The same for the first bytes of a header, of which some may be missing."""
    if len(data) >= HEADER:
        return _plausible(data, 0)
    padded = bytes(data) + b"\x17\x03\x03\x00\x01"[len(data) :]
    return _plausible(padded, 0)
