"""From a frame to the TCP or UDP header inside: IP headers and what is tunnelled in IP.

IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200 4). Unpacked: IP in IP (RFC 2003,
RFC 2473), 6in4 (RFC 4213), GRE with its optional fields (RFC 2784, RFC 2890) and whole Ethernet
frames in it (RFC 7637). Everything else gets a word that says why nothing was found.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

from tutor.sources.ether import CUT, NOT_IP, by_type, ethernet, pppoe_end
from tutor.sources.link import find_ip

TCP: Final = 6
UDP: Final = 17
FRAGMENT: Final = "IP fragment"
BAD_IP: Final = "damaged IP header"
NESTED: Final = "tunnels in tunnels"
MAX_TUNNELS: Final = 4
"""A packet inside more tunnels than this is only counted."""

_WORDS: Final = {1: "ICMP", 50: "ESP", 58: "ICMP", 115: "L2TP", 132: "SCTP"}
_OTHER = "not TCP or UDP"
_IP_IN_IP = frozenset({4, 41})
_GRE = 47
_TUNNELS = _IP_IN_IP | {_GRE}
_IPV6_FRAGMENT = 44
_AUTHENTICATION = 51
_EXTENSIONS = frozenset({0, 43, _AUTHENTICATION, 60, 135, 139, 140})
_FRAME = 0x6558
_GRE_WORDS: Final = {0x88BE: "ERSPAN", 0x22EB: "ERSPAN"}
_CHECKSUM, _ROUTING, _KEY, _SEQUENCE, _VERSION = 0x8000, 0x4000, 0x2000, 0x1000, 0x0007

_IPV4 = Struct(">BxH2xHxB2x4s4s")


class Located(NamedTuple):
    """Where the transport header is: ``end`` is where IP says that the packet ends."""

    protocol: int
    source: bytes
    target: bytes
    start: int
    end: int


class Fragment(NamedTuple):
    """A piece of an IP packet, and where in the frame it is.

    Attributes:
        key: addresses, identification and (IPv4) protocol: the same for all pieces of a packet.
        ip: where its IP header begins.
        head: bytes of that header which belong to the whole packet: not the fragment header.
        named: where in the header the protocol is named.
        protocol: what the whole packet holds (of IPv6 the first piece says it).
        begin, end: where the bytes of the piece are; ``end`` may lie behind what was captured.
        place: where these bytes belong in the whole.
        last: whether no piece comes behind it.
    """

    key: bytes
    ip: int
    head: int
    named: int
    protocol: int
    begin: int
    end: int
    place: int
    last: bool


Found = Located | Fragment | str


def locate(link: int, data: bytes, length: int) -> Found:
    """Find the TCP or UDP header of a frame, a fragment, or a word that says why there is none.

    Args:
        link: LINKTYPE_ value.
        data: the captured bytes.
        length: bytes on the wire; counts where the IP header gives no length (offloading).
    """
    at = find_ip(link, data)
    if isinstance(at, str):
        return at
    whole = max(length, len(data))
    return _ip6(data, at, whole, 0) if data[at] >> 4 == 6 else _ip4(data, at, whole, 0)


def _ip4(data: bytes, at: int, whole: int, depth: int) -> Found:
    """IPv4 at ``at``; what is around it ends at ``whole``; ``depth`` tunnels are around it."""
    if len(data) < at + 20:
        return CUT
    first, total, fragment, protocol, source, target = _IPV4.unpack_from(data, at)
    header = (first & 15) * 4
    end = at + total if total else whole
    if header < 20 or end < at + header:
        return BAD_IP
    start = at + header
    limit = min(end, whole) if depth else pppoe_end(data, at)
    if limit is not None:
        end = max(start, min(end, limit))
    if fragment & 0x3FFF:
        key = source + target + data[at + 4 : at + 6] + data[at + 9 : at + 10]
        place, last = (fragment & 0x1FFF) * 8, not fragment & 0x2000
        return Fragment(key, at, header, 9, protocol, start, end, place, last)
    if protocol == _AUTHENTICATION:  # RFC 4302 3.1.1: in front of what it proves
        if len(data) < start + 2:
            return CUT
        protocol, start = data[start], start + (data[start + 1] + 2) * 4
    if protocol in (TCP, UDP):
        return Located(protocol, source, target, start, max(start, end))
    if protocol in _TUNNELS:
        return _tunnel(protocol, data, start, end, depth + 1)
    return _WORDS.get(protocol, _OTHER)


def _ip6(data: bytes, at: int, whole: int, depth: int) -> Found:
    """IPv6; arguments as for ``_ip4``."""
    if len(data) < at + 40:
        return CUT
    size = int.from_bytes(data[at + 4 : at + 6], "big")
    end = at + 40 + size if size else whole
    if depth:
        end = min(end, whole)
    named, start = at + 6, at + 40
    while (following := data[named]) not in (TCP, UDP):
        if following in _TUNNELS:
            return _tunnel(following, data, start, end, depth + 1)
        if following != _IPV6_FRAGMENT and following not in _EXTENSIONS:
            return _WORDS.get(following, _OTHER)
        if len(data) < start + 8:
            return CUT
        length = 8
        if following == _IPV6_FRAGMENT:  # one that is whole is an ordinary packet
            place = int.from_bytes(data[start + 2 : start + 4], "big")
            if place & 0xFFF9:
                key = data[at + 8 : at + 40] + data[start + 4 : start + 8]
                protocol, begin, last = data[start], start + 8, not place & 1
                head, named = start - at, named - at
                return Fragment(key, at, head, named, protocol, begin, end, place & 0xFFF8, last)
        elif following == _AUTHENTICATION:
            length = (data[start + 1] + 2) * 4
        else:
            length = (data[start + 1] + 1) * 8
        named, start = start, start + length
    return Located(following, data[at + 8 : at + 24], data[at + 24 : at + 40], start, end)


def _tunnel(protocol: int, data: bytes, start: int, end: int, depth: int) -> Found:
    """What an IP packet carries from ``start`` to ``end``, where that is a packet again."""
    if depth > MAX_TUNNELS:
        return NESTED
    if protocol == _GRE:
        at = _under_gre(data, start)
    elif len(data) <= start:
        at = CUT
    else:
        at = start if data[start] >> 4 in (4, 6) else "IP in IP"
    if isinstance(at, str):
        return at
    return _ip6(data, at, end, depth) if data[at] >> 4 == 6 else _ip4(data, at, end, depth)


def _under_gre(data: bytes, start: int) -> int | str:
    """Skip a GRE header (RFC 2784 2, RFC 2890 2), give the place of the IP header behind it."""
    if len(data) < start + 4:
        return CUT
    flags = int.from_bytes(data[start : start + 2], "big")
    kind = int.from_bytes(data[start + 2 : start + 4], "big")
    if flags & _VERSION:
        return "PPTP" if flags & _VERSION == 1 else "GRE"
    if kind in _GRE_WORDS:
        return _GRE_WORDS[kind]
    if flags & _ROUTING:
        return "GRE"  # RFC 1701's source routes, which RFC 2784 5.2 gave up
    at = start + 4 + 4 * sum(bool(flags & bit) for bit in (_CHECKSUM, _KEY, _SEQUENCE))
    if kind == _FRAME:
        return ethernet(data, at)
    found = by_type(kind, data, at)
    return "GRE" if found == NOT_IP else found
