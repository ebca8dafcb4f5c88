"""Compression of records before TLS 1.3: DEFLATE (RFC 3749), long abandoned for the sake of CRIME.

One stream for each direction and each set of keys goes through all records, flushed after each.
"""

from __future__ import annotations

import zlib

_MOST = 1 << 14  # bytes of a record when it is unpacked (RFC 3749 2)


class Inflater:
    """Unpacks the records of one direction.

    Attributes:
        broken: a record is missing, and the ones behind it refer to it.
    """

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()
        self.broken = False

    def feed(self, packed: bytes) -> bytes | None:
        """The content of the next record; None where it cannot be had."""
        if self.broken:
            return None
        try:
            plain = self._stream.decompress(packed, _MOST)
        except zlib.error:
            return None
        whole = not self._stream.unconsumed_tail and not self._stream.eof
        return plain if whole else None
