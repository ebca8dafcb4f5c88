"""The player: a pure state machine over a bound lesson. It draws nothing and knows no clock.

A lesson is a row of *stages*: what is shown between two presses of Enter. Nothing after the current
stage may be visible anywhere: ``Scene.upto`` and ``Player.upto`` say how many events of a session
may be shown. Between two stages, all events up to the next anchor come into view; at an open
prediction, all events *before* its anchor.

Enter on an open question without a choice asks once ("sure?"); Enter again means "I do not know
yet" and reveals. A wrong guess costs nothing: a quiz question that was not answered right is asked
once more behind the others, and the row of stages grows by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tutor.findings import EveFact, eve_facts
from tutor.lesson import confidence
from tutor.lesson.bind import Bound
from tutor.lesson.question import LEFT_OUT, Question
from tutor.lesson.scene import ASKING, EndCard, Mode, Notebook, Scene, Stage, Verdict
from tutor.lesson.spaced import Answer
from tutor.lesson.stages import built, once_more, scene_of

__all__ = ["ASKING", "EndCard", "Mode", "Notebook", "Player", "Scene", "Stage", "Verdict"]


class Player:
    """Plays one lesson.

    Args:
        bound: the lesson.
        test_out: only the quiz, for who knows it already.
        stage: where to go on (1-based), from the progress file.
        answers: what was answered before (``given``); "" for "I do not know yet".
        again: whether a quiz question that was not answered right is asked once more.
    """

    def __init__(
        self,
        bound: Bound,
        *,
        test_out: bool = False,
        stage: int = 1,
        answers: Mapping[str, str] | None = None,
        again: bool = True,
    ) -> None:
        self.bound = bound
        self.test_out = test_out
        self.playing = False
        self.revision = 0
        self._again = again and not test_out
        self._stages = built(bound, test_out=test_out)
        self._verdicts: dict[str, Verdict] = {}
        self._confidence = ""
        self._remember(answers or {}, max(stage, 1))
        self._at = min(max(stage, 1), len(self._stages)) - 1
        self._furthest = self._at
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
        """Answer the open question; what it does not take (see ``question``) changes nothing."""
        question = self._stage.question
        if not self._open() or question is None or not question.takes(answer):
            return
        if self._stage.mode is Mode.CONFIDENCE:
            self._confidence = answer
            self._move(self._at + 1)
        else:
            self._settle(question, question.right(answer), answer)

    def dont_know(self) -> None:
        """I do not know yet: reveal. How sure one is may be passed over so."""
        question = self._stage.question
        if self._stage.mode is Mode.CONFIDENCE:
            self._move(self._at + 1)
        elif self._open() and question is not None:
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
        """The first answer to each question, by step or quiz id."""
        again = {stage.id for stage in self._stages if stage.again}
        return {key: verdict for key, verdict in self._verdicts.items() if key not in again}

    @property
    def given(self) -> dict[str, str]:
        """All answers as they were given, for ``answers`` of the player that goes on with them."""
        given = {key: verdict.chosen for key, verdict in self._verdicts.items()}
        return {**given, confidence.NAME: self._confidence} if self._confidence else given

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
        base = Scene(
            stage.mode,
            self.stage,
            self.stages,
            stage.id,
            self.bound.lesson.title,
            question=stage.question,
            chosen=self._chosen,
            sure=self._sure,
            # the step of a prediction has the same id
            verdict=self._verdicts.get(stage.id) if stage.mode in ASKING else None,
        )
        return scene_of(self.bound, stage, base, self.upto)

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
        verdicts = self.answers.values()
        counted = [verdict for verdict in verdicts if verdict.chosen != LEFT_OUT]
        asked = sum(s.mode in (Mode.PREDICT, Mode.QUIZ) and not s.again for s in self._stages)
        items = self._counted()
        again = [stage for stage in self._stages if stage.again]
        return EndCard(
            notebooks=tuple(self._notebook(key) for key in self.bound.lesson.captures),
            right=sum(v.right is True for v in counted),
            asked=asked - (len(verdicts) - len(counted)),
            unknown=sum(v.right is None for v in counted),
            passed=self.passed,
            confidence=self._confidence,
            quiz_right=self._right(items),
            quiz_asked=len(items),
            again_asked=len(again),
            again_right=self._right(stage.id for stage in again),
        )

    @property
    def passed(self) -> bool:
        """Whether the end is reached with at least half of the quiz right."""
        asked = self._counted()
        at_end = self._furthest == len(self._stages) - 1
        return at_end and 2 * self._right(asked) >= len(asked)

    # inside

    @property
    def _stage(self) -> Stage:
        return self._stages[self._at]

    def _answered(self, stage: Stage) -> bool:
        return stage.id in self._verdicts

    def _right(self, names: Iterable[str]) -> int:
        return sum(name in self._verdicts and self._verdicts[name].right is True for name in names)

    def _counted(self) -> list[str]:
        """The quiz without what could not be asked on this machine."""
        out = {key for key, verdict in self._verdicts.items() if verdict.chosen == LEFT_OUT}
        return [item.id for item in self.bound.lesson.quiz if item.id not in out]

    def _open(self) -> bool:
        return self._stage.question is not None and not self._answered(self._stage)

    def _move(self, to: int) -> None:
        to = min(max(to, 0), len(self._stages) - 1)
        self._at = to
        self._furthest = max(self._furthest, to)
        sure = self._stage.mode is Mode.CONFIDENCE
        self._chosen = (self._confidence or None) if sure else None
        self._sure = False
        self.revision += 1

    def _remember(self, answers: Mapping[str, str], reached: int) -> None:
        """Answers of another day, to the questions that were reached and are still asked so."""
        # the row grows under the loop by what is asked once more
        for number, stage in enumerate(self._stages, 1):
            question = stage.question
            chosen = answers.get(stage.id)
            if number > reached or question is None or chosen is None:
                continue
            if stage.mode is Mode.CONFIDENCE:
                self._confidence = chosen if question.takes(chosen) else ""
            elif chosen in ("", LEFT_OUT):
                self._judge(stage, question, None, chosen)
            elif question.takes(chosen):
                self._judge(stage, question, question.right(chosen), chosen)

    def _judge(self, stage: Stage, question: Question, right: bool | None, chosen: str) -> None:
        self._verdicts[stage.id] = Verdict(right, chosen, question.answer, question.reason(chosen))
        known = right is True or chosen == LEFT_OUT
        more = once_more(self.bound, stage) if self._again and not known else None
        if more is not None:
            self._stages.insert(len(self._stages) - 1, more)

    def _settle(self, question: Question, right: bool | None, chosen: str) -> None:
        self._judge(self._stage, question, right, chosen)
        if self._stage.mode is Mode.QUIZ and chosen != LEFT_OUT:
            name = question.id if "." in question.id else f"{self.bound.lesson.id}.{question.id}"
            self._settled.append(Answer(name, question.kind, right))
        self._chosen = None
        self._sure = False
        self.playing = False
        self.revision += 1

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
