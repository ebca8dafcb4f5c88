"""The questions that come back today: one after the other, and when each comes again."""

from __future__ import annotations

from dataclasses import replace

from textual.widget import Widget

from tutor.lesson.player import Mode
from tutor.lesson.progress import Progress, today
from tutor.lesson.review import FIRST, ending, origin, questions, review, waiting
from tutor.render.lines import Seg
from tutor.tui import asked
from tutor.tui.actions import bindings
from tutor.tui.screens.asking import Asking
from tutor.tui.widgets.bars import Footer, Title
from tutor.tui.widgets.panels import Chart
from tutor.tui.widgets.question import Asked, Question
from tutor.tui.wrap import flow
from tutor.words import _, language


class Review(Asking):
    """Asks at most five questions that wait; each answer is kept at once."""

    room = "review"
    BINDINGS = bindings("review")

    def __init__(self) -> None:
        super().__init__()
        self._progress = Progress.load()
        self.stages = review(waiting(self._progress, today()))

    def body(self) -> list[Widget]:
        """The question; at the end what it came to."""
        return [Chart(id="end"), Question()]

    def on_mount(self) -> None:
        """Ask the first."""
        self.call_after_refresh(self.sync)

    def sync(self) -> None:
        """Show what the state machine says."""
        scene = self.stages.scene
        question = self.query_one(Question)
        if scene.question is None:
            question.close()
        elif scene.verdict is None:
            question.open(self._asked())
        else:
            if not question.is_open:
                question.open(self._asked())
            question.judge(scene.verdict, scene.say)
        self.set_class(scene.question is not None, "asking")
        verdict = question.verdict is not None
        room = "verdict" if verdict else "question" if scene.question else self.room
        self.query_one(Footer).enter(room, question.keys_shown())
        self.renew()

    def _asked(self) -> Asked:
        """The question, under the lesson that it is from."""
        scene = self.stages.scene
        return replace(asked.asked(scene), head=origin(scene.id))

    def renew(self) -> None:
        """Draw the title, and at the end what the review came to."""
        scene = self.stages.scene
        count = self.stages.stages - FIRST
        at = min(self.stages.stage - FIRST + 1, count)
        here = [Seg(f"{at}/{count}", "bar")]
        self.query_one(Title).say([Seg(scene.title, "titlebar")], here)
        if scene.mode is Mode.END:
            none = _("No question waits for you today.")
            said = ending(self._progress, self.stages) if count else none
            rows = flow(said, max(30, self.size.width - 4))
            self.query_one(Chart).show(_("The end of this review"), rows)

    def language_changed(self) -> None:
        """The same questions in the other language, with the answers given."""
        old = self.stages
        names = (item.id for item in old.bound.recall)
        self.stages = review(questions(names, language()), old.stage, old.given)
        super().language_changed()
        self.sync()

    def answered(self, answer: str | None) -> None:
        """Keep the answer, and show what is right."""
        if answer is None:
            self.stages.dont_know()
        else:
            self.stages.answer(answer)
        self._progress.answered(self.stages.settled(), today())
        self.sync()
        if self._progress.notice:
            self.say(self._progress.notice)

    def closed(self) -> None:
        """The verdict was read."""
        self.stages.go_on()
        self.sync()

    def turned_back(self) -> None:
        """To the question before, as it was answered."""
        if self.stages.stage > FIRST:
            self.stages.back()
            self.sync()

    def action_go_on(self) -> None:
        """From the end, back to where one came from; a question takes its keys itself."""
        if self.stages.scene.mode is Mode.END:
            self.action_leave()
        else:
            self.set_focus(self.query_one(Question))

    def action_leave(self) -> None:
        """Back; what was answered is kept."""
        self.leave_to(_("What you have answered is kept."))
