"""What the presenter shows: slides over a session or a lesson, each with a reveal.

A *slide* is a headline, a captured line, and what is held back until the teacher reveals it: the
text that explains, the secret in the line, what Eve has learned, the answer of a question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from tutor.findings import EveFact
from tutor.lesson.answers import CHOSEN, Question
from tutor.lesson.player import Mode, Scene
from tutor.lesson.player import Player as Stages
from tutor.lesson.scene import Verdict
from tutor.session import Session
from tutor.tui import asked, explain, names
from tutor.tui.asked import WITH_EVENT
from tutor.tui.playback import EYES, Playback
from tutor.words import _


@dataclass(frozen=True, slots=True)
class Slide:
    """What stands on the screen now.

    Attributes:
        headline: a few words.
        playback: whose place is the line to show; None where there is no line.
        look: the roles to highlight; None lets the line decide.
        text: what explains it, "" before the reveal.
        question: what is asked.
        vote: the answer that the class has chosen.
        verdict: the answer, after the reveal.
        facts: what Eve knows; None where she has no part.
        new: whether what she has just learned is shown.
        counts: Eve's count in each of several recordings.
    """

    headline: str
    playback: Playback | None = None
    look: Collection[str] | None = None
    text: str = ""
    question: Question | None = None
    vote: int | None = None
    verdict: Verdict | None = None
    facts: tuple[EveFact, ...] | None = None
    new: bool = False
    counts: tuple[tuple[str, int], ...] = ()


class Deck(Protocol):
    """A row of slides."""

    minutes: int | None
    """How long it should take."""

    @property
    def may_reveal(self) -> bool:
        """Whether secrets may be shown: those that the lab or a lesson made up."""

    def title(self) -> str:
        """What this is."""

    def place(self) -> str:
        """Which slide of how many."""

    def slide(self, *, secrets: bool) -> Slide:
        """The slide as it is now; ``secrets`` shows them whatever is revealed."""

    def on(self) -> bool:
        """Reveal, or go to the next slide; False where there is none."""

    def back(self) -> bool:
        """Hide again, or go to the slide before; False where there is none."""

    def choose(self, number: int) -> None:
        """The class votes for an answer, from 0."""

    def marker(self, way: int) -> bool:
        """Go to the next (+1) or last (-1) login or finding; False where there is none."""

    def look(self) -> str:
        """Look with the next eye, and say whose it is; "" where the deck decides."""

    def grown(self) -> bool:
        """More of a live session may be there; True where something is to be drawn."""


class CaptureDeck:
    """A session of a capture, of the lab or a live one.

    Args:
        playback: where the session is.
        title: what it is.
        source: gives the session as it is read now, where it is still being captured.
    """

    minutes: int | None = None

    def __init__(
        self,
        playback: Playback,
        title: str,
        source: Callable[[], Session | None] | None = None,
    ) -> None:
        self._playback = playback
        self._title = title
        self._source = source
        self._revealed = False
        self._waits = False  # at the end, for what comes next
        self._length = len(playback.session)

    @property
    def may_reveal(self) -> bool:
        """Not where pseudonyms stand for names."""
        return self._playback.names is None

    def title(self) -> str:
        """The session's protocol and port."""
        return self._title

    def place(self) -> str:
        """Step of steps."""
        return f"{self._playback.step}/{len(self._playback.session)}"

    def slide(self, *, secrets: bool) -> Slide:
        """The current step."""
        playback = self._playback
        playback.masked = not (self.may_reveal and (secrets or self._revealed))
        found = explain.explain(playback.session, playback.place, playback.eye)
        text = "\n\n".join(item.say for item in found) if self._revealed else ""
        return Slide(
            found[0].name if found else _("What is said here?"),
            playback,
            text=text,
            facts=tuple(playback.facts()),
            new=self._revealed,
        )

    def on(self) -> bool:
        """Reveal, then the next step."""
        if not self._revealed:
            self._revealed = True
            return True
        moved = self._playback.on()
        self._revealed = not moved
        self._waits = not moved
        return moved

    def back(self) -> bool:
        """Hide, then the step before."""
        self._waits = False
        if self._revealed:
            self._revealed = False
            return True
        self._revealed = self._playback.back()
        return self._revealed

    def choose(self, number: int) -> None:
        """Nothing is asked here."""

    def marker(self, way: int) -> bool:
        """To a login or finding, not revealed."""
        target = self._playback.marker(way)
        moved = target is not None and self._playback.go(target)
        self._revealed = self._revealed and not moved
        return moved

    def look(self) -> str:
        """Eve, the two ends, both."""
        at = EYES.index(self._playback.eye)
        self._playback.look_with(EYES[(at + 1) % len(EYES)])
        return names.eye(self._playback.eye)

    def grown(self) -> bool:
        """Who waits at the end goes along."""
        playback = self._playback
        session = self._source() if self._source else None
        if session is not None and session is not playback.session:
            playback.replace(session)
        if len(playback.session) == self._length:
            return False
        self._length = len(playback.session)
        if self._waits and playback.go(playback.steps[-1]):
            self._revealed = True
        return True


