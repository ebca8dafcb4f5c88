"""Inflate a raw DEFLATE stream piece by piece (RFC 1951; RFC 4978 for IMAP), within a bound.

A few kilobytes may hold megabytes. So what came out is compared with what went in: beyond
``FREE`` bytes it must not be more than ``RATIO`` times as much, and never more than ``MOST``.
"""

from __future__ import annotations

import zlib

FREE = 1 << 20
"""Inflated bytes of a direction that may come of however few."""

RATIO = 100
"""Beyond that: inflated bytes for each compressed one."""

MOST = 64 << 20
"""Inflated bytes of a direction."""

PIECE = 4096
"""Feed no more at once: it may hold a thousand times as much."""


class Inflater:
    """One direction.

    Attributes:
        taken: compressed bytes so far.
        given: inflated bytes so far.
    """

    def __init__(self) -> None:
        self._machine = zlib.decompressobj(-zlib.MAX_WBITS)
        self.taken = 0
        self.given = 0

    @property
    def ended(self) -> bool:
        """Whether the stream has told its own end."""
        return self._machine.eof

    @property
    def too_much(self) -> bool:
        """Whether the bound is passed."""
        return self.given > MOST or self.given > FREE + RATIO * self.taken

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """Inflate the next piece: what came out, and how many bytes of ``data`` went into it.

        Fewer than all where the stream ends, or where a byte is no DEFLATE. However the stream is
        cut, the same bytes come out: behind an error it is gone through byte by byte.
        """
        if self.ended:
            return b"", 0
        # a copy costs more than a byte does, and of one byte there is nothing to go through again
        before = self._machine.copy() if len(data) > 1 else None
        try:
            out = self._machine.decompress(data)
            used = len(data) - len(self._machine.unused_data)
        except zlib.error:
            if before is None:
                return b"", 0
            self._machine = before
            out, used = self._slowly(data)
        self.taken += used
        self.given += len(out)
        return out, used

    def _slowly(self, data: bytes) -> tuple[bytes, int]:
        out = b""
        for at in range(len(data)):
            try:
                out += self._machine.decompress(data[at : at + 1])
            except zlib.error:
                return out, at
            if self.ended:
                return out, at + 1
        return out, len(data)
