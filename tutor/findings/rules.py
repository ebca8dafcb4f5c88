"""The verdicts on one session, as a fold over its events.

A rule speaks only of what this session's bytes carry. What would need another session, or
the other leg of a relay, is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable

from tutor.base import SERVER, Role
from tutor.findings.credentials import Credential, CredentialFold
from tutor.findings.legs import Talk
from tutor.findings.offers import Offers, first_words
from tutor.findings.relay import OpenRelay
from tutor.findings.renewal import Renewal
from tutor.findings.trust import judge, weak
from tutor.findings.verdict import CREDENTIAL_RULES, Certainty, Finding
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

_NANO = 1_000_000_000
_SPEECH = frozenset({Kind.GREETING, Kind.COMMAND, Kind.REPLY, Kind.UNTAGGED})
_NO_TLS_YET = ("ClientHello", "alert", "handshake-fragment", "record-fragment")
_CONTENT = frozenset({Role.HEADER, Role.BODY})
_SECTIONS = (b"BODY[", b"BODY.PEEK[", b"BINARY", b"RFC822", b"PREVIEW", b"SNIPPET")
_FETCHED = _CONTENT | {Role.LITERAL}
_CARRIES = frozenset({"DATA", "BDAT", "RETR", "TOP"})


class RuleFold:
    """Collects the findings of one session as it grows.

    Attributes:
        found: the findings so far, in the order of discovery.
        offers: what the server offered in the clear.
        talk: the first words of both ends in the clear.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._credentials = CredentialFold(session)
        self._judged = 0  # credentials already judged
        self._seen = 0
        self.offers = Offers()
        self.talk = Talk()
        self._renewal = Renewal()
        self._relay = OpenRelay(session)
        self._forbidden = {True: False, False: False}  # LOGINDISABLED, in the clear and inside TLS
        self._accepted_tls = False
        self._clear_logins: list[int] = []  # while there is no TLS
        self._said: set[tuple[str, int]] = set()
        self._once: set[str] = set()
        self._certificates: set[Certificate] = set()
        self.found: list[Finding] = []

    def update(self) -> None:
        """Take the events that have come since the last call."""
        self._credentials.update()
        for index in range(self._seen, len(self._session)):
            self._feed(index, self._session.outline(index))
        self._seen = len(self._session)
        self._judge_tls()

    def _say(self, rule: str, index: int, certainty: Certainty = Certainty.OBSERVED) -> None:
        if (rule, index) not in self._said:
            self._said.add((rule, index))
            packets = self._session.packets(index)
            self.found.append(Finding(rule, certainty, index + 1, packets))

    def _say_once(self, rule: str, index: int) -> None:
        if rule not in self._once:
            self._once.add(rule)
            self._say(rule, index)

    def _feed(self, index: int, event: Event) -> None:
        clear = not self._session.inside_tls(event.span.layer)
        for detail in event.details:
            match detail:
                case Attempt() if clear:
                    self._attempt(index)
                case TlsRequest() if clear:
                    self._tls_request(index, detail)
                case Certificate() if event.span.direction is SERVER:
                    self._certificate(index, detail)
                case _:
                    pass
        self._forbid(index, event, clear=clear)
        if self._session.protocol == "smtp":
            # only what tells something is looked at by its parts
            self._relay.feed(self._session.event(index) if event.details else event)
            if self._relay.took:
                self._say("open-relay", index, Certainty.INFERRED)
        if clear:
            self._in_clear(index, event)
        elif self._accepted_tls and self.offers.told is not None and self._renewal.feed(event):
            self._say("capabilities-not-renewed", index)

    # logging in

    def _forbid(self, index: int, event: Event, *, clear: bool) -> None:
        """LOGINDISABLED holds until the next list, in the clear and inside TLS each for itself."""
        for detail in event.details:
            if isinstance(detail, Offer):
                self._forbidden[clear] = "LOGINDISABLED" in first_words(detail)
        imap = self._session.protocol == "imap" and event.kind is Kind.COMMAND
        if imap and event.name == "LOGIN" and self._forbidden[clear]:
            self._say("login-despite-logindisabled", index)

    def _attempt(self, index: int) -> None:
        credential = self._credential_at(index)
        if credential is None:
            return
        if credential.strength != "none" and not self._by_tls(index):
            self._clear_logins.append(index)
        rule = CREDENTIAL_RULES.get(credential.strength)
        if rule is None:
            return
        self._say(rule, index)
        if self.offers.made:
            self._say("login-despite-starttls", index)

    def _credential_at(self, index: int) -> Credential | None:
        # attempts come in the order of their steps, and each is asked for once
        found = self._credentials.found
        while self._judged < len(found) and found[self._judged].step < index + 1:
            self._judged += 1
        at = self._judged
        return found[at] if at < len(found) and found[at].step == index + 1 else None

    # the way to TLS

    def _tls_request(self, index: int, request: TlsRequest) -> None:
        if request.accepted is False:
            self._say("starttls-refused", index)
        elif request.accepted:
            self._accepted_tls = True
            self._once.discard("starttls-then-plaintext")

    def _in_clear(self, index: int, event: Event) -> None:
        session = self._session
        self.offers.feed(event, session.protocol, session.packets(index))
        self.talk.feed(event, session, index)
        if self.offers.mangled:
            self._say("starttls-mangled", index, Certainty.INFERRED)
        if Anomaly.COMMANDS_BEHIND_STARTTLS in event.anomalies:
            self._say("commands-behind-starttls", index)
        if event.kind is Kind.CONFLICT:
            self._say("conflicting-retransmission", index)
        if event.kind in _SPEECH:
            self._speech(index, event)
        if event.kind is Kind.RECORD and not event.name.startswith(_NO_TLS_YET):
            self._tls_began()
        if "message-in-clear" not in self._once and self._content(index, event):
            self._say_once("message-in-clear", index)

    def _speech(self, index: int, event: Event) -> None:
        if self._session.server.port in TLS_PORTS and not self._by_tls(index):
            self._say_once("plaintext-on-tls-port", index)
        known = Anomaly.UNKNOWN_COMMAND not in event.anomalies
        if Anomaly.STARTTLS_NOT_FOLLOWED_BY_TLS in event.anomalies and known:
            self._say_once("starttls-then-plaintext", index)

    def _by_tls(self, index: int) -> bool:
        """Whether TLS carried it, if only signed (a suite that encrypts nothing)."""
        return self._session.by_tls(self._session.event(index).span.layer)

    def _tls_began(self) -> None:
        """More than a ClientHello, which may be answered in plain text."""
        for index in self._clear_logins:
            self._say("auth-before-tls", index)
        self._clear_logins.clear()

    # messages

    def _content(self, index: int, event: Event) -> bool:
        """Whether it carries a message's content, of header or body (RFC 5321 2.3.9)."""
        if any(isinstance(detail, Fact) and detail.kind == "message" for detail in event.details):
            return True
        if event.kind is Kind.MESSAGE and event.about in _CARRIES:
            return any(part.role in _CONTENT for part in self._session.event(index).parts)
        return event.kind is Kind.UNTAGGED and event.name == "FETCH" and self._fetched(index)

    def _fetched(self, index: int) -> bool:
        """Whether a section of a message was fetched; an envelope is not one."""
        event, item = self._session.event(index), b""
        for number, part in enumerate(event.parts):
            if part.role is Role.ITEM:
                item = self._session.part(event, number).upper()
            elif part.role in _FETCHED and item.startswith(_SECTIONS):
                return True
        return False

    # TLS itself

    def _judge_tls(self) -> None:
        tls = self._session.tls
        if tls is None:
            return
        if "weak-tls" not in self._once and weak(tls.version, tls.cipher):
            self._say_once("weak-tls", self._first(lambda event: "ServerHello" in event.name))
        if tls.early_data and "early-data" not in self._once:
            self._say_once("early-data", self._first(lambda event: "ClientHello" in event.name))

    def _first(self, wanted: Callable[[Event], bool]) -> int:
        session = self._session
        return next((i for i in range(len(session)) if wanted(session.outline(i))), 0)

    def _certificate(self, index: int, certificate: Certificate) -> None:
        """Judge the server's own; a renegotiation sends it again, which says nothing new."""
        if certificate in self._certificates:
            return
        self._certificates.add(certificate)
        sni = self._session.tls.sni if self._session.tls else None
        for rule in judge(certificate, self._session.time(index) // _NANO, sni):
            self._say(rule, index)


def findings(session: Session) -> tuple[Finding, ...]:
    """All verdicts on a session, in order of discovery; its ``plaintext-on-tls-port`` included."""
    fold = RuleFold(session)
    fold.update()
    return tuple(fold.found)
