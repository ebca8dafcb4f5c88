"""A lesson on the player: the state machine of ``tutor.lesson.player`` decides, this draws.

Nothing behind ``Scene.upto`` reaches any widget: the playback under the player is set to it.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tutor.lesson.bind import Bound
from tutor.lesson.course import UNNUMBERED
from tutor.lesson.course import number as lesson_number
from tutor.lesson.doing import Task
from tutor.lesson.opening import open_lesson
from tutor.lesson.player import Mode, Scene
from tutor.lesson.player import Player as Stages
from tutor.lesson.progress import Progress, today
from tutor.lesson.question import Question as Asked
from tutor.lesson.review import begun, coming_back, with_recall
from tutor.render.lines import Seg
from tutor.tui import asked
from tutor.tui.asked import WITH_EVENT
from tutor.tui.deck import Deck
from tutor.tui.lesson_deck import LessonDeck
from tutor.tui.paint import Row
from tutor.tui.playback import EYES, Playback
from tutor.tui.screens.player import Player
from tutor.tui.screens.presenter import Presenter
from tutor.tui.widgets.panels import Why
from tutor.tui.widgets.question import Question
from tutor.words import _

_QUIZ = frozenset({Mode.CONFIDENCE, Mode.QUIZ, Mode.QUIZ_VERDICT})

_RULE = 10
"""Cells of a panel's rule that are line and blanks."""


def lesson_screen(
    directory: Path, bound: Bound | None = None, *, test_out: bool = False
) -> LessonPlayer:
    """The player for a lesson, where it was left; ``bound`` where it has been opened already.

    Raises:
        WiretutorError: the lesson or a recording cannot be read.
    """
    bound = bound or open_lesson(directory)
    progress = Progress.load()
    return LessonPlayer(begun(bound, progress, today(), test_out=test_out), progress, directory)


def presented_lesson(directory: Path, bound: Bound | None = None) -> Presenter:
    """A lesson before a class: from its beginning, and nothing is kept of it.

    Raises:
        WiretutorError: the lesson or a recording cannot be read.
    """
    bound = bound or open_lesson(directory)
    title = _title(directory, bound)
    return Presenter(LessonDeck(Stages(bound, again=False), _playbacks(bound), title))


