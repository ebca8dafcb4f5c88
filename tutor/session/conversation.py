"""Let a session grow from what TCP reassembly gives.

Layer 0 is the TCP payload; ``Stage`` reads it, and the layers inside it. Here are TCP's own events,
and what is said of the session as a whole.
"""

from __future__ import annotations

from functools import partial

from tutor.base import CLIENT, Endpoint, Span
from tutor.protocols.events import Event, Kind, Overlap
from tutor.protocols.registry import PORTS, mail_by_alpn
from tutor.session.scribe import Options, Scribe
from tutor.session.session import Session
from tutor.session.stage import Stage
from tutor.session.talk import Talk
from tutor.streams import Chunk, Closed, Conflict, Gap, Opened, StreamItem

MOST_BYTES = 256 << 20
"""Bytes of one session, all its layers together, after which no more of it is read..."""

MOST_STEPS = 2_000_000
"""...nor after so many steps: the rest is counted (``Session.unread``), and an event says so."""

LIMIT = "limit"
"""Name of that event; its kind is ``close``."""


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
        self.session.takes_mail = partial(self._options.takes_mail, server.address)
        self._scribe = Scribe(self.session, self._options)
        talk = Talk(0, server.port, self._options.ports)
        self._stage: Stage | None = Stage(self._scribe, 0, server.port, talk)
        self._closed = [False, False]
        self._reset = False
        self._limited = False

    @property
    def reversed(self) -> bool:
        """Whether the ends look swapped (only possible where the opening was not captured)."""
        if self._stage is None or self.session.opening != "middle":
            return False
        return self._stage.talk.reversed()

    def take(self, item: StreamItem) -> None:
        """Take the next item of the reassembled streams."""
        if self._stage is None:
            self.session.unread += self._limited and isinstance(item, Chunk)
            return
        self._scribe.time = max(self._scribe.time, item.time)
        self.session.end = self._scribe.time
        match item:
            case Opened():
                self._open(item, self._stage)
            case Chunk():
                self.session.layers[0].append(item.direction, item.data, item.packet, item.time)
                self._stage.feed(item.direction, item.data)
            case Gap():
                self.session.layers[0].skip(item.direction, item.length, 0, item.time)
                self._stage.gap(item.direction, item.length)
            case Conflict():
                span = Span(0, item.direction, item.offset, item.offset)
                overlap = Overlap(item.offset, item.offset + len(item.kept), item.settled)
                event = Event(Kind.CONFLICT, span, name="conflict", details=(overlap,))
                self._scribe.add([event], (item.packet,))
            case Closed():
                self._close(item, self._stage)
        self._describe(self._stage)
        if len(self.session) >= MOST_STEPS or self.session.size >= MOST_BYTES:
            self._stop(item)

    def _stop(self, item: StreamItem) -> None:
        """It is too long: say so, and read no more of it."""
        self.finish()
        self._limited = True
        self.session.complete = False
        at = self.session.layers[0].length(item.direction) if isinstance(item, Chunk) else 0
        direction = item.direction if isinstance(item, Chunk) else CLIENT
        span = Span(0, direction, at, at)
        packets = (item.packet,) if isinstance(item, Chunk) else ()
        self._scribe.add([Event(Kind.CLOSE, span, name=LIMIT)], packets)

    def finish(self) -> None:
        """The capture has no more of it: give out what is unfinished."""
        if self._stage is None:
            return
        self._stage.finish()
        self._describe(self._stage)
        # the machines hold copies of what they read; the session needs none of them any more
        self._stage = None

    # TCP

    def _open(self, item: Opened, stage: Stage) -> None:
        self.session.opening = item.state
        self.session.start = item.time
        stage.talk.midway = item.state == "middle"
        if item.state != "middle":
            span = Span(0, CLIENT, 0, 0)
            self._scribe.add([Event(Kind.OPEN, span, name=item.state)], item.packets)

    def _close(self, item: Closed, stage: Stage) -> None:
        if item.how == "reset":
            self._reset = True
        self._closed[item.direction] = True
        stage.pause(item.direction)
        at = self.session.layers[0].length(item.direction)
        span = Span(0, item.direction, at, at)
        self._scribe.add([Event(Kind.CLOSE, span, name=item.how)], (item.packet,))

    # the session as a whole

    def _describe(self, outermost: Stage) -> None:
        session = self.session
        stages = list(outermost.chain())
        names = [stage.talk.protocol for stage in stages]
        text = next((name for name in names if name not in (None, "other")), None)
        secured = [stage for stage in stages if stage.tls]
        session.tls = secured[-1].tls.facts if secured and secured[-1].tls else None
        session.protocol = text or "other"
        session.presumed = None
        if secured and text is None:
            assert session.tls is not None
            port = secured[-1].port
            suggested = mail_by_alpn(session.tls.alpn, session.tls.client_alpn)
            suggested = suggested or self._options.ports.get(port)
            session.presumed = suggested or PORTS.get(port)
            session.protocol = "tls" if session.presumed else "other"
        session.security = secured[0].security if secured else "plaintext"
        ended = self._reset or all(self._closed)
        session.complete = session.opening == "open" and ended and session.gaps == 0
