"""Bind anchors to steps: ``{capture: clear, client: LOGIN}`` -> the one event that it means.

An anchor must match exactly one event, or say which by ``nth`` or ``after``. What it matched
instead is part of the error, so that an author sees what there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tutor.base import CLIENT, SERVER, sanitise_bytes
from tutor.capture import Entry
from tutor.findings import FileFinding
from tutor.lesson.compare import carrier
from tutor.lesson.document import Document
from tutor.lesson.model import Anchor, Lesson, Pick, Quiz, Step
from tutor.lesson.near import nearest
from tutor.protocols.events import Event, Kind
from tutor.session import Eye, Session, visible
from tutor.words import Language

_WHAT = ("client", "server", "reply_to", "dns", "tcp", "tls", "data", "gap")
_CLIENT = frozenset({Kind.COMMAND, Kind.RESPONSE})
_SERVER = frozenset({Kind.GREETING, Kind.REPLY, Kind.UNTAGGED, Kind.CONTINUATION, Kind.MESSAGE})
_TCP = {"syn": (Kind.OPEN, None), "fin": (Kind.CLOSE, "fin"), "rst": (Kind.CLOSE, "reset")}


@dataclass(frozen=True, slots=True)
class Bound:
    """A lesson with its captures read and its anchors found.

    Attributes:
        lesson: in the reader's language.
        sessions: by the lesson's capture keys.
        at: step id -> event index in the session of its anchor.
        language: the language asked for.
        untranslated: keys of texts that stayed English.
        recall: questions from earlier lessons, to be asked at the start; their ids are
            ``lesson.question``.
        verdicts: by capture key, what the whole file shows and one session alone does not.
    """

    lesson: Lesson
    sessions: Mapping[str, Session]
    at: Mapping[str, int]
    language: Language = "en"
    untranslated: tuple[str, ...] = field(default=())
    recall: tuple[Quiz, ...] = field(default=())
    verdicts: Mapping[str, tuple[FileFinding, ...]] = field(default_factory=dict)

    def session(self, step: Step) -> Session:
        """The session of a step's anchor."""
        return self.sessions[step.at.capture]

    def event(self, step: Step) -> Event:
        """The event that a step is bound to."""
        return self.session(step).event(self.at[step.id])


_Any = TypeVar("_Any", Entry, Session)


def pick(entries: Sequence[_Any], wanted: Pick) -> _Any | str:
    """The one session that fits; or what is wrong, as text."""
    if wanted.protocol != "other":  # what is not mail counts only where it is asked for
        entries = [entry for entry in entries if entry.protocol != "other"]
    fits = [
        entry
        for entry in entries
        if wanted.protocol in (None, entry.protocol, entry.presumed)
        and wanted.port in (None, entry.server.port)
        and wanted.security in (None, entry.security)
    ]
    if wanted.nth is not None:
        if wanted.nth <= len(fits):
            return fits[wanted.nth - 1]
        return f"nth: {wanted.nth}, but {len(fits)} sessions fit"
    if len(fits) == 1:
        return fits[0]
    there = ", ".join(f"{e.protocol} port {e.server.port}" for e in entries)
    return f"{len(fits)} sessions fit; the capture has: {there or 'none'}"


def bind(
    lesson: Lesson,
    sessions: Mapping[str, Session],
    document: Document | None = None,
    language: Language = "en",
    untranslated: tuple[str, ...] = (),
    recall: tuple[Quiz, ...] = (),
) -> Bound:
    """Find the event of each step.

    Raises:
        LessonFaults: an anchor does not match exactly one event.
    """
    notes = document or Document(lesson.id)
    _ids(lesson, notes)
    at: dict[str, int] = {}
    for number, step in enumerate(lesson.steps):
        found = find(step.at, sessions, at, {s.id: s for s in lesson.steps})
        if isinstance(found, str):
            notes.fault(("steps", number, "at"), found)
        else:
            at[step.id] = found
    notes.raise_faults()
    return Bound(lesson, sessions, at, language, untranslated, recall)


def _ids(lesson: Lesson, notes: Document) -> None:
    """Answers are kept by id: no two steps or questions may share one."""
    steps: set[str] = set()
    for number, step in enumerate(lesson.steps):
        if step.id in steps:
            notes.fault(("steps", number, "id"), f"'{step.id}' is the id of two steps")
        steps.add(step.id)
    seen: set[str] = set()
    for number, item in enumerate(lesson.quiz):
        if item.id in seen | steps:
            whose = "two questions" if item.id in seen else "a step too"
            notes.fault(("quiz", number, "id"), f"'{item.id}' is the id of {whose}")
        seen.add(item.id)


