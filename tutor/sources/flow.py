"""One TCP flow of a capture, and what tells those that are wanted from the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tutor.base import Endpoint
from tutor.sources.dissect import endpoint
from tutor.sources.packet import Records


@dataclass(frozen=True, slots=True)
class Wanted:
    """What tells mail from the rest.

    Attributes:
        ports: ports whose TCP flows are all wanted.
        looks_like: given the first bytes of a flow's packet: True (mail), False (certainly
            not), None (not yet known). Asked for either end's first packets.
        all_tls: keep flows that begin with a TLS handshake on any port.
        all_flows: keep every TCP flow; those that are nothing else have ``why`` "other".
    """

    ports: frozenset[int]
    looks_like: Callable[[bytes], bool | None]
    all_tls: bool = False
    all_flows: bool = False


class Flow:
    """A TCP flow and where its packets are.

    Attributes:
        key: addresses and ports as in the first packet: source, target, two ports.
        offsets: its records: file offsets and packet numbers.
        why: what made it wanted: ``port``, ``look``, ``tls``, ``dns``, or ``other`` (only where
            all flows are wanted; it may become ``look`` or ``tls`` with later packets).
        settled: whether its packets need no further look.
    """

    __slots__ = ("_next", "heads", "key", "offsets", "settled", "why")

    def __init__(self, key: bytes, why: str = "") -> None:
        self.key = key
        self.offsets = Records()
        self.why = why
        self.settled = False
        self.heads = [b"", b""]
        self._next: list[int | None] = [None, None]  # sequence number behind each head

    def new_part(self, side: int, seq: int, payload: bytes, *, opens: bool) -> bytes:
        """What a packet of an undecided flow adds to the head of its side.

        Bytes that came before are left out: a capture may hold every packet twice. ``seq`` is the
        sequence number of the first byte; ``opens``: it is a SYN's, so that another connection
        begins.
        """
        known = self._next[side]
        again = 0 if known is None or opens else (known - seq) & 0xFFFFFFFF
        if again >= 0x80000000:
            again = 0  # it lies ahead: what is between was not captured, or comes late
        if again < len(payload) or known is None:
            self._next[side] = (seq + len(payload)) & 0xFFFFFFFF
        return payload[again:]

    @property
    def endpoints(self) -> tuple[Endpoint, Endpoint]:
        """Source and target of its first packet."""
        size = (len(self.key) - 4) // 2
        ports = self.key[-4:]
        return (
            endpoint(self.key[:size], int.from_bytes(ports[:2], "big")),
            endpoint(self.key[size : 2 * size], int.from_bytes(ports[2:], "big")),
        )

    @property
    def first(self) -> int:
        """Number of its first packet."""
        return self.offsets.numbers[0]


REJECTED: Final = Flow(b"")
"""Stands in the table for a flow that nobody wants."""

FULL: Final = Flow(b"")
"""Is given for a new flow where the table takes no more; never in the table."""


def turned(key: bytes) -> bytes:
    """The key of the opposite direction."""
    size = (len(key) - 4) // 2
    return key[size : 2 * size] + key[:size] + key[-2:] + key[-4:-2]
