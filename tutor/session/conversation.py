"""Let a session grow from what TCP reassembly gives.

Layer 0 is the TCP payload. Text goes to a ``Talk``; where a direction turns to TLS, its
bytes go to one TLS observer from that offset on, each direction for itself: a ClientHello may be
answered in plain text, and a capture may hold one side only. What TLS gives up with the keys is
layer 1, with a ``Talk`` of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutor.base import CLIENT, SERVER, Direction, Endpoint, Part, Role, Span
from tutor.protocols.events import Event, Kind, TlsRequest
from tutor.protocols.observer import tls_shaped
from tutor.protocols.registry import ALPN, PORTS, TLS_PORTS
from tutor.protocols.tls import KeyLog, Plaintext, TlsObserver
from tutor.session.layer import Layer
from tutor.session.session import Session
from tutor.session.talk import Talk
from tutor.streams import Chunk, Closed, Conflict, Gap, Opened, StreamItem

_INNER = 1


@dataclass(frozen=True, slots=True)
class Options:
    """What the user told: TLS keys, and which ports speak what (``--as 10143=imap``)."""

    keys: KeyLog | None = None
    ports: Mapping[int, str] = field(default_factory=dict)


class Conversation:
    """Builds one session.

    Args:
        number: the session's id.
        client, server: the ends, as the reassembler tells them.
        options: keys and ports.
    """

    def __init__(
        self, number: int, client: Endpoint, server: Endpoint, options: Options | None = None
    ) -> None:
        self._options = options or Options()
        self.session = Session(number, client, server)
        self._talk = Talk(0, server.port, self._options.ports)
        self._inner: Talk | None = None
        self._tls: TlsObserver | None = None
        self._in_tls = [False, False]
        self._refused_tls = False  # the last answer to STARTTLS
        self._begun = [False, False]  # whether text or TLS has been decided on
        self._head = [0, 0]  # where the bytes begin on which that is decided
        self._text_seen = False
        self._turned = False  # text, and then TLS, in one direction
        self._closed = [False, False]
        self._reset = False
        self._time = 0
        self._finished = False

    @property
    def reversed(self) -> bool:
        """Whether the ends look swapped (only possible where the opening was not captured)."""
        if self._finished or self.session.opening != "middle":
            return False
        return self._talk.reversed()

    def take(self, item: StreamItem) -> None:
        """Take the next item of the reassembled streams."""
        self._time = max(self._time, item.time)
        self.session.end = self._time
        match item:
            case Opened():
                self._open(item)
            case Chunk():
                self.session.layers[0].append(item.direction, item.data, item.packet, item.time)
                self._feed(item.direction, item.data)
            case Gap():
                self.session.layers[0].skip(item.direction, item.length, 0, item.time)
                self._gap(item.direction, item.length)
            case Conflict():
                span = Span(0, item.direction, item.offset, item.offset)
                self._add([Event(Kind.CONFLICT, span, name="conflict")], (item.packet,))
            case Closed():
                self._close(item)
        self._describe()

    def finish(self) -> None:
        """The capture has no more of it: give out what is unfinished."""
        if self._finished:
            return
        self._finished = True
        for direction in (CLIENT, SERVER):
            self._flush_head(direction, self.session.layers[0].length(direction))
            if self._head[direction] and not self._in_tls[direction]:
                self._feed_text(direction, b"")
        self._add(self._talk.finish())
        self._hand_over()
        if self._tls:
            self._add_records(self._tls.finish())
        if self._inner:
            self._add(self._inner.finish())
        self._describe()
        # the machines hold copies of what they read; the session needs none of them any more
        self._talk = Talk(0, 0, {})
        self._tls = self._inner = None

    # TCP

    def _open(self, item: Opened) -> None:
        self.session.opening = item.state
        self.session.start = item.time
        if item.state != "middle":
            span = Span(0, CLIENT, 0, 0)
            self._add([Event(Kind.OPEN, span, name=item.state)], item.packets)

    def _close(self, item: Closed) -> None:
        if item.how == "reset":
            self._reset = True
        self._closed[item.direction] = True
        at = self.session.layers[0].length(item.direction)
        span = Span(0, item.direction, at, at)
        self._add([Event(Kind.CLOSE, span, name=item.how)], (item.packet,))

    # bytes

    def _feed(self, direction: Direction, data: bytes) -> None:
        if self._in_tls[direction]:
            self._feed_tls(direction, data)
            return
        if not self._begun[direction]:
            layer = self.session.layers[0]
            data = layer.data(direction, self._head[direction], layer.length(direction))
            late = self._in_tls[direction.other] or self.session.server.port in TLS_PORTS
            shape = tls_shaped(data, any_record=late)
            if shape is None:
                return
            self._begun[direction] = True
            lost_start = self._head[direction] > 0
            if shape or (late and lost_start and _binary(data)):
                if lost_start:
                    span = Span(0, direction, 0, self._head[direction])
                    self._add([Event(Kind.GAP, span, (Part(Role.UNPARSED, 0, span.end),))])
                self._begin_tls(direction, self._head[direction])
                self._feed_tls(direction, data)
                return
        self._feed_text(direction, data)

    def _feed_text(self, direction: Direction, data: bytes) -> None:
        events: list[Event] = []
        if self._head[direction]:
            events += self._talk.gap(direction, self._head[direction])
            self._head[direction] = 0
        self._begun[direction] = True
        if data:
            events += self._talk.feed(direction, data)
        said = any(event.kind is not Kind.GAP for event in events)
        self._text_seen = self._text_seen or said
        self._add(events)
        self._hand_over()

    def _flush_head(self, direction: Direction, end: int) -> None:
        """Bytes too few to tell TLS from text, and nothing follows them: they are text."""
        start = self._head[direction]
        if not self._begun[direction] and end > start:
            self._feed_text(direction, self.session.layers[0].data(direction, start, end))

    def _hand_over(self) -> None:
        """Give TLS what the text observer left."""
        observer = self._talk.observer
        if observer is None:
            return
        for direction in (CLIENT, SERVER):
            at = observer.left(direction)
            if at is not None and not self._in_tls[direction]:
                rest = observer.leftover(direction)
                self._turned = self._turned or at > 0
                self._begin_tls(direction, at)
                self._feed_tls(direction, rest)

    def _begin_tls(self, direction: Direction, at: int) -> None:
        if self._tls is None:
            self._tls = TlsObserver(layer=0, keys=self._options.keys or KeyLog())
            self.session.tls = self._tls.facts
        self._tls.begin(direction, at)
        self._in_tls[direction] = True

    def _feed_tls(self, direction: Direction, data: bytes) -> None:
        if self._tls and data:
            self._add_records(self._tls.feed(direction, data))

    def _gap(self, direction: Direction, length: int) -> None:
        if self._in_tls[direction] and self._tls:
            self._add_records(self._tls.gap(direction, length))
        else:
            end = self.session.layers[0].length(direction)
            self._flush_head(direction, end - length)
            if self._begun[direction]:
                self._add(self._talk.gap(direction, length))
            else:
                # the beginning is lost, and may have been TLS: what comes next decides
                self._head[direction] = end

    # inside TLS

    def _add_records(self, events: list[Event]) -> None:
        """Add records, each followed by what was in it."""
        plain = self._tls.take_plaintext() if self._tls else []
        for event in events:
            self._add([event])
            while (
                plain
                and plain[0].outer_end <= event.span.end
                and (plain[0].direction is event.span.direction)
            ):
                self._feed_inner(plain.pop(0))
        for item in plain:
            self._feed_inner(item)

    def _feed_inner(self, item: Plaintext) -> None:
        if self._inner is None:
            before = self._talk.protocol
            known = before if before not in (None, "other") else None
            self._inner = Talk(
                _INNER,
                self.session.server.port,
                self._options.ports,
                known,
                inside_tls=known is not None,
            )
            self.session.layers.append(Layer("tls", 0))
        layer = self.session.layers[_INNER]
        if item.missing:
            layer.skip(item.direction, item.missing, item.outer_start, item.outer_end)
            self._add(self._inner.gap(item.direction, item.missing))
            return
        layer.append(item.direction, item.data, item.outer_start, item.outer_end)
        self._add(self._inner.feed(item.direction, item.data))

    # the session's own words

    def _add(self, events: list[Event], packets: tuple[int, ...] | None = None) -> None:
        for event in events:
            for detail in event.details:
                if isinstance(detail, TlsRequest) and event.span.layer == 0:
                    self._refused_tls = detail.accepted is False
            self.session.append(event, self._time, packets)

    def _describe(self) -> None:
        session = self.session
        session.tls = self._tls.facts if self._tls else None
        outer = self._talk.protocol
        inner = self._inner.protocol if self._inner else None
        text = next((name for name in (outer, inner) if name not in (None, "other")), None)
        session.protocol = text or "other"
        session.presumed = None
        if self._tls and text is None:
            alpn = (session.tls.alpn if session.tls else None) or ""
            suggested = ALPN.get(alpn) or self._options.ports.get(session.server.port)
            session.presumed = suggested or PORTS.get(session.server.port)
            session.protocol = "tls" if session.presumed else "other"
        session.security = self._security()
        ended = self._reset or all(self._closed)
        session.complete = session.opening == "open" and ended and session.gaps == 0

    def _security(self) -> str:
        if not any(self._in_tls):
            return "plaintext"
        if not self._text_seen:
            return "tls"
        # one side may be all there is: text and then TLS in it says that STARTTLS was agreed on
        return "starttls" if self._turned and not self._refused_tls else "plaintext"


def _binary(data: bytes) -> bool:
    """Whether bytes are certainly no line of text: for what follows a gap where TLS is due."""
    return any(byte >= 0x80 or (byte < 0x20 and byte not in b"\t\r\n") for byte in data[:32])
