"""Sheets from a lesson, and from practice questions about any recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor.lesson.authored import part_of, prediction, quiz
from tutor.lesson.bind import Bound
from tutor.lesson.model import DecodeQuiz, PointQuiz, Quiz, SortQuiz, Step
from tutor.lesson.practice import Exercise
from tutor.lesson.question import Question, disordered, shuffled
from tutor.render.practice import context, eye_of, session_words
from tutor.render.sheet.model import Sheet, Task
from tutor.render.view import View
from tutor.session import Eye, Session, visible
from tutor.words import _

STEPS = 8
"""Steps of a conversation above a question."""

_LINES = 4
_WIDE = 100


def of_exercises(
    exercises: Sequence[Exercise], title: str, language: str, seed: int, *, masked: bool = True
) -> Sheet:
    """Practice questions as a sheet."""
    several = len({each.file for each in exercises}) > 1
    asked = {
        f"{each.file}/{each.session.id}/{each.drill.proof.index}"
        for each in exercises
        if each.drill.sort == "predict"
    }
    tasks = []
    for each in exercises:
        drill = each.drill
        indices, left_out, behind = context(each, STEPS)
        if behind:
            continue  # no paper is long enough for what is asked about
        name = f"{each.file}/{each.session.id}"
        said = drill.proof.index if drill.sort == "answers" else drill.at
        if f"{name}/{said}" in asked:
            continue  # the question itself says the line that another one asks for
        lines, events = _lines(each.session, indices, eye_of(each), name, masked=masked)
        before = ("...", *lines) if left_out else lines
        hides = f"{name}/{drill.proof.index}" if drill.sort == "predict" else ""
        blank = "S  " if drill.sort == "predict" else ""
        source = session_words(each.session, each.file if several else "")
        tasks.append(Task(drill.question, source, before, blank, events, hides))
    return Sheet(title, language, seed, tuple(tasks))


def of_lesson(bound: Bound, seed: int) -> Sheet:
    """A lesson's predictions and its quiz; its recordings are shown as in the lesson."""
    tasks = [_predicted(bound, step) for step in bound.lesson.steps if step.predict is not None]
    tasks += [_asked(bound, item) for item in bound.lesson.quiz]
    mixed = tuple(replace(task, question=_mixed(task.question, seed)) for task in tasks)
    return Sheet(bound.lesson.title, bound.language, seed, mixed)


def _mixed(question: Question, seed: int) -> Question:
    """The same with its options in an order that hangs on the seed."""
    name = f"{seed}/{question.id}"
    options = list(question.options)
    if question.kind == "order":
        keys = question.answer.key.split(",")
        options = sorted(options, key=lambda option: keys.index(option.key))
        return replace(question, options=disordered(options, name))
    return replace(question, options=shuffled(options, name))


def _predicted(bound: Bound, step: Step) -> Task:
    session, index = bound.session(step), bound.at[step.id]
    eye = Eye(step.at.eye)
    seen = [i for i in range(index) if visible(session, i, eye)]
    name = step.at.capture
    lines, events = _lines(session, seen[-STEPS:], eye, name, masked=False)
    before = ("...", *lines) if len(seen) > STEPS else lines
    question = prediction(bound, step)
    blank = "S  " if any(option.line for option in question.options) else ""
    told, _events = _lines(session, [index], eye, name, masked=False)
    answer = question.answer.text
    hides = f"{name}/{index}" if blank or any(answer in line for line in told) else ""
    return Task(question, _recording(bound, name), before, blank, events, hides)


def _asked(bound: Bound, item: Quiz) -> Task:
    question = quiz(bound, item)
    match item:
        case PointQuiz():
            found = part_of(bound, item.answer)
            assert found is not None
            session = bound.session(found[0])
            indices = sorted({o.index for o in question.options if o.index is not None})
            lines, _events = _lines(session, indices, Eye.ENDPOINTS, masked=False)
            return Task(question, _recording(bound, found[0].at.capture), lines)
        case DecodeQuiz():
            found = part_of(bound, item.of)
            assert found is not None
            session = bound.session(found[0])
            lines, _events = _lines(session, [found[1]], Eye.ENDPOINTS, masked=False)
            return Task(question, _recording(bound, found[0].at.capture), lines)
        case SortQuiz():
            session = bound.sessions[item.capture]
            seen = [i for i in range(len(session)) if visible(session, i, Eye.EVE)]
            lines, events = _lines(session, seen, Eye.EVE, item.capture, masked=False)
            return Task(question, _recording(bound, item.capture), lines, events=events)
        case _:
            return Task(question)


def _recording(bound: Bound, key: str) -> str:
    return _("Recording: {label}").format(label=bound.lesson.captures[key].label or key)


def _lines(
    session: Session, indices: Sequence[int], eye: Eye, name: str = "", *, masked: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Events as lines (who speaks, and what), and for each line which event of ``name`` it is."""
    view = View(session, masked=masked, eye=eye)
    found: list[str] = []
    events: list[str] = []
    for index in indices:
        for line in view.lines(index, _LINES):
            side = line.side or " "
            text = line.text if len(line.text) <= _WIDE else f"{line.text[: _WIDE - 1]}…"
            found.append(f"{side if line.number == 0 else ' '}  {text}".rstrip())
            events.append(f"{name}/{index}")
    return tuple(found), tuple(events)
