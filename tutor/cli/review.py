"""``wiretutor learn --review``: the questions that come back today."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

import click

from tutor.cli.plain_player import PlainPlayer
from tutor.cli.playing import play
from tutor.lesson.player import EndCard, Player, Scene
from tutor.lesson.progress import Progress, today
from tutor.lesson.review import FIRST, ending, origin, review, waiting, waiting_words
from tutor.words import _

if TYPE_CHECKING:
    from datetime import date


def run_review(*, plain: bool) -> int:
    """Ask them, on the screen or as linear text; gives the exit code."""
    progress = Progress.load()
    if progress.notice:
        click.echo(progress.notice, err=True)
    items = waiting(progress, today())
    if not items:
        click.echo(_none(progress))
        return 0
    if not plain:
        from tutor import tui

        return tui.run(review=True)
    player = review(items)

    def save() -> None:
        progress.answered(player.settled(), today())

    linear = PlainReview(player, sys.stdin, sys.stdout, save, lambda: ending(progress, player))
    return play(linear, save)


def _none(progress: Progress) -> str:
    """Nothing is due; when something will be."""
    days: list[date] = [held.due for held in progress.waiting().values()]
    none = _("No question waits for you today.")
    if not days:
        return none
    return f"{none} " + _("The next one comes back on {day}.").format(day=min(days).isoformat())


class PlainReview(PlainPlayer):
    """A review as linear text.

    Args:
        player, source, target, save: as for a lesson.
        close: says at the end what comes back.
    """

    def __init__(
        self,
        player: Player,
        source: TextIO,
        target: TextIO,
        save: Callable[[], object],
        close: Callable[[], str],
    ) -> None:
        super().__init__(player, source, target, save)
        self._close = close

    def _heading(self) -> None:
        self._say(f"{waiting_words(self._player.stages - FIRST)}.")
        self._say(_("Enter goes on, b goes back, h is a hint, q leaves, ? says more."), "")

    def _intro(self) -> None:
        self._say(_("This is the beginning."))

    def _origin(self, scene: Scene) -> str:
        return origin(scene.id)

    def left(self) -> str:
        """Nothing is lost."""
        return _("What you have answered is kept.")

    def _end(self, card: EndCard) -> None:
        self._say(self._close())
