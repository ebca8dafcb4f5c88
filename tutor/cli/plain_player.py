"""A lesson as linear text: for a screen reader, a pipe, or a terminal that can do nothing else.

Words stand where the screen has marks. No escape sequence, no box drawing, nothing is redrawn. It
reads one line at a time: Enter goes on, a number answers, a letter is a command.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TextIO

from tutor.base import Role, sanitise, sanitise_bytes
from tutor.cli.plain_doing import PlainDoing, fact_words
from tutor.lesson import confidence
from tutor.lesson.answers import CHOSEN, Option, Question
from tutor.lesson.compare import Row, align, alike, carrier, uncommon, within
from tutor.lesson.doing import Task
from tutor.lesson.look import looked
from tutor.lesson.player import EndCard, Mode, Player, Scene
from tutor.lesson.reference import Reference
from tutor.lesson.typed import how, understood
from tutor.render import View
from tutor.render.missing import missing_words
from tutor.render.plain import plain_step
from tutor.session import Eye, visible
from tutor.tui import decode, names
from tutor.words import _, ngettext

WIDTH = 78
_COMMANDS = frozenset({"b", "v", "q", "h", "e", "d", "?"})
"""What is never taken for an answer."""

MOST_LINES = 14
"""Lines of a step that is passed: a long list of capabilities or a message is cut here."""

WHOLE_LINES = 40
"""Lines of the step that a lesson speaks of."""


class _End(Exception):  # noqa: N818 - no error: the input is at its end, or the learner leaves
    pass


class PlainPlayer:
    """Plays one lesson on two text streams.

    Args:
        player: the state machine.
        source, target: lines come from here, text goes there.
        save: called after each move, so that a kill loses nothing.
    """

    def __init__(
        self, player: Player, source: TextIO, target: TextIO, save: Callable[[], object]
    ) -> None:
        self._player = player
        self._source = source
        self._target = target
        self._save = save
        self._reference = Reference.load(player.bound.language)
        self._recording = ""  # whose steps were said last
        self._said: dict[str, int] = {}
        self._noted: dict[str, int] = {}
        self._views: dict[tuple[str, Eye], View] = {}

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
        except _End:
            self._say(self._left())

    def _left(self) -> str:
        """What is said to who leaves."""
        place = _("Your place is kept: {stage} of {stages}.")
        return place.format(stage=self._player.stage, stages=self._player.stages)

    # input

    def _read(self) -> str:
        line = self._source.readline()
        if not line:
            raise _End
        return line.strip()

    def _step(self, scene: Scene) -> None:
        """Read lines until one of them moves the player."""
        before = self._player.revision
        while self._player.revision == before or self._player.scene.sure:
            word = self._read()
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
                self._said.clear()
                self._recording = ""
            case "q":
                raise _End
            case "h":
                self._say(scene.hint or _("There is no hint here."))
            case "e":
                self._say_notebook(scene)
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

    # output

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._target.write(f"{line}\n")
        self._target.flush()

    def _prose(self, text: str, first: str = "") -> None:
        """Lesson text: marks of bold taken off, wrapped."""
        plain = text.replace("**", "").strip()
        for number, paragraph in enumerate(plain.splitlines()):
            start = first if number == 0 else ""
            self._say(*textwrap.wrap(f"{start}{paragraph}", WIDTH, break_long_words=False))

    def _heading(self) -> None:
        lesson = self._player.bound.lesson
        self._say(_("Lesson: {title}").format(title=lesson.title))
        if self._player.bound.untranslated:
            self._say(_("Some texts are not translated yet and stand in English."))
        self._say(_("Enter goes on, b goes back, e is Eve's notebook, h a hint, q leaves."), "")
        if self._player.stage > 1:
            place = _("Going on at {stage} of {stages}.")
            self._say(place.format(stage=self._player.stage, stages=self._player.stages), "")

    def _show(self, scene: Scene) -> None:
        match scene.mode:
            case Mode.INTRO:
                self._intro()
            case Mode.STEP | Mode.PREDICT:
                self._show_step(scene)
            case Mode.VERDICT | Mode.QUIZ_VERDICT:
                self._show_verdict(scene)
            case Mode.QUIZ | Mode.CONFIDENCE:
                self._ask(scene)
            case Mode.COMPARE:
                self._compare(scene)
            case Mode.PRINCIPLE:
                self._prose(scene.say, _("What to keep: "))
            case Mode.END:
                self._end(self._player.end_card())
        self._say("")

    def _intro(self) -> None:
        lesson = self._player.bound.lesson
        self._say(_("After this lesson you can:"))
        for goal in lesson.goals:
            self._prose(goal, "- ")

    def _show_step(self, scene: Scene) -> None:
        self._transcript(scene)
        if scene.mode is Mode.PREDICT:
            self._ask(scene)
            return
        self._look(scene)
        self._prose(scene.say)
        if scene.cite:
            self._say(_("Source: {where}").format(where=", ".join(map(_cited, scene.cite))))
        self._note(scene)

    def _transcript(self, scene: Scene) -> None:
        """Say the steps that have come into view since the last stage of this recording."""
        lesson, session = self._player.bound.lesson, self._player.bound.sessions[scene.capture]
        if scene.capture != self._recording:
            label = lesson.captures[scene.capture].label or scene.capture
            self._say(_("Recording: {label}").format(label=label))
            self._recording = scene.capture
        first = self._said.get(scene.capture, 0)
        eye = scene.eye
        for index in range(first, scene.upto):
            if visible(session, index, eye):
                most = WHOLE_LINES if index == scene.index else MOST_LINES
                self._say(*plain_step(self._view(scene.capture, eye), index, most))
        self._said[scene.capture] = max(first, scene.upto)

    def _view(self, capture: str, eye: Eye) -> View:
        if (capture, eye) not in self._views:
            session = self._player.bound.sessions[capture]
            # recordings of our own lab accounts open revealed
            self._views[capture, eye] = View(session, masked=False, eye=eye)
        return self._views[capture, eye]

    def _look(self, scene: Scene) -> None:
        if scene.index is None or not scene.look:
            return
        session = self._player.bound.sessions[scene.capture]
        event = session.event(scene.index)
        found: dict[str, list[str]] = {}
        for number, part in enumerate(event.parts):
            if part.role in (Role.CIPHERTEXT, Role.BODY, Role.ATTACHMENT):
                continue
            first = session.part(event, number).strip().split(b"\r\n", 1)[0]
            text = sanitise_bytes(first[:60])
            if part.role is Role.CODE:
                text = text.strip("[]")  # the bracket that closes a code is a part of its own
            if not text:
                continue
            if looked(scene.look, part.role.value, text):
                found.setdefault(self._role(part.role), []).append(text)
        if found:
            parts = "; ".join(f"{role} {', '.join(texts)}" for role, texts in found.items())
            self._say(*textwrap.wrap(_("Look at: {parts}").format(parts=parts), WIDTH))

    def _role(self, role: Role) -> str:
        label = self._reference.role(role)
        return label.name if label else role.value

    # questions

    def _origin(self, scene: Scene) -> str:
        """Where a question is from that this lesson does not ask by itself."""
        return _("From an earlier lesson.")

    def _ask(self, scene: Scene) -> None:
        question = scene.question
        assert question is not None
        if scene.recalled:
            self._say(self._origin(scene))
        elif scene.again:
            self._say(_("Once more."))
        elif scene.mode is Mode.CONFIDENCE:
            self._say(_("This one is not counted."))
        self._prose(question.ask, _("Question: "))
        for number, option in enumerate(question.options, 1):
            self._say(f"  {number}. {self._option(option)}")
        self._say(how(question))

    def _option(self, option: Option) -> str:
        text = sanitise(option.text)
        if option.index is not None:
            return _("{text}, in step {step}").format(text=text, step=option.index + 1)
        return text

    def _show_verdict(self, scene: Scene) -> None:
        verdict, question = scene.verdict, scene.question
        assert verdict is not None
        assert question is not None
        word = {True: _("Right."), False: _("Not so."), None: _("Here is the answer.")}
        self._say(word[verdict.right])
        reason = verdict.reason
        # what is said to the answer that was given comes before the right one
        own = verdict.chosen in question.reasons or question.kind not in CHOSEN
        if verdict.right is not True:
            if own:
                self._prose(reason)
                reason = ""
            self._solution(question)
        self._prose(reason)
        if scene.mode is Mode.VERDICT:
            self._transcript(scene)
        elif scene.say:
            self._prose(scene.say)

    def _solution(self, question: Question) -> None:
        lines = [sanitise(line) for line in question.solution()]
        if len(lines) == 1:
            self._say(_("The answer: {answer}").format(answer=lines[0]))
        else:
            self._say(_("One way to do it:") if question.task else _("The answer:"))
            for line in lines:
                self._prose(line, "  ")

    # Eve

    def _note(self, scene: Scene) -> None:
        """Eve's count, and what is new."""
        facts = self._player.eve(scene.capture)
        new = facts[self._noted.get(scene.capture, 0) :]
        self._noted[scene.capture] = len(facts)
        count = ngettext("Eve knows {n} thing.", "Eve knows {n} things.", len(facts))
        self._say(count.format(n=len(facts)))
        if new:
            listed = ", ".join(map(fact_words, new))
            self._say(*textwrap.wrap(_("New: {facts}").format(facts=listed), WIDTH))

    def _say_notebook(self, scene: Scene) -> None:
        facts = self._player.eve(scene.capture) if scene.capture else ()
        self._say(_("Eve's notebook:"), *(f"- {fact_words(fact)}" for fact in facts))

    def _say_decoded(self, scene: Scene) -> None:
        """Base64 undone, of the step that is on; recordings of a lesson are shown revealed."""
        texts: list[tuple[str, str]] = []
        if scene.index is not None:
            session = self._player.bound.sessions[scene.capture]
            texts = decode.undone_parts(session, scene.index, masked=False)
        self._say(*[f"- {name}: {text}" for name, text in texts] or [_("Nothing in base64 here.")])

    # compare and end

    def _compare(self, scene: Scene) -> None:
        lesson, sessions = self._player.bound.lesson, self._player.bound.sessions
        compare = lesson.compare
        assert compare is not None
        self._say(_("Side by side, as Eve sees it:"))
        sides = [key for key in (compare.left, compare.right, compare.third) if key is not None]
        for row in align([sessions[key] for key in sides], compare.align):
            self._say(f"{names.row(row.key)}:")
            for key, indices in zip(sides, row.sides, strict=True):
                label = lesson.captures[key].label or key
                self._say(f"  {label}: {self._side(key, row.key, indices)}")
            self._say(f"  {self._difference(sides, row)}")
        self._prose(scene.say)

    def _side(self, key: str, what: str, indices: tuple[int, ...]) -> str:
        if not indices:
            reason = missing_words(self._player.bound.sessions[key], what)
            return _("nothing of the kind: {reason}").format(reason=reason)
        seen = carrier(self._player.bound.sessions[key], indices[0])
        line = self._view(key, Eye.EVE).lines(seen[-1] if seen else indices[0], 1)[0]
        text = line.text
        return text if len(text) <= WIDTH else f"{text[: WIDTH - 3]}..."

    def _difference(self, sides: list[str], row: Row) -> str:
        """How the sides of a row differ, to Eve."""
        if not all(row.sides):
            return _("Difference: not on every side.")
        sessions = self._player.bound.sessions
        hidden = {
            sessions[key].inside_tls(sessions[key].event(indices[0]).span.layer)
            for key, indices in zip(sides, row.sides, strict=True)
        }
        if len(hidden) > 1:
            return _("Difference: what one side shows to Eve, another hides.")
        if True in hidden:
            return _("Hidden on every side.")
        own = [sessions[key] for key in sides]
        words = uncommon(own, row)
        if words:
            listed = ", ".join(map(sanitise, words))
            return _("Difference: {words}, not on every side.").format(words=listed)
        if all(alike(own, moment) for moment in within(own, row)):
            return _("The same on every side.")
        return _("Difference: other lines, or another answer.")

    def _end(self, card: EndCard) -> None:
        self._say(_("The end. Eve's notebook, counted:"))
        for book in card.notebooks:
            kinds = ", ".join(
                names.fact(kind) if number == 1 else f"{names.fact(kind)} x{number}"
                for kind, number in book.kinds
            )
            count = ngettext("{label}: {n} thing", "{label}: {n} things", book.count)
            line = f"{count.format(label=book.label, n=book.count)} ({kinds})"
            self._say(*textwrap.wrap(line, WIDTH, initial_indent="- ", subsequent_indent="  "))
        score = _("Right answers: {right} of {asked}. Not known yet: {unknown}.")
        self._say(score.format(right=card.right, asked=card.asked, unknown=card.unknown))
        self._say(*confidence.said(card))
        if card.passed:
            self._say(_("You have passed this lesson."))
        else:
            self._say(_("With half of the quiz right you pass. You can play it again."))


def _cited(cite: str) -> str:
    rfc, _mark, section = cite.partition("#")
    return _("RFC {number} section {section}").format(number=rfc[3:], section=section)


def _help(scene: Scene) -> str:
    if scene.asking and scene.question is not None:
        return _("{how} Enter twice: I do not know yet. h is a hint, q leaves.").format(
            how=how(scene.question)
        )
    return _(
        "Enter goes on, b goes back, e is Eve's notebook, d undoes base64, h a hint, q leaves."
    )
