"""The screen: a Textual app over captures and lessons. ``run`` is all that commands need."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen

    from tutor.lesson.practice import Exercise
    from tutor.sources.feed import Feed


def run(
    *,
    lesson: str | None = None,
    capture: Sequence[str] | None = None,
    keys: Sequence[str] = (),
    ports: Mapping[int, str] | None = None,
    language: str | None = None,
    follow: bool = False,
    feed: Feed | None = None,
    feed_name: str = "",
    choosing: bool = False,
    expression: str | None = None,
    keep: str | None = None,
    present: bool = False,
    review: bool = False,
    practice: tuple[Sequence[Exercise], int] | None = None,
) -> int:
    """Run the app and give its exit code.

    Args:
        lesson: id or folder of a lesson to begin with.
        capture: files for the session browser; with neither, the home screen opens.
        keys: paths of TLS key logs.
        ports: what a port speaks, where the user told.
        language: a tag such as ``pt-BR``; None leaves what was chosen.
        follow: the captures are still being written.
        feed: what is being captured, started; a lab's opens the lab.
        feed_name: what is listened to, for the title.
        choosing: begin with the list of interfaces.
        expression: the pcap filter for what is chosen there; None asks.
        keep: where what is chosen there is recorded.
        present: sessions and lessons open before a class.
        review: begin with the questions that come back today.
        practice: begin with these questions; and the seed that drew them.

    Raises:
        WiretutorError: there is no such lesson, or it cannot be read.

    Without a terminal it starts nothing, says so on stderr and gives 2: Textual would never end.
    """
    from tutor import words

    if language is not None:
        words.choose(language)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say = words._("This needs a terminal; --plain gives the same as linear text.")
        sys.stderr.write(f"wiretutor: {say}\n")
        return 2
    # read by Textual when it is imported: a step is drawn at once, not at the next 60th of a second
    os.environ.setdefault("TEXTUAL_FPS", "240")
    opened = None
    if lesson is not None:
        from tutor.lesson.course import find
        from tutor.lesson.opening import open_lesson

        # what is wrong with a lesson is said before the screen is taken
        directory = find(lesson)
        opened = (directory, open_lesson(directory))
    from tutor.tui.app import WiretutorApp

    app = WiretutorApp(
        first_screen=(
            _review
            if review
            else _practice(*practice)
            if practice
            else _choosing(expression, keep, present=present)
            if choosing
            else _live(feed, feed_name, ports or {}, present=present)
        ),
        lesson=opened,
        files=tuple(capture or ()),
        keys=tuple(keys),
        ports=dict(ports or {}),
        follow=follow,
        present=present,
    )
    app.run()
    return app.return_code or 0


def _review() -> Screen[None]:
    from tutor.tui.screens.review import Review

    return Review()


def _practice(exercises: Sequence[Exercise], seed: int) -> Callable[[], Screen[None]]:
    def make() -> Screen[None]:
        from tutor.tui.screens.practice import Practice

        return Practice(exercises, seed)

    return make


def _choosing(
    expression: str | None, keep: str | None, *, present: bool
) -> Callable[[], Screen[None]]:
    def make() -> Screen[None]:
        from tutor.tui.screens.interfaces import Interfaces

        return Interfaces(expression, keep, presenting=present)

    return make


def _live(
    feed: Feed | None, name: str, ports: Mapping[int, str], *, present: bool
) -> Callable[[], Screen[None]] | None:
    if feed is None:
        return None

    def make() -> Screen[None]:
        from tutor.sources.lab_feed import LabFeed
        from tutor.tui.screens.lab import Lab
        from tutor.tui.screens.live import Live
        from tutor.tui.screens.tap import Tap

        if isinstance(feed, LabFeed) and feed.tapped:
            return Tap(feed, name, dict(ports), presenting=present)
        if isinstance(feed, LabFeed):
            return Lab(feed, presenting=present)
        return Live(feed, name, dict(ports), presenting=present)

    return make
