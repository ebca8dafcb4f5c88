"""What protects this session: nothing, STARTTLS, or TLS from the first byte?"""

from __future__ import annotations

import random

from tutor.base import SERVER, Span
from tutor.lesson.practice.ground import Ground
from tutor.lesson.practice.model import Drill, Proof, Texts
from tutor.lesson.question import Option, Question, shuffled
from tutor.protocols.events import Kind, TlsRequest
from tutor.session import Eye, visible
from tutor.words import _


def places(ground: Ground) -> list[int]:
    """The whole session, where it can be told of all of it."""
    if not (ground.captured and ground.whole and ground.session.complete):
        return []
    return [0] if _proof(ground) is not None else []


def _proof(ground: Ground) -> tuple[int, tuple[Span, ...]] | None:
    """The event that tells, and its bytes; None where the session does not tell."""
    session = ground.session
    records = [
        i
        for i in range(ground.count)
        if session.kind(i) is Kind.RECORD and session.outline(i).span.layer == 0
    ]
    # TLS that only one end speaks protects nothing
    ends = {session.outline(i).span.direction for i in records}
    if session.security != "plaintext" and len(ends) < 2:
        return None
    match session.security:
        case "plaintext":
            greeting = ground.greeting() if ground.spoken else None
            if records or greeting is None:
                return None
            return greeting, (session.event(greeting).span,)
        case "starttls":
            answer = _accepted(ground)
            if answer is None or not records or records[0] < answer:
                return None
            return answer, (session.event(answer).span, session.event(records[0]).span)
        case "tls":
            first = next((i for i in range(ground.count) if session.event(i).span.length), None)
            if first is None or first not in records:
                return None
            return first, (session.event(first).span,)
    return None


def _accepted(ground: Ground) -> int | None:
    """The server's yes to STARTTLS or STLS."""
    for index in range(ground.count):
        for detail in ground.session.details(index):
            if isinstance(detail, TlsRequest) and detail.accepted:
                event = ground.session.outline(index)
                return index if event.span.direction is SERVER else None
    return None


def make(ground: Ground, _place: int, _texts: Texts, _rng: random.Random) -> Drill | None:
    """The question about a session."""
    found = _proof(ground)
    if found is None:
        return None
    session = ground.session
    index, spans = found
    options = [
        Option("plaintext", _("Nothing: it all crosses in the clear.")),
        Option("starttls", _("STARTTLS: it begins readable, then TLS takes over.")),
        Option("tls", _("TLS from the first byte.")),
    ]
    answer = next(option for option in options if option.key == session.security)
    why = {
        "plaintext": _("Neither end ever says anything of TLS that the other one accepts."),
        "starttls": _("The client asks for TLS in the clear, the server says yes, TLS follows."),
        "tls": _("The client's first bytes are a ClientHello, the beginning of TLS."),
    }[session.security]
    reasons = {option.key: why for option in options}
    name = f"{session.id}-protects"
    question = Question(
        name,
        "choice",
        _("What protects this session?"),
        shuffled(options, name),
        answer,
        reasons,
        hint=_("Look for a TLS record, and for what stands before it."),
    )
    seen = [i for i in range(len(session)) if visible(session, i, Eye.EVE)]
    upto = (seen[-1] + 1) if seen else 0
    first = seen[0] if seen else None
    return Drill(question, "protects", Proof(session.id, index, spans), upto, first, upto)
