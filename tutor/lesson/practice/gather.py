"""Questions from several recordings, each with the session that it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tutor.capture import Capture
from tutor.lesson.practice.drawing import draw, opened
from tutor.lesson.practice.model import Drill, Texts
from tutor.session import Session


@dataclass(frozen=True, slots=True)
class Exercise:
    """A question, the session that it is about, and the name of the file where that is."""

    drill: Drill
    session: Session
    file: str


def gather(
    captures: Sequence[Capture],
    texts: Callable[[Session], Texts],
    seed: int,
    count: int,
    only: int | None = None,
) -> list[Exercise]:
    """Questions from captures that were read to their ends, of each in turn.

    Args:
        captures: where from.
        texts: gives how the lines of a session are shown.
        seed: the same one gives the same questions.
        count: how many at most.
        only: the id of the one session to ask about.
    """
    drawn = [_of(capture, texts, seed, count, only) for capture in captures]
    found: list[Exercise] = []
    for place in range(count):
        for number, exercises in enumerate(drawn, 1):
            if place < len(exercises) and len(found) < count:
                found.append(_named(exercises[place], number if len(drawn) > 1 else 0))
    return found


def _of(
    capture: Capture,
    texts: Callable[[Session], Texts],
    seed: int,
    count: int,
    only: int | None,
) -> list[Exercise]:
    sessions = [capture.session(only)] if only is not None else list(opened(capture, seed))
    by_id = {session.id: session for session in sessions}
    drills = draw(sessions, texts, seed, count)
    return [Exercise(drill, by_id[drill.proof.session], capture.name) for drill in drills]


def _named(exercise: Exercise, number: int) -> Exercise:
    """The same with an id that no other file's question has."""
    if not number:
        return exercise
    question = exercise.drill.question
    renamed = replace(question, id=f"{number}-{question.id}")
    return replace(exercise, drill=replace(exercise.drill, question=renamed))
