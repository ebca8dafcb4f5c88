"""A real interface as a feed: the privileged part is a child; nothing of ours runs as root.

The program (``capturing.py`` chooses it) gives pcap on a pipe; what comes is written on as pcapng,
packet by packet. A warden (``warden.py``) ends the program when we are gone.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from struct import Struct, error
from typing import IO, Self

from tutor.base import CaptureError
from tutor.sources.capturing import MAIL_FILTER, Tool
from tutor.sources.feed import Feed
from tutor.sources.pcap import MAGIC
from tutor.sources.reader import MAX_PACKET
from tutor.sources.recording import Pcapng
from tutor.words import _

ASK_EVERY = 2.0
"""Seconds between two questions for what was lost."""

_WARDEN = str(Path(__file__).with_name("warden.py"))
_READ = 1 << 18
_LOST = re.compile(r"(\d+) packets? dropped by kernel|received/dropped on .*?: \d+/(\d+)")
_CHATTER = re.compile(
    r"listening on|packets? captured|packets? received|dropped by|^Capturing on|^File: |^Packets"
)
_GONE = re.compile(r"disappeared|no longer|went down|not up|[Nn]etwork is down|no more packets")


class LiveFeed(Feed):
    """What passes an interface.

    Args:
        tool: the program that captures.
        interface: its name.
        expression: a pcap filter; "" takes everything.
        keep, news: as in ``Feed``.
    """

    def __init__(
        self,
        tool: Tool,
        interface: str,
        expression: str = MAIL_FILTER,
        keep: str | None = None,
        news: Callable[[], None] | None = None,
    ) -> None:
        self._tool, self._interface, self._expression = tool, interface, expression
        self._over = threading.Event()
        warden = [sys.executable, "-I", "-S", _WARDEN]
        super().__init__([*warden, *tool.command(interface, expression)], keep, news)

    def start(self) -> Self:
        """Begin to listen, and to ask for losses where the program can tell."""
        super().start()
        if self._tool.counts:
            threading.Thread(target=self._ask, name="feed-losses", daemon=True).start()
        return self

    def copy(self, stream: IO[bytes]) -> None:
        """Write each packet on as it comes."""
        records = Records()
        file: Pcapng | None = None
        try:
            while data := os.read(stream.fileno(), _READ):
                packets = records.take(data)
                if file is None and records.link is not None:
                    file = Pcapng(self.path, "", records.link, self._interface, self._expression)
                if file and packets:
                    file.packets(packets)
                    self.news()
        finally:
            self._over.set()
            if file:
                self._end(file)

    def _end(self, file: Pcapng) -> None:
        """Close; what was lost is told in the file too."""
        try:
            if self.dropped:
                file.dropped(self.dropped, time.time_ns())
        finally:
            file.close()

    def heard(self, complaint: str) -> bool:
        """Take the counts, and what says only that all is well."""
        if found := _LOST.search(complaint):
            lost = int(found[1] or found[2])
            if lost != self.dropped:
                self.dropped = lost
                self.news()
        return bool(_CHATTER.search(complaint))

    def why(self, code: int) -> str:
        """Why the program ended, and what to do next."""
        last = self.last_words()
        again = _("wiretutor live begins again.")
        if _GONE.search(last):
            told = _("The interface {name} is gone or down; what was captured is kept.")
            return f"{told.format(name=self._interface)} {again}"
        if code > 128:
            told = _("{tool} was ended from outside (signal {n}); what was captured is kept.")
            return f"{told.format(tool=self._tool.name, n=code - 128)} {again}"
        return f"{last or super().why(code)}. {again}"

    def _ask(self) -> None:
        assert self._child.stdin is not None
        while not self._over.wait(ASK_EVERY):
            try:
                self._child.stdin.write(b"?")
                self._child.stdin.flush()
            except (OSError, ValueError):
                return  # it is gone


class Records:
    """Takes a pcap stream apart, however it was cut.

    Attributes:
        link: the link type; None before the header has come.
    """

    def __init__(self) -> None:
        self.link: int | None = None
        self._held = b""
        self._head = Struct("<IIII")
        self._unit = 1000

    def take(self, data: bytes) -> list[tuple[int, bytes, int]]:
        """Take what has come; the packets that are whole now: time, bytes, length.

        Raises:
            CaptureError: this is no pcap.
        """
        self._held += data
        if self.link is None and not self._begin():
            return []
        packets, at, held = [], 0, self._held
        while at + 16 <= len(held):
            seconds, fraction, captured, length = self._head.unpack_from(held, at)
            if captured > MAX_PACKET:
                why = _("the capturing program gave something that is no packet")
                raise CaptureError("-", why)
            if at + 16 + captured > len(held):
                break
            body = held[at + 16 : at + 16 + captured]
            packets.append((seconds * 1_000_000_000 + fraction * self._unit, body, length))
            at += 16 + captured
        self._held = held[at:]
        return packets

    def _begin(self) -> bool:
        if len(self._held) < 24:
            return False
        try:
            order, self._unit, _size = MAGIC[self._held[:4]]
            (link,) = Struct(f"{order}20xI").unpack_from(self._held)
        except (KeyError, error) as wrong:
            raise CaptureError("-", _("the capturing program gave no pcap")) from wrong
        self.link = link & 0xFFFF
        self._head = Struct(f"{order}IIII")
        self._held = self._held[24:]
        return True
