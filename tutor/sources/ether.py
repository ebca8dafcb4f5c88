"""From an EtherType to the IP packet behind it: tags, labels and the headers of PPP.

802.1Q and QinQ tags, 802.2 LLC with SNAP (RFC 1042), MPLS labels (RFC 3032) and Ethernet under them
(RFC 4448), PPPoE sessions (RFC 2516), PPP (RFC 1661). Each function gives the offset of the IP
header, or a word that says why there is none.
"""

from __future__ import annotations

from typing import Final

NOT_IP: Final = "not IP"
CUT: Final = "headers cut off"

_VLAN = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_PPPOE = 0x8864
_MPLS = frozenset({0x8847, 0x8848})
_IP = frozenset({0x0800, 0x86DD})
_LENGTHS = 0x0600  # smaller EtherTypes are the length of an 802.3 frame
_SNAP = frozenset({b"\xaa\xaa\x03\0\0\0", b"\xaa\xaa\x03\0\0\xf8"})  # RFC 1042, 802.1H
_NAMED: Final = {0x88E5: "MACsec", 0x88E7: "802.1ah", 0x894F: "NSH"}
_PPP_IP = frozenset({0x0021, 0x0057})
_PPP_NAMED: Final = {
    0x002D: "compressed PPP",
    0x002F: "compressed PPP",
    0x003D: "multilink PPP",
    0x00FD: "compressed PPP",
    0x0053: "encrypted PPP",
}


def ethernet(data: bytes, at: int) -> int | str:
    """Find IP in the Ethernet frame at ``at``: the captured one, or one inside a tunnel."""
    return by_type(_word(data, at + 12), data, at + 14)


def by_type(kind: int, data: bytes, at: int) -> int | str:
    """Find IP behind an EtherType: ``kind`` is what stands at ``at``."""
    kind, at = _untagged(kind, data, at)
    if len(data) <= at:
        return CUT
    if kind in _IP:
        return versioned(data, at)
    if kind == _PPPOE:
        return ppp(data, at + 6)
    return _under_labels(data, at) if kind in _MPLS else _NAMED.get(kind, NOT_IP)


def llc(data: bytes, at: int) -> int | str:
    """Find IP behind a header of 802.2 LLC with SNAP."""
    return by_type(0, data, at)


def ppp(data: bytes, at: int) -> int | str:
    """Find IP in a PPP frame; address, control and half the protocol may be left out (6.5, 6.6)."""
    if data[at : at + 2] == b"\xff\x03":
        at += 2
    if len(data) < at + 2:
        return CUT
    kind, size = (data[at], 1) if data[at] & 1 else (_word(data, at), 2)
    return versioned(data, at + size) if kind in _PPP_IP else _PPP_NAMED.get(kind, NOT_IP)


def pppoe_end(data: bytes, at: int) -> int | None:
    """Where a PPPoE header in front of the IP header at ``at`` says that IP ends (RFC 2516 4).

    Some access routers count the padding of a short frame into the length of IP, but not into
    that of PPPoE.
    """
    if at < 22 or data[at - 10 : at - 7] != b"\x88\x64\x11":
        return None
    return at - 2 + int.from_bytes(data[at - 4 : at - 2], "big")


def versioned(data: bytes, at: int) -> int | str:
    """IP without a type in front of it: its version says what it is."""
    if len(data) <= at:
        return CUT
    return at if data[at] >> 4 in (4, 6) else NOT_IP


def _untagged(kind: int, data: bytes, at: int) -> tuple[int, int]:
    """Skip tags and LLC headers: the type behind them, and where what it names begins."""
    while True:
        if kind in _VLAN:
            kind, at = _word(data, at + 2), at + 4
        elif kind < _LENGTHS and data[at : at + 6] in _SNAP:
            kind, at = _word(data, at + 6), at + 8
        else:
            return kind, at


def _under_labels(data: bytes, at: int) -> int | str:
    """Skip MPLS labels (RFC 3032 2.1) to the bottom of the stack."""
    while len(data) >= at + 4:
        at += 4
        if data[at - 2] & 1:
            found = _pseudowire(data, at + 4) if data[at : at + 1] == b"\0" else versioned(data, at)
            return "MPLS" if found == NOT_IP else found
    return CUT


def _pseudowire(data: bytes, at: int) -> int | str:
    """Find IP in the Ethernet frame behind a control word (RFC 4448 4.6): one, not one in one."""
    kind, start = _untagged(_word(data, at + 12), data, at + 14)
    return versioned(data, start) if kind in _IP else NOT_IP


def _word(data: bytes, at: int) -> int:
    """Two bytes in network order; fewer where the data ends."""
    return int.from_bytes(data[at : at + 2], "big")
