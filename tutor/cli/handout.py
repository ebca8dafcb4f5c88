"""``wiretutor handout LESSON|FILE``: questions to print, with a key, or for Moodle."""

from __future__ import annotations

import re
from pathlib import Path

import click

from tutor import words
from tutor.base import CaptureError, UsageError, WiretutorError, sanitise
from tutor.cli import spoken
from tutor.cli.options import keys_option, parse_ports, ports_option
from tutor.cli.practice import drawn
from tutor.lesson.course import find
from tutor.lesson.opening import open_lesson
from tutor.lesson.practice import MOST_COUNT
from tutor.render.practice import nothing_words
from tutor.render.sheet import (
    Sheet,
    gift,
    markdown,
    markdown_key,
    of_exercises,
    of_lesson,
    page,
    page_key,
)
from tutor.words import _
from tutor.words.errors import system_words

_FORMATS = ("md", "html", "gift")


@spoken.command("handout")
@spoken.argument("what", metavar="LESSON|FILE")
@spoken.option(
    "--seed",
    type=spoken.Whole(0),
    metavar="N",
    default=1,
    show_default=True,
    help="The same number gives the same sheet.",
)
@spoken.option(
    "-o",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where the files go; here without it.",
)
@spoken.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="md",
    show_default=True,
    help="Markdown, a page that prints, or Moodle's GIFT.",
)
@spoken.option(
    "--count",
    type=spoken.Whole(1, MOST_COUNT),
    metavar="N",
    default=10,
    show_default=True,
    help="How many questions at most about a FILE.",
)
@keys_option
@ports_option
def handout(
    what: str,
    seed: int,
    directory: Path,
    form: str,
    count: int,
    keys: tuple[str, ...],
    ports: tuple[str, ...],
) -> None:
    """Write a sheet of questions and a separate key: of a lesson, or of any capture."""
    told = parse_ports(ports)
    if Path(what).is_file():
        exercises = drawn((what,), keys, told, seed, count, masked=True)
        if not exercises:
            raise UsageError(nothing_words(Path(what).name))
        sheet = of_exercises(exercises, sanitise(Path(what).name), words.language(), seed)
        name = Path(what).stem
    else:
        folder = _lesson(what)
        sheet = of_lesson(open_lesson(folder), seed)
        name = folder.name
    for path, text in _files(sheet, directory, _safe(name), form):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise WiretutorError(f"{path}: {system_words(error)}") from error
        click.echo(_("Written: {path}").format(path=sanitise(str(path))))


def _lesson(what: str) -> Path:
    """The lesson's folder; what looks like a file's name is told as a file that is not there."""
    path = Path(what)
    if not path.exists() and (path.suffix or path.name != what):
        raise CaptureError(what, _("no such file"))
    return find(what)


def _files(sheet: Sheet, directory: Path, name: str, form: str) -> list[tuple[Path, str]]:
    base = directory / f"{name}-{sheet.seed}"
    if form == "gift":
        return [(base.with_name(f"{base.name}.gift"), gift(sheet))]
    makers = (markdown, markdown_key) if form == "md" else (page, page_key)
    names = (f"{base.name}.{form}", f"{base.name}-key.{form}")
    return [(base.with_name(file), make(sheet)) for file, make in zip(names, makers, strict=True)]


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "sheet"
