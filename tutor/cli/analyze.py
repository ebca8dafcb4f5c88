"""``wiretutor analyze FILE...``: what captures show, without a screen."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path

import click

from tutor import words
from tutor.base import CaptureError, UsageError, sanitise
from tutor.capture import Capture
from tutor.cli import spoken
from tutor.cli.options import keys_option, parse_ports, ports_option
from tutor.findings import RULES
from tutor.render.json_report import dump, unreadable, written
from tutor.render.plain import heard
from tutor.render.table import table
from tutor.words import _
from tutor.words.errors import error_words, reason_words


@spoken.command()
@spoken.argument("files", nargs=-1, required=True, metavar="FILE...")
@spoken.option(
    "--json", "as_json", is_flag=True, help="One JSON object for each file, a line each."
)
@spoken.option("--reveal", is_flag=True, help="Show secrets. Without it they are masked.")
@spoken.option(
    "--all", "everything", is_flag=True, help="List conversations that are not mail too."
)
@spoken.option("--digest", is_flag=True, help="Add SHA-256 of the reassembled bytes (with --json).")
@spoken.option("--fail-on", metavar="RULE[,RULE]", help="Exit with 1 where a rule was found.")
@spoken.option("--plain", is_flag=True, help="Words where the table has marks.")
@keys_option
@ports_option
@click.pass_context
def analyze(
    ctx: click.Context,
    files: tuple[str, ...],
    as_json: bool,
    reveal: bool,
    everything: bool,
    digest: bool,
    fail_on: str | None,
    plain: bool,
    keys: tuple[str, ...],
    ports: tuple[str, ...],
) -> None:
    """Say what captures show: sessions, logins, findings."""
    if digest and not as_json:
        raise UsageError(_("--digest goes with --json"))
    if as_json:
        words.choose("en")  # a program reads it: it is the same in every language
    plain = plain or bool((ctx.obj or {}).get("plain"))
    told = parse_ports(ports)
    wanted = {rule.strip() for rule in (fail_on or "").split(",") if rule.strip()}
    for rule in sorted(wanted - set(RULES)):
        near = get_close_matches(rule, RULES, 1) or [RULES[0]]
        wrong = _("--fail-on {rule}: there is no such rule; did you mean {near}?")
        raise UsageError(wrong.format(rule=rule, near=near[0]))
    code = 0
    for path in files:
        try:
            capture = Capture(path, keys=keys, ports=told, everything=everything)
            capture.load()
        except CaptureError as error:
            code = error.exit_code
            if as_json:
                click.echo(dump(unreadable(Path(path).name, reason_words(error))))
            click.echo(f"wiretutor: {sanitise(error_words(error))}", err=True)
            continue
        with capture:
            if as_json:
                for piece in written(capture, reveal=reveal, digest=digest, everything=everything):
                    click.echo(piece, nl=False)
                click.echo()
            else:
                for line in table(capture, reveal=reveal, everything=everything):
                    click.echo(heard(line) if plain else line)
            if capture.damaged:
                click.echo(f"wiretutor: {sanitise(f'{path}: {capture.damaged}')}", err=True)
                code = 3
            if code == 0 and wanted & capture.rules():
                code = 1
    sys.exit(code)
