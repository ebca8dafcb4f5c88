"""Credentials: each attempt to log in, how well it was protected, and the server's answer."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import islice

from tutor.base import Direction, Secret, Span
from tutor.base.span import SECRET_ROLES
from tutor.protocols.events import Attempt, Event, Named, Outcome, Overlap
from tutor.session import Session

STRENGTHS = (
    "readable",
    "encoded",
    "token",
    "hashed",
    "salted",
    "protected",
    "none",
    "unknown",
)
"""How well a secret was protected on the wire, worst first."""

BY_MECHANISM = {
    "LOGIN": "readable",
    "USER": "readable",
    "PLAIN": "encoded",
    "AUTH LOGIN": "encoded",
    "XOAUTH2": "token",
    "OAUTHBEARER": "token",
    "APOP": "hashed",
    "CRAM-MD5": "hashed",
    "DIGEST-MD5": "hashed",
    "NTLM": "hashed",
    "CRAM-SHA1": "hashed",
    "CRAM-SHA256": "hashed",
    "OTP": "hashed",
    "SKEY": "hashed",
    "PLAIN-CLIENTTOKEN": "encoded",
    "SECURID": "encoded",
    "ANONYMOUS": "none",
    "EXTERNAL": "none",
}
"""Strength by the mechanism's name; SCRAM's names are told by how they begin."""


def strength(mechanism: str, *, inside_tls: bool) -> str:
    """How well a mechanism protects its secret from a listener; a word of ``STRENGTHS``."""
    if inside_tls:
        return "protected"
    if mechanism.startswith("SCRAM-"):
        return "salted"
    return BY_MECHANISM.get(mechanism, "unknown")


@dataclass(frozen=True, slots=True)
class Credential:
    """One attempt.

    Attributes:
        step: 1-based step that carried the last of the secret.
        packet: number of the packet that completed it.
        mechanism, username, secret: see ``tutor.protocols.events.Attempt``.
        strength: a word of ``STRENGTHS``.
        accepted: the server's answer; None where it was not captured.
        proofs: other texts that give the secret away.
    """

    step: int
    packet: int
    mechanism: str
    username: str | None
    secret: Secret | None
    strength: str
    accepted: bool | None = None
    proofs: tuple[Secret, ...] = ()


class CredentialFold:
    """Collects the credentials of one session as it grows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen = 0
        self._places: dict[int, list[int]] = {}  # layer -> where its attempts are in ``found``
        # what of the TCP payload carried the secret of which attempt, in order, by direction
        self._carried: tuple[list[tuple[Span, int]], ...] = ([], [])
        self.found: list[Credential] = []

    def update(self) -> None:
        """Take the events that have come since the last call."""
        for index in range(self._seen, len(self._session)):
            if self._session.details(index):
                self._feed(index)
        self._seen = len(self._session)

    def _feed(self, index: int) -> None:
        event = self._session.event(index)
        for detail in event.details:
            if isinstance(detail, Attempt):
                self._places.setdefault(event.span.layer, []).append(len(self.found))
                self._carry(_secret_span(event))
                self.found.append(self._credential(index, detail))
            elif isinstance(detail, Named):
                at = self._places[event.span.layer][detail.attempt]
                self.found[at] = replace(self.found[at], username=detail.username)
            elif isinstance(detail, Overlap) and not detail.settled:
                self._doubt(event.span.direction, detail)
            elif isinstance(detail, Outcome):
                at = self._places[event.span.layer][detail.attempt]
                self.found[at] = replace(self.found[at], accepted=detail.accepted)

    def _carry(self, span: Span) -> None:
        if span.layer == 0:
            self._carried[span.direction].append((span, len(self.found)))

    def _doubt(self, direction: Direction, overlap: Overlap) -> None:
        """Two copies differ, and nobody can say which one was read: then no secret is known."""
        carried = self._carried[direction]
        first = bisect_right(carried, overlap.start, key=lambda pair: pair[0].end)
        for span, at in islice(carried, first, None):
            if span.start >= overlap.end:
                break
            self.found[at] = replace(self.found[at], secret=None)

    def _credential(self, index: int, attempt: Attempt) -> Credential:
        packets = self._session.packets(index)
        layer = self._session.event(index).span.layer
        return Credential(
            step=index + 1,
            packet=packets[-1] if packets else 0,
            mechanism=attempt.mechanism,
            username=attempt.username,
            secret=attempt.secret,
            strength=strength(
                attempt.like or attempt.mechanism, inside_tls=self._session.inside_tls(layer)
            ),
            proofs=attempt.proofs,
        )


def _secret_span(event: Event) -> Span:
    """The bytes of an event from its first secret part to its last."""
    secret = [part for part in event.parts if part.role in SECRET_ROLES]
    if not secret:
        return event.span
    return event.span._replace(start=secret[0].start, end=secret[-1].end)


def credentials(session: Session) -> tuple[Credential, ...]:
    """All attempts of a session, in order."""
    fold = CredentialFold(session)
    fold.update()
    return tuple(fold.found)
