"""The questions that a lesson's author wrote, as the player asks them.

``options: auto`` turns the real reply into what learners mistake it for (``tutor.lesson.auto``).
The order of options is shuffled by the question's own name, so it is the same each time.
"""

from __future__ import annotations

from tutor.base import Role, sanitise_bytes
from tutor.findings import eve_facts
from tutor.lesson.auto import MOST_OPTIONS, auto_hint, auto_options
from tutor.lesson.bind import Bound, line
from tutor.lesson.doing import DONE, Task
from tutor.lesson.model import (
    ChoiceQuiz,
    DecodeQuiz,
    DoQuiz,
    OrderQuiz,
    PointQuiz,
    Quiz,
    SortQuiz,
    Step,
    TypeQuiz,
)
from tutor.lesson.question import NOTHING, Option, Question, disordered, folded, shuffled
from tutor.lesson.reference import Reference
from tutor.words import _

_POINTLESS = frozenset({Role.SPACE, Role.CRLF, Role.ARGUMENT, Role.RECORD_HEADER})
_MOST_PART = 48


def prediction(bound: Bound, step: Step) -> Question:
    """The question before a step."""
    predict = step.predict
    assert predict is not None
    hint = step.hint or ""
    if predict.options == "auto":
        session, index = bound.session(step), bound.at[step.id]
        options, reasons = auto_options(session, index, line(session, index))
        answer = options[0]
        hint = hint or auto_hint(session.protocol)
    else:
        options = [Option(key, text) for key, text in predict.options.items()]
        reasons = {}
        answer = next(option for option in options if option.key == predict.answer)
    reasons = {**reasons, **predict.because}
    mixed = shuffled(options, f"{bound.lesson.id}/{step.id}")
    return Question(step.id, "choice", predict.ask, mixed, answer, reasons, hint=hint)


def quiz(bound: Bound, item: Quiz, again: str = "") -> Question:
    """A question of the quiz; ``again`` mixes its options in another way."""
    name = f"{bound.lesson.id}/{item.id}{again}"
    options: tuple[Option, ...] = ()
    accept: tuple[str, ...] = ()
    reasons: dict[str, str] = {}
    task: Task | None = None
    match item:
        case ChoiceQuiz():
            made = [Option(key, text) for key, text in item.options.items()]
            answer = next(option for option in made if option.key == item.answer)
            options, reasons = shuffled(made, name), item.because
        case PointQuiz():
            made, reasons = points(bound, item)
            options, answer = shuffled(made, name), made[0]
            reasons = {**reasons, **item.because}
        case DecodeQuiz():
            answer = Option(item.id, item.answer, line=True)
        case TypeQuiz():
            answer = Option(item.id, item.answer, line=True)
            reasons = {folded(word): reason for word, reason in item.because.items()}
            accept = item.accept
        case OrderQuiz():
            made = [Option(key, text) for key, text in item.items.items()]
            answer = Option(",".join(item.items), " > ".join(item.items.values()))
            options = disordered(made, name)
        case SortQuiz():
            made = [Option(key, text) for key, text in item.items.items()]
            known = known_kinds(bound, item)
            texts = ", ".join(item.items[key] for key in known)
            answer = Option(",".join(known) or NOTHING, texts)
            options, reasons = shuffled(made, name), item.because
        case DoQuiz():
            answer = Option(DONE, "\n".join(item.show), line=True)
            task = Task(item.protocol, item.wants, item.tls, item.without, item.contains, item.show)
    hint = item.hint or ""
    return Question(item.id, item.type, item.ask, options, answer, reasons, accept, hint, task)


def known_kinds(bound: Bound, item: SortQuiz) -> tuple[str, ...]:
    """Which of a sorting question's items Eve knows when its recording is over; computed."""
    kinds = {fact.kind for fact in eve_facts(bound.sessions[item.capture])}
    return tuple(key for key in item.items if key in kinds)


# pointing


def part_of(bound: Bound, answer: str) -> tuple[Step, int, int] | None:
    """``login.password`` as (step, event index, part number); None where there is none."""
    name, _dot, role = answer.rpartition(".")
    step = next((step for step in bound.lesson.steps if step.id == name), None)
    if step is None or name not in bound.at:
        return None
    event = bound.event(step)
    number = next((n for n, part in enumerate(event.parts) if part.role.value == role), None)
    return None if number is None else (step, bound.at[name], number)


def points(bound: Bound, item: PointQuiz) -> tuple[list[Option], dict[str, str]]:
    """The right part first, then others, each text once.

    The others are what the author names in ``because``, then parts of the same line, then one of
    each other line of the recording that the lesson speaks of, then the rest.
    """
    found = part_of(bound, item.answer)
    assert found is not None
    step = found[0]
    others = [s for s in bound.lesson.steps if s.at.capture == step.at.capture and s is not step]
    named = [part for key in item.because if (part := part_of(bound, key)) is not None]
    parts = [(step, found[2]), *((part[0], part[2]) for part in named), *_parts(bound, step)]
    parts += [part for other in others for part in _parts(bound, other)[:1]]
    parts += [part for other in others for part in _parts(bound, other)[1:]]
    options: dict[str, Option] = {}
    for where, number in parts:
        option = _point(bound, where, number)
        options.setdefault(option.text, option)
    chosen = list(options.values())[:MOST_OPTIONS]
    reference = Reference.load(bound.language)
    reasons = {}
    for option in chosen[1:]:
        label = reference.role(option.role)
        name = label.name if label else option.role
        reasons[option.key] = _("That is something else: {part}.").format(part=name)
    return chosen, reasons


def _parts(bound: Bound, step: Step) -> list[tuple[Step, int]]:
    parts = enumerate(bound.event(step).parts)
    return [(step, n) for n, part in parts if part.role not in _POINTLESS]


def _point(bound: Bound, step: Step, number: int) -> Option:
    event = bound.event(step)
    part = event.parts[number]
    data = bound.session(step).part(event, number).split(b"\r\n", 1)[0]
    text = sanitise_bytes(data[:_MOST_PART])
    role = part.role.value
    return Option(f"{step.id}.{role}", text, line=True, index=bound.at[step.id], role=role)
