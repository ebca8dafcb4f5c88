"""A lesson as linear text: for a screen reader, a pipe, or a terminal that can do nothing else.

Words stand where the screen has marks. No escape sequence, no box drawing, nothing is redrawn. It
reads one line at a time: Enter goes on, a number answers, a letter is a command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from tutor.cli.linear import End
from tutor.cli.plain_doing import PlainDoing
from tutor.cli.plain_page import PlainPage
from tutor.lesson.doing import Task
from tutor.lesson.player import Mode, Player, Scene
from tutor.lesson.question import Question
from tutor.lesson.typed import how, understood
from tutor.words import _

_COMMANDS = frozenset({"b", "v", "q", "h", "e", "d", "i", "?"})
"""What is never taken for an answer."""


class PlainPlayer(PlainPage):
    """Plays one lesson on two text streams.

    Args:
        player: the state machine.
        source, target: lines come from here, text goes there.
        save: called after each move, so that a kill loses nothing.
    """

    def __init__(
        self, player: Player, source: TextIO, target: TextIO, save: Callable[[], object]
    ) -> None:
        super().__init__(player, target)
        self._source = source
        self._save = save

    def run(self) -> None:
        """Play until the end card, the end of input, or the command to leave."""
        player = self._player
        self._heading()
        try:
            while True:
                scene = player.scene
                self._show(scene)
                if scene.mode is Mode.END:
                    break
                self._step(scene)
                self._save()
        except End:
            self._say(self.left())

    def left(self) -> str:
        """What is said to who leaves."""
        place = _("Your place is kept: {stage} of {stages}.")
        return place.format(stage=self._player.stage, stages=self._player.stages)

    # input

    def _read(self, scene: Scene) -> str:
        if self._source.isatty():
            self._target.write(_("Answer: ") if scene.asking else _("Enter goes on: "))
            self._target.flush()
        line = self._source.readline()
        if not line:
            raise End
        return line.strip()

    def _step(self, scene: Scene) -> None:
        """Read lines until one of them moves the player."""
        before = self._player.revision
        while self._player.revision == before or self._player.scene.sure:
            word = self._read(scene)
            if scene.question and scene.asking and self._answered(scene.question, word):
                return
            self._command(word, scene)

    def _command(self, word: str, scene: Scene) -> None:
        match word.lower():
            case "":
                self._player.go_on()
                if self._player.scene.sure and scene.mode is Mode.CONFIDENCE:
                    self._say(_("No answer yet. Press Enter again to pass over it."))
                elif self._player.scene.sure:
                    self._say(_("No answer yet. Press Enter again for: I do not know yet."))
            case "b" | "v":
                self._player.back()
                self._again()
            case "q":
                raise End
            case "h":
                self._say(scene.hint or _("There is no hint here."))
            case "e":
                self._say_notebook(scene)
            case "i":
                self._say_words(scene)
            case "d":
                self._say_decoded(scene)
            case _:
                self._prose(_help(scene))

    def _answered(self, question: Question, word: str) -> bool:
        """Whether a line was an answer; what looks like one and is none is said."""
        if not word or word.lower() in _COMMANDS:
            return False
        if question.task is not None:
            if word != "1":
                return False
            self._do(question, question.task)
            return True
        answer, why = understood(question, word)
        if answer:
            self._player.answer(answer)
            return True
        if any(char.isdigit() for char in word):
            self._say(why)
        return False

    def _do(self, question: Question, task: Task) -> None:
        """Let it be typed to the lab."""
        answer = PlainDoing(task, question.hint, self._source, self._target).run()
        if answer is None:
            self._player.leave_out()
        elif answer:
            self._player.answer(answer)
        else:
            self._player.dont_know()


def _help(scene: Scene) -> str:
    if scene.asking and scene.question is not None:
        return _(
            "{how} Enter twice: I do not know yet. h is a hint, b goes back, e is Eve's notebook,"
            " q leaves."
        ).format(how=how(scene.question))
    return _(
        "Enter goes on, b goes back, e is Eve's notebook, i explains the words of this step,"
        " d undoes base64, q leaves."
    )
