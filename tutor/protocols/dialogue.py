"""What POP3 and SMTP have in common: one reply for each command, in order.

RFC 5321 4.2 and RFC 1939 3 say so, RFC 2920 and RFC 2449 6.6 also for pipelined commands. So
replies are matched to commands by a queue. A gap makes the queue unsure; then the next command
is taken as a sign that everything before it was answered, as it is without pipelining.

STARTTLS and STLS are a seam. What is text although TLS should be there is named here, for both:

- client text behind the request, before its answer: ``COMMANDS_BEHIND_STARTTLS``;
- text after the server agreed: ``STARTTLS_NOT_FOLLOWED_BY_TLS``, once for each direction;
- text of one side after the other began TLS: ``TEXT_AFTER_TLS``.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from tutor.base import CLIENT, SERVER, Direction, Part, Role, Span
from tutor.protocols.cutter import Cutter
from tutor.protocols.events import Anomaly, Attempt, Detail, Event, Kind, Named, Outcome, TlsRequest
from tutor.protocols.observer import Observer
from tutor.protocols.sasl import Exchange, Step, guess

# Programs that knock at any port: web clients and servers, SSH, X.224 (remote desktop).
_FOREIGN = re.compile(
    rb"(?:GET|HEAD|POST|PUT|OPTIONS|CONNECT) \S+ HTTP/\d|HTTP/\d\.\d \d{3}|SSH-\d|\x03\x00\x00"
)
_MOST_PENDING = 4096


@dataclass(slots=True)
class Asked:
    """A command (or a message) that waits for its reply.

    Attributes:
        name: its verb, or ``message``.
        attempt: the number of the credential that came with it: its reply is the outcome.
        many: whether its good reply is followed by multi-line data (POP3).
        replies: how many replies it still gets; None: one for each recipient (LMTP).
        begun: DATA: the message came before the answer.
        last: BDAT: no chunk follows, so its reply is the message's.
        size: bytes that come once the server agrees (XEXCH50).
    """

    name: str
    attempt: int | None = None
    many: bool = False
    replies: int | None = 1
    begun: bool = False
    last: bool = False
    size: int = 0


class _Seam(Enum):
    """Where the switch to TLS stands."""

    NONE = 0
    ASKED = 1
    ACCEPTED = 2


class Dialogue(Observer):
    """Base of the POP3 and SMTP observers."""

    tls_verb: ClassVar[str]
    auth_verb: ClassVar[str] = "AUTH"

    def __init__(
        self, layer: int = 0, start: tuple[int, int] = (0, 0), *, inside_tls: bool = False
    ) -> None:
        super().__init__(layer, start, inside_tls=inside_tls)
        self.pending: deque[Asked] = deque(maxlen=_MOST_PENDING)
        self.exchange: Exchange | None = None
        self.challenged = False  # the server has asked for a SASL line that has not come
        self._missed: Attempt | None = None  # the credential of such a line that was not captured
        self.greeted = inside_tls
        self.unsure = False  # bytes were lost: the queue may be wrong
        self.spoken = [False, False]  # whether a line of that direction was seen
        self._seam = _Seam.NONE
        self._told = [False, False]  # the seam's anomaly was named for that direction

    # lines

    @abstractmethod
    def on_client(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """A line of the client came."""

    @abstractmethod
    def on_server(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """A line of the server came."""

    def on_line(
        self, direction: Direction, start: int, line: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Give the line to its side."""
        first = not self.spoken[direction]
        self.spoken[direction] = True
        if first and _FOREIGN.match(line):
            anomalies = (*anomalies, Anomaly.NOT_THIS_PROTOCOL)
        if direction is SERVER:
            self.on_server(start, line, anomalies)
        else:
            self.on_client(start, line, anomalies)

    def on_gap(self, direction: Direction, length: int) -> None:
        """From here on replies may be matched wrongly, until the next command."""
        self.unsure = True
        if direction is SERVER and self._seam is _Seam.ASKED:
            self._seam = _Seam.NONE  # the answer may be among what is missing
        if direction is CLIENT and self.challenged and self.exchange is not None:
            self.challenged = False
            self._missed = self.exchange.lose().attempt

    def on_tls(self, direction: Direction) -> None:
        """The other observer takes over; answers to what waits here come inside TLS, if ever."""
        self.on_partial(direction, self._sides[direction].base, b"", ())
        self.exchange = None

    def put_back(self, direction: Direction, line: bytes) -> None:
        """Undo the cutting of the line just given: it turned out to begin a block."""
        side = self._sides[direction]
        side.data[:0] = line
        side.base -= len(line)
        side.scanned = 0

    def put(
        self,
        kind: Kind,
        direction: Direction,
        parts: tuple[Part, ...],
        name: str = "",
        about: str = "",
        anomalies: tuple[Anomaly, ...] = (),
        details: tuple[Detail, ...] = (),
    ) -> None:
        """Emit an event whose span is that of its parts."""
        span = Span(self.layer, direction, parts[0].start, parts[-1].end)
        self.emit(
            Event(
                kind,
                span,
                parts,
                name=name,
                about=about,
                state=self.state,
                anomalies=tuple(dict.fromkeys(anomalies)),
                details=details,
            )
        )

    def put_unparsed(
        self, direction: Direction, start: int, data: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Emit bytes in which nothing was recognised."""
        if data:
            part = Part(Role.UNPARSED, start, start + len(data))
            self.put(Kind.UNPARSED, direction, (part,), anomalies=anomalies)

    def put_unknown(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """Emit a line without a verb: where a command is due every line is one, and is answered."""
        self.ask(Asked(""))
        part = Part(Role.UNPARSED, start, start + len(line))
        names = (*anomalies, Anomaly.UNKNOWN_COMMAND, Anomaly.UNPARSED_LINE)
        self.put(Kind.COMMAND, CLIENT, (part,), "", "", names)

    # commands and replies

    def ask(self, asked: Asked) -> None:
        """A command was sent: its reply is awaited."""
        if self.unsure:
            self.pending.clear()
            self.unsure = False
        self.pending.append(asked)

    def answered(self) -> Asked | None:
        """A reply came: take what it answers off the queue; None where nothing waits."""
        if not self.pending:
            return None
        asked = self.pending[0]
        if asked.replies is None or asked.replies <= 1:
            self.pending.popleft()
        else:
            asked.replies -= 1
        return asked

    def stray(self) -> tuple[Anomaly, ...]:
        """The anomaly of a reply for which no command waits, where the capture can tell."""
        told = self.spoken[CLIENT] and not self.unsure
        return (Anomaly.REPLY_WITHOUT_COMMAND,) if told else ()

    # the seam

    def ask_tls(self) -> TlsRequest:
        """The client asks for TLS."""
        self._seam = _Seam.ASKED
        return TlsRequest()

    def answer_tls(self, accepted: bool) -> TlsRequest:
        """The server answers the request for TLS."""
        self._seam = _Seam.ACCEPTED if accepted else _Seam.NONE
        self._told = [False, False]
        return TlsRequest(accepted)

    def seam(self, direction: Direction) -> tuple[Anomaly, ...]:
        """What is wrong with text at this place, seen from the seam; call it once an event."""
        if self._seam is _Seam.ACCEPTED and not self._told[direction]:
            self._told[direction] = True
            return (Anomaly.STARTTLS_NOT_FOLLOWED_BY_TLS,)
        if self._seam is _Seam.ASKED and direction is SERVER:
            return ()  # the answer is due, also where the client has not waited for it
        if self.left(direction.other) is not None:
            return (Anomaly.TEXT_AFTER_TLS,)
        if self._seam is _Seam.ASKED and self.spoken[SERVER]:
            return (Anomaly.COMMANDS_BEHIND_STARTTLS,)
        return ()

    # logging in

    def begin_sasl(self, mechanism: bytes) -> Exchange:
        """The client names a mechanism."""
        self.exchange = Exchange(mechanism.decode("latin-1"))
        self.challenged = False
        self._missed = None
        return self.exchange

    def put_auth(
        self,
        start: int,
        line: bytes,
        anomalies: tuple[Anomaly, ...],
        *,
        cut: bool = False,
        verb: str = "AUTH",
    ) -> None:
        """Emit ``AUTH mechanism [initial-response]`` (RFC 4954 4, RFC 5034 4).

        Without a mechanism it carries no login: in POP3 it asks for a list. ``cut``: the end of
        the line was not captured. ``verb`` is the name that was used for it.
        """
        cutter = Cutter(start, line)
        cutter.word(Role.VERB)
        mechanism = cutter.word(Role.MECHANISM)
        step = Step(Role.RESPONSE)
        lost = cut and not line.endswith(b"\r")  # words of the line are missing
        if mechanism and not (lost and line.endswith(mechanism)):
            exchange = self.begin_sasl(mechanism)
            if lost:
                step = exchange.lose()  # a blank behind the name: a response has begun
            elif cutter.left:
                step = exchange.lose() if cut else exchange.respond(cutter.left)
        kind = Kind.COMMAND
        if Anomaly.TRUNCATED in anomalies:
            kind = Kind.UNPARSED  # its end never came, so the server never read it as a command
        else:
            self.ask(Asked(self.auth_verb, many=not mechanism))
        details = (*step.facts, *self.attempted(step.attempt))
        odd = (*anomalies, *step.anomalies)
        self.put(kind, CLIENT, cutter.close(step.role), verb, "", odd, details)

    def resume_login(self, challenge: bytes) -> None:
        """A challenge came, and the command was not captured: it may tell the mechanism."""
        exchange = guess(challenge)
        if exchange is None:
            return
        self.pending.clear()
        self.pending.append(Asked(self.auth_verb))
        self.exchange = exchange
        self._missed = None

    def put_sasl(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """Emit a client's line of the SASL dialogue."""
        assert self.exchange is not None
        step = self.exchange.respond(line.rstrip(b"\r\n"))
        self._put_step(start, line, step, anomalies)

    def put_lost_sasl(self, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """Emit a piece of such a line of which a part was not captured."""
        assert self.exchange is not None
        step = self.exchange.lose() if self.challenged else Step(Role.RESPONSE)
        self._put_step(start, rest, step, anomalies)

    def _put_step(
        self, start: int, line: bytes, step: Step, anomalies: tuple[Anomaly, ...]
    ) -> None:
        self.challenged = False
        cutter = Cutter(start, line)
        cutter.rest(step.role)
        name = "sasl-cancel" if step.cancelled else "sasl"
        odd = (*anomalies, *step.anomalies, *self.seam(CLIENT))
        details = (*step.facts, *self.attempted(step.attempt))
        if step.named is not None:
            details = (Named(self.attempts - 1, step.named),)
        self.put(Kind.RESPONSE, CLIENT, cutter.close(), name, self.auth_verb, odd, details)

    def attempted(self, attempt: Attempt | None) -> tuple[Detail, ...]:
        """Note on the waiting AUTH that a credential has crossed."""
        if attempt is None:
            return ()
        for asked in reversed(self.pending):
            if asked.name == self.auth_verb:
                asked.attempt = self.attempts
                break
        return (attempt,)

    def verdict(self, asked: Asked | None, accepted: bool) -> tuple[Detail, ...]:
        """The outcome that a reply is, where what it answers carried a credential."""
        if asked is None:
            return ()
        told: tuple[Detail, ...] = ()
        number = asked.attempt
        if asked.name == self.auth_verb:
            exchange, self.exchange = self.exchange, None
            missed, self._missed = self._missed, None
            if exchange and exchange.unread:
                missed = exchange.lose().attempt
            if missed and accepted and number is None:
                # that it was accepted proves that a secret has crossed
                told, number = (missed,), self.attempts
        return () if number is None else (*told, Outcome(accepted, number))
