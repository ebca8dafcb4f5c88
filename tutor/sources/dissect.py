"""From a packet to a TCP segment or a UDP datagram.

Nothing is dropped in silence: for every packet that gives no segment a word says why. Fragments
are put together before they come here (``Source.packets_at``); a single one is only counted.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop
from struct import Struct
from typing import NamedTuple

from tutor.base import Endpoint
from tutor.sources.ether import CUT
from tutor.sources.locate import FRAGMENT, TCP, Found, Fragment, Located, locate
from tutor.sources.packet import Packet
from tutor.streams import Segment

_TCP = Struct(">HHIIBB")
_UDP = Struct(">HHH")


class Datagram(NamedTuple):
    """One UDP datagram of one packet; fields as in ``Segment``."""

    source: Endpoint
    target: Endpoint
    payload: bytes
    number: int
    time: int


def dissect(packet: Packet, skipped: Counter[str] | None = None) -> Segment | Datagram | None:
    """Take a packet apart. Never raises.

    Args:
        packet: the packet.
        skipped: counts, by a word, the packets that are neither TCP nor UDP.

    Returns:
        The segment or datagram, or None.
    """
    found = locate(packet.link, packet.data, packet.length)
    if isinstance(found, Located):
        item = _tcp(packet, found) if found.protocol == TCP else _udp(packet, found)
        if item is not None:
            return item
    if skipped is not None:
        skipped[_word(found)] += 1
    return None


def _word(found: Found) -> str:
    """Why nothing came of it."""
    if isinstance(found, Located):
        return CUT
    return FRAGMENT if isinstance(found, Fragment) else found


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
