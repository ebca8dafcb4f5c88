"""The player: a pure state machine over a bound lesson. It draws nothing and knows no clock.

A lesson is a row of *stages*: what is shown between two presses of Enter. Nothing after the current
stage may be visible anywhere: ``Scene.upto`` and ``Player.upto`` say how many events of a session
may be shown. Between two stages, all events up to the next anchor come into view; at an open
prediction, all events *before* its anchor.

Enter on an open question without a choice asks once ("sure?"); Enter again means "I do not know
yet" and reveals. A wrong guess costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tutor.findings import EveFact, eve_facts
from tutor.lesson.answers import LEFT_OUT
from tutor.lesson.bind import Bound
from tutor.lesson.computed import said
from tutor.lesson.model import Step
from tutor.lesson.question import Question, prediction, quiz
from tutor.lesson.scene import ASKING, EndCard, Mode, Notebook, Scene, Stage, Verdict
from tutor.lesson.spaced import Answer
from tutor.session import Eye

__all__ = ["ASKING", "EndCard", "Mode", "Notebook", "Player", "Scene", "Stage", "Verdict"]


class Player:
    """Plays one lesson.

    Args:
        bound: the lesson.
        test_out: only the quiz, for who knows it already.
        stage: where to go on (1-based), from the progress file.
        answers: what was answered before, by step or quiz id; "" for "I do not know yet".
    """

    def __init__(
        self,
        bound: Bound,
        *,
        test_out: bool = False,
        stage: int = 1,
        answers: Mapping[str, str] | None = None,
    ) -> None:
        self.bound = bound
        self.test_out = test_out
        self.playing = False
        self.revision = 0
        self._stages = _stages(bound, test_out=test_out)
        self._at = min(max(stage, 1), len(self._stages)) - 1
        self._furthest = self._at
        self._answers = self._remembered(answers or {})
        self._settled: list[Answer] = []
        self._eve: dict[str, tuple[EveFact, ...]] = {}
        self._chosen: str | None = None
        self._sure = False

    # actions

    def go_on(self) -> None:
        """Enter or Right: answer with what is chosen, else ask once, else go to what comes next."""
        if self._open():
            if self._chosen is not None:
                self.answer(self._chosen)
            elif self._sure:
                self.dont_know()
            else:
                self._sure = True
                self.playing = False
                self.revision += 1
            return
        self._move(self._at + 1)

    def back(self) -> None:
        """Left: the stage before; what came after it is out of sight again."""
        self._move(self._at - 1)

    def choose(self, key: str | None) -> None:
        """Have an answer ready for the open question (None: none); Enter then gives it."""
        question = self._stage.question
        if self._open() and question and (key is None or question.takes(key)):
            self._chosen = key
            self._sure = False
            self.revision += 1

    def answer(self, answer: str) -> None:
        """Answer the open question; what it does not take (see ``answers``) changes nothing."""
        question = self._stage.question
        if not self._open() or question is None or not question.takes(answer):
            return
        self._settle(question, question.right(answer), answer)

    def dont_know(self) -> None:
        """I do not know yet: reveal."""
        question = self._stage.question
        if self._open() and question is not None:
            self._settle(question, None, "")

    def leave_out(self) -> None:
        """The question cannot be asked on this machine: reveal; it does not count."""
        question = self._stage.question
        if self._open() and question is not None:
            self._settle(question, None, LEFT_OUT)

    def play(self) -> None:
        """Go on by itself (``tick``) up to the next question."""
        self.playing = not (self._open() or self.scene.mode is Mode.END)
        self.revision += 1

    def pause(self) -> None:
        """Stop going on by itself."""
        self.playing = False
        self.revision += 1

    def tick(self) -> None:
        """One beat of playing: go on, or stop where a question or the end is reached."""
        if not self.playing:
            return
        self.go_on()
        if self._open() or self._stage.mode is Mode.END:
            self.playing = False

    def jump(self, stage: int) -> None:
        """Go to a stage (1-based), but never beyond the furthest one that was reached."""
        self._move(min(stage - 1, self._furthest))

    def jump_step(self, step_id: str) -> bool:
        """Go to a step or question by its id; False where that is not reached yet."""
        for number, stage in enumerate(self._stages[: self._furthest + 1]):
            if stage.id == step_id:
                self._move(number)
                return True
        return False

    # what there is

    @property
    def stages(self) -> int:
        """How many stages the lesson has."""
        return len(self._stages)

    @property
    def stage(self) -> int:
        """The current stage, 1-based."""
        return self._at + 1

    @property
    def answers(self) -> Mapping[str, Verdict]:
        """The answers given, by step or quiz id."""
        return dict(self._answers)

    def settled(self) -> tuple[Answer, ...]:
        """Answers to quiz questions since this was last asked: each is told once."""
        told, self._settled = tuple(self._settled), []
        return told

    def reached(self) -> tuple[tuple[int, str], ...]:
        """Stages that ``jump`` may go to, with their ids, for a timeline."""
        return tuple((n + 1, s.id) for n, s in enumerate(self._stages[: self._furthest + 1]))

    @property
    def scene(self) -> Scene:
        """What may be shown now."""
        stage = self._stage
        lesson = self.bound.lesson
        base = Scene(stage.mode, self.stage, self.stages, stage.id, lesson.title)
        match stage.mode:
            case Mode.STEP | Mode.PREDICT:
                return self._step_scene(stage, base)
            case Mode.QUIZ:
                return self._quiz_scene(stage, base)
            case Mode.COMPARE if lesson.compare is not None:
                text = "\n".join(filter(None, (lesson.compare.ask, lesson.compare.say)))
                return replace(base, say=text, capture=lesson.compare.left)
            case Mode.PRINCIPLE:
                return replace(base, say=lesson.principle or "")
            case _:
                return base

    def upto(self, capture: str) -> int:
        """How many events of a capture's session may be shown now."""
        shown = 0
        for number, stage in enumerate(self._stages[: self._at + 1]):
            if stage.mode in (Mode.COMPARE, Mode.END):
                return len(self.bound.sessions[capture])
            step = stage.step
            if step is not None and step.at.capture == capture:
                hidden = stage.mode is Mode.PREDICT and not self._answered(stage)
                hidden = hidden and number == self._at
                shown = max(shown, self.bound.at[step.id] + (0 if hidden else 1))
        return shown

    def eve(self, capture: str) -> tuple[EveFact, ...]:
        """Eve's notebook for a capture as far as it has been played."""
        shown = self.upto(capture)
        return tuple(fact for fact in self._facts(capture) if fact.step <= shown)

    def end_card(self) -> EndCard:
        """The end card; everything on it is computed."""
        verdicts = [v for v in self._answers.values() if v.chosen != LEFT_OUT]
        asked = sum(stage.question is not None for stage in self._stages)
        return EndCard(
            notebooks=tuple(self._notebook(key) for key in self.bound.lesson.captures),
            right=sum(v.right is True for v in verdicts),
            asked=asked - (len(self._answers) - len(verdicts)),
            unknown=sum(v.right is None for v in verdicts),
            passed=self.passed,
        )

    @property
    def passed(self) -> bool:
        """Whether the end is reached with at least half of the quiz right."""
        out = {key for key, verdict in self._answers.items() if verdict.chosen == LEFT_OUT}
        asked = [item.id for item in self.bound.lesson.quiz if item.id not in out]
        right = sum(self._answers[i].right is True for i in asked if i in self._answers)
        return self._furthest == len(self._stages) - 1 and 2 * right >= len(asked)

    # inside

    @property
    def _stage(self) -> Stage:
        return self._stages[self._at]

    def _answered(self, stage: Stage) -> bool:
        return stage.id in self._answers

    def _open(self) -> bool:
        return self._stage.question is not None and not self._answered(self._stage)

    def _move(self, to: int) -> None:
        to = min(max(to, 0), len(self._stages) - 1)
        self._at = to
        self._furthest = max(self._furthest, to)
        self._chosen = None
        self._sure = False
        self.revision += 1

    def _remembered(self, answers: Mapping[str, str]) -> dict[str, Verdict]:
        """Answers of another day, to the questions that were reached and are still asked so."""
        found: dict[str, Verdict] = {}
        for stage in self._stages[: self._at + 1]:
            question = stage.question
            chosen = answers.get(stage.id)
            if question is None or chosen is None:
                continue
            if chosen in ("", LEFT_OUT):
                found[stage.id] = _verdict(question, None, chosen)
            elif question.takes(chosen):
                found[stage.id] = _verdict(question, question.right(chosen), chosen)
        return found

    def _settle(self, question: Question, right: bool | None, chosen: str) -> None:
        self._answers[question.id] = _verdict(question, right, chosen)
        if self._stage.mode is Mode.QUIZ and chosen != LEFT_OUT:
            name = question.id if "." in question.id else f"{self.bound.lesson.id}.{question.id}"
            self._settled.append(Answer(name, question.kind, right))
        self._chosen = None
        self._sure = False
        self.playing = False
        self.revision += 1

    def _step_scene(self, stage: Stage, base: Scene) -> Scene:
        step = stage.step
        assert step is not None
        verdict = self._answers.get(stage.id) if stage.mode is Mode.PREDICT else None
        hidden = stage.mode is Mode.PREDICT and verdict is None
        mode = Mode.VERDICT if verdict else stage.mode
        return replace(
            self._asked(stage, base, verdict),
            mode=mode,
            title=step.title or base.title,
            say=said(self.bound, step) if mode is Mode.STEP else "",
            capture=step.at.capture,
            index=None if hidden else self.bound.at[step.id],
            upto=self.upto(step.at.capture),
            eye=Eye(step.at.eye),
            look=() if hidden else step.look,
            cite=() if hidden else step.cite,
            words=() if hidden else step.words,
            hint=_hint(stage, step),
        )

    def _quiz_scene(self, stage: Stage, base: Scene) -> Scene:
        question = stage.question
        assert question is not None
        verdict = self._answers.get(stage.id)
        capture, index = self._pointed(question)
        return replace(
            self._asked(stage, base, verdict),
            mode=Mode.QUIZ_VERDICT if verdict else Mode.QUIZ,
            say=self._quiz_say(stage.id) if verdict else "",
            capture=capture,
            index=index if verdict else None,
            upto=self.upto(capture) if capture else 0,
            recalled=any(item.id == stage.id for item in self.bound.recall),
            hint=question.hint,
        )

    def _asked(self, stage: Stage, base: Scene, verdict: Verdict | None) -> Scene:
        question = stage.question
        return replace(
            base, question=question, chosen=self._chosen, sure=self._sure, verdict=verdict
        )

    def _quiz_say(self, name: str) -> str:
        items = (*self.bound.recall, *self.bound.lesson.quiz)
        return next((item.say or "" for item in items if item.id == name), "")

    def _pointed(self, question: Question) -> tuple[str, int | None]:
        if question.kind != "point":
            return "", None
        step = self.bound.lesson.step(question.answer.key.rpartition(".")[0])
        return step.at.capture, question.answer.index

    def _facts(self, capture: str) -> tuple[EveFact, ...]:
        """All that Eve learns from a capture; computed once."""
        if capture not in self._eve:
            self._eve[capture] = eve_facts(self.bound.sessions[capture])
        return self._eve[capture]

    def _notebook(self, key: str) -> Notebook:
        counts: dict[str, int] = {}
        for fact in self._facts(key):
            counts[fact.kind] = counts.get(fact.kind, 0) + 1
        label = self.bound.lesson.captures[key].label or key
        return Notebook(key, label, sum(counts.values()), tuple(counts.items()))


def _verdict(question: Question, right: bool | None, chosen: str) -> Verdict:
    return Verdict(right, chosen, question.answer, question.reason(chosen))


def _hint(stage: Stage, step: Step) -> str:
    """A predicted step's hint is for its question alone."""
    if stage.question is not None:
        return stage.question.hint
    return step.hint or "" if step.predict is None else ""


def _stages(bound: Bound, *, test_out: bool) -> list[Stage]:
    lesson = bound.lesson
    questions = [Stage(Mode.QUIZ, q.id, question=quiz(bound, q)) for q in lesson.quiz]
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
