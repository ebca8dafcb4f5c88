"""``wiretutor`` alone: the home screen."""

from __future__ import annotations

import sys

import click

from tutor.words import _


def home(plain: bool) -> None:
    """Open the home screen; without a terminal or in plain mode say what there is."""
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from tutor.cli.learn import list_lessons

        list_lessons()
        click.echo(_("Play one: wiretutor learn first-look --plain"))
        return
    from tutor import tui

    sys.exit(tui.run())
