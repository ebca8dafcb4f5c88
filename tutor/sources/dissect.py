"""From a packet to a TCP segment or a UDP datagram.

IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200 4). Nothing is dropped in silence:
for every packet that gives no segment a word says why.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop
from struct import Struct
from typing import Final, NamedTuple

from tutor.base import Endpoint
from tutor.sources.link import CUT, find_ip, pppoe_end
from tutor.sources.packet import Packet
from tutor.streams import Segment

TCP: Final = 6
UDP: Final = 17
FRAGMENT: Final = "IP fragment"
BAD_IP: Final = "damaged IP header"

_WORDS: Final = {
    1: "ICMP",
    4: "IP in IP",
    41: "IP in IP",
    47: "GRE",
    50: "ESP",
    58: "ICMP",
    115: "L2TP",
    132: "SCTP",
}
UDP_TUNNELS: Final = {
    port.to_bytes(2, "big"): word
    for port, word in (
        (1701, "L2TP"),
        (2152, "GTP"),
        (3544, "Teredo"),
        (4500, "ESP"),
        (4789, "VXLAN"),
        (6081, "GENEVE"),
        (8472, "VXLAN"),
    )
}
"""By the target's port, raw: what may hold other traffic, and is not looked into."""

_IPV4 = Struct(">BxH2xHxB2x4s4s")
_TCP = Struct(">HHIIBB")
_UDP = Struct(">HHH")
_EXTENSIONS = frozenset({0, 43, 51, 60, 135, 139, 140})


class Datagram(NamedTuple):
    """One UDP datagram of one packet; fields as in ``Segment``."""

    source: Endpoint
    target: Endpoint
    payload: bytes
    number: int
    time: int


class Located(NamedTuple):
    """Where the transport header is: ``end`` is where IP says that the packet ends."""

    protocol: int
    source: bytes
    target: bytes
    start: int
    end: int


def dissect(packet: Packet, skipped: Counter[str] | None = None) -> Segment | Datagram | None:
    """Take a packet apart. Never raises.

    Args:
        packet: the packet.
        skipped: counts, by a word, the packets that are neither TCP nor UDP.

    Returns:
        The segment or datagram, or None.
    """
    found = locate(packet.link, packet.data, packet.length)
    if not isinstance(found, str):
        if found.protocol == TCP:
            segment = _tcp(packet, found)
            if segment is not None:
                return segment
            found = CUT
        else:
            datagram = _udp(packet, found)
            if datagram is not None:
                return datagram
            found = CUT
    if skipped is not None:
        skipped[found] += 1
    return None


def locate(link: int, data: bytes, length: int) -> Located | str:
    """Find the TCP or UDP header of a frame, or a word that says why there is none.

    Args:
        link: LINKTYPE_ value.
        data: the captured bytes.
        length: bytes on the wire; counts where the IP header gives no length (offloading).
    """
    at = find_ip(link, data)
    if isinstance(at, str):
        return at
    if data[at] >> 4 == 6:
        return _locate6(data, at, length)
    if len(data) < at + 20:
        return CUT
    first, total, fragment, protocol, source, target = _IPV4.unpack_from(data, at)
    header = (first & 15) * 4
    if total == 0:
        total = max(length, len(data)) - at
    if header < 20 or total < header:
        return BAD_IP
    if fragment & 0x3FFF:
        return FRAGMENT
    if protocol not in (TCP, UDP):
        return _WORDS.get(protocol, "not TCP or UDP")
    end = at + total
    limit = pppoe_end(data, at)
    if limit is not None:
        end = max(at + header, min(end, limit))
    return Located(protocol, source, target, at + header, end)


def _locate6(data: bytes, at: int, length: int) -> Located | str:
    if len(data) < at + 40:
        return CUT
    size = int.from_bytes(data[at + 4 : at + 6], "big")
    end = at + 40 + size if size else max(length, len(data))
    following, start = data[at + 6], at + 40
    while following not in (TCP, UDP):
        if following == 44:  # the fragment header; one that is whole is an ordinary packet
            if len(data) < start + 8:
                return CUT
            if int.from_bytes(data[start + 2 : start + 4], "big") & 0xFFF9:
                return FRAGMENT
            following, start = data[start], start + 8
        elif following in _EXTENSIONS:
            if len(data) < start + 2:
                return CUT
            unit, base = (4, 2) if following == 51 else (8, 1)
            following, start = data[start], start + (data[start + 1] + base) * unit
        else:
            return _WORDS.get(following, "not TCP or UDP")
    return Located(following, data[at + 8 : at + 24], data[at + 24 : at + 40], start, end)


@lru_cache(maxsize=8192)
def endpoint(address: bytes, port: int) -> Endpoint:
    """An endpoint from an address in network order (4 or 16 bytes)."""
    return Endpoint(inet_ntop(AF_INET if len(address) == 4 else AF_INET6, address), port)


def _tcp(packet: Packet, found: Located) -> Segment | None:
    data, start = packet.data, found.start
    if len(data) < start + 14:
        return None
    sport, dport, seq, ack, offset, flags = _TCP.unpack_from(data, start)
    if offset < 0x50:
        return None
    body = start + (offset >> 4) * 4
    end = max(found.end, body)
    payload = data[body:end]
    return Segment(
        endpoint(found.source, sport),
        endpoint(found.target, dport),
        seq,
        ack,
        flags,
        payload,
        packet.number,
        packet.time_ns,
        end - body - len(payload),
    )


def _udp(packet: Packet, found: Located) -> Datagram | None:
    data, start = packet.data, found.start
    if len(data) < start + 8:
        return None
    sport, dport, size = _UDP.unpack_from(data, start)
    end = min(found.end, start + size) if size >= 8 else found.end
    return Datagram(
        endpoint(found.source, sport),
        endpoint(found.target, dport),
        data[start + 8 : end],
        packet.number,
        packet.time_ns,
    )
