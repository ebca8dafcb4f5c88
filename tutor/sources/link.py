"""From a captured frame to the IP packet inside: link layers, tags and tunnels of the link.

Link types are the LINKTYPE_ values of the tcpdump group. Looked into: Ethernet with VLAN tags
(802.1Q, QinQ), PPPoE sessions and MPLS labels; BSD loopback; raw IP; Linux "cooked" captures of
both versions. Everything else gets a word that says why nothing was found in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

ETHERNET: Final = 1
RAW: Final = frozenset({12, 14, 101, 228, 229})
LOOPBACK: Final = frozenset({0, 108})
SLL: Final = 113
SLL2: Final = 276

NOT_IP: Final = "not IP"
CUT: Final = "headers cut off"

IP_AT: Final = {
    ETHERNET: 14,
    SLL: 16,
    SLL2: 20,
    **dict.fromkeys(RAW, 0),
    **dict.fromkeys(LOOPBACK, 4),
}
"""Where the IP header is in a frame without tags."""

TYPED: Final = frozenset({ETHERNET, SLL})
"""Links with an EtherType right in front of the IP header."""

IP_TYPES: Final = frozenset({b"\x08\x00", b"\x86\xdd"})

_VLAN = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_PPPOE = 0x8864
_MPLS = frozenset({0x8847, 0x8848})
_IP = frozenset({0x0800, 0x86DD})
_PPP_IP = frozenset({0x0021, 0x0057})


def find_ip(link: int, data: bytes) -> int | str:
    """Give the offset of the IP header in a frame, or a word that says why there is none."""
    if link == ETHERNET:
        return 14 if data[12:15] == b"\x08\x00\x45" else ethernet(data, 0)
    finder = _FINDERS.get(link)
    return finder(data) if finder else f"link type {link}"


def ethernet(data: bytes, at: int) -> int | str:
    """Find IP in the Ethernet frame at ``at``: the captured one, or one inside a tunnel."""
    return by_type(_word(data, at + 12), data, at + 14)


def pppoe_end(data: bytes, at: int) -> int | None:
    """Where a PPPoE header in front of the IP header at ``at`` says that IP ends (RFC 2516 4).

    Some access routers count the padding of a short frame into the length of IP, but not into
    that of PPPoE.
    """
    if at < 22 or data[at - 10 : at - 7] != b"\x88\x64\x11":
        return None
    return at - 2 + int.from_bytes(data[at - 4 : at - 2], "big")


def _raw(data: bytes) -> int | str:
    return _versioned(data, 0)


def _loopback(data: bytes) -> int | str:
    """Four bytes of address family, in the byte order of the machine that captured."""
    return _versioned(data, 4)


def _sll(data: bytes) -> int | str:
    return by_type(_word(data, 14), data, 16)


def _sll2(data: bytes) -> int | str:
    """Version 2 has its protocol at the beginning of its 20 bytes."""
    return by_type(_word(data, 0), data, 20)


_FINDERS: dict[int, Callable[[bytes], int | str]] = {
    SLL: _sll,
    SLL2: _sll2,
    **dict.fromkeys(RAW, _raw),
    **dict.fromkeys(LOOPBACK, _loopback),
}


def _versioned(data: bytes, at: int) -> int | str:
    """IP without a type in front of it: its version says what it is."""
    if len(data) <= at:
        return CUT
    return at if data[at] >> 4 in (4, 6) else NOT_IP


def by_type(kind: int, data: bytes, at: int) -> int | str:
    """Find IP behind an EtherType: ``kind`` is what stands at ``at``."""
    while kind in _VLAN:
        kind, at = _word(data, at + 2), at + 4
    if len(data) <= at:
        return CUT
    if kind in _IP:
        return _versioned(data, at)
    if kind == _PPPOE:
        return _versioned(data, at + 8) if _word(data, at + 6) in _PPP_IP else NOT_IP
    return _under_labels(data, at) if kind in _MPLS else NOT_IP


def _word(data: bytes, at: int) -> int:
    """Two bytes in network order; fewer where the data ends."""
    return int.from_bytes(data[at : at + 2], "big")


def _under_labels(data: bytes, at: int) -> int | str:
    """Skip MPLS labels (RFC 3032 2.1) to the bottom of the stack."""
    while len(data) >= at + 4:
        at += 4
        if data[at - 2] & 1:
            return _versioned(data, at)
    return CUT
