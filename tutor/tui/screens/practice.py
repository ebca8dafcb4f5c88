"""Practice on the screen: a question, its place in the conversation, nothing that comes later."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Vertical
from textual.widget import Widget

from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.lesson.practice import Exercise, Round, gather
from tutor.render.lines import Seg
from tutor.render.practice import WHOLE, Shown, eye_of, score_words, seed_words, session_words
from tutor.session import Eye
from tutor.tui import asked
from tutor.tui.actions import bindings
from tutor.tui.paint import Row
from tutor.tui.playback import Playback
from tutor.tui.screens.asking import Asking
from tutor.tui.widgets.bars import Footer, Title
from tutor.tui.widgets.panels import Chart
from tutor.tui.widgets.question import Asked, Question
from tutor.tui.widgets.transcript import Transcript
from tutor.tui.wrap import flow
from tutor.words import _

COUNT = 10
"""Questions of a round that a key starts."""


def questions(
    captures: Sequence[Capture], seed: int, count: int, only: int | None = None
) -> list[Exercise]:
    """Masked questions; none where a capture cannot be read any more."""
    try:
        return gather(captures, Shown, seed, count, only)
    except CaptureError:
        return []


class Practice(Asking):
    """Asks a round of questions.

    Args:
        exercises: the questions, with their sessions.
        seed: what they were drawn with.
        masked: whether secrets are masked in the conversation.
    """

    room = "practice"
    BINDINGS = bindings("practice")

    def __init__(self, exercises: Sequence[Exercise], seed: int, *, masked: bool = True) -> None:
        super().__init__()
        self._by_id = {each.drill.question.id: each for each in exercises}
        self._seed = seed
        self._masked = masked
        self._files = len({each.file for each in exercises}) > 1
        self._playbacks: dict[tuple[str, int], Playback] = {}
        self.round = Round([each.drill for each in exercises])

    def body(self) -> list[Widget]:
        """The conversation, or what stands in its place, and the question."""
        return [
            Vertical(Transcript(id="transcript"), id="conversation"),
            Chart(id="end"),
            Question(),
        ]

    def on_mount(self) -> None:
        """Ask the first."""
        self.call_after_refresh(self._begin)

    @property
    def exercise(self) -> Exercise | None:
        """What is asked now; None at the end."""
        drill = self.round.current
        return None if drill is None else self._by_id[drill.question.id]

    # asking

    def _begin(self) -> None:
        """Ask the current question, or show the score."""
        exercise = self.exercise
        question = self.query_one(Question)
        if exercise is None:
            question.close()
            self.query_one(Footer).enter(self.room, {})
        else:
            question.open(Asked(exercise.drill.question, self._head(exercise)))
            if exercise.drill.sort in WHOLE:
                self.say(_("j and k scroll the conversation."))
        self._show(exercise)

    def _head(self, exercise: Exercise) -> str:
        if self.round.repeated:
            return _("Once more")
        return _("Predict") if exercise.drill.sort == "predict" else _("Question")

    def _show(self, exercise: Exercise | None) -> None:
        """Lay the screen out: what may be seen, and the footer that fits."""
        question = self.query_one(Question)
        self.set_class(question.is_open, "asking")
        upto = self._upto(exercise)
        self.set_class(upto == 0, "apart")
        transcript = self.query_one(Transcript)
        if exercise is not None and upto:
            playback = self._playback(exercise)
            place = exercise.drill.at
            if self.round.answered:
                place = exercise.drill.proof.index
            playback.show(upto - 1 if place is None else place, upto)
            playback.masked = self._masked
            transcript.playback = playback
        transcript.asking = bool(
            exercise is not None and exercise.drill.sort == "predict" and not self.round.answered
        )
        # labels under the line would name its parts
        pointing = exercise is not None and exercise.drill.sort == "point"
        transcript.look = () if pointing and not self.round.answered else None
        transcript.follow()
        if exercise is not None:
            room = "verdict" if question.verdict is not None else "question"
            self.query_one(Footer).enter(room, question.keys_shown())
        self.call_after_refresh(self.renew)

    def _upto(self, exercise: Exercise | None) -> int:
        """How many events may be seen."""
        if exercise is None:
            return 0
        drill = exercise.drill
        return max(drill.upto, drill.after) if self.round.answered else drill.upto

    def _playback(self, exercise: Exercise) -> Playback:
        eye = "both" if eye_of(exercise) is Eye.ENDPOINTS else "eve"
        key = (eye, id(exercise.session))
        if key not in self._playbacks:
            self._playbacks[key] = Playback(exercise.session, masked=self._masked, eye=eye)
        return self._playbacks[key]

    # drawing

    def renew(self) -> None:
        """Draw the title, the conversation, or what stands in its place."""
        if not self.is_mounted or not self.query(Transcript):
            return
        exercise = self.exercise
        place, most = self.round.place
        left = [Seg(_("Practice"), "titlebar")]
        if exercise is not None:
            left.append(Seg(f"  {self._session(exercise)}", "bar"))
        here = f"{place}/{most}" if exercise is not None else ""
        seed = _("seed {seed}").format(seed=self._seed)
        self.query_one(Title).say(left, [Seg(" · ".join(filter(None, (here, seed))), "bar")])
        self.query_one(Transcript).renew()
        chart = self.query_one("#end", Chart)
        if exercise is None:
            chart.show(_("The end of this round"), self._score())
        else:
            chart.show(_("Which session"), self._apart(exercise))

    def _session(self, exercise: Exercise) -> str:
        return session_words(exercise.session, exercise.file if self._files else "")

    def _apart(self, exercise: Exercise) -> list[Row]:
        width = max(30, self.size.width - 4)
        said = self._session(exercise)
        why = _("Its conversation is shown with the answer: it would tell.")
        return [*flow(said, width), *flow(why, width, "dim")]

    def _score(self) -> list[Row]:
        width = max(30, self.size.width - 4)
        score = flow(score_words(self.round.score()), width, "strong")
        rest = flow(seed_words(self._seed), width, "dim")
        return [*score, [], *rest, [], *flow(_("Enter or Esc goes back."), width, "dim")]

    # answers

    def answered(self, answer: str | None) -> None:
        """An answer was given, or none: "I do not know yet"."""
        exercise = self.exercise
        if exercise is None or self.round.answered:
            return
        self.round.answer(answer or "")
        told = asked.verdict(exercise.drill.question, answer)
        self.query_one(Question).judge(told)
        self._show(exercise)

    def closed(self) -> None:
        """The verdict was read."""
        self.round.go_on()
        self._begin()

    # keys

    def action_go_on(self) -> None:
        """At the end, back to where one came from; a question takes its keys itself."""
        if self.exercise is None:
            self.action_leave()
        else:
            self.set_focus(self.query_one(Question))

    def action_mask(self) -> None:
        """Show secrets in the conversation, or mask them."""
        self._masked = not self._masked
        for playback in self._playbacks.values():
            playback.masked = self._masked
        self.renew()
        self.say(_("Secrets are masked.") if self._masked else _("Secrets are shown."))

    def _scroll(self, rows: int) -> None:
        self.query_one(Transcript).scroll_by(rows)

    def action_scroll_down(self) -> None:
        """Scroll down."""
        self._scroll(1)

    def action_scroll_up(self) -> None:
        """Scroll up."""
        self._scroll(-1)

    def action_scroll_page_down(self) -> None:
        """Half a page down."""
        self._scroll(max(1, self.size.height // 4))

    def action_scroll_page_up(self) -> None:
        """Half a page up."""
        self._scroll(-max(1, self.size.height // 4))

    def action_leave(self) -> None:
        """Back; the score so far is said."""
        score = self.round.score()
        self.leave_to(score_words(score) if score.asked else "")
