"""Verdicts on certificates: the server's, once, and never the client's."""

from __future__ import annotations

import ssl

from tests.protocols.tls.sessions import Session as Recorded
from tests.protocols.tls.sessions import certificate, record
from tutor.base import CLIENT, SERVER, Direction, Endpoint
from tutor.findings import findings
from tutor.session import Conversation
from tutor.streams import Chunk, Opened

V12 = ssl.TLSVersion.TLSv1_2
ENDS = Endpoint("192.0.2.1", 50000), Endpoint("192.0.2.2", 993)
IN_2026 = 1_767_225_600 * 1_000_000_000 + 86_400 * 1_000_000_000


def rules(wire: list[tuple[Direction, bytes]], time: int = IN_2026) -> list[str]:
    conversation = Conversation(1, *ENDS)
    conversation.take(Opened("open", (1, 2), time))
    offsets = [0, 0]
    for number, (direction, data) in enumerate(wire):
        conversation.take(Chunk(direction, offsets[direction], data, number, time))
        offsets[direction] += len(data)
    conversation.finish()
    return [finding.rule for finding in findings(conversation.session)]


def session(issuer: str | None = None) -> Recorded:
    return record(version=V12, identity=certificate("ec", issuer=issuer))


def test_a_servers_certificate_is_judged() -> None:
    assert rules(session().wire) == ["certificate-self-signed"]
    late = IN_2026 + 366 * 86_400 * 1_000_000_000
    assert rules(session("Some CA").wire, late) == ["certificate-expired"]
    assert rules(session("Some CA").wire, 10**18) == ["certificate-expired"]


def test_a_clients_certificate_is_not() -> None:
    good, own = session("Some CA").wire, session().wire
    at = 1 + next(at for at, item in enumerate(good) if item[0] is SERVER)
    flight = next(data for way, data in own if way is SERVER)
    hello = 5 + int.from_bytes(flight[3:5])
    size = 5 + int.from_bytes(flight[hello + 3 : hello + 5])
    mine = (CLIENT, flight[hello : hello + size])
    assert mine[1][5] == 11  # a Certificate message, self-signed, in the client's direction
    assert rules([*good[:at], mine, *good[at:]]) == []


def test_a_certificate_that_comes_again_is_judged_once() -> None:
    wire = session().wire
    at = next(at for at, item in enumerate(wire) if item[0] is SERVER)
    assert rules([*wire[: at + 1], wire[at], *wire[at + 1 :]]) == ["certificate-self-signed"]
