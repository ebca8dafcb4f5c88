"""The stages of a lesson in their order, and the scene that each of them gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tutor.lesson import confidence
from tutor.lesson.authored import prediction, quiz
from tutor.lesson.bind import Bound
from tutor.lesson.computed import said
from tutor.lesson.model import Step
from tutor.lesson.question import Question
from tutor.lesson.scene import Mode, Scene, Stage
from tutor.session import Eye

AGAIN = "/again"
"""Behind the id of a question that is asked once more; no id of a lesson has such a sign."""


def built(bound: Bound, *, test_out: bool) -> list[Stage]:
    """All stages of a lesson; what is asked once more is not known yet."""
    lesson = bound.lesson
    questions = [Stage(Mode.QUIZ, q.id, question=quiz(bound, q)) for q in lesson.quiz]
    if len(questions) >= confidence.FEWEST:
        sure = Stage(Mode.CONFIDENCE, confidence.NAME, question=confidence.question())
        questions.insert(0, sure)
    if test_out:
        return [*questions, Stage(Mode.END, "end")]
    stages = [Stage(Mode.INTRO, "intro")]
    stages += [Stage(Mode.QUIZ, q.id, question=quiz(bound, q)) for q in bound.recall]
    for step in lesson.steps:
        if step.predict is not None:
            stages.append(Stage(Mode.PREDICT, step.id, step, prediction(bound, step)))
        if step.say is not None or step.predict is None:
            stages.append(Stage(Mode.STEP, step.id, step))
    if lesson.compare is not None:
        stages.append(Stage(Mode.COMPARE, "compare"))
    if lesson.principle is not None:
        stages.append(Stage(Mode.PRINCIPLE, "principle"))
    return [*stages, *questions, Stage(Mode.END, "end")]


def once_more(bound: Bound, stage: Stage) -> Stage | None:
    """The stage that asks a quiz question again; None for what is asked only once.

    Predictions are over when their answer is on the screen, and questions from earlier lessons
    come back on another day.
    """
    if stage.mode is not Mode.QUIZ or stage.again:
        return None
    item = next((item for item in bound.lesson.quiz if item.id == stage.id), None)
    if item is None:
        return None
    question = quiz(bound, item, AGAIN)
    return Stage(Mode.QUIZ, f"{stage.id}{AGAIN}", question=question, again=True)


def scene_of(bound: Bound, stage: Stage, base: Scene, upto: Callable[[str], int]) -> Scene:
    """What may be shown at a stage.

    Args:
        bound: the lesson.
        stage: the stage.
        base: its mode, place and title; the question with what was chosen and answered.
        upto: how many events of a capture's session may be shown.
    """
    lesson = bound.lesson
    match stage.mode:
        case Mode.STEP | Mode.PREDICT:
            return _step(bound, stage, base, upto)
        case Mode.QUIZ:
            return _quiz(bound, stage, base, upto)
        case Mode.COMPARE if lesson.compare is not None:
            text = "\n".join(filter(None, (lesson.compare.ask, lesson.compare.say)))
            return replace(base, say=text, capture=lesson.compare.left)
        case Mode.PRINCIPLE:
            return replace(base, say=lesson.principle or "")
        case _:
            return base


def _step(bound: Bound, stage: Stage, base: Scene, upto: Callable[[str], int]) -> Scene:
    step = stage.step
    assert step is not None
    hidden = stage.mode is Mode.PREDICT and base.verdict is None
    mode = Mode.VERDICT if base.verdict else stage.mode
    return replace(
        base,
        mode=mode,
        title=step.title or base.title,
        say=said(bound, step) if mode is Mode.STEP else "",
        capture=step.at.capture,
        index=None if hidden else bound.at[step.id],
        upto=upto(step.at.capture),
        eye=Eye(step.at.eye),
        look=() if hidden else step.look,
        cite=() if hidden else step.cite,
        words=() if hidden else step.words,
        hint=_hint(stage, step),
    )


def _hint(stage: Stage, step: Step) -> str:
    """A predicted step's hint is for its question alone."""
    if stage.question is not None:
        return stage.question.hint
    return step.hint or "" if step.predict is None else ""


def _quiz(bound: Bound, stage: Stage, base: Scene, upto: Callable[[str], int]) -> Scene:
    question = stage.question
    assert question is not None
    items = (*bound.recall, *bound.lesson.quiz)
    say = next((item.say or "" for item in items if item.id == question.id), "")
    capture, index = _pointed(bound, question)
    return replace(
        base,
        mode=Mode.QUIZ_VERDICT if base.verdict else Mode.QUIZ,
        say=say if base.verdict else "",
        capture=capture,
        index=index if base.verdict else None,
        upto=upto(capture) if capture else 0,
        recalled=any(item.id == question.id for item in bound.recall),
        again=stage.again,
        hint=question.hint,
    )


def _pointed(bound: Bound, question: Question) -> tuple[str, int | None]:
    if question.kind != "point":
        return "", None
    step = bound.lesson.step(question.answer.key.rpartition(".")[0])
    return step.at.capture, question.answer.index
