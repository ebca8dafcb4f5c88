"""``wiretutor practice FILE...``: questions from any recording, on the screen or as linear text."""

from __future__ import annotations

import sys
import time

import click

from tutor.base import UsageError, sanitise
from tutor.capture import Capture
from tutor.cli import spoken
from tutor.cli.options import keys_option, parse_ports, ports_option
from tutor.lesson.practice import MOST_COUNT, Exercise, gather, new_seed
from tutor.render.practice import Shown, nothing_words
from tutor.session import Session
from tutor.words import _

SLICE = 1 << 20
_QUIET = 1.0
"""Seconds of reading before it is said that it goes on."""


@spoken.command("practice")
@spoken.argument("files", nargs=-1, required=True, metavar="FILE...")
@spoken.option(
    "--seed", type=spoken.Whole(0), metavar="N", help="The same number asks the same questions."
)
@spoken.option(
    "--count",
    type=spoken.Whole(1, MOST_COUNT),
    metavar="N",
    default=10,
    help="How many questions at most.",
)
@spoken.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@spoken.option("--reveal", is_flag=True, help="Show secrets, and ask for them (only with --plain).")
@keys_option
@ports_option
@click.pass_context
def practice(
    ctx: click.Context,
    files: tuple[str, ...],
    seed: int | None,
    count: int,
    plain: bool,
    reveal: bool,
    keys: tuple[str, ...],
    ports: tuple[str, ...],
) -> None:
    """Answer questions about captures; each answer stands in their bytes."""
    told = parse_ports(ports)
    if "-" in files:
        raise UsageError(_("practice reads files; the keyboard is for the answers"))
    plain = plain or bool(ctx.obj["plain"]) or not sys.stdout.isatty()
    if reveal and not plain:
        raise UsageError(_("--reveal goes with --plain; on the screen press M"))
    chosen = new_seed() if seed is None else seed
    exercises = drawn(files, keys, told, chosen, count, masked=not reveal)
    if not exercises:
        name = ", ".join(sanitise(file) for file in files)
        click.echo(nothing_words(name))
        return
    if plain:
        from tutor.cli.plain_practice import PlainPractice

        PlainPractice(
            exercises, chosen, sys.stdin, sys.stdout, masked=not reveal, several=len(files) > 1
        ).run()
        return
    from tutor import tui

    sys.exit(tui.run(practice=(exercises, chosen)))


def drawn(
    files: tuple[str, ...],
    keys: tuple[str, ...],
    ports: dict[int, str],
    seed: int,
    count: int,
    *,
    masked: bool,
) -> list[Exercise]:
    """Read captures to their ends, saying how far, and draw questions from them.

    Raises:
        CaptureError: one cannot be read at all.
    """

    def shown(session: Session) -> Shown:
        return Shown(session, masked=masked)

    captures: list[Capture] = []
    try:
        for path in files:
            captures.append(Capture(path, keys=keys, ports=ports))
            _read(captures[-1])
        return gather(captures, shown, seed, count)
    finally:
        for capture in captures:
            capture.close()


def _read(capture: Capture) -> None:
    said = time.monotonic()
    while capture.advance(SLICE):
        if time.monotonic() - said > _QUIET:
            said = time.monotonic()
            words = _("{name}: {n} packets read").format(
                name=sanitise(capture.name), n=f"{capture.packets:,}"
            )
            click.echo(words, err=True)
    capture.finish()
    if capture.damaged:
        click.echo(f"wiretutor: {sanitise(capture.name)}: {sanitise(capture.damaged)}", err=True)
