"""A stream becomes a file that grows: pipes and gzip are copied into a temporary file.

The file has no name (it is unlinked at once), so nothing of it is left behind, even by a kill. The
copying runs in a thread of its own; the index reads what is there already.
"""

from __future__ import annotations

import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from tutor.words import _
from tutor.words.errors import system_words

MAX_INFLATED: Final = 1 << 34
"""No gzip file is inflated to more than 16 GiB..."""

MAX_RATIO: Final = 300
"""...or, above 256 MiB, to more than this many times its size: captures compress 2 to 20 times."""

_RATIO_COUNTS_FROM = 1 << 28
_CHUNK = 1 << 18
_PAUSE = 0.1  # seconds between looks at a file that is followed
_GZIP = b"\x1f\x8b"


class Spool:
    """Copies a stream into a temporary file, inflating it where it is gzip.

    Args:
        read: gives up to that many next bytes, b"" at the end.
        close: called when the stream is done with.
        follow: an end is not the end: more may be written.

    Attributes:
        size: bytes in the file so far.
        ended: whether no more will come.
        trouble: why the copying ended early, in a sentence, or None.
        gzip: whether the stream was compressed.
        news: called, in the copying thread, when there is more, or no more to come.
    """

    def __init__(
        self, read: Callable[[int], bytes], close: Callable[[], None], *, follow: bool = False
    ) -> None:
        self.size = 0
        self.ended = False
        self.trouble: str | None = None
        self.gzip = False
        self.news: Callable[[], None] = lambda: None
        self._read, self._close, self._follow = read, close, follow
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by close()
        self._taken = 0
        self._inflater: zlib._Decompress | None = None
        self._more = threading.Condition()
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    def fileno(self) -> int:
        """Descriptor of the temporary file."""
        return self._file.fileno()

    def wait(self, size: int, timeout: float | None = None) -> bool:
        """Wait until the file has more than ``size`` bytes; False where it will not."""
        with self._more:
            self._more.wait_for(lambda: self.size > size or self.ended, timeout)
            return self.size > size

    def close(self) -> None:
        """Stop copying and give the file up."""
        self._stop = True
        if self.ended:
            self._file.close()

    def _run(self) -> None:
        try:
            self._copy()
        except OSError as error:
            self.trouble = _("reading stopped: {why}").format(why=system_words(error))
        finally:
            self._close()
            with self._more:
                self.ended = True
                self._more.notify_all()
            self.news()
            if self._stop:
                self._file.close()

    def _copy(self) -> None:
        data = self._next()
        while len(data) == 1 and (more := self._next()):
            data += more
        if data[:2] == _GZIP:
            self.gzip = True
            self._inflater = zlib.decompressobj(31)
        while data and not self._stop and self.trouble is None:
            self._taken += len(data)
            self._store(data)
            data = self._next()
        if self._inflater is not None and not self._inflater.eof and self.trouble is None:
            self.trouble = _("the gzip data ends early")

    def _next(self) -> bytes:
        while not (data := self._read(_CHUNK)) and self._follow and not self._stop:
            time.sleep(_PAUSE)
        return data

    def _store(self, data: bytes) -> None:
        if self._inflater is None:
            self._append(data)
            return
        while data and self.trouble is None:
            if self._inflater.eof:
                if data[:2] != _GZIP:
                    return  # padding behind the last member
                self._inflater = zlib.decompressobj(31)
            before = self._inflater.copy()
            try:
                self._append(self._inflater.decompress(data, _CHUNK * 8))
            except zlib.error:
                self.trouble = _("the gzip data is damaged")
                self._salvage(before, data)
                return
            data = self._inflater.unconsumed_tail or self._inflater.unused_data
            self._bound()

    def _salvage(self, inflater: zlib._Decompress, data: bytes) -> None:
        """Take what comes before the damage."""
        with suppress(zlib.error):
            for at in range(len(data)):
                self._append(inflater.decompress(data[at : at + 1]))

    def _bound(self) -> None:
        ratio = self.size // max(1, self._taken)
        if self.size > MAX_INFLATED or (self.size > _RATIO_COUNTS_FROM and ratio > MAX_RATIO):
            self.trouble = _("inflating stopped after {n} bytes: that is no capture").format(
                n=self.size
            )

    def _append(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        with self._more:
            self.size += len(data)
            self._more.notify_all()
        self.news()
