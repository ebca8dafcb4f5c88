"""What a lesson's steps and questions must hold, once they are bound to their recordings."""

from __future__ import annotations

import base64
import binascii

from tutor.base import sanitise_bytes
from tutor.lesson import claims
from tutor.lesson.bind import Bound
from tutor.lesson.compare import groups
from tutor.lesson.document import Document, Path_
from tutor.lesson.look import looked
from tutor.lesson.model import ChoiceQuiz, DecodeQuiz, PointQuiz, Step
from tutor.lesson.near import nearest
from tutor.lesson.question import part_of
from tutor.protocols.events import Kind


def steps(bound: Bound, document: Document) -> None:
    """Steps go forward, highlight what is there, and claim what is so."""
    last: dict[str, int] = {}
    seen: set[str] = set()
    for number, step in enumerate(bound.lesson.steps):
        place: Path_ = ("steps", number)
        if step.id in seen:
            document.fault((*place, "id"), f"'{step.id}' is the id of two steps")
        seen.add(step.id)
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
    if predict.answer is None:
        document.fault(at, "missing key 'answer'", key=True)
        return
    _reasons(predict.options, predict.answer, predict.because, at, document)


def _reasons(
    options: dict[str, str],
    answer: str,
    because: dict[str, str],
    at: Path_,
    document: Document,
) -> None:
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


def quiz(bound: Bound, document: Document) -> None:
    """Each question has its answer, and each wrong option its reason."""
    for number, item in enumerate(bound.lesson.quiz):
        at: Path_ = ("quiz", number)
        match item:
            case ChoiceQuiz():
                _reasons(item.options, item.answer, item.because, at, document)
            case PointQuiz():
                _part(bound, item.answer, (*at, "answer"), document)
            case DecodeQuiz():
                found = _part(bound, item.of, (*at, "of"), document)
                if found is not None and _decoded(found) != item.answer.split():
                    why = f"decoded it says '{' '.join(_decoded(found) or ['nothing'])}'"
                    document.fault((*at, "answer"), why)


def _part(bound: Bound, answer: str, at: Path_, document: Document) -> bytes | None:
    found = part_of(bound, answer)
    if found is None:
        step, _dot, role = answer.rpartition(".")
        ids = [s.id for s in bound.lesson.steps]
        near = nearest(step, ids) if step not in ids else f": step '{step}' has no {role}"
        document.fault(at, f"'{answer}' is no step.role{near}")
        return None
    return bound.session(found[0]).part(bound.event(found[0]), found[2])


def _decoded(data: bytes) -> list[str]:
    try:
        text = base64.b64decode(data.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return []
    return text.replace("\0", " ").split()


def compare(bound: Bound, document: Document) -> None:
    """Both sides are captures, and each row is in one of them."""
    wanted = bound.lesson.compare
    if wanted is None:
        return
    for side in ("left", "right"):
        name = getattr(wanted, side)
        if name not in bound.sessions:
            near = nearest(name, bound.sessions)
            document.fault(("compare", side), f"'{name}' is not in captures{near}")
            return
    both = (wanted.left, wanted.right)
    keys = [key for name in both for key, _indices in groups(bound.sessions[name])]
    for number, key in enumerate(wanted.align):
        if key not in keys:
            near = nearest(key, dict.fromkeys(keys))
            document.fault(("compare", "align", number), f"'{key}' is in neither session{near}")
