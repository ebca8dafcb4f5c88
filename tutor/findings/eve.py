"""What Eve knows: every fact that somebody who only listens learns, with the step that told her.

Eve sees all that is not inside TLS. A fact counts once for each kind and value in a session. The
kinds are the closed list of the JSON contract.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice

from tutor.base import Secret
from tutor.findings.credentials import CredentialFold
from tutor.protocols.events import (
    Attempt,
    Certificate,
    ClientHello,
    Event,
    Fact,
    Kind,
    Named,
)
from tutor.protocols.registry import REGISTRY
from tutor.session import Eye, Session, visible

KINDS = (
    "address",
    "port",
    "time",
    "size",
    "protocol",
    "software",
    "server-name",
    "certificate",
    "username",
    "password",
    "token",
    "response",
    "sender",
    "recipient",
    "subject",
    "message",
    "attachment",
    "mailbox",
)

SECRET_KIND = {
    "readable": "password",
    "encoded": "password",
    "token": "token",
    "hashed": "response",
    "salted": "response",
    "unknown": "response",
}
"""What kind of fact a secret is, by its strength: a proof of the password is not the password."""


_TOLD = frozenset({*REGISTRY, "dns"})
"""Protocols that a listener recognises from what is said."""

_SPEECH = frozenset({Kind.GREETING, Kind.COMMAND, Kind.REPLY, Kind.UNTAGGED})


@dataclass(frozen=True, slots=True)
class EveFact:
    """One thing that a listener knows, and the 1-based step that told her."""

    kind: str
    value: str | Secret
    step: int


class EveFold:
    """Eve's notebook: fills as the session plays. ``feed`` each step once, in order."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._credentials = CredentialFold(session)
        self._known: set[tuple[str, str | Secret]] = set()
        self._sized = False
        self.facts: list[EveFact] = []

    def _learn(self, kind: str, value: str | Secret, index: int) -> None:
        if (kind, value) not in self._known and value != "":
            self._known.add((kind, value))
            self.facts.append(EveFact(kind, value, index + 1))

    def feed(self, index: int) -> None:
        """Note what the event at ``index`` tells a listener."""
        session = self._session
        if index == 0:
            self._ends(index)
        if not visible(session, index, Eye.EVE):
            return
        event = session.outline(index)
        if event.kind is Kind.RECORD:
            self._record(index, event)
            return
        for detail in event.details:
            match detail:
                case Attempt():
                    self._attempt(detail, index)
                case Named():
                    self._learn("username", detail.username, index)
                case Fact():
                    self._learn(detail.kind, detail.value, index)
                case _:
                    pass
        if event.kind in _SPEECH and session.protocol in _TOLD:
            self._learn("protocol", session.protocol, index)

    def _record(self, index: int, event: Event) -> None:
        """A TLS record; what only keys could open has its outer name in ``about``."""
        for detail in () if event.about else event.details:
            if isinstance(detail, ClientHello) and detail.sni:
                self._learn("server-name", detail.sni, index)
            elif isinstance(detail, Certificate):
                self._learn("certificate", detail.subject, index)
        self._learn("protocol", "tls", index)
        if not self._sized:
            self._sized = True
            self._learn("size", f"{event.span.length}", index)

    def _ends(self, index: int) -> None:
        session = self._session
        self._learn("address", session.client.address, index)
        self._learn("address", session.server.address, index)
        self._learn("port", str(session.server.port), index)
        self._learn("time", str(session.start), index)

    def _attempt(self, attempt: Attempt, index: int) -> None:
        if attempt.username:
            self._learn("username", attempt.username, index)
        self._credentials.update()
        found = self._credentials.found
        first = bisect_left(found, index + 1, key=lambda credential: credential.step)
        for credential in islice(found, first, None):
            if credential.step != index + 1:
                break
            kind = SECRET_KIND.get(credential.strength)
            if kind and credential.secret is not None:
                self._learn(kind, credential.secret, index)


def eve_facts(session: Session, upto: int | None = None) -> tuple[EveFact, ...]:
    """What Eve knows after the first ``upto`` steps (all of them where None)."""
    fold = EveFold(session)
    for index in range(len(session) if upto is None else min(upto, len(session))):
        fold.feed(index)
    return tuple(fold.facts)
