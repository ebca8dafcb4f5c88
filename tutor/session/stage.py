"""One layer being read: text, until something takes over that carries the next layer.

Every layer is read in the same way, so that they nest: TCP, a proxy's tunnel, TLS, compression.
Each direction for itself turns from text to a carrier, at an offset: a ClientHello may be answered
in plain text, and a capture may hold one side only. What the carrier gives is the layer inside,
with a stage of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from tutor.base import CLIENT, SERVER, Direction, Part, Role, Span
from tutor.protocols.events import Anomaly, Event, Kind, TlsRequest
from tutor.protocols.registry import PORTS
from tutor.protocols.tunnel import proxy_length, proxy_parts
from tutor.session.begins import begins_tls
from tutor.session.blocks import TunnelCarrier
from tutor.session.carrier import Carrier, Inner, Items, TlsCarrier
from tutor.session.compressed import DeflateCarrier
from tutor.session.gate import Gate
from tutor.session.layer import Layer
from tutor.session.scribe import Scribe
from tutor.session.talk import Talk

DEEPEST = 5
"""Layers inside layers; what lies deeper is not looked into."""

_NO_TLS = frozenset({Anomaly.STARTTLS_NOT_FOLLOWED_BY_TLS, Anomaly.TEXT_AFTER_TLS})
_LONG_HEAD = 64  # bytes by which a direction is told TLS or text, as a rule
_TUNNEL_IN = 2  # a tunnel may begin in so many of the outermost layers


class Stage:
    """Reads one layer. Its bytes are in the session's layer before they are fed.

    Args:
        scribe: writes the log.
        layer: the layer's index.
        port: the server's port, or the one asked for through a proxy.
        talk: its text machine.
        depth: how many layers lie around it.
    """

    def __init__(self, scribe: Scribe, layer: int, port: int, talk: Talk, depth: int = 0) -> None:
        self._scribe = scribe
        self._layer = layer
        self._depth = depth
        self.port = port
        self.talk = talk
        self.carrier: Carrier | None = None
        self.inner: Stage | None = None
        self.text_seen = False
        self._carried = [False, False]
        self._refused_tls = False  # the last answer to STARTTLS
        self._turned = False  # text, and then TLS, in one direction
        self._answered_in_text = False  # the server spoke on where TLS was agreed on
        self._begun = [False, False]  # whether text or TLS has been decided on
        self._head = [0, 0]  # where the bytes begin on which that is decided
        self._look_at = [0, 0]  # how many bytes there must be to look again
        self._lost = [0, 0]  # how many bytes before that were not captured
        self._at = [0, 0]  # how far each direction has come
        self._proxy_due = depth == 0
        ports = {*PORTS, *scribe.options.ports}
        self._gate = Gate(ports) if depth < _TUNNEL_IN else None

    def chain(self) -> Iterator[Stage]:
        """This stage and those inside it, from the outside in."""
        stage: Stage | None = self
        while stage is not None:
            yield stage
            stage = stage.inner

    @property
    def tls(self) -> TlsCarrier | None:
        """Its TLS, where there is any."""
        return self.carrier if isinstance(self.carrier, TlsCarrier) else None

    @property
    def security(self) -> str:
        """``plaintext``, ``starttls`` or ``tls``: what this layer shows."""
        if self.tls is None:
            return "plaintext"
        if not self.text_seen:
            return "tls"
        # one side may be all there is: text and then TLS in it says that STARTTLS was agreed on
        alone = self._answered_in_text and not self._carried[SERVER]
        return "starttls" if self._turned and not (self._refused_tls or alone) else "plaintext"

    # what comes

    def feed(self, direction: Direction, data: bytes) -> None:
        """Take the next bytes."""
        if self._admit(direction, data):
            self._go(direction, data)

    def gap(self, direction: Direction, length: int) -> None:
        """Take note of missing bytes."""
        if self._admit(direction, length):
            self._miss(direction, length)

    def pause(self, direction: Direction) -> None:
        """This end has closed."""
        if self.carrier:
            self._put(self.carrier.turn(direction))
        if self.inner:
            self.inner.pause(direction)

    def finish(self) -> None:
        """The capture has no more of it: give out what is unfinished."""
        if self._gate:
            self._open_gate(tunnel=False)
        for direction in (CLIENT, SERVER):
            self._flush_head(direction)
            if self._lost[direction] and not self._carried[direction]:
                self._feed_text(direction, b"")
        self._add(self.talk.finish())
        self._hand_over()
        if self.carrier:
            self._put(self.carrier.finish())
        if self.inner:
            self.inner.finish()

    # a tunnel?

    def _admit(self, direction: Direction, item: bytes | int) -> bool:
        """Whether this may be read now, because nothing waits."""
        if self._gate is None:
            return True
        verdict = self._gate.take(direction, item, self._scribe.time)
        if verdict is not None:
            self._open_gate(tunnel=verdict)
        return False

    def _open_gate(self, *, tunnel: bool) -> None:
        gate, self._gate = self._gate, None
        assert gate is not None
        if tunnel and gate.target:
            self.carrier = TunnelCarrier(self._layer, gate.preamble(self._layer))
            self._carried = [True, True]
            self.port = gate.target.port
        now = self._scribe.time
        for held in gate.held:
            self._scribe.time = held.time
            if isinstance(held.item, int):
                self._miss(held.direction, held.item)
            else:
                self._go(held.direction, held.item)
        self._scribe.time = now

    # bytes

    def _go(self, direction: Direction, data: bytes) -> None:
        self._at[direction] += len(data)
        if self.carrier:
            self._put(self.carrier.turn(direction.other))
            if self._carried[direction]:
                self._put(self.carrier.feed(direction, data))
                return
        if not self._begun[direction]:
            self._begin(direction)
        else:
            self._feed_text(direction, data)

    def _begin(self, direction: Direction) -> None:
        """Decide what a direction begins with, as soon as its first bytes tell."""
        data = self._undecided(direction)
        if direction is CLIENT and self._proxy_due:
            length = proxy_length(data)
            if length is None:
                return
            self._proxy_due = False
            if length:
                self._proxy(data[:length])
                data = data[length:]
        if len(data) < self._look_at[direction]:
            return
        if len(data) >= _LONG_HEAD:
            self._look_at[direction] = len(data) * 5 // 4  # not again for each byte
        self._decide(direction, data)

    def _decide(self, direction: Direction, data: bytes, *, final: bool = False) -> None:
        lost = self._lost[direction]
        cut = lost > 0 or (self._depth == 0 and self._scribe.session.opening == "middle")
        due = self._carried[direction.other]
        shape = begins_tls(data, due=due, cut=cut, final=final)
        if shape is None and not final:
            return
        self._begun[direction] = True
        if not shape:
            self._feed_text(direction, data)
            return
        if lost:
            head = self._head[direction]
            span = Span(self._layer, direction, head - lost, head)
            self._add([Event(Kind.GAP, span, (Part(Role.UNPARSED, span.start, head),))])
        self._carry(direction, self._head[direction], "tls")
        self._put_fed(direction, data)

    def _undecided(self, direction: Direction) -> bytes:
        layer = self._scribe.session.layers[self._layer]
        return layer.data(direction, self._head[direction], self._at[direction])

    def _proxy(self, header: bytes) -> None:
        """A load balancer's words stand before the client's."""
        start = self._head[CLIENT]
        end = self._head[CLIENT] = start + len(header)
        span = Span(self._layer, CLIENT, start, end)
        self._add([Event(Kind.PREAMBLE, span, proxy_parts(start, header), "proxy")])
        self.talk.skip(CLIENT, len(header))

    def _feed_text(self, direction: Direction, data: bytes) -> None:
        events: list[Event] = []
        if self._lost[direction]:
            events += self.talk.gap(direction, self._lost[direction])
            self._lost[direction] = 0
        self._begun[direction] = True
        if data:
            events += self.talk.feed(direction, data)
        said = any(event.kind is not Kind.GAP for event in events)
        self.text_seen = self.text_seen or said
        self._add(events)
        self._hand_over()

    def _flush_head(self, direction: Direction) -> None:
        """Bytes too few to tell TLS from text, and nothing follows them: decide all the same."""
        if self._begun[direction] or self._carried[direction]:
            return
        data = self._undecided(direction)
        if data:
            self._decide(direction, data, final=True)

    def _miss(self, direction: Direction, length: int) -> None:
        self._flush_head(direction)
        self._at[direction] += length
        if self._carried[direction] and self.carrier:
            self._put(self.carrier.gap(direction, length))
            return
        if direction is CLIENT:
            self._proxy_due = False
        if self._begun[direction]:
            self._add(self.talk.gap(direction, length))
        else:
            # the beginning is lost, and may have been TLS: what comes next decides
            self._lost[direction] += length
            self._head[direction] = self._at[direction]

    # what takes over

    def _hand_over(self) -> None:
        """Give the carrier what the text observer left."""
        observer = self.talk.observer
        if observer is None:
            return
        for direction in (CLIENT, SERVER):
            at = observer.left(direction)
            if at is not None and not self._carried[direction]:
                rest = observer.leftover(direction)
                self._turned = self._turned or at > 0
                self._carry(direction, at, observer.leaves_for)
                self._put_fed(direction, rest)

    def _carry(self, direction: Direction, at: int, how: str) -> None:
        if self.carrier is None:
            if how == "deflate":
                self.carrier = DeflateCarrier(self._layer, shut=self._depth >= DEEPEST)
            else:
                self.carrier = TlsCarrier(self._layer, self._scribe.options.keys)
        self.carrier.begin(direction, at)
        self._carried[direction] = True

    def _put_fed(self, direction: Direction, data: bytes) -> None:
        if self.carrier:
            self._put(self.carrier.feed(direction, data))

    def _put(self, items: Items) -> None:
        for item in items:
            if isinstance(item, Event):
                self._add([item])
            elif self._depth < DEEPEST:
                self._feed_inner(item)

    def _feed_inner(self, item: Inner) -> None:
        if self.inner is None:
            self.inner = self._make_inner()
        layer = self._scribe.session.layers[self.inner._layer]
        if item.missing:
            layer.skip(item.direction, item.missing, item.start, item.end)
            self.inner.gap(item.direction, item.missing)
        else:
            layer.append(item.direction, item.data, item.start, item.end)
            self.inner.feed(item.direction, item.data)

    def _make_inner(self) -> Stage:
        assert self.carrier is not None
        layers = self._scribe.session.layers
        known = self.talk.protocol if self.talk.protocol != "other" else None
        lasts = self.carrier.kind == "deflate" and self.talk.observer
        number = len(layers)
        talk = Talk(
            number,
            self.port,
            self._scribe.options.ports,
            known,
            continues=known is not None,
            state=self.talk.observer.state if lasts and self.talk.observer else "",
        )
        layers.append(Layer(self.carrier.kind, self._layer, sealed=self.carrier.sealed))
        return Stage(self._scribe, number, self.port, talk, self._depth + 1)

    # the log

    def _add(self, events: list[Event]) -> None:
        for event in events:
            if event.span.direction is SERVER and not _NO_TLS.isdisjoint(event.anomalies):
                self._answered_in_text = True
            for detail in event.details:
                if isinstance(detail, TlsRequest):
                    self._refused_tls = detail.accepted is False
        self._scribe.add(events)
