"""An open relay: a server that takes mail from anybody, for anybody.

On port 25 a server should take mail for its own domains only, or from those who have logged in
(RFC 5321 7.9 speaks of relaying). Which domains are its own the session does not tell. They are
guessed from the names that the server gives itself, and from DNS look-ups in the capture; so the
verdict is inferred. Where names cannot tell, nothing is said.
"""

from __future__ import annotations

import re
from collections import deque

from tutor.base import CLIENT, SERVER, Role
from tutor.protocols.events import Attempt, Certificate, Event, Kind, Outcome
from tutor.session import Session

_PORT = 25
_PUBLIC = frozenset({"ac", "co", "com", "edu", "gob", "gov", "mil", "ne", "net", "or", "org"})
_HOST = re.compile(rb"2\d\d[ -]([A-Za-z0-9.-]+)")
_PRIVATE = frozenset(
    {"localhost", "localdomain", "local", "lan", "internal", "intranet", "intern", "home", "corp"}
)
"""Endings of names that hold inside one network only; they say nothing of domains outside."""

_LOOKED_AT = 512


class OpenRelay:
    """Follows one SMTP session; ``took`` is true right after the reply that shows it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._homes: set[str] = set()
        self._sender: str | None = None
        self._recipients: deque[str | None] = deque()
        self._known = False  # the client has logged in
        self._trying = False  # it has tried, and no answer came yet
        self._said = False
        self.took = False

    def feed(self, event: Event) -> None:
        """Take the next event."""
        self.took = False
        if self._session.server.port != _PORT or self._said:
            return
        if event.kind is Kind.GREETING or event.about in ("EHLO", "HELO"):
            self._named(event)
        self._login(event)
        if event.kind is Kind.GAP:
            self._sender = None  # which reply is to which command is not sure any more
        elif event.kind is Kind.COMMAND:
            self._command(event)
        elif event.kind is Kind.REPLY and event.about == "RCPT" and self._recipients:
            recipient = self._recipients.popleft()
            self.took = event.name.startswith("25") and self._relays(recipient)
            self._said = self.took

    def _named(self, event: Event) -> None:
        found = _HOST.match(self._session.data(event.span)[:_LOOKED_AT])
        domain = _domain(found[1].decode().lower()) if found else None
        if domain:
            self._homes.add(domain)

    def _login(self, event: Event) -> None:
        for detail in event.details:
            if isinstance(detail, Attempt):
                self._trying = True
            elif isinstance(detail, Outcome):
                self._known = self._known or detail.accepted
                self._trying = False
            elif isinstance(detail, Certificate) and event.span.direction is not SERVER:
                self._known = True

    def _command(self, event: Event) -> None:
        if event.name == "RCPT":
            self._recipients.append(self._address(event, Role.RECIPIENT))
        elif event.name == "MAIL":
            self._sender = self._address(event, Role.SENDER)
        elif event.name in ("EHLO", "HELO", "RSET"):
            self._sender = None

    def _address(self, event: Event, role: Role) -> str | None:
        """The domain of the address in a command, None where there is none."""
        for number, part in enumerate(event.parts):
            if part.role is role and event.span.direction is CLIENT:
                address = self._session.part(event, number)[:_LOOKED_AT].decode("latin-1")
                return address.rpartition("@")[2].strip("<> ").lower() if "@" in address else None
        return None

    def _relays(self, recipient: str | None) -> bool:
        if self._known or self._trying or not recipient or not self._sender:
            return False
        if _domain(recipient) == _domain(self._sender):
            return False  # mail inside one domain: the server's own, most likely
        return self._foreign(recipient) and self._foreign(self._sender)

    def _foreign(self, host: str) -> bool:
        """Whether a domain is none of the server's, as far as names and look-ups tell."""
        domain = _domain(host)
        if domain is None or self._session.takes_mail(host):
            return False
        return bool(self._homes) and all(
            domain != home and _private(domain) == _private(home) for home in self._homes
        )


def _domain(host: str) -> str | None:
    """The domain under which somebody registered a host; None where there is none to tell.

    The last two labels, or three where the last but one is a public suffix such as ``co.uk``.
    """
    labels = host.strip(".").split(".")
    if len(labels) < 2 or not labels[-1].isalpha() or "localhost" in labels[:1]:
        return None
    three = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _PUBLIC
    return ".".join(labels[-3 if three else -2 :])


def _private(domain: str) -> bool:
    return domain.rpartition(".")[2] in _PRIVATE
