"""What a lesson's quiz must hold, once it is bound: the recording proves each answer."""

from __future__ import annotations

import base64
import binascii

from tutor.base import sanitise_bytes
from tutor.findings.eve import KINDS
from tutor.lesson.authored import known_kinds, part_of
from tutor.lesson.bind import Bound
from tutor.lesson.check_doing import doing
from tutor.lesson.check_steps import reasons
from tutor.lesson.document import Document, Path_
from tutor.lesson.model import (
    ChoiceQuiz,
    DecodeQuiz,
    DoQuiz,
    OrderQuiz,
    PointQuiz,
    SortQuiz,
    Step,
    TypeQuiz,
)
from tutor.lesson.near import nearest
from tutor.lesson.question import folded


def quiz(bound: Bound, document: Document) -> None:
    """Each question has its answer, and each wrong option its reason."""
    for number, item in enumerate(bound.lesson.quiz):
        at: Path_ = ("quiz", number)
        if item.hint is None:
            document.fault((*at, "id"), f"the question '{item.id}' needs a hint", key=True)
        match item:
            case ChoiceQuiz():
                reasons(item.options, item.answer, item.because, at, document)
            case PointQuiz():
                _part(bound, item.answer, (*at, "answer"), document)
                _point(bound, item, at, document)
            case DecodeQuiz():
                found = _part(bound, item.of, (*at, "of"), document)
                if found is not None and _decoded(found) != item.answer.split():
                    why = f"decoded it says '{' '.join(_decoded(found) or ['nothing'])}'"
                    document.fault((*at, "answer"), why)
            case OrderQuiz():
                _order(bound, item, at, document)
            case TypeQuiz():
                _type(bound, item, at, document)
            case SortQuiz():
                _sort(bound, item, at, document)
            case DoQuiz():
                doing(item, at, document)


def _point(bound: Bound, item: PointQuiz, at: Path_, document: Document) -> None:
    """All that may be pointed at stands in one recording: which one is shown would tell."""
    right = part_of(bound, item.answer)
    for key in item.because:
        other = part_of(bound, key)
        if right and other and other[0].at.capture != right[0].at.capture:
            why = f"'{key}' is in another recording than '{item.answer}'"
            document.fault((*at, "because", key), why, key=True)


def _order(bound: Bound, item: OrderQuiz, at: Path_, document: Document) -> None:
    """All of one recording, and in it one after the other, in one session or in several."""
    ids = {step.id: step for step in bound.lesson.steps}
    before: str | None = None
    for key in item.items:
        place = (*at, "items", key)
        if key not in ids:
            document.fault(place, f"there is no step '{key}'{nearest(key, ids)}", key=True)
            continue
        if before is not None and _file(bound, ids[key]) != _file(bound, ids[before]):
            why = f"'{key}' is in another recording than '{before}'"
            document.fault(place, why, key=True)
        elif before is not None and not _after(bound, ids[key], ids[before]):
            numbers = f"step {bound.at[key] + 1}, '{before}' is step {bound.at[before] + 1}"
            document.fault(place, f"not after '{before}': it is {numbers}", key=True)
        before = key
    if len({text.strip() for text in item.items.values()}) < len(item.items):
        document.fault((*at, "items"), "two items say the same")


def _file(bound: Bound, step: Step) -> str:
    return bound.lesson.captures[step.at.capture].file


def _after(bound: Bound, step: Step, other: Step) -> bool:
    """Whether a step comes behind another of the same recording."""
    at, before = bound.at[step.id], bound.at[other.id]
    if step.at.capture == other.at.capture:
        return at > before
    return bound.session(step).time(at) > bound.session(other).time(before)


def _type(bound: Bound, item: TypeQuiz, at: Path_, document: Document) -> None:
    """The part says the answer; no reason stands for a word that is right."""
    found = _part(bound, item.of, (*at, "of"), document)
    if found is not None:
        text = sanitise_bytes(found).strip()
        if folded(text) != folded(item.answer):
            document.fault((*at, "answer"), f"the recording says '{text}'")
    right = {folded(word) for word in (item.answer, *item.accept)}
    for word in item.because:
        if folded(word) in right:
            why = f"'{word}' is a right answer: no reason can be said to it"
            document.fault((*at, "because", word), why, key=True)


def _sort(bound: Bound, item: SortQuiz, at: Path_, document: Document) -> None:
    """Kinds of Eve's facts, at least one on each side, each with its reason."""
    if item.capture not in bound.sessions:
        near = nearest(item.capture, bound.sessions)
        document.fault((*at, "capture"), f"'{item.capture}' is not in captures{near}")
        return
    for key in item.items:
        place = (*at, "items", key)
        if key not in KINDS:
            document.fault(place, f"'{key}' is no kind of fact{nearest(key, KINDS)}", key=True)
        elif key not in item.because:
            why = f"the item '{key}' needs its own reason in because"
            document.fault(place, why, key=True)
    for key in item.because:
        if key not in item.items:
            why = f"no item '{key}'{nearest(key, item.items)}"
            document.fault((*at, "because", key), why, key=True)
    known = len(known_kinds(bound, item))
    if known in (0, len(item.items)):
        side = "knows none of them" if known == 0 else "knows all of them"
        document.fault((*at, "items"), f"nothing to sort: Eve {side}")


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
