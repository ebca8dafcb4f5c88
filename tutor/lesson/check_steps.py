"""What a lesson's steps and comparison must hold, once they are bound to their recordings."""

from __future__ import annotations

from tutor.base import sanitise_bytes
from tutor.lesson import claims
from tutor.lesson.bind import Bound
from tutor.lesson.compare import groups
from tutor.lesson.document import Document, Path_
from tutor.lesson.look import looked
from tutor.lesson.model import Step
from tutor.lesson.near import nearest
from tutor.protocols.events import Kind


def steps(bound: Bound, document: Document) -> None:
    """Steps go forward, highlight what is there, and claim what is so."""
    last: dict[str, int] = {}
    for number, step in enumerate(bound.lesson.steps):
        place: Path_ = ("steps", number)
        index = bound.at[step.id]
        before = last.get(step.at.capture, -1)
        hidden = step.predict is not None and step.predict.options == "auto"
        if index < before or (hidden and index == before):
            why = f"step {index + 1} is visible already: step {before + 1} comes before it"
            document.fault((*place, "at"), why)
        last[step.at.capture] = max(index, before)
        _look(bound, step, place, document)
        _predict(bound, step, place, document)
        for way, why in claims.judge(bound, step):
            document.fault((*place, "claims", *way), why)
        if step.say is None and step.predict is None:
            document.fault((*place, "id"), "this step neither says nor asks anything")


def _look(bound: Bound, step: Step, place: Path_, document: Document) -> None:
    event, session = bound.event(step), bound.session(step)
    parts = [
        (part.role.value, sanitise_bytes(session.part(event, number)))
        for number, part in enumerate(event.parts)
    ]
    roles = list(dict.fromkeys(role for role, _text in parts))
    for look in step.look:
        if not any(looked((look,), role, text) for role, text in parts):
            name, colon, _text = look.partition(":")
            known = [f"{role}:{text.strip()}" for role, text in parts if role == name]
            why = f"'{look}' is no part of this step{nearest(look, known if colon else roles)}"
            document.fault((*place, "look"), why)


def _predict(bound: Bound, step: Step, place: Path_, document: Document) -> None:
    predict = step.predict
    if predict is None:
        return
    at: Path_ = (*place, "predict")
    if isinstance(predict.options, str):
        event = bound.event(step)
        server = event.kind in (Kind.REPLY, Kind.GREETING, Kind.CONTINUATION)
        if not server:
            document.fault((*at, "options"), "auto needs a greeting, a reply or a continuation")
        return
    if step.hint is None:
        document.fault(at, "a prediction needs a hint: 'hint' of its step", key=True)
    if predict.answer is None:
        document.fault(at, "missing key 'answer'", key=True)
        return
    reasons(predict.options, predict.answer, predict.because, at, document)


def reasons(
    options: dict[str, str],
    answer: str,
    because: dict[str, str],
    at: Path_,
    document: Document,
) -> None:
    """The answer is an option, and each wrong option has its own reason."""
    if answer not in options:
        why = f"'{answer}' is not among the options{nearest(answer, options)}"
        document.fault((*at, "answer"), why)
    for key in because:
        if key not in options:
            document.fault((*at, "because", key), f"no option '{key}'{nearest(key, options)}")
    for key in options:
        if key != answer and key not in because:
            why = f"the wrong option '{key}' needs its own reason in because"
            document.fault((*at, "options", key), why, key=True)


def compare(bound: Bound, document: Document) -> None:
    """Each side is a capture, and each row is in one of them."""
    wanted = bound.lesson.compare
    if wanted is None:
        return
    for side in ("left", "right", "third"):
        name = getattr(wanted, side)
        if name is not None and name not in bound.sessions:
            near = nearest(name, bound.sessions)
            document.fault(("compare", side), f"'{name}' is not in captures{near}")
            return
    keys = [key for name in wanted.sides for key, _indices in groups(bound.sessions[name])]
    for number, key in enumerate(wanted.align):
        if key not in keys:
            near = nearest(key, dict.fromkeys(keys))
            document.fault(
                ("compare", "align", number), f"'{key}' is in none of the sessions{near}"
            )
