"""What a verdict is: the closed list of rules, the certainty, the finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CREDENTIAL_RULES = {
    "readable": "plaintext-credential",
    "encoded": "encoded-credential",
    "token": "token-in-clear",
    "hashed": "hashed-credential",
    "salted": "salted-credential",
}
"""The rule for a credential of each strength that crossed without TLS."""

RULES = (
    *CREDENTIAL_RULES.values(),
    "login-despite-starttls",
    "login-despite-logindisabled",
    "auth-before-tls",
    "starttls-refused",
    "starttls-then-plaintext",
    "starttls-mangled",
    "starttls-removed",
    "commands-behind-starttls",
    "capabilities-not-renewed",
    "plaintext-on-tls-port",
    "weak-tls",
    "certificate-expired",
    "certificate-self-signed",
    "certificate-name",
    "early-data",
    "message-in-clear",
    "open-relay",
    "spraying",
    "guessing",
    "conflicting-retransmission",
)
"""The closed list of rules, those across sessions included."""


class Certainty(StrEnum):
    """How far the capture carries a verdict."""

    OBSERVED = "observed"
    INFERRED = "inferred"
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict: the rule's name, its certainty, the 1-based step and the packets that show it."""

    rule: str
    certainty: Certainty
    step: int
    packets: tuple[int, ...]