class LessonDeck:
    """A lesson, on its state machine. What it holds was made up, so secrets may be shown.

    Args:
        stages: the state machine; it moves with the slides.
        playbacks: one for each recording of the lesson.
        title: what it is called.
    """

    may_reveal = True

    def __init__(self, stages: Stages, playbacks: dict[str, Playback], title: str) -> None:
        self._stages = stages
        self._playbacks = playbacks
        self._title = title
        self._revealed = False
        self._vote: int | None = None
        self.minutes: int | None = stages.bound.lesson.minutes

    def title(self) -> str:
        """The lesson's title."""
        return self._title

    def place(self) -> str:
        """Stage of stages."""
        return f"{self._stages.stage}/{self._stages.stages}"

    def slide(self, *, secrets: bool) -> Slide:
        """The stage as far as it is revealed."""
        scene = self._stages.scene
        shown = self._revealed
        if scene.question is not None:
            return self._question(scene, secrets=secrets)
        match scene.mode:
            case Mode.INTRO:
                return Slide(self._title, text="\n\n".join(self._goals()) if shown else "")
            case Mode.COMPARE:
                return Slide(_("Side by side"), text=self._compared(), counts=self._counts())
            case Mode.PRINCIPLE:
                return Slide(_("The principle"), text=scene.say if shown else "")
            case Mode.END:
                return Slide(_("The end of this lesson"), counts=self._counts())
            case _:
                return self._step(scene, secrets=secrets)

    def _goals(self) -> list[str]:
        return [f"· {goal}" for goal in self._stages.bound.lesson.goals]

    def _compared(self) -> str:
        spec = self._stages.bound.lesson.compare
        texts = (spec.ask, spec.say if self._revealed else None) if spec else ()
        return "\n\n".join(filter(None, texts))

    def _counts(self) -> tuple[tuple[str, int], ...]:
        """Eve's count in each recording: before the reveal only what they are called."""
        if not self._revealed:
            return ()
        return tuple((book.label, book.count) for book in self._stages.end_card().notebooks)

    def _step(self, scene: Scene, *, secrets: bool) -> Slide:
        playback = self._at(scene, scene.upto, scene.index, secrets=secrets)
        step = self._stages.bound.lesson.step(scene.id)
        found = explain.explain(playback.session, playback.place, playback.eye)
        said = scene.say or (found[0].say if found else "")
        return Slide(
            step.title or (found[0].name if found else self._title),
            playback,
            scene.look or None,
            said if self._revealed else "",
            facts=tuple(playback.facts()),
            new=self._revealed,
        )

    def _question(self, scene: Scene, *, secrets: bool) -> Slide:
        """A question that was answered before is asked again, until the reveal."""
        playback = None
        if scene.mode in WITH_EVENT and scene.upto > 0:
            answered = scene.index is not None
            upto = scene.index if answered and not self._revealed else scene.upto
            playback = self._at(scene, upto or 0, None, secrets=secrets) if upto else None
        judged = self._revealed and scene.verdict is not None
        question = asked.asked(scene)
        return Slide(
            question.head,
            playback,
            text=scene.say if judged else "",
            question=question.question,
            vote=self._vote,
            verdict=scene.verdict if judged else None,
            facts=tuple(playback.facts()) if playback else None,
            new=judged,
        )

    def _at(self, scene: Scene, upto: int, index: int | None, *, secrets: bool) -> Playback:
        """The scene's recording, at its place."""
        playback = self._playbacks[scene.capture]
        playback.look_with(scene.eye.value)
        playback.show(upto - 1 if index is None else index, upto)
        playback.masked = not (secrets or self._revealed)
        return playback

    def on(self) -> bool:
        """Reveal, then the next stage."""
        before = self._stages.stage
        if self._stages.scene.mode is Mode.CONFIDENCE:
            self._answer()  # there is nothing to reveal
            self._vote, self._revealed = None, False
            return True
        if not self._revealed:
            self._answer()
            self._revealed = True
            return True
        self._stages.go_on()
        self._vote = None
        self._revealed = self._stages.stage == before
        return not self._revealed

    def _answer(self) -> None:
        question = self._stages.scene.question
        if question is None:
            return
        if self._vote is not None and self._vote < len(question.options):
            self._stages.answer(question.options[self._vote].key)
        else:
            self._stages.dont_know()

    def back(self) -> bool:
        """Hide, then the stage before."""
        if self._revealed:
            self._revealed = False
            return True
        before = self._stages.stage
        self._stages.back()
        self._vote = None
        moved = self._stages.stage != before
        self._revealed = moved and self._stages.scene.mode is not Mode.CONFIDENCE
        return moved

    def choose(self, number: int) -> None:
        """Mark what the class has chosen."""
        question = self._stages.scene.question
        if question is None or question.kind not in CHOSEN:
            return
        if not self._revealed and number < len(question.options):
            self._vote = number

    def marker(self, way: int) -> bool:
        """A lesson has its own order."""
        return False

    def look(self) -> str:
        """A lesson says whose eyes."""
        return ""

    def grown(self) -> bool:
        """A lesson does not grow."""
        return False
