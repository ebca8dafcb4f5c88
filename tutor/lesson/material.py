"""What a draft of a lesson is made of: the sessions of captures, and the steps that they give.

Each session has the fewest words that pick it, each step an anchor by its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tutor.capture import Capture, Entry
from tutor.lesson.bind import find, pick
from tutor.lesson.model import Anchor, Pick, Step
from tutor.protocols.events import Event, Kind
from tutor.session import Eye, Session

MOST_STEPS = 30
"""Steps of a recording that become steps of the draft."""

MOST_EVENTS = 5000
"""A session with more steps is no material for a lesson."""


@dataclass(frozen=True, slots=True)
class Source:
    """A session that the draft plays: the lesson's name for it, its file, and how it is picked."""

    key: str
    file: str
    pick: Pick
    session: Session


@dataclass(slots=True)
class Drafted:
    """A step: its event, its id, its anchor, and whether it answers a command."""

    source: Source
    index: int
    id: str
    anchor: Anchor
    answer: bool = False


@dataclass(slots=True)
class _Names:
    """Names of steps, each used once."""

    used: set[str] = field(default_factory=set)

    def new(self, wanted: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:32] or "step"
        name, number = base, 1
        while name in self.used:
            number += 1
            name = f"{base}-{number}"
        self.used.add(name)
        return name


def sources_of(
    capture: Capture, file: str, wanted: Sequence[int] = (), used: Sequence[str] = ()
) -> list[Source]:
    """The mail sessions of a capture, each with the fewest words that pick it.

    Args:
        capture: read whole.
        file: its name as the lesson says it.
        wanted: ids of sessions; all (of a bearable length) where there are none.
        used: names that other recordings of the lesson have.
    """
    mail = [entry for entry in capture.entries if entry.protocol in ("imap", "pop3", "smtp")]
    made: list[Source] = []
    for entry in mail:
        if entry.id in wanted or (not wanted and entry.steps <= MOST_EVENTS):
            taken = {*used, *(source.key for source in made)}
            key, number = entry.protocol, 1
            while key in taken:
                number += 1
                key = f"{entry.protocol}-{number}"
            made.append(Source(key, file, _pick(mail, entry), capture.session(entry.id)))
    return made


def _pick(entries: Sequence[Entry], entry: Entry) -> Pick:
    port, security = {"port": entry.server.port}, {"security": entry.security}
    for more in ({}, security, port, {**port, **security}):
        wanted = Pick.model_validate({"protocol": entry.protocol, **more})
        if pick(entries, wanted) is entry:
            return wanted
    alike = [each for each in entries if each.protocol == entry.protocol]
    return Pick.model_validate({"protocol": entry.protocol, "nth": alike.index(entry) + 1})


def steps_of(sources: Sequence[Source]) -> list[Drafted]:
    """The steps of all sources in order, each under a name of its own."""
    names = _Names()
    return [step for source in sources for step in _steps(source, names)]


def _steps(source: Source, names: _Names) -> list[Drafted]:
    session = source.session
    made: dict[int, Drafted] = {}
    for index in range(len(session)):
        if len(made) >= MOST_STEPS:
            break
        event = session.event(index)
        anchor = _anchor(source, event, index)
        if anchor is None:
            continue
        drafted = made[index] = Drafted(source, index, names.new(_name(event)), anchor)
        answer = _answer(drafted) if event.kind is Kind.COMMAND else None
        if answer is not None and answer not in made:
            reply = Anchor(capture=source.key, reply_to=drafted.id, eye=anchor.eye)
            name = names.new(f"{drafted.id}-reply")
            made[answer] = Drafted(source, answer, name, reply, answer=True)
    return [made[index] for index in sorted(made)]


def _name(event: Event) -> str:
    return {Kind.OPEN: "connect", Kind.CLOSE: "end", Kind.GREETING: "greeting"}.get(
        event.kind, event.name or event.kind.value
    )


def _anchor(source: Source, event: Event, index: int) -> Anchor | None:
    """The anchor that means this event; None for what a draft leaves out."""
    word = _word(event)
    if word is None:
        return None
    hidden = source.session.inside_tls(event.span.layer)
    eye = {"eye": Eye.ENDPOINTS.value} if hidden else {}
    for nth in (None, *range(1, index + 2)):
        tried = Anchor(capture=source.key, nth=nth, **word, **eye)  # type: ignore[arg-type]
        found = find(tried, {source.key: source.session}, {}, {})
        if found == index:
            return tried
        if nth is not None and not isinstance(found, int):
            return None
    return None


def _word(event: Event) -> dict[str, str] | None:
    match event.kind:
        case Kind.OPEN:
            return {"tcp": "syn"}
        case Kind.GREETING:
            return {"server": "greeting"}
        case Kind.COMMAND:
            return {"client": event.name} if event.name else None
        case Kind.MESSAGE:
            return {"data": "message"}
        case Kind.RECORD if event.name in ("ClientHello", "ServerHello"):
            return {"tls": event.name}
        case _:
            return None


def _answer(drafted: Drafted) -> int | None:
    """The event that answers a command."""
    session, key = drafted.source.session, drafted.source.key
    asked = Step(id=drafted.id, at=drafted.anchor, say="x")
    anchor = Anchor(capture=key, reply_to=drafted.id)
    found = find(anchor, {key: session}, {drafted.id: drafted.index}, {drafted.id: asked})
    return found if isinstance(found, int) else None
