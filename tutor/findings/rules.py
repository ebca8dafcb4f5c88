"""The verdicts on one session: a closed list of rules, each with its certainty.

A rule speaks only of what this session's bytes carry. What would need another session, or
the other leg of a relay, is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tutor.findings.credentials import Credential, CredentialFold
from tutor.findings.relay import OpenRelay
from tutor.protocols.events import (
    Anomaly,
    Attempt,
    Certificate,
    Event,
    Fact,
    Kind,
    Offer,
    TlsRequest,
)
from tutor.protocols.registry import TLS_PORTS
from tutor.session import Session

_CREDENTIAL_RULES = {
    "readable": "plaintext-credential",
    "encoded": "encoded-credential",
    "token": "token-in-clear",
    "hashed": "hashed-credential",
    "salted": "salted-credential",
}
_WEAK_VERSIONS = frozenset({"SSL 2.0", "SSL 3.0", "1.0", "1.1"})
_WEAK_WORDS = ("_RC4_", "_DES_", "_3DES_", "_DES40_", "_NULL_", "_EXPORT_", "_anon_")
_STARTTLS_OVERWRITTEN = re.compile("X{7}[A-Z]")
_STLS_OVERWRITTEN = re.compile("X{3}[A-Z]")
_GREETING_KEPT = 1024
_NANO = 1_000_000_000
_SPEECH = frozenset({Kind.GREETING, Kind.COMMAND, Kind.REPLY, Kind.UNTAGGED})


RULES = (
    *_CREDENTIAL_RULES.values(),
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


class RuleFold:
    """Collects the findings of one session as it grows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._credentials = CredentialFold(session)
        self._judged = 0  # credentials already judged
        self._seen = 0
        self._offered = False
        self.offer_packets: tuple[int, ...] = ()
        self.greeting = b""
        self._forbidden = False  # LOGINDISABLED was announced
        self._accepted_tls = False
        self._offer_before_tls = False
        self._renewed = False
        self._clear_login: int | None = None
        self._said: set[tuple[str, int]] = set()
        self._message_said = False
        self._tls_said = False
        self._port_said = False
        self._relay = OpenRelay(session)
        self.found: list[Finding] = []

    def update(self) -> None:
        """Take the events that have come since the last call."""
        self._credentials.update()
        for index in range(self._seen, len(self._session)):
            self._feed(index, self._session.event(index))
        self._seen = len(self._session)
        self._judge_tls()

    @property
    def offer(self) -> bool | None:
        """Whether STARTTLS or STLS was offered before TLS; None where no list was seen."""
        return self._offered if self._offer_before_tls else None

    def _say(self, rule: str, index: int, certainty: Certainty = Certainty.OBSERVED) -> None:
        if (rule, index) not in self._said:
            self._said.add((rule, index))
            packets = self._session.packets(index)
            self.found.append(Finding(rule, certainty, index + 1, packets))

    def _feed(self, index: int, event: Event) -> None:
        clear = not self._session.inside_tls(event.span.layer)
        for detail in event.details:
            match detail:
                case Offer():
                    self._offer(index, detail, clear=clear)
                case Attempt():
                    self._attempt(index, clear=clear)
                case TlsRequest():
                    self._tls_request(index, detail)
                case Fact(kind="message") if clear and not self._message_said:
                    self._message_said = True
                    self._say("message-in-clear", index)
                case Certificate():
                    self._certificate(index, detail)
                case _:
                    pass
        if self._session.protocol == "smtp":
            self._relay.feed(event)
            if self._relay.took:
                self._say("open-relay", index, Certainty.INFERRED)
        if event.kind is Kind.GREETING and clear and not self.greeting:
            self.greeting = self._session.data(event.span)[:_GREETING_KEPT]
        if clear:
            self._odd(index, event)
        elif event.kind is Kind.COMMAND:
            self._first_inside(index, event)

    def _offer(self, index: int, offer: Offer, *, clear: bool) -> None:
        words = {word.split()[0] for word in offer.capabilities if word}
        if not clear:
            self._renewed = True
            return
        if not self.offer_packets:
            self.offer_packets = self._session.packets(index)
        self._offered = self._offered or bool(words & {"STARTTLS", "STLS"})
        self._forbidden = "LOGINDISABLED" in words
        self._offer_before_tls = True
        if any(_mangled(word, self._session.protocol) for word in words):
            self._say("starttls-mangled", index, Certainty.INFERRED)

    def _attempt(self, index: int, *, clear: bool) -> None:
        credential = self._credential_at(index)
        if not clear or credential is None:
            return
        rule = _CREDENTIAL_RULES.get(credential.strength)
        if rule is None:
            return
        self._clear_login = index
        self._say(rule, index)
        if self._offered:
            self._say("login-despite-starttls", index)
        if credential.mechanism == "LOGIN" and self._forbidden:
            self._say("login-despite-logindisabled", index)

    def _credential_at(self, index: int) -> Credential | None:
        # attempts come in the order of their steps, and each is asked for once
        found = self._credentials.found
        while self._judged < len(found) and found[self._judged].step < index + 1:
            self._judged += 1
        at = self._judged
        return found[at] if at < len(found) and found[at].step == index + 1 else None

    def _tls_request(self, index: int, request: TlsRequest) -> None:
        if request.accepted is False:
            self._say("starttls-refused", index)
        elif request.accepted:
            self._accepted_tls = True

    def _first_inside(self, index: int, event: Event) -> None:
        """What the client says first inside TLS: did it ask again what the server can do?"""
        asks = {"CAPABILITY", "EHLO", "HELO", "CAPA", "LHLO"}
        if self._renewed or not self._accepted_tls or not self._offer_before_tls:
            return
        if event.name not in asks:
            self._say("capabilities-not-renewed", index)
        self._renewed = True

    def _odd(self, index: int, event: Event) -> None:
        if Anomaly.COMMANDS_BEHIND_STARTTLS in event.anomalies:
            self._say("commands-behind-starttls", index)
        if Anomaly.STARTTLS_NOT_FOLLOWED_BY_TLS in event.anomalies:
            self._say("starttls-then-plaintext", index)
        if event.kind is Kind.CONFLICT:
            self._say("conflicting-retransmission", index)
        if event.kind in _SPEECH and self._session.server.port in TLS_PORTS and not self._port_said:
            self._port_said = True
            self._say("plaintext-on-tls-port", index)
        if event.kind is Kind.RECORD and self._clear_login is not None:
            self._say("auth-before-tls", self._clear_login)

    def _judge_tls(self) -> None:
        session = self._session
        tls = session.tls
        if self._tls_said or tls is None or not (tls.version or tls.cipher):
            return
        weak_cipher = any(word in f"{tls.cipher}_" for word in _WEAK_WORDS)
        if tls.version in _WEAK_VERSIONS or weak_cipher:
            self._tls_said = True
            self._say("weak-tls", self._first(lambda e: "ServerHello" in e.name))
        if tls.early_data:
            self._tls_said = True
            self._say("early-data", self._first(lambda e: "ClientHello" in e.name))

    def _first(self, wanted: Callable[[Event], bool]) -> int:
        session = self._session
        return next((i for i in range(len(session)) if wanted(session.event(i))), 0)

    def _certificate(self, index: int, certificate: Certificate) -> None:
        when = self._session.time(index) // _NANO
        if not certificate.not_before <= when <= certificate.not_after:
            self._say("certificate-expired", index)
        if certificate.self_signed:
            self._say("certificate-self-signed", index)
        sni = self._session.tls.sni if self._session.tls else None
        if sni and certificate.names and not any(_covers(n, sni) for n in certificate.names):
            self._say("certificate-name", index)


def _mangled(word: str, protocol: str) -> bool:
    """Whether a capability looks like STARTTLS or STLS overwritten in place, length kept.

    Some firewalls write X over the name, some end the row with a letter that counts the rows.
    """
    overwritten = _STLS_OVERWRITTEN if protocol == "pop3" else _STARTTLS_OVERWRITTEN
    return bool(overwritten.fullmatch(word)) or word.startswith(("X-STARTTLS", "X-STLS"))


def _covers(pattern: str, host: str) -> bool:
    """Whether a certificate's name covers a host (RFC 6125 6.4.3: one label for a star)."""
    pattern, host = pattern.lower(), host.lower()
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:]
    return pattern == host


def findings(session: Session) -> tuple[Finding, ...]:
    """All verdicts on a session, in order of discovery; its ``plaintext-on-tls-port`` included."""
    fold = RuleFold(session)
    fold.update()
    return tuple(fold.found)
