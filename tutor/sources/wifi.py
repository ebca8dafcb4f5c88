"""From an IEEE 802.11 frame, as a card in monitor mode gives it, to the IP packet inside.

Only data frames that are not encrypted, whole and alone in their frame (9.2.4, 9.3.2 of the
standard) hold one; the others are named.
"""

from __future__ import annotations

from typing import Final

from tutor.sources.ether import CUT, llc

_DATA, _RESERVED = 2, 3
_TO_DS, _FROM_DS, _MORE, _PROTECTED, _ORDER = 0x01, 0x02, 0x04, 0x40, 0x80
_QOS, _EMPTY = 0x8, 0x4  # bits of a data frame's subtype
_AGGREGATE = 0x80
_TSFT, _FLAGS, _EXTENDED = 0x01, 0x02, 0x80  # fields that a radiotap header has
_PADDED = 0x20

OTHER: Final = "802.11"
ENCRYPTED: Final = "encrypted 802.11"


def radiotap(data: bytes) -> int | str:
    """Find IP behind a radiotap header."""
    size = int.from_bytes(data[2:4], "little")
    if len(data) < max(size, 8):
        return CUT
    return dot11(data, size, padded=bool(_radiotap_flags(data) & _PADDED))


def ppi(data: bytes) -> int | str:
    """Find IP behind a Per-Packet Information header whose packets are 802.11."""
    if int.from_bytes(data[4:8], "little") != 105:
        return OTHER
    return dot11(data, int.from_bytes(data[2:4], "little"))


def dot11(data: bytes, at: int = 0, *, padded: bool = False) -> int | str:
    """Find IP in the 802.11 frame at ``at``; ``padded``: its header is filled up to four bytes."""
    if len(data) < at + 24:
        return CUT if len(data) < at + 2 or data[at] >> 2 & 3 == _DATA else OTHER
    control, flags, subtype = data[at], data[at + 1], data[at] >> 4
    if control & 3 or control >> 2 & 3 != _DATA or subtype & _EMPTY:
        return OTHER
    size = 24
    if flags & _TO_DS and flags & _FROM_DS:
        size += 6
    aggregate = False
    if subtype & _QOS:
        aggregate = bool(data[at + size : at + size + 1] and data[at + size] & _AGGREGATE)
        size += 6 if flags & _ORDER else 2
    if flags & _PROTECTED:
        return ENCRYPTED
    if aggregate or flags & _MORE or data[at + 22] & 0x0F:
        return "aggregated or fragmented 802.11"
    return llc(data, at + (size + 3 & ~3 if padded else size))


def _radiotap_flags(data: bytes) -> int:
    """The flags field: behind the words that say what fields there are, and the time stamp."""
    at = 4
    while data[at + 3 : at + 4] and data[at + 3] & _EXTENDED:
        at += 4
    at += 4
    if not data[4] & _FLAGS:
        return 0
    if data[4] & _TSFT:
        at = (at + 7 & ~7) + 8
    return data[at] if at < len(data) else 0