class LessonPlayer(Player):
    """Plays a lesson.

    Args:
        stages: the state machine.
        progress: where the place is kept.
        directory: the lesson's folder.
    """

    def __init__(self, stages: Stages, progress: Progress, directory: Path) -> None:
        self.stages = stages
        self._progress = progress
        self._playbacks = _playbacks(stages.bound)
        first = next(iter(self._playbacks.values()))
        super().__init__(first)
        self._directory = directory
        self._drawn: tuple[int, str] = (0, "")
        self._compared = False
        self.scene: Scene = stages.scene

    def title_words(self) -> str:
        """The lesson's number and title."""
        return _title(self._directory, self.stages.bound)

    def deck(self) -> Deck:
        """The slides of this lesson, on the same state machine."""
        return LessonDeck(self.stages, self._playbacks, self.title_words())

    def presented(self, *, masked: bool) -> None:
        """The presenter was left: the lesson stands where it stood."""
        for playback in self._playbacks.values():
            playback.masked = masked
        self._drawn = (0, "")
        self.sync()

    def language_changed(self) -> None:
        """The same lesson at the same stage in the other language, with the answers given."""
        old = self.stages
        bound = with_recall(open_lesson(self._directory), (q.id for q in old.bound.recall))
        self.stages = Stages(bound, test_out=old.test_out, stage=old.stage, answers=old.given)
        self._playbacks = _playbacks(bound)
        self.playback = next(iter(self._playbacks.values()))
        self._drawn = (0, "")
        super().language_changed()
        self.sync()

    def on_mount(self) -> None:
        """Show the first scene."""
        self.call_after_refresh(self.sync)

    # from the state machine to the screen

    def sync(self) -> None:
        """Show what the state machine says, and nothing else."""
        self.scene = scene = self.stages.scene
        if scene.capture:
            self.playback = self._playbacks[scene.capture]
        fresh = self._drawn != (scene.stage, scene.mode)
        self._drawn = (scene.stage, scene.mode)
        self._set_playback(scene, fresh=fresh)
        self._set_question(scene, fresh=fresh)
        for view in self.views:
            view.asking = scene.mode is Mode.PREDICT
        self.set_class(self._reading(scene), "reading")
        self.moved()
        if fresh:
            self._progress.note(self.stages, today())
        if scene.mode is Mode.END:
            self._end()
        elif scene.mode is Mode.COMPARE and fresh:
            self._compare(scene)

    def _reading(self, scene: Scene) -> bool:
        """Whether there is no conversation to be shown: before it, after it, apart from it.

        Nor beside a question of the quiz, unless it points at a line: the answer may stand there,
        or in Eve's notebook; or the recording there is not the one that is asked about.
        """
        if scene.mode in _QUIZ and not scene.capture:
            return True
        if scene.mode in (Mode.INTRO, Mode.COMPARE, Mode.PRINCIPLE) or scene.recalled:
            return True
        return not any(self.stages.upto(key) for key in self._playbacks)

    def _set_playback(self, scene: Scene, *, fresh: bool) -> None:
        playback = self.playback
        if scene.mode in WITH_EVENT:
            if fresh:
                eye = playback.eye if playback.eye == "both" else scene.eye.value
                playback.look_with(eye)
            place = scene.upto - 1 if scene.index is None else scene.index
            playback.show(place, scene.upto)
        else:
            for key, other in self._playbacks.items():
                upto = self.stages.upto(key)
                other.show(min(other.place, upto - 1), upto)

    def _set_question(self, scene: Scene, *, fresh: bool) -> None:
        question = self.query_one(Question)
        current = scene.question
        if current is None:
            if question.is_open:
                question.close()
                self.ask(shown=False)
            return
        if fresh or not question.is_open:
            question.open(asked.asked(scene))
            self.ask(shown=True)
        if scene.verdict is not None:
            question.judge(scene.verdict, scene.say)
            self.ask(shown=True)

    def look(self) -> Collection[str] | None:
        """The roles that the lesson points at; None lets the line decide."""
        at_scene = self.scene.index == self.playback.place
        return self.scene.look if self.scene.look and at_scene else None

    def texts(self) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
        """The lesson's words; where it has none, the reference's."""
        scene = self.scene
        if scene.mode is Mode.INTRO:
            goals = [("", f"· {goal}") for goal in self.stages.bound.lesson.goals]
            start = _("Enter goes on, ← goes back. Nothing here can go wrong.")
            return [(_("You will be able to"), ""), *goals, ("", start)], ()
        compared = self.stages.bound.lesson.compare
        if scene.mode is Mode.COMPARE and compared is not None:
            return [
                ("", f"**{compared.ask}**" if compared.ask else ""),
                ("", compared.say or ""),
            ], ()
        if scene.mode in WITH_EVENT and scene.index == self.playback.place and scene.say:
            return [("", scene.say)], scene.cite
        if scene.mode in WITH_EVENT:
            return super().texts()
        return [("", scene.say)], scene.cite

    def show_why(self) -> None:
        """Explain; before the first step and at the principle under another title."""
        scene = self.scene
        titles = {Mode.PRINCIPLE: _("The principle"), Mode.COMPARE: _("Side by side")}
        title = titles.get(scene.mode, scene.title)
        texts, cite = self.texts()
        if scene.mode in WITH_EVENT and scene.index != self.playback.place:
            title = _("Why")
        where = self._recording(title) if scene.mode in WITH_EVENT else ""
        self.query_one(Why).show(title, where, texts, cite)

    def _recording(self, title: str) -> str:
        """The packets of the step; and of which recording, where there are more and room for it."""
        packets = self.where()
        recordings = self.stages.bound.lesson.captures
        label = recordings[self.scene.capture].label or self.scene.capture
        named = f"{label} · {packets}"
        room = self.app.size.width - _RULE
        return named if len(recordings) > 1 and len(title) + len(named) <= room else packets

    def terms(self) -> tuple[str, ...]:
        """The words that the lesson brings in here."""
        return self.scene.words

    def place_words(self) -> Row:
        """Which stage of how many."""
        return [Seg(f" {self.scene.stage}/{self.scene.stages}", "bar")]

    # from the keys to the state machine

    def action_go_on(self) -> None:
        """Go to the next stage; from a look around first back to the stage's own step."""
        question = self.query_one(Question)
        if question.is_open or self.scene.asking:
            # an open question takes its keys itself; this one was under way before it opened
            if question.is_open:
                self.set_focus(question)
            return
        wanted = self.scene.upto - 1 if self.scene.index is None else self.scene.index
        if self.scene.mode in WITH_EVENT and self.playback.place != wanted and not self._timer:
            if wanted not in self.playback.steps:  # the eye that was turned to does not see it
                self.playback.look_with(self.scene.eye.value)
            self.sync()
        elif self._timer:
            self.stages.play()
            self.stages.tick()
            self.sync()
        elif self.scene.mode is Mode.COMPARE and not self._compared:
            self._compare(self.scene)
        else:
            self.stages.go_on()
            self.sync()
        now = self.stages.scene
        if now.asking or now.mode in (Mode.END, Mode.COMPARE):
            self.stop()

    def action_back(self) -> None:
        """The stage before."""
        self.stop()
        self.stages.back()
        self.sync()

    def answered(self, answer: str | None) -> None:
        """Give the answer to the state machine."""
        question = self.scene.question
        if answer is None or question is None:
            self.stages.dont_know()
        elif question.task is not None:
            self._do(question, question.task)
            return
        else:
            self.stages.answer(answer)
        self.sync()

    def _do(self, question: Asked, task: Task) -> None:
        from tutor.tui.screens.doing import Doing

        self.stop()
        self.app.push_screen(Doing(task, question.ask, question.hint, self._done))

    def _done(self, answer: str | None, why: str) -> None:
        """The typing screen was left."""
        if answer is None:
            self.stages.leave_out()
        elif answer:
            self.stages.answer(answer)
        else:
            self.stages.dont_know()
        self.sync()
        if why:
            self.call_after_refresh(self.say, why)

    def closed(self) -> None:
        """The verdict was read."""
        self.stages.go_on()
        self.sync()

    def turned_back(self) -> None:
        """Back from a verdict."""
        self.action_back()

    def _marker(self, way: int) -> None:
        reached = [stage for stage, _id in self.stages.reached()]
        wanted = self.scene.stage + way
        if wanted in reached:
            self.stop()
            self.stages.jump(wanted)
            self.sync()
        else:
            self.say(_("Nothing further that way has been reached yet."))

    def action_scroll_end(self) -> None:
        """Show the last line that was reached."""
        self.view.scroll_edge(end=True)

    def at_the_end(self) -> None:
        """The last event that may be shown."""
        self.say(_("Enter goes on with the lesson."))

    def action_packet_on(self) -> None:
        """On by one packet, as far as the lesson has come."""
        if self.playback.place < self.playback.reached:
            place, upto = self.playback.place, self.playback.reached + 1
            self.playback.packet(+1)
            self.playback.show(max(place, self.playback.place), upto)
            self.moved()

    def jump(self, step: int) -> None:
        """Go to a step that was reached."""
        self.playback.show(step - 1, self.playback.reached + 1)
        self.moved()

    def action_eye(self) -> None:
        """The next eye, with only what was reached."""
        at = EYES.index(self.playback.eye)
        upto = self.playback.reached + 1
        self.playback.look_with(EYES[(at + 1) % len(EYES)])
        self.playback.show(self.playback.place, upto)
        self.moved()
        self.say_eye()

    def action_predict(self) -> None:
        """A lesson has questions of its own."""
        self.say(_("This lesson asks by itself."))

    def action_hint(self) -> None:
        """The step's hint."""
        self.say(self.scene.hint or _("There is no hint here; i explains the words."))

    def action_compare(self) -> None:
        """The lesson's own comparison, once it was reached."""
        if any(name == "compare" for _stage, name in self.stages.reached()):
            self._compare(self.scene)
        else:
            self.say(_("The comparison comes later in this lesson."))

    def _compare(self, scene: Scene) -> None:
        from tutor.tui.screens.compare import Compare

        lesson = self.stages.bound.lesson
        spec = lesson.compare
        if spec is None:
            self.say(_("This lesson compares nothing."))
            return
        labels = [lesson.captures[key].label or key for key in spec.sides]
        then = self._after_compare if scene.mode is Mode.COMPARE else None
        self._compared = True
        screen = Compare(
            [self.stages.bound.sessions[key] for key in spec.sides],
            labels,
            masked=False,
            keys=spec.align or None,
            ask=spec.ask or "",
            then=then,
        )
        self.app.push_screen(screen)

    def _after_compare(self) -> None:
        """What was asked is answered on a page of its own; the next Enter goes on."""
        spec = self.stages.bound.lesson.compare
        if spec is None or not spec.say:
            self.stages.go_on()
        self.sync()

    def _end(self) -> None:
        from tutor.tui.screens.end import End

        self.stop()
        self._progress.note(self.stages, today())
        back = coming_back(self._progress, self.stages.bound.lesson.id)
        self.app.push_screen(End(self.stages, self.title_words(), back))

    def action_leave(self) -> None:
        """Back to where the lesson was started, the place is kept; an open pane closes first."""
        if self.close_pane():
            return
        self.stop()
        self._progress.note(self.stages, today())
        words = _("Your place is kept: step {step}").format(step=self.scene.stage)
        self.leave_to(self._progress.notice or words)


def _title(directory: Path, bound: Bound) -> str:
    number = lesson_number(directory)
    title = bound.lesson.title
    return f"{number} {title}" if number < UNNUMBERED else title


def _playbacks(bound: Bound) -> dict[str, Playback]:
    """One for each recording; lessons of our own lab open revealed."""
    return {key: Playback(session, masked=False) for key, session in bound.sessions.items()}
