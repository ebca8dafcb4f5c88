"""The block format of Wireshark: sections, interfaces, packets, TLS secrets.

Format: draft-ietf-opsawg-pcapng. Each section has its own byte order and its own interfaces; a
packet names its interface, which tells link type and unit of time. So that a record can be
read again later, all sections are remembered. Blocks of other kinds are skipped.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from tutor.base import CaptureError
from tutor.sources.flow import REJECTED
from tutor.sources.flows import FlowTable
from tutor.sources.packet import Packet
from tutor.sources.reader import MAX_PACKET, Peek
from tutor.words import _

MAGIC: Final = b"\x0a\x0d\x0d\x0a"

_SECTION = 0x0A0D0D0A
_INTERFACE = 1
_OLD_PACKET = 2
_SIMPLE_PACKET = 3
_PACKET = 6
_SECRETS = 10
_PACKETS = frozenset({_OLD_PACKET, _SIMPLE_PACKET, _PACKET})
_NEEDED = _PACKETS | {_SECTION, _INTERFACE, _SECRETS}
_TLS_KEY_LOG = 0x544C534B
_MAX_BLOCK = 1 << 26
_SECOND = 1_000_000_000
_LATEST: Final = (1 << 63) - 1
_IF_TSRESOL = 9
_IF_TSOFFSET = 14


@dataclass(frozen=True, slots=True)
class Interface:
    """What an interface description tells; ``units`` of time in a second, ``shift`` in seconds."""

    link: int
    snap: int
    units: int = 1_000_000
    shift: int = 0

    def nanoseconds(self, ticks: int) -> int:
        """Unix time in nanoseconds, between 1970 and 2262 (what a signed 64-bit number holds)."""
        time = ticks * _SECOND // self.units + self.shift * _SECOND
        return min(max(time, 0), _LATEST)


@dataclass(slots=True)
class _Section:
    start: int
    order: str
    interfaces: list[Interface] = field(default_factory=list)
    links: set[int] = field(default_factory=set)


class PcapngReader:
    """Reads one pcapng file; see ``Reader``.

    Raises:
        CaptureError: the first section header is cut or no section header.
    """

    format = "pcapng"
    unit = "block"
    first = 0

    def __init__(self, path: str, header: bytes) -> None:
        if len(header) < 12:
            raise CaptureError(path, _("the file ends inside its header"), len(header))
        if header[8:12] not in (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"):
            why = _("not a capture: the byte order of the section is unknown")
            raise CaptureError(path, why, 8)
        self.secrets: list[bytes] = []
        self.fault: str | None = None
        self._sections: list[_Section] = []
        self._starts: list[int] = []
        self._order = "<"
        self._link = -1  # of all interfaces of the section; -1 where they differ
        self._aim()

    def _aim(self) -> None:
        """Prepare for the byte order and link type of the current section."""
        order = self._order
        links = self._sections[-1].links if self._sections else set()
        self._link = next(iter(links)) if len(links) == 1 else -1
        self._head = Struct(order + "II")
        self._fields = Struct(
            order + "IIIIIII"
        )  # type, size, interface, time (2), captured, length
        self._peek = Peek(order + "III8xI4x", self._link)

    # walking

    def scan(self, data: bytes, end: int, base: int, table: FlowTable) -> int:
        """Walk whole blocks; see ``Reader.scan``."""
        at = 0
        while at + 12 <= end:
            at = self._packets(data, at, end, base, table)
            if at + 12 > end:
                break
            done = self._step(data, at, end, base, table)
            if not done:
                break
            at += done
        return at

    def _step(self, data: bytes, at: int, end: int, base: int, table: FlowTable) -> int:
        """Do the block at ``at``; give its size, or 0 where it is damaged or not all here."""
        kind: int
        size: int
        kind, size = self._head.unpack_from(data, at)
        if kind == _SECTION:
            size = self._section(data, at, base)
        elif size < 12 or size > _MAX_BLOCK:
            self.fault = _("a block claims to have {n} bytes").format(n=size)
        elif kind in _PACKETS and size > MAX_PACKET + 1024:
            self.fault = _("a packet block claims to have {n} bytes").format(n=size)
        if self.fault or (at + size > end and kind in _NEEDED):
            return 0
        if kind == _INTERFACE:
            return size if self._interface(data[at + 8 : at + size - 4]) else 0
        if kind == _SECRETS:
            self._secret(data[at + 8 : at + size - 4])
            table.keyed = bool(self.secrets)
        elif kind in _PACKETS:
            self._packet(data, at, base, table)
        return size

    def _packets(self, data: bytes, at: int, end: int, base: int, table: FlowTable) -> int:
        """Walk packet blocks up to the first block of another kind."""
        if self._link < 0:
            return at
        unpack, head, link = self._peek.unpack, self._peek.head, self._link
        pieces, known_to = self._peek.pieces, len(self._sections[-1].interfaces)
        known, rejected, quickly = table.known.get, REJECTED, table.take_quickly
        number = table.packets
        last = min(end - 32, len(data) - self._peek.length)
        while at <= last:
            kind, size, index, captured, begin, place, protocol, key = unpack(data, at)
            after = at + size
            if kind != _PACKET or after > end or captured + 32 > size or index >= known_to:
                break
            number += 1
            if protocol == 6 and begin == head and not place & pieces:
                flow = known(key)
                if flow is not rejected:
                    if flow is not None and flow.settled:
                        flow.offsets.append(base + at, number)
                    else:
                        length = self._fields.unpack_from(data, at)[6]
                        packet = data[at + 28 : at + 28 + captured]
                        table.take(link, packet, length, base + at, number)
            else:
                start = at + 28
                quickly(link, data, start, start + captured, captured, base + at, number)
            at = after
        table.packets = number
        return at

    def _packet(self, data: bytes, at: int, base: int, table: FlowTable) -> None:
        """Look at a packet with care."""
        table.packets += 1
        packet = self.packet(data, at, base + at, table.packets)
        if packet.link < 0:
            table.skipped["interface not described"] += 1
        else:
            table.take(packet.link, packet.data, packet.length, base + at, table.packets)

    def _section(self, data: bytes, at: int, base: int) -> int:
        """A section begins: learn its byte order; give the size of its header block."""
        magic = data[at + 8 : at + 12]
        if magic not in (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"):
            self.fault = _("a section begins with an unknown byte order")
            return 0
        if not self._starts or base + at > self._starts[-1]:
            self._order = "<" if magic == b"\x4d\x3c\x2b\x1a" else ">"
            self._sections.append(_Section(base + at, self._order))
            self._starts.append(base + at)
            self._aim()
        size: int = self._head.unpack_from(data, at)[1]
        if not 28 <= size <= _MAX_BLOCK:
            self.fault = _("a section header claims to have {n} bytes").format(n=size)
        return size

    def _interface(self, body: bytes) -> bool:
        if len(body) < 8 or not self._sections:
            self.fault = _("an interface description is too short")
            return False
        link, snap = Struct(self._order + "H2xI").unpack_from(body)
        units, shift = 1_000_000, 0
        for code, value in self._options(body[8:]):
            if code == _IF_TSRESOL and value:
                power = value[0] & 0x7F
                units = 2**power if value[0] & 0x80 else 10**power
            elif code == _IF_TSOFFSET and len(value) >= 8:
                (shift,) = Struct(self._order + "q").unpack_from(value)
        section = self._sections[-1]
        section.interfaces.append(Interface(link, snap, units, shift))
        known = len(section.links)
        section.links.add(link)
        if len(section.links) != known:  # there may be very many interfaces
            self._aim()
        return True

    def _options(self, data: bytes) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        head = Struct(self._order + "HH")
        at = 0
        while at + 4 <= len(data):
            code, size = head.unpack_from(data, at)
            if code == 0:
                break
            found.append((code, data[at + 4 : at + 4 + size]))
            at += 4 + (size + 3) // 4 * 4
        return found

    def _secret(self, body: bytes) -> None:
        if len(body) < 8:
            return
        kind, size = self._head.unpack_from(body)
        if kind == _TLS_KEY_LOG:
            self.secrets.append(body[8 : 8 + size])

    # reading again

    def size(self, header: bytes, at: int, offset: int) -> int:
        """Bytes of a block; see ``Reader.size``."""
        size: int = Struct(self._at(offset).order + "4xI").unpack_from(header, at)[0]
        return size

    def packet(self, data: bytes, at: int, offset: int, number: int) -> Packet:
        """Make a packet; see ``Reader.packet``. Its link is -1 where no interface describes it."""
        section = self._at(offset)
        kind, size, index, high, low, captured, length = Struct(section.order + "7I").unpack(
            data[at : at + 28].ljust(28, b"\0")
        )
        start = at + 28
        if kind == _OLD_PACKET:
            (index,) = Struct(section.order + "H").unpack_from(data, at + 8)
        known = section.interfaces
        if kind == _SIMPLE_PACKET:
            length, index, start, high, low = index, 0, at + 12, 0, 0
            captured = min(length, known[0].snap or length) if known else length
        room = max(0, at + size - 4 - start)
        body = data[start : start + min(captured, room)]
        if index >= len(known):
            return Packet(number, 0, -1, body, length)
        interface = known[index]
        time = 0 if kind == _SIMPLE_PACKET else interface.nanoseconds(high << 32 | low)
        return Packet(number, time, interface.link, body, length)

    def _at(self, offset: int) -> _Section:
        """The section that holds this offset."""
        at = bisect_right(self._starts, offset) - 1
        return self._sections[at] if at >= 0 else _Section(0, self._order)
