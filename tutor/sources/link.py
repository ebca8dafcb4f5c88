"""From a captured frame to the IP packet inside: the link layers.

Link types are the LINKTYPE_ values of the tcpdump group. Looked into: Ethernet, BSD loopback, raw
IP, Linux "cooked" captures of both versions, PPP, PPPoE, Cisco HDLC, and 802.11 where it is
readable. Everything else gets a word that says why nothing was found in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tutor.sources.ether import CUT, by_type, ethernet, ppp, versioned
from tutor.sources.wifi import dot11, ppi, radiotap

ETHERNET: Final = 1
RAW: Final = frozenset({12, 14, 101, 228, 229})
LOOPBACK: Final = frozenset({0, 108})
SLL: Final = 113
SLL2: Final = 276

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

_NAMES: Final = {
    6: "Token Ring",
    8: "SLIP",
    10: "FDDI",
    107: "Frame Relay",
    109: "ENC",
    117: "PFLOG",
    119: "802.11 with a Prism header",
    149: "PKTAP",
    163: "802.11 with an AVS header",
    187: "Bluetooth",
    189: "USB",
    195: "802.15.4",
    201: "Bluetooth",
    220: "USB",
    230: "802.15.4",
    239: "NFLOG",
    249: "USB",
    251: "Bluetooth",
    253: "Netlink",
    258: "PKTAP",
}


def find_ip(link: int, data: bytes) -> int | str:
    """Give the offset of the IP header in a frame, or a word that says why there is none."""
    if link == ETHERNET:
        return 14 if data[12:15] == b"\x08\x00\x45" else ethernet(data, 0)
    finder = _FINDERS.get(link)
    return finder(data) if finder else _name(link)


def _name(link: int) -> str:
    """What is not looked into."""
    name = _NAMES.get(link)
    return f"{name} (link type {link})" if name else f"link type {link}"


def _raw(data: bytes) -> int | str:
    return versioned(data, 0)


def _loopback(data: bytes) -> int | str:
    """Four bytes of address family, in the byte order of the machine that captured."""
    return versioned(data, 4)


def _sll(data: bytes) -> int | str:
    return by_type(int.from_bytes(data[14:16], "big"), data, 16)


def _sll2(data: bytes) -> int | str:
    """Version 2 has its protocol at the beginning of its 20 bytes."""
    return by_type(int.from_bytes(data[:2], "big"), data, 20)


def _ppp(data: bytes) -> int | str:
    return ppp(data, 0)


def _pppoe(data: bytes) -> int | str:
    return ppp(data, 6)


def _hdlc(data: bytes) -> int | str:
    """PPP in HDLC-like framing (RFC 1662 3.1), or Cisco's HDLC, which has an EtherType."""
    if data[:2] == b"\xff\x03":
        return ppp(data, 0)
    return by_type(int.from_bytes(data[2:4], "big"), data, 4) if len(data) >= 4 else CUT


_FINDERS: dict[int, Callable[[bytes], int | str]] = {
    SLL: _sll,
    SLL2: _sll2,
    9: _ppp,
    50: _hdlc,
    51: _pppoe,
    104: _hdlc,
    105: dot11,
    127: radiotap,
    192: ppi,
    **dict.fromkeys(RAW, _raw),
    **dict.fromkeys(LOOPBACK, _loopback),
}
