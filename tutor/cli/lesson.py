"""``wiretutor lesson check`` and ``lesson schema``: tools for authors."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tutor.words import _, ngettext


@click.group("lesson")
def lesson() -> None:
    """Tools for authors of lessons."""


@lesson.command("check")
@click.argument("directory", required=False, type=click.Path(path_type=Path))
def check_command(directory: Path | None) -> None:
    """Prove every claim of the lessons (of DIRECTORY, else of those that are shipped)."""
    from tutor.lesson.check import check

    report = check(directory)
    for fault in report.faults:
        click.echo(str(fault))
    lessons = ngettext("{n} lesson", "{n} lessons", report.lessons).format(n=report.lessons)
    languages = ngettext("{n} language", "{n} languages", report.languages)
    counted = f"{lessons}, {languages.format(n=report.languages)}"
    if report.faults:
        faults = ngettext("{n} fault", "{n} faults", len(report.faults))
        click.echo(f"{counted}: {faults.format(n=len(report.faults))}", err=True)
        sys.exit(1)
    click.echo(_("{counted}: all claims hold").format(counted=counted))


@lesson.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of a lesson file."""
    from tutor.lesson.model import schema

    click.echo(json.dumps(schema(), indent=2, sort_keys=True))
