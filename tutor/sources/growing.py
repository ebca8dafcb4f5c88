"""A file that grows while others read it: whole records only, on the disk at every interval.

A record is written with one call, and in pieces that a kill does not tear; where the disk takes
only a part of it, that part is taken back. The disk is told (fsync) by a thread of its own: it can
take hundreds of milliseconds, and what is being captured must not wait for it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from typing import Final

from tutor.base import CaptureError
from tutor.sources.descriptors import BINARY
from tutor.words import _
from tutor.words.errors import system_words

INTERVAL: Final = 1.0
"""Seconds after which what was written is on the disk."""

_PIECE = 4096
"""Bytes written at once, a page: within one, a kill comes before or after, not between."""


class GrowingFile:
    """Writes records to the end of a new file, readable by its owner alone.

    Args:
        path: where; a file that is there already is not overwritten.

    Raises:
        CaptureError: it cannot be made.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY
        try:
            self._fd = os.open(path, flags, 0o600)
        except OSError as error:
            raise CaptureError(path, system_words(error)) from error
        self._size = 0
        self._safe = 0  # bytes that are on the disk for certain
        self._failed: OSError | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._sync, name="recording", daemon=True)
        self._thread.start()

    def write(self, *records: bytes) -> None:
        """Write whole records.

        Raises:
            CaptureError: the disk takes no more; the file ends with the last whole record.
        """
        for piece in _pieces(records):
            try:
                if self._failed:
                    raise self._failed
                written = os.write(self._fd, piece)
            except OSError as error:
                raise CaptureError(self.path, system_words(error)) from error
            if written < len(piece):
                os.ftruncate(self._fd, self._size)
                os.lseek(self._fd, self._size, os.SEEK_SET)
                raise CaptureError(self.path, _("the disk is full"))
            self._size += written

    def close(self) -> None:
        """End the file: all of it is on the disk then."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._thread.join()
        try:
            self._tell()
        finally:
            os.close(self._fd)

    def _sync(self) -> None:
        while not self._closed.wait(INTERVAL):
            try:
                self._tell()
            except OSError as error:
                self._failed = error  # told once by the system, and never again
                return

    def _tell(self) -> None:
        size = self._size
        if size != self._safe:
            os.fsync(self._fd)
            self._safe = size


def _pieces(records: Iterable[bytes]) -> Iterable[bytes]:
    """Records put together up to the size of a piece; a larger record is one for itself."""
    piece: list[bytes] = []
    size = 0
    for record in records:
        if piece and size + len(record) > _PIECE:
            yield b"".join(piece)
            piece, size = [], 0
        piece.append(record)
        size += len(record)
    if piece:
        yield b"".join(piece)
