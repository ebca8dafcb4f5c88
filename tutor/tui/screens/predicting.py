"""The player asks before each answer of the server, where somebody wants that."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.lesson.predict import predicted
from tutor.lesson.question import Question as Prediction
from tutor.tui import asked
from tutor.tui.screens.asking import Asking
from tutor.tui.screens.tools import Tools
from tutor.tui.widgets.conversation import Conversation
from tutor.tui.widgets.question import Question
from tutor.words import _


class Predicting(Asking, Tools):
    """The part of the player that asks; a lesson answers its questions in its own way."""

    _asks = False
    _predicting: Prediction | None = None

    @property
    def views(self) -> Sequence[Conversation]:
        """Transcript and ladder."""
        raise NotImplementedError

    def stop(self) -> None:
        """Pause."""
        raise NotImplementedError

    def ask(self, *, shown: bool) -> None:
        """Lay the screen out with or without a question."""
        raise NotImplementedError

    def action_predict(self) -> None:
        """Ask before each answer, or no more."""
        self._asks = not self._asks
        if self._asks:
            self.say(_("From now on each answer is asked for first. P again ends that."))
        else:
            self.say(_("Nothing is asked any more."))

    def ask_next(self) -> bool:
        """Ask what comes next, where that can be predicted; False where it cannot."""
        playback, index = self.playback, self.playback.next
        if not self._asks or index is None or index <= playback.reached:
            return False
        text = playback.view(index).lines(index, 1)[0].text
        self._predicting = predicted(playback.session, index, text)
        if self._predicting is None:
            return False
        self.stop()
        self.query_one(Question).open(asked.prediction(self._predicting))
        self._expect(asking=True)
        return True

    def _expect(self, *, asking: bool) -> None:
        for view in self.views:
            view.asking = asking
        self.ask(shown=asking)

    def answered(self, answer: str | None) -> None:
        """Say what is right, and why."""
        if self._predicting is not None:
            self.query_one(Question).judge(asked.verdict(self._predicting, answer))
            self.ask(shown=True)

    def closed(self) -> None:
        """The verdict was read: show what came."""
        self._predicting = None
        self.query_one(Question).close()
        self._expect(asking=False)
        if self.playback.on():
            self.moved()

    def turned_back(self) -> None:
        """Leave the question; it comes again."""
        self._predicting = None
        self.query_one(Question).close()
        self._expect(asking=False)
