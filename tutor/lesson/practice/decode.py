"""Undo base64: the user name in a login, what the server asks for in it.

A base64 text that holds a password is cut where the password begins, unless secrets are revealed.
Each character of base64 stands for six bits (RFC 4648 4); only those are kept whose six bits lie
before the password, so that nothing of it is left in them.
"""

from __future__ import annotations

import base64
import binascii
import random

from tutor.base import MASK, Part, Role
from tutor.lesson.practice.ground import Ground
from tutor.lesson.practice.model import Drill, Proof, Texts
from tutor.lesson.question import Option, Question
from tutor.protocols.events import Event, Kind
from tutor.words import _

_LONGEST = 64
_LOGIN, _PLAIN = "LOGIN", "PLAIN"
_SIGNS = frozenset({"AUTH", "AUTHENTICATE"})


def places(ground: Ground) -> list[int]:
    """Lines of a login by PLAIN or LOGIN that hold base64."""
    mechanism = ""
    found: list[int] = []
    for index in range(ground.count if ground.spoken else 0):
        event = ground.session.outline(index)
        if event.kind is Kind.COMMAND:
            mechanism = _mechanism(ground, index) if event.name in _SIGNS else ""
        if mechanism and not event.anomalies and _coded(ground.session.event(index), mechanism):
            found.append(index)
    return found


def _mechanism(ground: Ground, index: int) -> str:
    event = ground.session.event(index)
    for number, part in enumerate(event.parts):
        if part.role is Role.MECHANISM:
            name = ground.session.part(event, number).decode("latin-1").upper()
            return name if name in (_LOGIN, _PLAIN) else ""
    return ""


def _coded(event: Event, mechanism: str) -> tuple[int, Part] | None:
    """The part that is base64, where one is."""
    role = {_LOGIN: (Role.USER, Role.CHALLENGE), _PLAIN: (Role.RESPONSE,)}[mechanism]
    kinds = (Kind.COMMAND, Kind.RESPONSE, Kind.REPLY, Kind.CONTINUATION)
    if event.kind not in kinds or _SIGNS.isdisjoint({event.name, event.about}):
        return None
    fits = [(n, part) for n, part in enumerate(event.parts) if part.role in role]
    return fits[0] if len(fits) == 1 else None


def make(ground: Ground, index: int, texts: Texts, rng: random.Random) -> Drill | None:
    """A question about one base64 text; None where it does not hold plain words."""
    event = ground.session.event(index)
    mechanism = _PLAIN if any(p.role is Role.RESPONSE for p in event.parts) else _LOGIN
    found = _coded(event, mechanism)
    if found is None:
        return None
    number, part = found
    data = ground.session.part(event, number)
    plain = _undone(data)
    if plain is None:
        return None
    proof = Proof(ground.session.id, index, (event.span._replace(start=part.start, end=part.end),))
    name = f"{ground.session.id}-decode-{index + 1}"
    if mechanism == _PLAIN:
        question = _of_plain(name, data, plain, texts, rng)
    elif texts.part(index, number)[1]:
        return None
    else:
        question = _of_login(name, data, plain, part.role)
    if question is None:
        return None
    return Drill(question, "decode", proof, index + 1, index, index + 1)


def _undone(data: bytes) -> bytes | None:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return None


def _words(data: bytes) -> str | None:
    """Text that a person can type; None where it is none."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        return None
    fit = 0 < len(text) <= _LONGEST and text.isprintable() and text == text.strip()
    return text if fit else None


def _of_login(name: str, data: bytes, plain: bytes, role: Role) -> Question | None:
    text = _words(plain)
    if text is None:
        return None
    coded = data.decode("ascii")
    if role is Role.USER:
        ask = _("Undo base64. Which user name is {coded}?").format(coded=coded)
        return Question(name, "decode", ask, (), Option(name, text, line=True), {}, hint=_hint())
    ask = _("Undo base64. What does the server ask for with {coded}?").format(coded=coded)
    accept = (text.rstrip(":"),)
    answer = Option(name, text, line=True)
    return Question(name, "type", ask, (), answer, {}, accept, _hint())


def _of_plain(
    name: str, data: bytes, plain: bytes, texts: Texts, rng: random.Random
) -> Question | None:
    """PLAIN is three texts with a NUL between them: acts as, user name, password (RFC 4616 2)."""
    fields = plain.split(b"\0")
    user = _words(fields[1]) if len(fields) == 3 else None
    secret = _words(fields[2]) if len(fields) == 3 else None
    if user is None or fields[0]:
        return None
    if texts.masked:
        if not fields[2] or fields[2].lower() in fields[1].lower():
            return None
        before = (len(plain) - len(fields[2])) * 8 // 6
        coded = f"{data[:before].decode('ascii')}{MASK}"
        ask = _("Undo base64, up to where the password begins. Which user name is in {coded}?")
        answer = user
    else:
        coded = data.decode("ascii")
        wants_secret = secret is not None and rng.random() < 0.5
        ask = (
            _("Undo base64. Which password is in {coded}?")
            if wants_secret
            else _("Undo base64. Which user name is in {coded}?")
        )
        answer = secret if wants_secret and secret else user
    option = Option(name, answer, line=True)
    return Question(name, "decode", ask.format(coded=coded), (), option, {}, hint=_hint())


def _hint() -> str:
    return _("In another terminal: printf '...' | base64 -d")
