"""What goes into a reassembler and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple, TypeAlias

from tutor.base import Direction, Endpoint


class Flag(IntFlag):
    """TCP header flags (RFC 9293 3.1)."""

    FIN = 1
    SYN = 2
    RST = 4
    PSH = 8
    ACK = 16


class Segment(NamedTuple):
    """One TCP segment of one packet.

    ``number`` is the packet's 1-based number in the capture, ``time`` Unix time in nanoseconds,
    ``missing`` the payload bytes that the IP header announces and the capture cut off.
    """

    source: Endpoint
    target: Endpoint
    seq: int
    ack: int
    flags: int
    payload: bytes
    number: int
    time: int
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """The connection begins: the packets of the three-way handshake that were seen.

    ``state`` is ``open`` (a SYN, and an answer to it or proof of one), ``unanswered`` (SYN only),
    ``refused`` (SYN, RST) or ``middle`` (no SYN: the capture starts later).
    """

    state: str
    packets: tuple[int, ...]
    time: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next bytes of a direction, in order, each byte once."""

    direction: Direction
    offset: int
    data: bytes
    packet: int
    time: int


@dataclass(frozen=True, slots=True)
class Gap:
    """``length`` bytes from ``offset`` on were not captured."""

    direction: Direction
    offset: int
    length: int
    time: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """The same range came again with other bytes.

    ``packet`` and ``time`` are those of the second copy. ``settled`` tells that the first, the
    kept one, had been acknowledged when the second came, so that the receiver cannot have taken
    the second; where it is False, which one was read cannot be told.
    """

    direction: Direction
    offset: int
    kept: bytes
    other: bytes
    packet: int
    time: int
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """A direction ended: ``how`` is ``fin`` or ``reset``."""

    direction: Direction
    how: str
    packet: int
    time: int


StreamItem: TypeAlias = Opened | Chunk | Gap | Conflict | Closed
