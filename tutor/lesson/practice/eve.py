"""What does Eve learn from this session, and what not? Computed from the recording.

What she knows is what ``tutor.findings.eve`` tells. What she does not know is asked only where the
session has no trace of it that she could read: an unnamed subject may still stand in a line.
"""

from __future__ import annotations

import random

from tutor.base import Role
from tutor.findings import eve_facts
from tutor.lesson.practice.ground import Ground
from tutor.lesson.practice.model import Drill, Proof, Texts
from tutor.lesson.question import Option, Question
from tutor.protocols.events import ClientHello, Event, Kind, ServerHello
from tutor.session import Eye, visible
from tutor.words import _

MOST = 4
KINDS = (
    "address",
    "time",
    "server-name",
    "certificate",
    "username",
    "password",
    "sender",
    "recipient",
    "subject",
    "message",
    "mailbox",
)
"""Kinds of facts that are asked about."""

_LOGINS = frozenset({"LOGIN", "AUTHENTICATE", "AUTH", "USER", "PASS", "APOP", "X-EXPS"})
_TRACES = {
    "sender": (b"from", b"envelope", b"sender"),
    "recipient": (b"to:", b"envelope", b"rcpt", b"cc:"),
    "subject": (b"subject", b"envelope"),
}
_MOVES_MAIL = frozenset(
    {"DATA", "BDAT", "BURL", "RETR", "TOP", "FETCH", "UID FETCH", "APPEND", "REPLACE", "URLFETCH"}
)


def places(ground: Ground) -> list[int]:
    """The whole session, where all of it was captured and looked at."""
    whole = ground.captured and ground.whole and ground.session.complete
    return [0] if whole and len(ground.session) else []


def make(ground: Ground, _place: int, _texts: Texts, rng: random.Random) -> Drill | None:
    """The question about a session; None where one side would be empty."""
    session = ground.session
    facts = {fact.kind: fact for fact in reversed(eve_facts(session))}
    known = [kind for kind in KINDS if kind in facts]
    unknown = _unknown(ground, set(facts))
    if not known or not unknown:
        return None
    no = rng.sample(unknown, min(len(unknown), MOST // 2))
    yes = rng.sample(known, min(len(known), MOST - len(no)))
    if len(yes) + len(no) < 3:
        return None
    kinds = [*yes, *no]
    rng.shuffle(kinds)
    options = tuple(Option(kind, name_of(kind)) for kind in kinds)
    right = [kind for kind in kinds if kind in yes]
    answer = Option(",".join(right), ", ".join(map(name_of, right)))
    reasons = {kind: _crossed(facts[kind].step) for kind in yes}
    reasons |= {kind: _hidden(session.security) for kind in no}
    question = Question(
        f"{session.id}-eve",
        "sort",
        _("Eve only listens. What does she learn from this session?"),
        options,
        answer,
        reasons,
        hint=_("Look at what crosses before TLS begins, if it ever does."),
    )
    spans = tuple(session.event(facts[kind].step - 1).span for kind in yes)
    seen = [i for i in range(len(session)) if visible(session, i, Eye.EVE)]
    upto = seen[-1] + 1
    proof = Proof(session.id, facts[yes[0]].step - 1, spans)
    return Drill(question, "eve", proof, upto, seen[0], upto)


def _crossed(step: int) -> str:
    return _("Step {n} tells it to everyone who listens.").format(n=step)


def _hidden(security: str) -> str:
    if security == "plaintext":
        return _("It does not cross in this session.")
    return _("Nothing that she can read tells it. What is inside TLS stays hidden from her.")


def name_of(kind: str) -> str:
    """A kind of fact, as it is put to the learner."""
    return {
        "address": _("the addresses of both ends"),
        "time": _("when they spoke"),
        "server-name": _("the server name in the ClientHello"),
        "certificate": _("the server's certificate"),
        "username": _("the user name of the login"),
        "password": _("the password of the login"),
        "sender": _("who sends a message"),
        "recipient": _("who gets a message"),
        "subject": _("the subject of a message"),
        "message": _("the text of a message"),
        "mailbox": _("the name of a mailbox"),
    }[kind]


def _unknown(ground: Ground, known: set[str]) -> list[str]:
    """Kinds of which nothing that she can read has a trace."""
    session = ground.session
    events = [session.event(i) for i in range(len(session)) if visible(session, i, Eye.EVE)]
    records = [event for event in events if event.kind is Kind.RECORD]
    talk = [event for event in events if event.kind is not Kind.RECORD]
    said = b"\n".join(session.data(event.span) for event in talk).lower()
    verbs = {event.name for event in talk if event.kind is Kind.COMMAND}
    roles = {part.role for event in talk for part in event.parts}
    absent = {kind for kind, words in _TRACES.items() if not any(word in said for word in words)}
    if verbs.isdisjoint(_LOGINS):
        absent |= {"username", "password"}
    if verbs.isdisjoint(_MOVES_MAIL):
        absent.add("message")
    if Role.MAILBOX not in roles and session.presumed != "smtp" and session.protocol != "smtp":
        absent.add("mailbox")
    absent |= _handshake(records)
    return [kind for kind in KINDS if kind in absent and kind not in known]


def _handshake(records: list[Event]) -> set[str]:
    """What a handshake that was read whole does not tell."""
    details = [detail for event in records for detail in event.details]
    hello = next((detail for detail in details if isinstance(detail, ClientHello)), None)
    server = next((detail for detail in details if isinstance(detail, ServerHello)), None)
    absent: set[str] = set()
    if hello is not None and hello.sni is None:
        absent.add("server-name")
    # in TLS 1.3 the certificate is encrypted (RFC 8446 4.4.2, figure 1)
    if server is not None and server.version == "1.3":
        absent.add("certificate")
    return absent
