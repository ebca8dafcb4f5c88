"""Put four moments of a session into their order.

A moment is taken only where all of its kind lie between those before and behind it: then the order
is that of the recording, and the protocol's own (RFC 9051 3, RFC 1939 3, RFC 5321 4.1.4).
"""

from __future__ import annotations

import random

from tutor.lesson.practice.ground import Ground
from tutor.lesson.practice.model import Drill, Proof, Texts
from tutor.lesson.question import Option, Question, disordered
from tutor.words import _

COUNT = 4
_FEWEST = 3

_COMMANDS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "imap": (
        ("asks-tls", ("STARTTLS",)),
        ("logs-in", ("LOGIN", "AUTHENTICATE")),
        ("opens", ("SELECT", "EXAMINE")),
        ("reads", ("FETCH", "UID FETCH")),
        ("leaves", ("LOGOUT",)),
    ),
    "pop3": (
        ("asks-tls", ("STLS",)),
        ("names", ("USER",)),
        ("logs-in", ("PASS", "APOP", "AUTH")),
        ("counts", ("STAT",)),
        ("reads", ("RETR",)),
        ("deletes", ("DELE",)),
        ("leaves", ("QUIT",)),
    ),
    "smtp": (
        ("asks-tls", ("STARTTLS",)),
        ("logs-in", ("AUTH",)),
        ("from", ("MAIL",)),
        ("to", ("RCPT",)),
        ("sends", ("DATA",)),
        ("leaves", ("QUIT",)),
    ),
}
"""Moments behind the greeting: the name of each, and the commands that it is."""


def places(ground: Ground) -> list[int]:
    """The whole session, where one thing came after the other, and it has enough moments."""
    if not (ground.spoken and ground.whole):
        return []
    # the last command may have been cut off by the end of the connection
    if not set(ground.commands[:-1]) <= set(ground.answered.values()):
        return []
    return [0] if len(_found(ground)) >= _FEWEST else []


def _found(ground: Ground) -> list[tuple[str, str, int]]:
    """Moments in their order: name, verb, index of the first event; none that lies in doubt."""
    session = ground.session
    greeting = ground.greeting()
    if greeting is None:
        return []
    spans: list[tuple[str, str, int, int]] = [("greets", "", greeting, greeting)]
    for name, verbs in _COMMANDS[session.protocol]:
        at = [i for i in ground.commands if session.outline(i).name in verbs]
        if at and not any(session.outline(i).anomalies for i in at):
            spans.append((name, session.outline(at[0]).name, at[0], at[-1]))
    found: list[tuple[str, str, int]] = []
    end = -1
    for place, (name, verb, first, last) in enumerate(spans):
        behind = min((other[2] for other in spans[place + 1 :]), default=len(session))
        if end < first and last < behind:
            found.append((name, verb, first))
            end = last
    return found


def make(ground: Ground, _place: int, _texts: Texts, rng: random.Random) -> Drill | None:
    """The question about a session's order."""
    session = ground.session
    moments = _found(ground)
    if len(moments) > COUNT:
        moments = sorted(rng.sample(moments, COUNT), key=lambda moment: moment[2])
    if len(moments) < _FEWEST:
        return None
    options = [Option(name, _words(name, verb)) for name, verb, _index in moments]
    answer = Option(",".join(o.key for o in options), " > ".join(o.text for o in options))
    name = f"{session.id}-order"
    mixed = disordered(options, f"{name}/{rng.random()}")
    question = Question(
        name,
        "order",
        _("In which order does this happen in the session?"),
        mixed,
        answer,
        {},
        hint=_("What must be settled before the next step can be taken?"),
    )
    spans = tuple(session.event(index).span for _name, _verb, index in moments)
    # nothing is shown before the answer: the conversation is the order
    proof = Proof(session.id, moments[0][2], spans)
    return Drill(question, "order", proof, 0, None, len(session))


def _words(name: str, verb: str) -> str:
    return {
        "greets": _("The server greets"),
        "asks-tls": _("The client asks for TLS: {verb}"),
        "names": _("The client says the user name: {verb}"),
        "logs-in": _("The client logs in: {verb}"),
        "opens": _("The client opens a mailbox: {verb}"),
        "reads": _("The client reads a message: {verb}"),
        "counts": _("The client asks how many messages there are: {verb}"),
        "deletes": _("The client marks a message for deletion: {verb}"),
        "from": _("The client names the sender: {verb}"),
        "to": _("The client names a recipient: {verb}"),
        "sends": _("The client announces the message: {verb}"),
        "leaves": _("The client says goodbye: {verb}"),
    }[name].format(verb=verb)
