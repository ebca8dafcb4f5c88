"""The seven phases of a mail conversation, the same for all protocols, for the learner.

Connect, Greet, Capabilities, Secure, Authenticate, Work, Close. A phase is told by the command
that an event is or answers (IMAP: RFC 9051 3; POP3: RFC 1939 3; SMTP: RFC 5321 3), by nothing
that comes later.
"""

from __future__ import annotations

from tutor.protocols.events import Event, Kind
from tutor.words import _

ORDER = ("connect", "greet", "capabilities", "secure", "authenticate", "work", "close")
"""The phases in their usual order."""

_BY_COMMAND = {
    "CAPABILITY": "capabilities",
    "CAPA": "capabilities",
    "EHLO": "capabilities",
    "HELO": "capabilities",
    "LHLO": "capabilities",
    "ID": "capabilities",
    "STARTTLS": "secure",
    "STLS": "secure",
    "LOGIN": "authenticate",
    "AUTHENTICATE": "authenticate",
    "AUTH": "authenticate",
    "USER": "authenticate",
    "PASS": "authenticate",
    "APOP": "authenticate",
    "LOGOUT": "close",
    "QUIT": "close",
}


def phase(event: Event) -> str | None:
    """The phase of an event; None where it tells nothing (then the phase before goes on)."""
    match event.kind:
        case Kind.OPEN:
            return "connect"
        case Kind.CLOSE:
            return "close"
        case Kind.GREETING:
            return "greet"
        case Kind.RECORD:
            hidden = event.about == "application-data" or event.name == "application-data"
            return None if hidden else "secure"
        case _:
            pass
    command = event.name if event.kind is Kind.COMMAND else event.about
    if not command:
        return None
    return _BY_COMMAND.get(command.split()[0], "work")


def word(name: str) -> str:
    """A phase in the reader's language."""
    return {
        "connect": _("Connect"),
        "greet": _("Greet"),
        "capabilities": _("Capabilities"),
        "secure": _("Secure"),
        "authenticate": _("Authenticate"),
        "work": _("Work"),
        "close": _("Close"),
    }[name]
