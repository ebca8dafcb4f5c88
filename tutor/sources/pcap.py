"""The classic capture format: a header of 24 bytes, then records of 16 bytes and a packet each.

Format: draft-ietf-opsawg-pcap. Both byte orders, time in micro- or nanoseconds.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from tutor.base import CaptureError
from tutor.sources.flow import REJECTED
from tutor.sources.flows import FlowTable
from tutor.sources.packet import Packet
from tutor.sources.reader import MAX_PACKET, Peek
from tutor.words import _

MAGIC: Final = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 24),
    b"\xa1\xb2\xcd\x34": (">", 1000, 24),
}
"""First four bytes of the file: byte order, nanoseconds in a unit of the fraction, and bytes of a
record's header (an old patch of libpcap, called "modified", added interface and protocol)."""

_FILE_HEADER = 24
_SECOND = 1_000_000_000


class PcapReader:
    """Reads one pcap file; see ``Reader``.

    Args:
        path: for messages.
        header: the first bytes of the file.

    Raises:
        CaptureError: the header is cut.
    """

    format = "pcap"
    unit = "packet"
    first = _FILE_HEADER

    def __init__(self, path: str, header: bytes) -> None:
        if len(header) < _FILE_HEADER:
            raise CaptureError(path, _("the file ends inside its header"), len(header))
        order, self._unit, self._head = MAGIC[header[:4]]
        (link,) = Struct(order + "20xI").unpack_from(header)
        self.link = link & 0xFFFF  # the upper half tells about frame check sequences
        self.secrets: list[bytes] = []
        self.fault: str | None = None
        self._record = Struct(order + "IIII")
        self._peek = Peek(f"{order}8xI{self._head - 12}x", self.link)

    def scan(self, data: bytes, end: int, base: int, table: FlowTable) -> int:
        """Walk whole records; see ``Reader.scan``. This loop decides how fast a big file opens."""
        unpack, head, link = self._peek.unpack, self._peek.head, self.link
        pieces, skip = self._peek.pieces, self._head
        known, rejected, quickly = table.known.get, REJECTED, table.take_quickly
        number = table.packets
        at = 0
        last = min(end - skip, len(data) - self._peek.length)
        while at <= last:
            size, begin, place, protocol, key = unpack(data, at)
            after = at + skip + size
            if after > end:
                if size > MAX_PACKET:
                    self.fault = _("a packet claims to have {n} bytes").format(n=size)
                break
            number += 1
            if protocol == 6 and begin == head and not place & pieces:
                flow = known(key)
                if flow is not rejected:
                    if flow is not None and flow.settled:
                        flow.offsets.append(base + at, number)
                    else:
                        length = self._record.unpack_from(data, at)[3]
                        packet = data[at + skip : after]
                        table.take(link, packet, length, base + at, number)
            else:
                quickly(link, data, at + skip, after, size, base + at, number)
            at = after
        table.packets = number
        return at

    def size(self, header: bytes, at: int, offset: int) -> int:
        """Bytes of a record; see ``Reader.size``."""
        captured: int = self._record.unpack_from(header, at)[2]
        return self._head + captured

    def packet(self, data: bytes, at: int, offset: int, number: int) -> Packet:
        """Make a packet; see ``Reader.packet``."""
        seconds, fraction, captured, length = self._record.unpack_from(data, at)
        time = seconds * _SECOND + fraction * self._unit
        start = at + self._head
        return Packet(number, time, self.link, data[start : start + captured], length)
