"""Point at a part of a line: what is the tag, the verb, the user name, the code?"""

from __future__ import annotations

import random
import re

from tutor.base import Role
from tutor.base.span import SECRET_ROLES
from tutor.lesson.practice.ground import Ground
from tutor.lesson.practice.model import Drill, Proof, Texts
from tutor.lesson.question import Option, Question
from tutor.lesson.reference import reference
from tutor.protocols.events import Event, Kind
from tutor.words import _

MOST_OPTIONS = 5
_FEWEST = 3
_LONGEST = 48
_NUMBERS = re.compile(r"[0-9:,*]+")

_ASKED = {
    "imap": (
        Role.TAG,
        Role.VERB,
        Role.USER,
        Role.PASSWORD,
        Role.MAILBOX,
        Role.SEQUENCE,
        Role.LITERAL_SIZE,
        Role.STATUS,
        Role.MECHANISM,
        Role.TEXT,
    ),
    "pop3": (Role.SEQUENCE, Role.SIZE, Role.COUNT, Role.STATUS, Role.MECHANISM),
    "smtp": (Role.SENDER, Role.RECIPIENT, Role.CODE, Role.MECHANISM, Role.PARAMETER),
}
"""Roles that are asked about, where a line has them once."""

_NAMES_ONE = frozenset(
    {"SELECT", "EXAMINE", "CREATE", "DELETE", "SUBSCRIBE", "UNSUBSCRIBE", "STATUS", "APPEND"}
)
"""Commands whose mailbox is a name; LIST and its like have a pattern in that place."""

_OFFERED = frozenset(Role) - {
    Role.SPACE,
    Role.CRLF,
    Role.ARGUMENT,
    Role.RECORD_HEADER,
    Role.UNPARSED,
    Role.CIPHERTEXT,
    Role.BODY,
    Role.HEADER,
    Role.LITERAL,
    Role.ATTACHMENT,
    Role.CARRIED,
}


def places(ground: Ground) -> list[int]:
    """Lines that can be pointed at."""
    return [i for i in ground.lines() if ground.session.outline(i).kind is not Kind.UNTAGGED]


def make(ground: Ground, index: int, texts: Texts, rng: random.Random) -> Drill | None:
    """A question about one part of a line; None where no part of it stands out."""
    session = ground.session
    event = session.event(index)
    shown = _parts(ground, event, index, texts)
    roles = [event.parts[number].role for number in shown]
    wanted = [
        number
        for number, text in shown.items()
        if event.parts[number].role in _ASKED[session.protocol]
        and _plain(session.protocol, event, event.parts[number].role)
        and roles.count(event.parts[number].role) == 1
        and list(shown.values()).count(text) == 1
    ]
    if not wanted or len(set(shown.values())) < _FEWEST:
        return None
    right = rng.choice(wanted)
    role = event.parts[right].role
    others = [n for n in shown if n != right]
    rng.shuffle(others)
    chosen = {shown[right]: right}
    for number in others:
        if len(chosen) < MOST_OPTIONS:
            chosen.setdefault(shown[number], number)
    if len(chosen) < _FEWEST:
        return None
    # as they stand in the line: the eye finds them again there
    options = tuple(
        Option(f"part-{number}", text, line=True, index=index, role=event.parts[number].role.value)
        for text, number in sorted(chosen.items(), key=lambda pair: pair[1])
    )
    answer = next(option for option in options if option.key == f"part-{right}")
    reasons = {
        option.key: _("That is something else: {part}.").format(part=name_of(option.role))
        for option in options
        if option is not answer
    }
    ask = _("Which part of the last line is this: {part}").format(part=name_of(role.value))
    question = Question(
        f"{session.id}-point-{index + 1}-{role.value}",
        "point",
        ask,
        options,
        answer,
        reasons,
        hint=_("First leave out what it surely is not."),
    )
    part = event.parts[right]
    span = event.span._replace(start=part.start, end=part.end)
    return Drill(question, "point", Proof(session.id, index, (span,)), index + 1, index, index + 1)


def _plain(protocol: str, event: Event, role: Role) -> bool:
    """Whether a part with that role is, in such a line, what the role's name says."""
    if protocol != "imap" or role not in (Role.MAILBOX, Role.SEQUENCE):
        return True
    return event.kind is Kind.COMMAND and (role is Role.SEQUENCE or event.name in _NAMES_ONE)


def name_of(role: str) -> str:
    """What a part is called in the reader's language."""
    label = reference().role(role)
    return label.name.rstrip(".") if label else role


def _parts(ground: Ground, event: Event, index: int, texts: Texts) -> dict[int, str]:
    """The parts of an event's first line that can be shown, by number: their texts."""
    end = ground.session.data(event.span).find(b"\n")
    limit = event.span.end if end < 0 else event.span.start + end + 1
    shown: dict[int, str] = {}
    for number, part in enumerate(event.parts):
        size = part.end - part.start
        if part.role not in _OFFERED or part.end > limit or not 0 < size <= _LONGEST:
            continue
        text, masked = texts.part(index, number)
        if masked and part.role not in SECRET_ROLES:
            continue
        if part.role is Role.SEQUENCE and not _NUMBERS.fullmatch(text):
            continue  # "$" stands for what a search has found (RFC 9051 6.4.4.1): no number
        shown[number] = text
    return shown
