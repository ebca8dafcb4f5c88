"""Predictions for any session, with no lesson written for it: what form has the server's next line?

Only the form is asked, never the outcome: whether a password was right is nothing that one could
predict. And only where the form is determined: RFC 9051 7.1 and 7.5 (a tagged line ends a command,
a plus asks for more), RFC 1939 3 (a status indicator), RFC 5321 4.2 (three digits).
"""

from __future__ import annotations

from tutor.base import SERVER
from tutor.lesson.auto import auto_ask, auto_hint, auto_options
from tutor.lesson.question import Question, shuffled
from tutor.protocols.events import Event, Kind
from tutor.session import Session

FEWEST = 3
"""Options without which a question is none."""

_ASKED = frozenset({Kind.GREETING, Kind.REPLY, Kind.CONTINUATION})
_LONGEST = 60


def predicted(session: Session, index: int, text: str) -> Question | None:
    """The question before an event; None where its form is not determined.

    Args:
        session: the session.
        index: the event that comes next.
        text: its first line as the screen will show it, masked where that is so.
    """
    event = session.event(index)
    if not _determined(session, event):
        return None
    real = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
    options, reasons = auto_options(session, index, real)
    if len(options) < FEWEST:
        return None
    name = f"step-{index + 1}"
    answer, ask = options[0], auto_ask(session.protocol, event)
    mixed = shuffled(options, f"{name}/{real}")
    hint = auto_hint(session.protocol)
    return Question(name, "choice", ask, mixed, answer, reasons, hint=hint)


def _determined(session: Session, event: Event) -> bool:
    if event.kind not in _ASKED or event.anomalies or event.span.direction is not SERVER:
        return False
    if session.protocol not in ("imap", "pop3", "smtp"):
        return False
    if event.kind is Kind.CONTINUATION:
        return session.protocol == "imap"
    return event.kind is Kind.GREETING or bool(event.about)
