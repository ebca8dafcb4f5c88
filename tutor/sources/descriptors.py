"""File descriptors on every system: bytes as they are, and reading without moving the place.

Descriptors of ``os.open`` are not inherited by children (PEP 446), so nothing is asked for that.
"""

from __future__ import annotations

import os
import threading
from typing import Final

BINARY: Final[int] = getattr(os, "O_BINARY", 0)
"""A flag for ``os.open``: Windows would else change line ends."""

_LOCK = threading.Lock()


def read_at(fd: int, count: int, offset: int) -> bytes:
    """Up to ``count`` bytes at ``offset``; the descriptor's own place stays where it was.

    Raises:
        OSError: as ``os.read``.
    """
    if hasattr(os, "pread"):
        return os.pread(fd, count, offset)
    with _LOCK:
        before = os.lseek(fd, 0, os.SEEK_CUR)
        try:
            os.lseek(fd, offset, os.SEEK_SET)
            return os.read(fd, count)
        finally:
            os.lseek(fd, before, os.SEEK_SET)
