"""The text of one layer: find out which protocol it is, then let its observer read it.

While nobody can say what is spoken, bytes wait (in order, both directions), up to a bound.
Then they are all given to the observer that was chosen. A protocol is chosen by what was said
("port 10143 speaks IMAP"), by the server's port, else by what the bytes look like.
"""

from __future__ import annotations

from collections.abc import Mapping

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.events import Event
from tutor.protocols.observer import Observer
from tutor.protocols.registry import PORTS, REGISTRY, may_be_text, recognise
from tutor.protocols.text import TextObserver

UNDECIDED_LIMIT = 8192
"""Bytes after which a conversation that nobody recognised is ``other``."""


class Talk:
    """The machine of one text layer.

    Args:
        layer: index of the layer in its session.
        port: the server's port.
        known: ``--as``: port to protocol name.
        protocol: the protocol where it is known already (after STARTTLS).
        continues: True where the greeting was in another layer, before TLS or compression.
        state: the protocol state reached there, where it lasts (RFC 4978: compression).
    """

    def __init__(
        self,
        layer: int,
        port: int,
        known: Mapping[int, str],
        protocol: str | None = None,
        *,
        continues: bool = False,
        state: str = "",
    ) -> None:
        self._layer = layer
        self._continues = continues
        self._state = state
        self._start = [0, 0]
        self._waiting: list[tuple[Direction, bytes | int]] = []
        self._held = 0
        self._heads = (bytearray(), bytearray())
        self._port_says = protocol or known.get(port) or PORTS.get(port)
        self._sure = bool(protocol or known.get(port))
        self.midway = False  # the beginning was not captured
        self.observer: Observer | None = None

    @property
    def protocol(self) -> str | None:
        """``imap``, ``pop3``, ``smtp``, ``other``; None while undecided."""
        return self.observer.protocol if self.observer else None

    def skip(self, direction: Direction, length: int) -> None:
        """The first bytes of a direction, before anything is fed, are not the protocol's."""
        if self.observer:
            self.observer.skip(direction, length)
        self._start[direction] += length

    def feed(self, direction: Direction, data: bytes) -> list[Event]:
        """Take the next bytes; give the events they complete."""
        if self.observer:
            return self.observer.feed(direction, data)
        self._waiting.append((direction, data))
        self._held += len(data)
        head = self._heads[direction]
        if len(head) < UNDECIDED_LIMIT:
            head += data[: UNDECIDED_LIMIT - len(head)]
        return self._decide(last=self._held >= UNDECIDED_LIMIT)

    def gap(self, direction: Direction, length: int) -> list[Event]:
        """Take note of missing bytes."""
        if self.observer:
            return self.observer.gap(direction, length)
        self._waiting.append((direction, length))
        return []

    def finish(self) -> list[Event]:
        """Nothing more comes: decide with what is there, give the rest."""
        events = [] if self.observer else self._decide(last=True)
        return events + (self.observer.finish() if self.observer else [])

    def _decide(self, *, last: bool) -> list[Event]:
        client, server = (bytes(head) for head in self._heads)
        name = self._port_says if self._sure else recognise(self._port_says, client, server)
        if name is None and not last:
            return []
        if name is None and (may_be_text(client) or may_be_text(server)):
            name = self._port_says
        kind = REGISTRY[name].observer if name in REGISTRY else TextObserver
        start = (self._start[CLIENT], self._start[SERVER])
        self.observer = kind(layer=self._layer, start=start, inside_tls=self._continues)
        self.observer.midway = self.midway
        if self._state:
            self.observer.resume(self._state)
        events: list[Event] = []
        for direction, item in self._waiting:
            if isinstance(item, int):
                events += self.observer.gap(direction, item)
            else:
                events += self.observer.feed(direction, item)
        self._waiting.clear()
        return events

    def reversed(self) -> bool:
        """Whether the ends look swapped: the presumed client speaks the server's part."""
        client, server = (bytes(head) for head in self._heads)
        entries = REGISTRY.values()
        as_they_are = any(
            entry.looks_like(client, CLIENT) or entry.looks_like(server, SERVER)
            for entry in entries
        )
        turned = any(
            entry.looks_like(client, SERVER) or entry.looks_like(server, CLIENT)
            for entry in entries
        )
        return turned and not as_they_are
