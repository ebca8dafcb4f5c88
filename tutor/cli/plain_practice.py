"""Practice as linear text: a question in its context, an answer, the verdict, the score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from tutor.base import MASK, sanitise
from tutor.cli.linear import End, Linear
from tutor.lesson.practice import Exercise, Round
from tutor.lesson.question import CHOSEN, Question
from tutor.lesson.typed import how, understood
from tutor.render import View
from tutor.render.plain import plain_step, plain_words
from tutor.render.practice import context, eye_of, score_words, seed_words, session_words
from tutor.words import _, ngettext

STEPS = 8
"""Steps of the conversation that stand before a question."""

_LINES = 4


class PlainPractice(Linear):
    """Asks a round on two text streams.

    Args:
        exercises: the questions.
        seed: what they were drawn with.
        source, target: lines come from here, text goes there.
        masked: whether secrets are masked.
        several: whether the files are named.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        seed: int,
        source: TextIO,
        target: TextIO,
        *,
        masked: bool = True,
        several: bool = False,
    ) -> None:
        super().__init__(target)
        self._by_id = {each.drill.question.id: each for each in exercises}
        self.round = Round([each.drill for each in exercises])
        self._seed = seed
        self._source = source
        self._masked = masked
        self._several = several

    def run(self) -> None:
        """Ask until the last question, the end of input, or the command to leave."""
        count = len(self.round.drills)
        asks = ngettext("{n} question.", "{n} questions.", count).format(n=count)
        self._say(f"{asks} {seed_words(self._seed)}")
        self._say(_help(), "")
        try:
            while (drill := self.round.current) is not None:
                self._ask(self._by_id[drill.question.id])
                self._say("")
                self.round.go_on()
        except End:
            self._say("")
        self._say(score_words(self.round.score()), seed_words(self._seed))

    # one question

    def _ask(self, exercise: Exercise) -> None:
        question = exercise.drill.question
        place, most = self.round.place
        head = _("Question {n} of {most}.").format(n=place, most=most)
        again = " " + _("It comes again.") if self.round.repeated else ""
        file = sanitise(exercise.file) if self._several else ""
        self._say(f"{head}{again} {plain_words(session_words(exercise.session, file))}")
        indices, before, behind = context(exercise, STEPS)
        if before:
            more = ngettext("({n} step before)", "({n} steps before)", before)
            self._say(more.format(n=before))
        self._steps(exercise, indices)
        if behind:
            more = ngettext("({n} step behind)", "({n} steps behind)", behind)
            self._say(more.format(n=behind))
        self._prose(_plain(question.ask), _("Question: "))
        for number, option in enumerate(question.options, 1):
            self._say(f"  {number}. {_plain(option.text)}")
        self._say(how(question))
        given = self._answer(question)
        self._verdict(exercise, given)

    def _answer(self, question: Question) -> str:
        """Read lines until one is an answer; "" for "I do not know yet"."""
        warned = False
        while True:
            if self._source.isatty():
                self._target.write(_("Answer: "))
                self._target.flush()
            line = self._source.readline()
            if not line:
                raise End
            word = line.strip()
            if word.lower() == "q":
                raise End
            if not word and warned:
                return ""
            if not word:
                warned = True
                self._say(_("No answer yet. Press Enter again for: I do not know yet."))
                continue
            if word == "?":
                self._say(how(question), _help())
                continue
            if word.lower() == "h":
                self._prose(question.hint or _("There is no hint here."))
                continue
            warned = False
            answer, why = understood(question, word)
            if answer:
                return answer
            self._say(why)

    def _verdict(self, exercise: Exercise, given: str) -> None:
        question = exercise.drill.question
        right = self.round.answer(given)
        said = {True: _("Right."), False: _("Not so."), None: _("Here is the answer.")}
        self._say(said[right])
        reason = question.reason(given)
        if right is not True:
            if given in question.reasons or question.kind not in CHOSEN:
                self._prose(reason)
                reason = ""
            lines = [_plain(line) for line in question.solution()]
            self._say(_("The answer: {answer}").format(answer=lines[0]), *lines[1:])
        self._prose(reason)
        if exercise.drill.after > exercise.drill.upto and exercise.drill.sort == "predict":
            self._steps(exercise, [exercise.drill.proof.index])

    # output

    def _steps(self, exercise: Exercise, indices: Sequence[int]) -> None:
        view = View(exercise.session, masked=self._masked, eye=eye_of(exercise))
        for index in indices:
            self._say(*plain_step(view, index, _LINES))


def _help() -> str:
    return _("Enter twice says: I do not know yet. h is a hint, q leaves, ? says all this.")


def _plain(text: str) -> str:
    """A text for a screen reader: the mask is a word."""
    return sanitise(text).replace(MASK, _("[hidden]"))
