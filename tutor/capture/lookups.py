"""DNS look-ups of a capture: questions joined with their answers (RFC 1035, over UDP).

A mail server asks for the MX of a domain, then for the address of the host it is told. The
answer is paired with its question by message id and the two ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tutor.base import Endpoint
from tutor.protocols.dns import DnsMessage, parse
from tutor.sources import Datagram


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
    """

    name: str
    type: str
    answers: tuple[str, ...]
    rcode: str | None
    packet: int
    time: int
    client: Endpoint
    server: Endpoint


class Lookups:
    """Collects look-ups; grows with each datagram."""

    def __init__(self) -> None:
        self.all: list[Lookup] = []
        self._open: dict[tuple[int, Endpoint, Endpoint], int] = {}

    def feed(self, datagrams: Iterable[Datagram]) -> None:
        """Take the next datagrams; those that are not DNS are passed over."""
        for datagram in datagrams:
            message = parse(datagram.payload)
            if message is None or not message.questions:
                continue
            if message.is_response:
                self._answer(datagram, message)
            else:
                self._ask(datagram, message)

    def _ask(self, datagram: Datagram, message: DnsMessage) -> None:
        key = (message.id, datagram.source, datagram.target)
        if key in self._open:
            return  # asked again before an answer came
        self._open[key] = len(self.all)
        self.all.append(_lookup(datagram, message, datagram.source, datagram.target))

    def _answer(self, datagram: Datagram, message: DnsMessage) -> None:
        at = self._open.pop((message.id, datagram.target, datagram.source), None)
        if at is None:
            self.all.append(_lookup(datagram, message, datagram.target, datagram.source))
            at = len(self.all) - 1
        self.all[at] = replace(
            self.all[at],
            answers=tuple(record.value for record in message.answers),
            rcode=message.rcode,
            packet=datagram.number,
            time=datagram.time,
        )


def _lookup(datagram: Datagram, message: DnsMessage, client: Endpoint, server: Endpoint) -> Lookup:
    asked = message.questions[0]
    return Lookup(asked.name, asked.type, (), None, datagram.number, datagram.time, client, server)
