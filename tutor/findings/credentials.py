"""Credentials: each attempt to log in, how well it was protected, and the server's answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tutor.base import Secret
from tutor.protocols.events import Attempt, Outcome
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

_BY_MECHANISM = {
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
    "ANONYMOUS": "none",
    "EXTERNAL": "none",
}


def strength(mechanism: str, *, inside_tls: bool) -> str:
    """How well a mechanism protects its secret from a listener; a word of ``STRENGTHS``."""
    if inside_tls:
        return "protected"
    if mechanism.startswith("SCRAM-"):
        return "salted"
    return _BY_MECHANISM.get(mechanism, "unknown")


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
        self._open: dict[int, int] = {}  # layer -> index of the attempt without an outcome
        self.found: list[Credential] = []

    def update(self) -> None:
        """Take the events that have come since the last call."""
        for index in range(self._seen, len(self._session)):
            self._feed(index)
        self._seen = len(self._session)

    def _feed(self, index: int) -> None:
        event = self._session.event(index)
        for detail in event.details:
            if isinstance(detail, Attempt):
                self._open[event.span.layer] = len(self.found)
                self.found.append(self._credential(index, detail))
            elif isinstance(detail, Outcome):
                at = self._open.pop(event.span.layer, None)
                if at is not None:
                    self.found[at] = replace(self.found[at], accepted=detail.accepted)

    def _credential(self, index: int, attempt: Attempt) -> Credential:
        packets = self._session.packets(index)
        layer = self._session.event(index).span.layer
        return Credential(
            step=index + 1,
            packet=packets[-1] if packets else 0,
            mechanism=attempt.mechanism,
            username=attempt.username,
            secret=attempt.secret,
            strength=strength(attempt.mechanism, inside_tls=self._session.inside_tls(layer)),
            proofs=attempt.proofs,
        )


def credentials(session: Session) -> tuple[Credential, ...]:
    """All attempts of a session, in order."""
    fold = CredentialFold(session)
    fold.update()
    return tuple(fold.found)
