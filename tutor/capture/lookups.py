"""DNS look-ups of a capture: questions joined with their answers (RFC 1035), over UDP and TCP.

A mail server asks for the MX of a domain, then for the address of the host it is told. The
answer is paired with its question by message id and the two ends. Over TCP, where a resolver asks
again if an answer did not fit a datagram, each message stands behind its length (4.2.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from tutor.base import CLIENT, Endpoint
from tutor.capture.exchanges import Exchanges
from tutor.protocols.dns import DnsMessage, frames, parse
from tutor.session import Message, Session, lookup_sessions
from tutor.sources import Datagram, Flow, Index, Source, dissect
from tutor.streams import Chunk, Connection, Flag, Gap, Segment, StreamItem

_PORTS: Final = frozenset({53})
_LATELY_NS: Final = 5_000_000_000  # within this a message like one before is a copy of it
_REMEMBERED: Final = 4096  # answered questions that copies are told by

_Key: TypeAlias = tuple[int, Endpoint, Endpoint, str, str, str]
"""Message id, who asks whom, and the transport."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One question and what came of it.

    Attributes:
        name, type: what was asked, for example ``example.net`` and ``MX``.
        answers: ``10 mail.example.net``, an address...; empty where there are none.
        rcode: ``NOERROR``, ``NXDOMAIN``...; None where no answer was captured.
        packet: of the answer, else of the question; 1-based.
        time: of that packet, Unix time in nanoseconds.
        client, server: who asked whom.
        transport: ``udp`` or ``tcp``.
        truncated: the answer did not fit the datagram, and ``answers`` are not all.
        sessions: ids of the mail sessions that followed from it (see ``tutor.capture.ties``).
    """

    name: str
    type: str
    answers: tuple[str, ...]
    rcode: str | None
    packet: int
    time: int
    client: Endpoint
    server: Endpoint
    transport: str = "udp"
    sessions: tuple[int, ...] = ()
    truncated: bool = False


class Lookups:
    """Collects the look-ups of a capture; grows as its index does.

    Args:
        source: gives the packets.
        index: knows which of them are DNS.

    Attributes:
        exchanges: what the answers say of who takes whose mail.
    """

    def __init__(self, source: Source, index: Index) -> None:
        self._source, self._index = source, index
        self._found: list[Lookup] = []
        self._asked: list[int] = []  # packet of each question
        self._open: dict[_Key, int] = {}
        self._answered: dict[_Key, int] = {}  # lately, in order
        self._looked = 0  # datagrams already read
        self.exchanges = Exchanges()
        self._dialogues: list[_Dialogue] = []

    @property
    def all(self) -> list[Lookup]:
        """The look-ups so far, in the order of their questions."""
        order = sorted(range(len(self._found)), key=self._asked.__getitem__)
        return [self._found[at] for at in order]

    def update(self) -> None:
        """Read what the index has found since the last time."""
        for packet in self._source.packets_at(self._index.lookups, self._looked):
            item = dissect(packet)
            if isinstance(item, Datagram):
                self._take(item, "udp")
        self._looked = len(self._index.lookups)
        flows = self._index.lookup_flows
        self._dialogues += [_Dialogue(flow) for flow in flows[len(self._dialogues) :]]
        for dialogue in self._dialogues:
            for message in dialogue.read(self._source):
                self._take(message, "tcp")

    def finish(self) -> None:
        """The file ends here: take what waited for more."""
        for dialogue in self._dialogues:
            for message in dialogue.finish():
                self._take(message, "tcp")

    def sessions(self) -> tuple[Session, ...]:
        """The same to be played: who asked what, message by message; read anew each time."""
        found = [
            item
            for packet in self._source.packets_at(self._index.lookups)
            if isinstance(item := dissect(packet), Datagram)
        ]
        for flow in self._index.lookup_flows:
            dialogue = _Dialogue(flow)
            found += [*dialogue.read(self._source), *dialogue.finish()]
        return lookup_sessions(
            Message(item.source, item.target, item.payload, item.number, item.time)
            for item in found
        )

    def _take(self, datagram: Datagram, transport: str) -> None:
        """Take the next message; what is not DNS is passed over."""
        message = parse(datagram.payload)
        if message is None or not message.questions:
            return
        if message.is_response:
            self._answer(datagram, message, transport)
        else:
            self._ask(datagram, message, transport)

    def _ask(self, datagram: Datagram, message: DnsMessage, transport: str) -> None:
        key = _key(message, datagram.source, datagram.target, transport)
        if key in self._open or self._copied(key, datagram, message) is not None:
            return  # asked again before an answer came, captured twice, or behind its answer
        self._open[key] = len(self._found)
        self._add(datagram, message, datagram.source, datagram.target, transport)

    def _answer(self, datagram: Datagram, message: DnsMessage, transport: str) -> None:
        key = _key(message, datagram.target, datagram.source, transport)
        answers = tuple(record.value for record in message.answers)
        at = self._open.pop(key, None)
        if at is None:
            copied = self._copied(key, datagram, message)
            if copied is not None and self._found[copied].answers == answers:
                return
            self._add(datagram, message, datagram.target, datagram.source, transport)
            at = len(self._found) - 1
        self._remember(key, at)
        self._found[at] = replace(
            self._found[at],
            answers=answers,
            rcode=message.rcode,
            packet=datagram.number,
            time=datagram.time,
            truncated=message.truncated,
        )
        found = self._found[at]
        self.exchanges.add(found.name, found.type, found.answers)

    def _copied(self, key: _Key, datagram: Datagram, message: DnsMessage) -> int | None:
        """The place of the look-up that had the same question and its answer just now."""
        at = self._answered.get(key)
        if at is None:
            return None
        found, asked = self._found[at], message.questions[0]
        lately = abs(datagram.time - found.time) <= _LATELY_NS
        return at if lately and (found.name, found.type) == (asked.name, asked.type) else None

    def _remember(self, key: _Key, at: int) -> None:
        self._answered.pop(key, None)
        self._answered[key] = at
        if len(self._answered) > _REMEMBERED:
            del self._answered[next(iter(self._answered))]

    def _add(
        self,
        datagram: Datagram,
        message: DnsMessage,
        client: Endpoint,
        server: Endpoint,
        transport: str,
    ) -> None:
        asked, number = message.questions[0], datagram.number
        self._asked.append(number)
        self._found.append(
            Lookup(
                asked.name, asked.type, (), None, number, datagram.time, client, server, transport
            )
        )


def _key(message: DnsMessage, client: Endpoint, server: Endpoint, transport: str) -> _Key:
    """What pairs an answer with its question: an id may be used again, or be guessed by others.

    Names are compared without their case, which some resolvers play with to be harder to fool.
    """
    asked = message.questions[0]
    return (message.id, client, server, transport, asked.name.lower(), asked.type)


class _Dialogue:
    """DNS over one TCP flow: messages, as if each had come in a datagram of its own."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._fed = 0
        self._begin()

    def _begin(self) -> None:
        self._connection: Connection | None = Connection(server_ports=_PORTS)
        self._waiting: list[bytearray | None] = [bytearray(), bytearray()]  # None behind a gap

    def read(self, source: Source) -> Iterator[Datagram]:
        """Messages that came since the last time."""
        if len(self._flow.offsets) == self._fed:
            return
        for packet in source.packets_at(self._flow.offsets, self._fed):
            segment = dissect(packet)
            if isinstance(segment, Segment):
                yield from self._feed(segment)
        self._fed = len(self._flow.offsets)

    def finish(self) -> Iterator[Datagram]:
        """Messages that waited for more."""
        if self._connection is not None:
            yield from self._messages(self._connection, self._connection.finish())

    def _feed(self, segment: Segment) -> Iterator[Datagram]:
        connection = self._connection
        if connection is None:
            if not segment.flags & Flag.SYN:
                return  # an echo of what has ended
            self._begin()
        elif connection.starts_anew(segment):
            yield from self.finish()
            self._begin()
        connection = self._connection
        assert connection is not None
        yield from self._messages(connection, connection.feed(segment))
        if connection.ended:
            yield from self.finish()
            self._connection = None  # there may be very many of them

    def _messages(self, connection: Connection, items: Iterable[StreamItem]) -> Iterator[Datagram]:
        client, server = connection.client, connection.server
        if client is None or server is None:
            return
        for item in items:
            if isinstance(item, Gap):
                self._waiting[item.direction] = None
            elif isinstance(item, Chunk):
                ends = (client, server) if item.direction is CLIENT else (server, client)
                for message in self._whole(item):
                    yield Datagram(*ends, message, item.packet, item.time)

    def _whole(self, chunk: Chunk) -> list[bytes]:
        waiting = self._waiting[chunk.direction]
        if waiting is None:
            return []  # where the next message begins is not known
        waiting += chunk.data
        if len(waiting) < 2 or len(waiting) < 2 + int.from_bytes(waiting[:2], "big"):
            return []
        whole = frames(bytes(waiting))
        del waiting[: sum(2 + len(message) for message in whole)]
        return whole
