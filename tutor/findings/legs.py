"""Two legs of one relayed session: the client's to the relay, and the relay's to the server.

A relay passes on what it hears. So on both legs the client says the same lines, the greeting is
the same but for the capabilities in it, and the two run at the same time. Where the relay's address
shows that it is the server of one leg and the client of the other, that is enough; also where it
asks for TLS before it passes on any line, if it called the server when it was called. Where the
address does not show it (everything on one machine, or a relay that takes another's address), the
order in time must: each line is seen near the client first, each answer near the server.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tutor.base import CLIENT, Direction, Endpoint
from tutor.protocols.events import Event, Kind
from tutor.session import Session

MOST = 24
"""Lines of each end that are remembered."""

_FEWEST = 2
"""Exchanges that must be in order where addresses do not tell."""

_LISTED = re.compile(rb"\[CAPABILITY [^\]\r\n]*\] ?", re.IGNORECASE)
_KEPT = 1024
_SAID = frozenset({Kind.COMMAND, Kind.RESPONSE, Kind.REPLY})
_TLS_VERBS = frozenset({"STARTTLS", "STLS"})


class Said(NamedTuple):
    """A line: who said it and when, verb or status, and a mark that tells the client's apart."""

    direction: Direction
    time: int
    name: str
    mark: int


class Talk:
    """The first words of both ends in the clear.

    Attributes:
        greeting: the server's, without the capabilities in it; b"" where there was none.
        said: the lines, in order.
    """

    __slots__ = ("_counts", "greeting", "said")

    def __init__(self) -> None:
        self.greeting = b""
        self.said: list[Said] = []
        self._counts = [0, 0]

    def feed(self, event: Event, session: Session, index: int) -> None:
        """Take the next event that crossed without TLS."""
        direction = event.span.direction
        if event.kind is Kind.GREETING and not self.greeting:
            self.greeting = _LISTED.sub(b"", session.data(event.span)[:_KEPT])
        elif event.kind in _SAID and self._counts[direction] < MOST:
            self._counts[direction] += 1
            line = session.data(event.span)[:_KEPT] if direction is CLIENT else event.tag.encode()
            self.said.append(Said(direction, session.time(index), event.name, hash(line)))


class Leg(NamedTuple):
    """What of a session tells whether it is a leg: its ends, its time, its first words."""

    client: Endpoint
    server: Endpoint
    start: int
    end: int
    greeting: bytes
    said: tuple[Said, ...]


def legs(near: Leg, far: Leg) -> bool:
    """Whether ``near`` (to the client) and ``far`` (to the server) are legs of one session."""
    if not near.greeting or near.greeting != far.greeting:
        return False
    if near.start > far.end or far.start > near.end:
        return False
    relay, ends = near.server.address, {near.client.address, far.server.address}
    joined = relay == far.client.address and relay not in ends
    if joined and _secured_at_once(near, far):
        return True
    pairs = _pairs(near, far)
    if not pairs:
        return False
    if joined:
        return True
    asked = sum(one.direction is CLIENT for one, _ in pairs)
    return min(asked, len(pairs) - asked) >= _FEWEST and all(map(_in_order, pairs))


def _secured_at_once(near: Leg, far: Leg) -> bool:
    """Whether the relay asked for TLS first thing, so that the far leg has no line to compare.

    Then it must have called the server between the near leg's opening and the client's first word.
    """
    asked = next((line for line in far.said if line.direction is CLIENT), None)
    first = next((line for line in near.said if line.direction is CLIENT), None)
    if asked is None or first is None or asked.name not in _TLS_VERBS:
        return False
    return near.start <= far.start <= first.time


def _in_order(pair: tuple[Said, Said]) -> bool:
    near, far = pair
    first, second = (near, far) if near.direction is CLIENT else (far, near)
    return first.time <= second.time


def _pairs(near: Leg, far: Leg) -> list[tuple[Said, Said]] | None:
    """The lines of both legs side by side; None where they are not the same talk.

    Up to STARTTLS on one of them: a relay may ask for it on its own.
    """
    found: list[tuple[Said, Said]] = []
    for direction in Direction:
        sides = [[line for line in leg.said if line.direction is direction] for leg in (near, far)]
        for one, other in zip(*sides, strict=False):
            if _TLS_VERBS & {one.name, other.name}:
                break
            if direction is CLIENT and one.mark != other.mark:
                return None
            found.append((one, other))
    return found if any(one.direction is CLIENT for one, _ in found) else None
