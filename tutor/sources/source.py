"""One opened capture: a file, a compressed file, or a pipe that still grows.

``open_source`` tells the format by its first bytes and refuses what is no capture with one
sentence. Packets are read by offset (``packets_at``), those of one flow at a time; who knows the
offsets is the index.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, Self

from tutor.base import CaptureError
from tutor.sources import pcap, pcapng
from tutor.sources.descriptors import BINARY, read_at
from tutor.sources.fragments import join
from tutor.sources.packet import Packet, Records
from tutor.sources.pcap import PcapReader
from tutor.sources.pcapng import PcapngReader
from tutor.sources.reader import HEADER, Reader
from tutor.sources.spool import Spool
from tutor.words import _, noted
from tutor.words.errors import system_words

_GZIP = b"\x1f\x8b"
_MAGIC_SIZE = 24
_LOOK: Final = 0.02  # seconds between looks at a file that is followed
_WINDOW: Final = 1 << 18  # read at once where a flow's records stand close together
_ALONE: Final = 1 << 12
_DENSE: Final = 1 << 14
_KNOWN: Final = {
    b"\xfd7zXZ": noted("is compressed with xz; unpack it first"),
    b"BZh": noted("is compressed with bzip2; unpack it first"),
    b"\x28\xb5\x2f\xfd": noted("is compressed with zstd; unpack it first"),
    b"\x04\x22\x4d\x18": noted("is compressed with lz4; unpack it first"),
    b"PK\x03\x04": noted("is a zip archive; unpack it first"),
    b"snoop\0": noted("is a snoop capture; convert it with editcap"),
    b"GMBU": noted("is a Network Monitor capture; convert it with editcap"),
    b"\x1c\x00\x01\xac": noted("is an IXIA capture; convert it with editcap"),
    b"\xac\x01\x00\x1c": noted("is an IXIA capture; convert it with editcap"),
    b"\x1c\x00\x01\xab": noted("is an IXIA capture; convert it with editcap"),
    b"\xab\x01\x00\x1c": noted("is an IXIA capture; convert it with editcap"),
    b"RTSS": noted("is a Network Monitor capture; convert it with editcap"),
    b"TRSNIFF data    \x1a": noted("is a Sniffer capture; convert it with editcap"),
}


class Source:
    """A capture that packets can be read from; make one with ``open_source``.

    Attributes:
        path: as the user named it; ``-`` is standard input.
        format: ``pcap`` or ``pcapng``.
        compressed: whether it is gzip.
        reader: knows the format.
        packets: how many packets the index has seen so far.
        damaged: one line on what could not be read: what, at what byte, what was still read.
        skipped: packets that were not looked into, counted by a word.
        finished: whether the index walked it to its end, and that end will not move.
    """

    def __init__(self, path: str, fd: int, spool: Spool | None, *, follow: bool) -> None:
        self.path = path
        self.packets = 0
        self.damaged: str | None = None
        self.skipped: Counter[str] = Counter()
        self.finished = False
        self._fd = fd
        self._spool = spool
        self._follow = follow
        self._closed = False
        header = self.read(_MAGIC_SIZE, 0)
        trouble = spool.trouble if spool else None
        if not header:
            raise CaptureError(path, trouble or _("the file is empty"))
        self.reader = _reader(path, header)
        self.format = self.reader.format
        self.compressed = spool is not None and spool.gzip

    @property
    def secrets(self) -> list[bytes]:
        """TLS key logs that the file itself carries (complete when the index is)."""
        return self.reader.secrets

    @property
    def open_ended(self) -> bool:
        """Whether more bytes may come: a pipe that is open, a file that is followed."""
        return self._follow or (self._spool is not None and not self._spool.ended)

    @property
    def growing(self) -> bool:
        """Whether the index may find more: bytes may come, or came and were not looked at yet.

        It is therefore safe to stop once ``Index.advance`` gave False and this is False too.
        """
        return self.open_ended or (self._spool is not None and not self.finished)

    @property
    def trouble(self) -> str | None:
        """Why copying a pipe or inflating ended early, None where it did not."""
        return self._spool.trouble if self._spool else None

    def size(self) -> int:
        """Bytes that are there now."""
        return self._spool.size if self._spool else os.fstat(self._fd).st_size

    def wait(self, size: int, timeout: float | None = None) -> bool:
        """Wait until there are more than ``size`` bytes; False where none came.

        For pipes and compressed files; a followed file is asked again by its reader.
        """
        return self._spool.wait(size, timeout) if self._spool else self.size() > size

    def listen(self, news: Callable[[], None]) -> None:
        """Call ``news``, in a thread of its own, when a growing source has grown or ended."""
        if self._spool:
            self._spool.news = news
        elif self._follow:
            watch = threading.Thread(target=self._watch, args=(news,), name="watch", daemon=True)
            watch.start()

    def _watch(self, news: Callable[[], None]) -> None:
        """Look at the file's size again and again: every system can, and it costs nothing."""
        seen = -1
        while not self._closed:
            try:
                size = self.size()
            except OSError:
                return  # closed meanwhile
            if size != seen:
                seen = size
                news()
            time.sleep(_LOOK)

    def read(self, count: int, offset: int) -> bytes:
        """Read up to ``count`` bytes at ``offset``; fewer at the end."""
        try:
            return read_at(self._fd, count, offset)
        except OSError as error:
            raise CaptureError(self.path, system_words(error), offset) from error

    def packets_at(self, records: Records, first: int = 0) -> Iterator[Packet]:
        """Give the packets of these records, from the ``first``-th on.

        One that came in fragments is put together; its number and time are those of the fragment
        that completed it. Records that are gone (the file shrank) are left out.
        """
        reader, offsets, parts = self.reader, records.offsets, records.parts
        data, base = b"", 0
        for index, number in enumerate(islice(records.numbers, first, None), first):
            offset = offsets[index]
            at = offset - base
            if at + HEADER > len(data):
                data, base, at = self.read(self._reach(records, index), offset), offset, 0
            if at + 16 > len(data):
                return
            size = reader.size(data[at : at + HEADER].ljust(HEADER, b"\0"), 0, offset)
            if at + size > len(data):
                data, base, at = self.read(max(size, _ALONE), offset), offset, 0
            if size > len(data):
                continue
            packet = reader.packet(data, at, offset, number)
            if not parts or number not in parts:
                yield packet
            elif joined := self._joined(parts[number], packet):
                yield joined

    def _joined(self, offsets: array[int], last: Packet) -> Packet | None:
        """The packet whose fragments are at these offsets; ``last`` completed it."""
        pieces = Records()
        for offset in offsets:
            pieces.append(offset, last.number)
        return join(self.packets_at(pieces), last.number, last.time_ns)

    def time_at(self, offset: int) -> int:
        """Unix time, in nanoseconds, of the packet whose record is at ``offset``."""
        header = self.read(HEADER, offset).ljust(HEADER, b"\0")
        return self.reader.packet(header, 0, offset, 0).time_ns

    def _reach(self, records: Records, index: int) -> int:
        """How much to read at once: a window where records are dense, else about one record."""
        ahead = min(index + _WINDOW // _DENSE, len(records) - 1)
        near = records.offsets[ahead] - records.offsets[index] < _WINDOW
        return _WINDOW if near and ahead > index else _ALONE

    def close(self) -> None:
        """Give the file up."""
        if self._closed:
            return
        self._closed = True
        if self._spool:
            self._spool.close()
        else:
            os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_source(path: str, *, follow: bool = False) -> Source:
    """Open a capture.

    Args:
        path: a file, or ``-`` for standard input; gzip is recognised by its bytes.
        follow: the file still grows, so that its end is not the end. While it is empty, and while
            a pipe is, this waits.

    Raises:
        CaptureError: it cannot be read or is no capture; the sentence says which.
    """
    fd = _open(path)
    try:
        kind = os.fstat(fd).st_mode
        if stat.S_ISDIR(kind):
            raise CaptureError(path, _("is a directory, not a capture"))
        if os.isatty(fd):
            raise CaptureError(path, _("is a terminal; pipe a capture into it"))
        while follow and stat.S_ISREG(kind) and os.fstat(fd).st_size < _MAGIC_SIZE:
            time.sleep(_LOOK)
        if stat.S_ISREG(kind) and read_at(fd, 2, 0) != _GZIP:
            return Source(path, fd, None, follow=follow)
    except OSError as error:
        os.close(fd)
        raise CaptureError(path, system_words(error)) from error
    except CaptureError:
        os.close(fd)
        raise
    regular = stat.S_ISREG(kind)
    spool = Spool(lambda count: os.read(fd, count), lambda: os.close(fd), follow=follow and regular)
    spool.wait(_MAGIC_SIZE - 1)
    try:
        return Source(path, spool.fileno(), spool, follow=False)
    except CaptureError:
        spool.close()
        raise


def _open(path: str) -> int:
    try:
        # a copy of standard input: the screen may put the terminal in its place
        return os.dup(0) if path == "-" else os.open(path, os.O_RDONLY | BINARY)
    except FileNotFoundError as error:
        raise CaptureError(path, _("no such file")) from error
    except PermissionError as error:
        raise CaptureError(path, _("permission denied: you may not read this file")) from error
    except OSError as error:
        raise CaptureError(path, system_words(error)) from error
    except ValueError as error:
        raise CaptureError(path, _("cannot be opened")) from error


def _reader(path: str, header: bytes) -> Reader:
    if header[:4] in pcap.MAGIC:
        return PcapReader(path, header)
    if header[:4] == pcapng.MAGIC:
        return PcapngReader(path, header)
    for magic, words in _KNOWN.items():
        if header.startswith(magic):
            raise CaptureError(path, _(words))
    why = _("not a capture: its first bytes are neither pcap's nor pcapng's")
    raise CaptureError(path, why)
