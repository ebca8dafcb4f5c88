"""``wiretutor lesson check`` and ``lesson schema``: tools for authors."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tutor.cli import spoken
from tutor.words import _, ngettext


@spoken.group("lesson")
def lesson() -> None:
    """Tools for authors of lessons."""


@lesson.command("check")
@spoken.argument("directory", required=False, type=click.Path(path_type=Path))
def check_command(directory: Path | None) -> None:
    """Prove every claim of the lessons (of DIRECTORY, else of those that are shipped)."""
    from tutor import words
    from tutor.lesson.check import check

    # what is wrong with a file is said in English, whole: its keys are English words too
    asked = words.language()
    words.choose("en")
    report = check(directory)
    words.choose(asked)
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


@lesson.command("new")
@spoken.argument("directory", type=click.Path(path_type=Path))
@spoken.option(
    "--from",
    "captures",
    multiple=True,
    required=True,
    metavar="CAPTURE",
    type=click.Path(path_type=Path),
    help="What it plays; keys that lie beside it come along. May be given again.",
)
@spoken.option(
    "--session",
    "sessions",
    multiple=True,
    type=spoken.Whole(1),
    metavar="N",
    help="Only this session, by its number.",
)
def new_command(directory: Path, captures: tuple[Path, ...], sessions: tuple[int, ...]) -> None:
    """Begin a lesson: a draft in DIRECTORY that plays at once."""
    from tutor.cli.authoring import new_lesson

    steps = new_lesson(directory, captures, sessions)
    said = ngettext("{path}: {n} step.", "{path}: {n} steps.", steps)
    click.echo(said.format(path=directory / "lesson.yaml", n=steps), err=True)
    where = str(directory) if directory.is_absolute() else f"./{directory}"
    click.echo(_("Play it: wiretutor learn {path}").format(path=where), err=True)
    click.echo(_("What is left: wiretutor lesson check {path}").format(path=where), err=True)
    click.echo(_("Portuguese: wiretutor lesson translate {path}").format(path=where), err=True)


@lesson.command("translate")
@spoken.argument("directory", type=click.Path(path_type=Path))
def translate_command(directory: Path) -> None:
    """Bring DIRECTORY/pt-BR.yaml up to date: add what is missing, mark what is stale."""
    from tutor.lesson.progress_file import write_atomically
    from tutor.lesson.translating import renewed
    from tutor.words import LANGUAGES

    for tag in LANGUAGES[1:]:
        made, path = renewed(directory, tag), directory / f"{tag}.yaml"
        write_atomically(path, made.text)
        said = _("{path}: {added} to write, {stale} to look at, {gone} taken out.")
        counts = {"added": len(made.added), "stale": len(made.stale), "gone": len(made.gone)}
        click.echo(said.format(path=path, **counts), err=True)


@lesson.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of a lesson file."""
    from tutor.lesson.model import schema

    click.echo(json.dumps(schema(), indent=2, sort_keys=True))
