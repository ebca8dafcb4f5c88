"""Before anything is read: does the client ask a proxy for a mail server?

A client that speaks first, and whose first bytes are SOCKS or CONNECT, is waited for until the
port that it asks for is known. Whatever comes meanwhile waits too, in order.
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from tutor.base import CLIENT, Direction
from tutor.protocols.tunnel import (
    ConnectPreamble,
    Preamble,
    Socks4Preamble,
    SocksPreamble,
    Target,
    detect,
)

_PREAMBLES: dict[str, type[Preamble]] = {
    "socks": SocksPreamble,
    "socks4": Socks4Preamble,
    "http-connect": ConnectPreamble,
}


class Held(NamedTuple):
    """Bytes (or how many are missing) that waited, and when they came."""

    direction: Direction
    item: bytes | int
    time: int


class Gate:
    """Decides once.

    Args:
        ports: those of mail servers.

    Attributes:
        held: what waits.
        target: where the tunnel leads to, once that is known.
    """

    def __init__(self, ports: Container[int]) -> None:
        self._ports = ports
        self._head = b""
        self.held: list[Held] = []
        self.target: Target | None = None

    def take(self, direction: Direction, item: bytes | int, time: int) -> bool | None:
        """Take bytes or a gap: True: a tunnel, False: none, None: not yet known."""
        self.held.append(Held(direction, item, time))
        if isinstance(item, int):
            return False
        if direction is CLIENT:
            self._head += item
        found = detect(self._head) if self._head else False
        if isinstance(found, Target):
            self.target = found
            return found.port in self._ports
        return found

    def preamble(self, layer: int) -> Preamble:
        """The reader of what stands before the tunnel."""
        assert self.target is not None
        return _PREAMBLES[self.target.name](layer)
