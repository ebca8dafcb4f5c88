"""What the presenter shows: slides over a session or a lesson, each with a reveal.

A *slide* is a headline, a captured line, and what is held back until the teacher reveals it: the
text that explains, the secret in the line, what Eve has learned, the answer of a question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from tutor.findings import EveFact
from tutor.lesson.question import Question
from tutor.lesson.scene import Verdict
from tutor.render import explain, names
from tutor.session import Session
from tutor.tui.beside import Beside
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
        beside: recordings to compare.
        lines: events whose lines stand above the question, in place of the current one.
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
    beside: Beside | None = None
    lines: tuple[int, ...] = ()


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
