"""What one machine asks of one resolver, as a session: DNS look-ups to be played like any talk.

A message is a packet's payload, or stands behind its length in a TCP stream (RFC 1035 4.2.2); here
the messages follow one another in one layer, the questions in the client's direction, the answers
in the server's. The id of a message pairs an answer with its question, as a tag does in IMAP.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tutor.base import CLIENT, SERVER, Endpoint, Part, Span
from tutor.protocols.dns import ANSWER, QUESTION, DnsMessage, Piece, parse, pieces
from tutor.protocols.events import Event, Kind
from tutor.session.layer import Layer
from tutor.session.session import Session


class Message(NamedTuple):
    """A DNS message on its way, with the packet that carried it and its time in nanoseconds."""

    source: Endpoint
    target: Endpoint
    payload: bytes
    packet: int
    time: int


class LookupSession(Session):
    """The look-ups of one client. Its parts read as a zone file writes them, not as bytes."""

    def __init__(self, client: Endpoint, server: Endpoint) -> None:
        super().__init__(0, client, server)
        self.protocol = "dns"
        self.opening = "open"
        self.layers = [Layer("datagrams")]
        self._waiting: set[str] = set()  # ids of questions without an answer

    def part(self, event: Event, number: int) -> bytes:
        """What the event's part ``number`` says; empty where a reader needs no word of it."""
        return self._pieces(event)[number].text.encode("utf-8", "replace")

    def text(self, event: Event) -> bytes:
        """The event as it is read: one line for the question, or for each answer."""
        lines = [b" ".join(self.part(event, n) for n in row) for row in self.rows(event)]
        return b"\r\n".join(lines)

    def rows(self, event: Event) -> tuple[tuple[int, ...], ...]:
        """Numbers of the parts that are read together: the question, or a row for each answer."""
        wanted = ANSWER if self.answers(event) else QUESTION
        found: dict[int, list[int]] = {}
        for number, piece in enumerate(self._pieces(event)):
            if piece.section == wanted and piece.text:
                found.setdefault(piece.row, []).append(number)
        return tuple(map(tuple, found.values()))

    def answers(self, event: Event) -> bool:
        """Whether it holds a record that answers."""
        return any(piece.section == ANSWER for piece in self._pieces(event))

    def _pieces(self, event: Event) -> tuple[Piece, ...]:
        return pieces(self.data(event.span))

    def add(self, message: Message, parsed: DnsMessage) -> None:
        """Take the next message; ``parsed`` is what it says, and has a question."""
        answers = parsed.is_response
        direction, layer = SERVER if answers else CLIENT, self.layers[0]
        start = layer.length(direction)
        layer.append(direction, message.payload, message.packet, message.time)
        span = Span(0, direction, start, layer.length(direction))
        cut = pieces(message.payload)
        parts = tuple(Part(piece.role, start + piece.start, start + piece.end) for piece in cut)
        number, asked = str(parsed.id), parsed.questions[0].type
        if answers:
            event = Event(Kind.REPLY, span, parts, parsed.rcode, number, asked)
            self._waiting.discard(number)
        else:
            event = Event(Kind.COMMAND, span, parts, asked, number)
            self._waiting.add(number)
        self.start, self.end = self.start or message.time, message.time
        self.complete = not self._waiting
        self.append(event, message.time)


def lookup_sessions(messages: Iterable[Message]) -> tuple[Session, ...]:
    """The look-ups, a session for each pair of asker and resolver, in the order of their packets.

    What is not DNS is passed over. ``complete`` says that each question has its answer.
    """
    found: dict[tuple[str, str], LookupSession] = {}
    for message in sorted(messages, key=lambda message: message.packet):
        parsed = parse(message.payload)
        if parsed is None or not parsed.questions:
            continue
        client, server = message.source, message.target
        if parsed.is_response:
            client, server = server, client
        key = (client.address, server.address)
        if key not in found:
            found[key] = LookupSession(client, server)
        found[key].add(message, parsed)
    return tuple(found.values())
