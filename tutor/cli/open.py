"""``wiretutor open FILE...``: the session browser; ``-`` reads a pipe that may still grow."""

from __future__ import annotations

import os
import select
import sys
import threading

import click

from tutor.base import CaptureError, UsageError, sanitise
from tutor.capture import Capture
from tutor.cli import spoken
from tutor.cli.options import keys_option, parse_ports, ports_option, present_option
from tutor.cli.said import Said
from tutor.words import _
from tutor.words.errors import error_words

_PAUSE = 0.5
"""Seconds after which a pipe or file that grows is looked at, announced or not."""


@spoken.command("open")
@spoken.argument("files", nargs=-1, required=True, metavar="FILE...")
@spoken.option("--follow", is_flag=True, help="The file is still growing: keep reading.")
@present_option
@spoken.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@spoken.option("--brief", is_flag=True, help="Only what was said, unexplained (with --plain).")
@spoken.option("--reveal", is_flag=True, help="Show secrets (only with --plain).")
@keys_option
@ports_option
@click.pass_context
def open_command(
    ctx: click.Context,
    files: tuple[str, ...],
    follow: bool,
    present: bool,
    plain: bool,
    brief: bool,
    reveal: bool,
    keys: tuple[str, ...],
    ports: tuple[str, ...],
) -> None:
    """Browse and play the mail sessions of captures."""
    told = parse_ports(ports)
    plain = plain or ctx.obj["plain"]
    if reveal and not plain:
        raise UsageError(_("--reveal goes with --plain; on the screen press M"))
    if plain or not sys.stdout.isatty():
        code = 0
        for path in files:
            code = max(code, _plain(path, keys, told, follow=follow, reveal=reveal, brief=brief))
        sys.exit(code)
    from tutor import tui

    shown = [_pipe() if path == "-" else path for path in files]
    sys.exit(tui.run(capture=shown, keys=keys, ports=told, follow=follow, present=present))


def _pipe() -> str:
    """Move the pipe away from standard input, where the screen reads the keyboard; its new path.

    The screen is not taken before the pipe says something: ssh may ask for a password first.
    """
    pipe = os.dup(0)
    if not select.select([pipe], [], [], _PAUSE)[0]:
        click.echo(_("Waiting for the first packets."), err=True)
        select.select([pipe], [], [])
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise UsageError(_("no terminal to show it on; add --plain")) from error
    os.dup2(terminal, 0)
    os.close(terminal)
    return f"/dev/fd/{pipe}"


def _plain(
    path: str,
    keys: tuple[str, ...],
    ports: dict[int, str],
    *,
    follow: bool,
    reveal: bool,
    brief: bool,
) -> int:
    """Say every session of a capture in words, as they come; the exit code."""
    grown = threading.Event()
    try:
        capture = Capture(path, keys=keys, ports=ports, follow=follow)
    except CaptureError as error:
        click.echo(f"wiretutor: {sanitise(error_words(error))}", err=True)
        return error.exit_code
    capture.listen(grown.set)
    said = Said(capture, reveal=reveal, brief=brief)
    with capture:
        try:
            while (more := capture.advance(1 << 20)) or capture.growing:
                said.news()
                if not more:
                    grown.wait(_PAUSE)
                    grown.clear()
        except KeyboardInterrupt:
            click.echo(_("Stopped."), err=True)
        capture.finish()
        said.news()
        said.end()
        if capture.damaged:
            click.echo(f"wiretutor: {sanitise(path)}: {sanitise(capture.damaged)}", err=True)
            return 3
        if not capture.entries:
            click.echo(_("{name}: no mail session in it.").format(name=sanitise(capture.name)))
    return 0
