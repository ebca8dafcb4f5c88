"""What a lesson says as linear text: its steps, questions, verdicts and end, in words alone.

Words stand where the screen has marks. No escape sequence, no box drawing, nothing is redrawn.
"""

from __future__ import annotations

import textwrap
from typing import TextIO

from tutor.base import Role, sanitise, sanitise_bytes
from tutor.cli.linear import WIDTH, Linear, fact_words
from tutor.cli.plain_compare import compared
from tutor.lesson import confidence
from tutor.lesson.look import looked
from tutor.lesson.player import EndCard, Mode, Player, Scene
from tutor.lesson.question import CHOSEN, Option, Question
from tutor.lesson.reference import Reference
from tutor.lesson.typed import how
from tutor.render import View, names
from tutor.render.plain import plain_step
from tutor.render.undone import undone_parts
from tutor.session import Eye, visible
from tutor.words import _, ngettext

MOST_LINES = 14
"""Lines of a step that is passed: a long list of capabilities or a message is cut here."""

WHOLE_LINES = 40
"""Lines of the step that a lesson speaks of."""


class PlainPage(Linear):
    """Writes one lesson to a text stream.

    Args:
        player: the state machine; it is only looked at.
        target: text goes there.
    """

    def __init__(self, player: Player, target: TextIO) -> None:
        super().__init__(target)
        self._player = player
        self._reference = Reference.load(player.bound.language)
        self._recording = ""  # whose steps were said last
        self._said: dict[str, int] = {}
        self._noted: dict[str, int] = {}
        self._views: dict[tuple[str, Eye], View] = {}

    def _again(self) -> None:
        """Say the steps of each recording from its beginning once more."""
        self._said.clear()
        self._recording = ""

    def _prose(self, text: str, first: str = "") -> None:
        """Lesson text: marks of bold taken off, wrapped."""
        super()._prose(text.replace("**", ""), first)

    def _heading(self) -> None:
        lesson = self._player.bound.lesson
        self._say(_("Lesson: {title}").format(title=lesson.title))
        if self._player.bound.untranslated:
            self._say(_("Some texts are not translated yet and stand in English."))
        self._say(
            _("Enter goes on, b goes back, e is Eve's notebook, h a hint, q leaves."),
            _("Type ? at any time: it says what can be typed."),
            "",
        )
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
                self._say(*compared(self._player.bound, self._view, WIDTH))
                self._prose(scene.say)
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
            text = _heard(first[:60])
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
                self._prose(line or _("(an empty line)"), "  ")

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
            texts = undone_parts(session, scene.index, masked=False)
        self._say(*[f"- {name}: {text}" for name, text in texts] or [_("Nothing in base64 here.")])

    # words

    def _say_words(self, scene: Scene) -> None:
        """The glossary's words that the lesson brings in here, and the parts of the step."""
        found = [self._reference.term(name) for name in scene.words]
        if scene.index is not None and scene.index < scene.upto:
            event = self._player.bound.sessions[scene.capture].event(scene.index)
            found += map(self._reference.role, dict.fromkeys(part.role for part in event.parts))
        texts = [word for word in found if word is not None and word.say]
        for word in texts:
            self._prose(f"{word.name}: {' '.join(word.say.split())}", "- ")
        if not texts:
            self._say(_("Nothing to explain here."))

    # the end

    def _end(self, card: EndCard) -> None:
        self._say(_("The end. Eve's notebook, counted:"))
        for book in card.notebooks:
            kinds = ", ".join(
                names.fact(kind) if number == 1 else _times(names.fact(kind), number)
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


def _times(fact: str, number: int) -> str:
    return _("{fact} {n} times").format(fact=fact, n=number)


def _heard(data: bytes) -> str:
    """A part in words; one of bytes that are no text as hexadecimal digits."""
    printable = sum(32 <= byte < 127 for byte in data)
    return sanitise_bytes(data) if printable * 2 > len(data) else data.hex(" ")


def _cited(cite: str) -> str:
    rfc, _mark, section = cite.partition("#")
    return _("RFC {number} section {section}").format(number=rfc[3:], section=section)
