"""What the player hands out: modes, stages, verdicts, scenes, the end card. Values, all frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tutor.lesson.model import Step
from tutor.lesson.question import Option, Question
from tutor.session import Eye


class Mode(StrEnum):
    """What a stage is."""

    INTRO = "intro"
    STEP = "step"
    PREDICT = "predict"
    VERDICT = "verdict"
    COMPARE = "compare"
    PRINCIPLE = "principle"
    CONFIDENCE = "confidence"
    QUIZ = "quiz"
    QUIZ_VERDICT = "quiz-verdict"
    END = "end"


ASKING = frozenset({Mode.PREDICT, Mode.QUIZ, Mode.CONFIDENCE})
"""Modes in which a question is open."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: ``mode`` is INTRO, STEP, PREDICT, COMPARE, PRINCIPLE, CONFIDENCE, QUIZ or END.

    ``again``: the question was answered wrong or with "I do not know yet", and is asked once more.
    """

    mode: Mode
    id: str = ""
    step: Step | None = None
    question: Question | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an answer.

    Attributes:
        right: None where the answer was "I do not know yet".
        chosen: the answer as given (see ``question``); "" for "I do not know yet".
        correct: the right option.
        reason: why, "" where nothing more is to be said.
    """

    right: bool | None
    chosen: str
    correct: Option
    reason: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that may be shown now; see the fields' names in ``tutor.lesson``."""

    mode: Mode
    stage: int
    stages: int
    id: str
    title: str
    say: str = ""
    capture: str = ""
    index: int | None = None
    upto: int = 0
    eye: Eye = Eye.EVE
    look: tuple[str, ...] = ()
    cite: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    hint: str = ""
    question: Question | None = None
    chosen: str | None = None
    sure: bool = False
    verdict: Verdict | None = None
    recalled: bool = False
    again: bool = False

    @property
    def asking(self) -> bool:
        """Whether a question is open."""
        return self.mode in ASKING


@dataclass(frozen=True, slots=True)
class Notebook:
    """Eve's count for one capture, computed: (kind, how many) in order of learning."""

    key: str
    label: str
    count: int
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class EndCard:
    """The end; everything on it is computed.

    Attributes:
        notebooks: Eve's, side by side.
        right, asked, unknown: the score of predictions and quiz together, by the first answers.
        passed: whether the lesson is.
        confidence: ``guess``, ``fairly``, ``certain``, or "" where it was not said.
        quiz_right, quiz_asked: the score of the quiz alone, by the first answers.
        again_asked, again_right: what was asked once more, and of that what was right then.
    """

    notebooks: tuple[Notebook, ...]
    right: int
    asked: int
    unknown: int
    passed: bool
    confidence: str = ""
    quiz_right: int = 0
    quiz_asked: int = 0
    again_asked: int = 0
    again_right: int = 0
