"""``wiretutor open FILE...``: the session browser; ``-`` reads a pipe that may still grow."""

from __future__ import annotations

import os
import sys
import time

import click

from tutor.base import CaptureError, UsageError, sanitise
from tutor.capture import Capture, Entry
from tutor.cli.options import keys_option, parse_ports, ports_option
from tutor.render import View
from tutor.render.plain import plain_step
from tutor.render.table import entry_line
from tutor.words import _

_PAUSE = 0.1
"""Seconds between two looks at a pipe or file that grows."""


@click.command("open")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--follow", is_flag=True, help="The file is still growing: keep reading.")
@click.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@click.option("--reveal", is_flag=True, help="Show secrets (only with --plain).")
@keys_option
@ports_option
@click.pass_context
def open_command(
    ctx: click.Context,
    files: tuple[str, ...],
    follow: bool,
    plain: bool,
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
            code = max(code, _plain(path, keys, told, follow=follow, reveal=reveal))
        sys.exit(code)
    from tutor import tui

    shown = [_pipe() if path == "-" else path for path in files]
    sys.exit(tui.run(capture=shown, keys=keys, ports=told, follow=follow))


def _pipe() -> str:
    """Move the pipe away from standard input, where the screen reads the keyboard; its new path."""
    pipe = os.dup(0)
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise UsageError(_("no terminal to show it on; add --plain")) from error
    os.dup2(terminal, 0)
    os.close(terminal)
    return f"/dev/fd/{pipe}"


def _plain(
    path: str, keys: tuple[str, ...], ports: dict[int, str], *, follow: bool, reveal: bool
) -> int:
    """Say every session of a capture in words, as they come; the exit code."""
    try:
        capture = Capture(path, keys=keys, ports=ports, follow=follow)
    except CaptureError as error:
        click.echo(f"wiretutor: {sanitise(str(error))}", err=True)
        return error.exit_code
    said = _Said(capture, reveal=reveal)
    with capture:
        try:
            while (more := capture.advance(1 << 20)) or capture.growing:
                said.news()
                if not more:
                    time.sleep(_PAUSE)
        except KeyboardInterrupt:
            click.echo(_("Stopped."), err=True)
        capture.finish()
        said.news()
        if capture.damaged:
            click.echo(f"wiretutor: {sanitise(path)}: {sanitise(capture.damaged)}", err=True)
            return 3
        if not capture.entries:
            click.echo(_("{name}: no mail session in it.").format(name=sanitise(capture.name)))
    return 0


class _Said:
    """What has been said already, so that each step is said once."""

    def __init__(self, capture: Capture, *, reveal: bool) -> None:
        self._capture = capture
        self._reveal = reveal
        self._steps: dict[int, int] = {}
        self._last = 0

    def news(self) -> None:
        """Say what has come since the last call."""
        for entry in self._capture.entries:
            if entry.steps > self._steps.get(entry.id, 0):
                self._say(entry)

    def _say(self, entry: Entry) -> None:
        view = View(self._capture.session(entry.id), masked=not self._reveal)
        if entry.id != self._last:
            click.echo(entry_line(entry))
            self._last = entry.id
        for index in range(self._steps.get(entry.id, 0), entry.steps):
            for line in plain_step(view, index):
                click.echo(line)
        self._steps[entry.id] = entry.steps
