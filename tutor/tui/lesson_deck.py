"""A lesson as the presenter's slides (see ``tutor.tui.deck``)."""

from __future__ import annotations

from dataclasses import replace

from tutor.lesson.compare import Moment, moments
from tutor.lesson.player import Mode, Scene
from tutor.lesson.player import Player as Stages
from tutor.lesson.question import CHOSEN
from tutor.protocols.events import Kind
from tutor.render import explain
from tutor.session import Eye
from tutor.tui import asked
from tutor.tui.asked import WITH_EVENT
from tutor.tui.beside import Beside, Side
from tutor.tui.deck import Slide
from tutor.tui.playback import Playback
from tutor.words import _


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
        self._sides: tuple[Side, ...] = ()
        self._rows: tuple[Moment, ...] = ()
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
                return self._compare()
            case Mode.PRINCIPLE:
                return Slide(_("The principle"), text=scene.say if shown else "")
            case Mode.END:
                return Slide(_("The end of this lesson"), counts=self._counts())
            case _:
                return self._step(scene, secrets=secrets)

    def _goals(self) -> list[str]:
        return [f"· {goal}" for goal in self._stages.bound.lesson.goals]

    def _compare(self) -> Slide:
        """The recordings side by side; what differs is marked with the reveal."""
        spec = self._stages.bound.lesson.compare
        if spec is None:
            return Slide(_("Side by side"))
        if not self._sides:
            captures, sessions = self._stages.bound.lesson.captures, self._stages.bound.sessions
            keys = [key for key in (spec.left, spec.right, spec.third) if key is not None]
            self._sides = tuple(Side(sessions[key], captures[key].label or key) for key in keys)
            self._rows = tuple(moments([sessions[key] for key in keys], spec.align or None))
        text = (spec.say or "") if self._revealed else ""
        beside = Beside(self._sides, self._rows, self._revealed)
        return Slide(spec.ask or _("Side by side"), text=text, beside=beside)

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
        pointed = self._pointed(scene)
        if pointed:
            inside = replace(scene, eye=Eye.ENDPOINTS)  # the parts are said in any case
            playback = self._at(inside, scene.upto, pointed[-1], secrets=True)
        judged = self._revealed and scene.verdict is not None
        question = asked.asked(scene)
        return Slide(
            question.head,
            playback,
            text=scene.say if judged else "",
            question=question.question,
            vote=self._vote,
            verdict=scene.verdict if judged else None,
            facts=tuple(playback.facts()) if playback and not pointed else None,
            new=judged,
            lines=pointed or _asked_about(playback, judged=judged),
        )

    def _pointed(self, scene: Scene) -> tuple[int, ...]:
        """The events with the parts among which to point; none for another kind of question.

        A part of another recording (a wrong answer that the author chose) has no line here.
        """
        question = scene.question
        if question is None or question.kind != "point":
            return ()
        step = self._stages.bound.lesson.step
        found = {
            option.index
            for option in question.options
            if option.index is not None
            and step(option.key.rpartition(".")[0]).at.capture == scene.capture
        }
        return tuple(sorted(found))

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


def _asked_about(playback: Playback | None, *, judged: bool) -> tuple[int, ...]:
    """In IMAP data may stand between a command and the line that ends it: the command, then both.

    Who is asked for that line must see the command's tag. None where the current line will do.
    """
    if playback is None or judged:
        return ()
    session, place = playback.session, playback.place
    if session.event(place).kind is not Kind.UNTAGGED:
        return ()
    for index in range(place - 1, -1, -1):
        match session.event(index).kind:
            case Kind.COMMAND:
                return (index, place)
            case Kind.REPLY:
                break
    return ()
