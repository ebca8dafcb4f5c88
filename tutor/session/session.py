"""A session: an append-only log of events over layers of bytes.

Readers ask for one event at a time; no interface hands out all of them at once, so that a long
session stays cheap and a growing one is no special case. ``step`` is the 1-based number of an
event, the number that the player shows and that JSON reports.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

from tutor.base import CLIENT, SERVER, Endpoint, Span
from tutor.protocols.events import Detail, Event, Kind
from tutor.protocols.tls import TlsFacts
from tutor.session.layer import Layer
from tutor.session.log import Log


class Session:
    """One TCP connection's conversation.

    Attributes:
        id: 1-based number among the sessions of its capture.
        client, server: the ends; ``client`` opened the connection.
        protocol: ``imap``, ``pop3``, ``smtp``, ``tls`` (only TLS was seen), ``dns`` or ``other``.
        presumed: for ``tls``: which mail protocol the port or ALPN suggests.
        security: ``plaintext``, ``starttls`` or ``tls``.
        opening: how the TCP connection began: ``open``, ``unanswered``, ``refused``, ``middle``.
        start, end: Unix time of the first and the last packet, in nanoseconds.
        complete: opening and end seen, no gap.
        layers: layer 0 is the TCP payload.
        tls: what the handshake showed, None without TLS.
        takes_mail: whether look-ups in the capture say that the server takes mail for a domain.
        unread: packets with bytes of it that were not read, because it is too long.
        revision: grows with every change.
    """

    def __init__(self, number: int, client: Endpoint, server: Endpoint) -> None:
        self.id = number
        self.client = client
        self.server = server
        self.protocol = "other"
        self.presumed: str | None = None
        self.security = "plaintext"
        self.opening = "middle"
        self.start = 0
        self.end = 0
        self.complete = False
        self.layers: list[Layer] = [Layer("tcp")]
        self.tls: TlsFacts | None = None
        self.takes_mail: Callable[[str], bool] = lambda domain: False
        self.unread = 0
        self.revision = 0
        self._events = Log()
        self._times = array("Q")
        self._packets: dict[int, tuple[int, ...]] = {}
        self._tally = dict.fromkeys(Kind, 0)

    def __len__(self) -> int:
        """How many steps there are so far."""
        return len(self._events)

    def event(self, index: int) -> Event:
        """The event at 0-based ``index`` (step ``index + 1``)."""
        return self._events[index]

    def outline(self, index: int) -> Event:
        """The same without its parts, for folds over very many events."""
        return self._events.outline(index)

    def kind(self, index: int) -> Kind:
        """What sort of event that is."""
        return self._events.kind(index)

    def details(self, index: int) -> tuple[Detail, ...]:
        """What that event tells."""
        return self._events.details(index)

    def time(self, index: int) -> int:
        """When the event was complete: Unix time in nanoseconds."""
        return self._times[index]

    def packets(self, index: int) -> tuple[int, ...]:
        """Numbers of the packets that carried the event, in the order of its bytes."""
        if index in self._packets:
            return self._packets[index]
        return self.packets_of(self._events[index].span)

    def packets_of(self, span: Span) -> tuple[int, ...]:
        """Numbers of the packets that carried a span of any layer."""
        layer = self.layers[span.layer]
        ranges = layer.carriers(span.direction, span.start, span.end)
        if layer.parent is None:
            return tuple(dict.fromkeys(number for number, _ in ranges if number))
        found: dict[int, None] = {}
        for start, end in ranges:
            outer = Span(layer.parent, span.direction, start, end)
            found.update(dict.fromkeys(self.packets_of(outer)))
        return tuple(found)

    @property
    def size(self) -> int:
        """Bytes of all layers, both directions."""
        return sum(layer.size for layer in self.layers)

    def data(self, span: Span) -> bytes:
        """The bytes of a span; bytes that were not captured read as NUL."""
        return self.layers[span.layer].data(span.direction, span.start, span.end)

    def part(self, event: Event, number: int) -> bytes:
        """The bytes of the event's part ``number``."""
        part = event.parts[number]
        span = event.span
        return self.layers[span.layer].data(span.direction, part.start, part.end)

    def text(self, event: Event) -> bytes:
        """The event as it is read: its bytes, unless nobody could read those."""
        return self.data(event.span)

    def inside_tls(self, layer: int) -> bool:
        """Whether a layer's bytes crossed encrypted: it lies, at whatever depth, inside TLS.

        What is compressed or goes through a proxy is as readable as anything.
        """
        found: int | None = layer
        while found is not None:
            if self.layers[found].sealed:
                return True
            found = self.layers[found].parent
        return False

    def by_tls(self, layer: int) -> bool:
        """Whether TLS carries a layer, encrypted or only signed."""
        found: int | None = layer
        while found is not None and self.layers[found].kind != "tls":
            found = self.layers[found].parent
        return found is not None

    def count(self, kind: Kind) -> int:
        """How many events of a kind there are."""
        return self._tally[kind]

    @property
    def commands(self) -> int:
        """Commands of the client, unknown verbs included; no bodies, literals or SASL lines."""
        return self._tally[Kind.COMMAND]

    @property
    def replies(self) -> int:
        """Replies as the JSON contract counts them: IMAP tagged; else the greeting counts too."""
        greetings = 0 if self.protocol == "imap" else self._tally[Kind.GREETING]
        return self._tally[Kind.REPLY] + greetings

    @property
    def gaps(self) -> int:
        """Missing ranges of the TCP payload, both directions."""
        return sum(len(self.layers[0].holes(direction)) for direction in (CLIENT, SERVER))

    def append(self, event: Event, time: int, packets: tuple[int, ...] | None = None) -> None:
        """Add an event; only the conversation builder does. ``packets`` where it has no bytes."""
        if packets is not None:
            self._packets[len(self._events)] = packets
        self._events.append(event)
        self._times.append(time)
        self._tally[event.kind] += 1
        self.revision += 1
