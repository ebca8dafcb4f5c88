"""An open relay: a server that takes mail from anybody, for anybody.

On port 25 a server should take mail for its own domains only, or from those who have logged in
(RFC 5321 7.9 speaks of relaying). Which domains are its own a capture cannot tell; here they
are guessed from the host name in its greeting, so the verdict is inferred.
"""

from __future__ import annotations

import re

from tutor.base import Role
from tutor.protocols.events import Event, Fact, Kind, Outcome
from tutor.session import Session

_PORT = 25
_PUBLIC = frozenset({"ac", "co", "com", "edu", "gob", "gov", "mil", "ne", "net", "or", "org"})
_HOST = re.compile(rb"220[ -]([A-Za-z0-9.-]+)")


class OpenRelay:
    """Follows one SMTP session; ``took`` is true right after the reply that shows it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._home: str | None = None
        self._sender = ""
        self._recipients: list[str] = []
        self._known = False  # the client has logged in
        self.took = False
        self._said = False

    def feed(self, event: Event) -> None:
        """Take the next event."""
        self.took = False
        if self._session.server.port != _PORT:
            return
        if event.kind is Kind.GREETING:
            found = _HOST.match(self._session.data(event.span)[:512])
            self._home = _domain(found[1].decode().lower()) if found else None
        for detail in event.details:
            if isinstance(detail, Outcome):
                self._known = self._known or detail.accepted
            elif isinstance(detail, Fact) and event.kind is Kind.COMMAND:
                self._address(event, detail)
        if event.kind is Kind.REPLY and event.about == "RCPT" and self._recipients:
            recipient = self._recipients.pop(0)
            if event.name.startswith("25"):
                foreign = self._foreign(recipient) and self._foreign(self._sender)
                self.took = foreign and not self._said
                self._said = self._said or foreign

    def _address(self, event: Event, fact: Fact) -> None:
        if event.name == "MAIL":
            self._sender = fact.value
            self._recipients.clear()
        elif event.name == "RCPT" and any(p.role is Role.RECIPIENT for p in event.parts):
            self._recipients.append(fact.value)

    def _foreign(self, address: str) -> bool:
        domain = address.rpartition("@")[2].lower()
        if self._known or not self._home or "@" not in address:
            return False
        owner = _domain(domain)
        return owner is not None and owner != self._home


def _domain(host: str) -> str | None:
    """The domain under which somebody registered a host; None where there is none to tell.

    The last two labels, or three where the last but one is a public suffix such as ``co.uk``.
    """
    labels = host.strip(".").split(".")
    if len(labels) < 2 or not labels[-1].isalpha():
        return None
    three = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _PUBLIC
    return ".".join(labels[-3 if three else -2 :])