def find(
    anchor: Anchor,
    sessions: Mapping[str, Session],
    at: Mapping[str, int],
    steps: Mapping[str, Step],
) -> int | str:
    """The index that an anchor means; or what is wrong, as text."""
    if anchor.carrier:
        inside = anchor.model_copy(update={"carrier": False, "eye": Eye.ENDPOINTS.value})
        found = find(inside, sessions, at, steps)
        if isinstance(found, str):
            return found
        carried = carrier(sessions[anchor.capture], found)
        return carried[-1] if carried else "no record that carried it was found"
    session = sessions.get(anchor.capture)
    if session is None:
        return f"capture '{anchor.capture}' is not in captures{nearest(anchor.capture, sessions)}"
    given = [name for name in _WHAT if getattr(anchor, name) is not None]
    if len(given) != 1:
        return f"say one of {', '.join(_WHAT)}; given: {', '.join(given) or 'none'}"
    for name in (anchor.reply_to, anchor.after):
        if name is not None and name not in at:
            return f"step '{name}' is not bound before this one{nearest(name, at)}"
    if anchor.dns is not None and session.protocol != "dns":
        return f"capture '{anchor.capture}' plays no DNS look-ups; say session: {{protocol: dns}}"
    if anchor.reply_to is not None:
        return _reply(session, at[anchor.reply_to], steps[anchor.reply_to])
    eye = Eye(anchor.eye)
    wanted = _predicate(anchor)
    first = at[anchor.after] + 1 if anchor.after is not None else 0
    fits = [
        index
        for index in range(first, len(session))
        if wanted(session.event(index)) and _seen(session, index, eye)
    ]
    nth = anchor.gap if anchor.gap is not None else anchor.nth
    if nth is None and anchor.after is not None:
        nth = 1
    if nth is not None:
        return fits[nth - 1] if nth <= len(fits) else f"only {len(fits)} steps match"
    if len(fits) == 1:
        return fits[0]
    return _explain(anchor, session, fits, wanted)


def _seen(session: Session, index: int, eye: Eye) -> bool:
    """Eve's steps are in the clear; the endpoints' are those inside TLS, or all without TLS."""
    hidden = any(session.inside_tls(number) for number in range(len(session.layers)))
    if eye is Eye.EVE or not hidden:
        return visible(session, index, Eye.EVE)
    return session.inside_tls(session.event(index).span.layer)


def _flat(name: str) -> str:
    return re.sub(r"[^a-z0-9+*]", "", name.lower())


def _predicate(anchor: Anchor) -> Callable[[Event], bool]:
    if anchor.tcp is not None:
        kind, name = _TCP[anchor.tcp]
        return lambda event: event.kind is kind and name in (None, event.name)
    if anchor.gap is not None:
        return lambda event: event.kind is Kind.GAP
    if anchor.data is not None:
        return lambda event: event.kind is Kind.MESSAGE
    if anchor.tls is not None:
        record = _flat(anchor.tls)
        # Eve's name of an encrypted record is its outer type
        return lambda event: (
            event.kind is Kind.RECORD and record == _flat(event.about or event.name)
        )
    asks = anchor.client or anchor.dns
    side, kinds = (CLIENT, _CLIENT) if asks is not None else (SERVER, _SERVER)
    word = _flat(asks or anchor.server or "")
    return lambda event: (
        event.kind in kinds
        and event.span.direction is side
        and word in (_flat(event.name), _flat(event.kind.value))
    )


def _reply(session: Session, index: int, step: Step) -> int | str:
    asked = session.event(index)
    for later in range(index + 1, len(session)):
        event = session.event(later)
        if event.kind is not Kind.REPLY or event.span.layer != asked.span.layer:
            continue
        if asked.kind is Kind.RESPONSE or event.tag == asked.tag:
            return later
    return f"step '{step.id}' has no reply in the capture"


def _explain(
    anchor: Anchor, session: Session, fits: list[int], wanted: Callable[[Event], bool]
) -> str:
    if fits:
        steps = ", ".join(f"step {n + 1} ({line(session, n)})" for n in fits[:4])
        more = ", ..." if len(fits) > 4 else ""
        return f"matches {len(fits)} steps: {steps}{more}; add nth: or after:"
    indices = range(len(session))
    if anchor.eye == "eve" and any(wanted(session.event(n)) for n in indices):
        return "matches nothing that Eve sees; inside TLS: add eye: endpoints"
    eye = Eye(anchor.eye)
    side = SERVER if anchor.client is anchor.dns is None else CLIENT
    kinds = {Kind.RECORD} if anchor.tls is not None else _CLIENT | _SERVER
    names = dict.fromkeys(
        event.about or event.name if event.kind is Kind.RECORD else event.name or event.kind.value
        for n in indices
        if (event := session.event(n)).kind in kinds and _seen(session, n, eye)
        if event.span.direction is side or anchor.tls is not None
    )
    word = anchor.client or anchor.server or anchor.dns or anchor.tls or ""
    return f"matches no step{nearest(word, names)}"


def line(session: Session, index: int, most: int = 60) -> str:
    """The first line of an event, harmless, for messages and options."""
    event = session.event(index)
    data = session.text(event).split(b"\n", 1)[0].rstrip(b"\r")
    text = sanitise_bytes(data) if event.kind is not Kind.RECORD else event.about or event.name
    text = text or event.name
    return text if len(text) <= most else f"{text[: most - 3]}..."
