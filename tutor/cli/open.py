"""``wiretutor open FILE...``: the session browser; ``-`` reads a pipe that may still grow."""

from __future__ import annotations

import os
import sys
import time

import click

from tutor.base import CaptureError, UsageError, sanitise
from tutor.capture import Capture, Entry
from tutor.cli.options import keys_option, parse_ports, ports_option
from tutor.findings import Certainty
from tutor.lesson.reference import reference
from tutor.render import View
from tutor.render.lookups import lookup_line
from tutor.render.plain import certainty_word, plain_explanation, plain_step
from tutor.render.skipped import skipped_lines
from tutor.render.table import entry_line
from tutor.session import Session
from tutor.words import _

_PAUSE = 0.1
"""Seconds between two looks at a pipe or file that grows."""


@click.command("open")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--follow", is_flag=True, help="The file is still growing: keep reading.")
@click.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@click.option("--brief", is_flag=True, help="Only what was said, unexplained (with --plain).")
@click.option("--reveal", is_flag=True, help="Show secrets (only with --plain).")
@keys_option
@ports_option
@click.pass_context
def open_command(
    ctx: click.Context,
    files: tuple[str, ...],
    follow: bool,
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
    path: str,
    keys: tuple[str, ...],
    ports: dict[int, str],
    *,
    follow: bool,
    reveal: bool,
    brief: bool,
) -> int:
    """Say every session of a capture in words, as they come; the exit code."""
    try:
        capture = Capture(path, keys=keys, ports=ports, follow=follow)
    except CaptureError as error:
        click.echo(f"wiretutor: {sanitise(str(error))}", err=True)
        return error.exit_code
    said = _Said(capture, reveal=reveal, brief=brief)
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
        said.end()
        if capture.damaged:
            click.echo(f"wiretutor: {sanitise(path)}: {sanitise(capture.damaged)}", err=True)
            return 3
        if not capture.entries:
            click.echo(_("{name}: no mail session in it.").format(name=sanitise(capture.name)))
    return 0


class _Said:
    """What has been said already: each step once, and each explanation where it first applies."""

    def __init__(self, capture: Capture, *, reveal: bool, brief: bool) -> None:
        self._capture = capture
        self._reveal = reveal
        self._reference = None if brief else reference()
        self._explained: set[str] = set()
        self._steps: dict[int, int] = {}
        self._found: dict[int, int] = {}
        self._last = 0

    def news(self) -> None:
        """Say what has come since the last call."""
        for entry in self._capture.entries:
            if entry.steps > self._steps.get(entry.id, 0):
                self._say(entry)

    def end(self) -> None:
        """Say what can be told only now that all is read."""
        for line in skipped_lines(self._capture):
            click.echo(line)
        if self._reference:
            for verdict in self._capture.findings:
                numbers = ", ".join(map(str, verdict.sessions))
                where = _("sessions {numbers}").format(numbers=numbers)
                self._finding(where, verdict.rule, verdict.certainty)

    def _say(self, entry: Entry) -> None:
        session = self._capture.session(entry.id)
        view = View(session, masked=not self._reveal)
        if entry.id != self._last:
            click.echo(entry_line(entry))
            self._last = entry.id
            for lookup in self._capture.lookups_before(entry.id):
                click.echo(lookup_line(lookup))
        for index in range(self._steps.get(entry.id, 0), entry.steps):
            for line in plain_step(view, index):
                click.echo(line)
            self._explain(session, index)
        self._steps[entry.id] = entry.steps
        if self._reference:
            for finding in entry.findings[self._found.get(entry.id, 0) :]:
                where = _("step {n}").format(n=finding.step)
                self._finding(where, finding.rule, finding.certainty)
            self._found[entry.id] = len(entry.findings)

    def _explain(self, session: Session, index: int) -> None:
        if self._reference is None:
            return
        for explanation in self._reference.explain(session, index):
            if explanation.key not in self._explained:
                self._explained.add(explanation.key)
                for line in plain_explanation(explanation):
                    click.echo(line)

    def _finding(self, where: str, rule: str, certainty: Certainty) -> None:
        told = self._reference.finding(rule) if self._reference else None
        words = _("Finding, {where}: {rule} ({certainty})").format(
            where=where, rule=told.name if told else rule, certainty=certainty_word(certainty)
        )
        click.echo(words)
