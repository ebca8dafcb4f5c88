"""What carries one layer inside another: TLS, a proxy's tunnel, compression.

A carrier takes the bytes of its layer from some offset on, in each direction. It gives events that
tile them, and the bytes of the layer inside, each with the range that carried it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from tutor.base import Direction
from tutor.protocols.events import Event
from tutor.protocols.tls import KeyLog, TlsFacts, TlsObserver
from tutor.protocols.tls.suites import encrypts_nothing


class Inner(NamedTuple):
    """Bytes of the layer inside, and the range of this layer that carried them.

    ``missing`` is 0, or (about) how many bytes are missing here; then ``data`` is empty.
    """

    direction: Direction
    data: bytes
    start: int
    end: int
    missing: int = 0


Items = Iterator[Event | Inner]


class Carrier(ABC):
    """Each method gives what is known then, in order."""

    kind: ClassVar[str]
    """Of the layer inside."""

    @property
    def sealed(self) -> bool:
        """Whether the bytes of the layer inside crossed encrypted."""
        return False

    @abstractmethod
    def begin(self, direction: Direction, at: int) -> None:
        """From this offset on the direction is the carrier's."""

    @abstractmethod
    def feed(self, direction: Direction, data: bytes) -> Items:
        """Take the next bytes."""

    @abstractmethod
    def gap(self, direction: Direction, length: int) -> Items:
        """Take note of missing bytes."""

    def turn(self, direction: Direction) -> Items:
        """This end pauses: the other one speaks, or it closes."""
        yield from ()

    @abstractmethod
    def finish(self) -> Items:
        """Nothing more comes."""


class TlsCarrier(Carrier):
    """TLS, opened where there are keys."""

    kind = "tls"

    def __init__(self, layer: int, keys: KeyLog | None) -> None:
        self._tls = TlsObserver(layer=layer, keys=keys or KeyLog())

    @property
    def facts(self) -> TlsFacts:
        """What is known about the TLS session so far."""
        return self._tls.facts

    @property
    def sealed(self) -> bool:
        """TLS encrypts, but for the suites that only sign."""
        return not encrypts_nothing(self.facts.cipher)

    def begin(self, direction: Direction, at: int) -> None:
        """See ``Carrier``."""
        self._tls.begin(direction, at)

    def feed(self, direction: Direction, data: bytes) -> Items:
        """See ``Carrier``."""
        if data:
            yield from self._joined(self._tls.feed(direction, data))

    def gap(self, direction: Direction, length: int) -> Items:
        """See ``Carrier``."""
        yield from self._joined(self._tls.gap(direction, length))

    def finish(self) -> Items:
        """See ``Carrier``."""
        yield from self._joined(self._tls.finish())

    def _joined(self, events: list[Event]) -> Items:
        """Records, each followed by what was in it."""
        plain = [
            Inner(item.direction, item.data, item.outer_start, item.outer_end, item.missing)
            for item in self._tls.take_plaintext()
        ]
        at = 0
        for event in events:
            yield event
            end, direction = event.span.end, event.span.direction
            while at < len(plain) and plain[at].end <= end and plain[at].direction is direction:
                yield plain[at]
                at += 1
        yield from plain[at:]
