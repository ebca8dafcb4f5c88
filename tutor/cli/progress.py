"""``wiretutor progress``: what has been done; take it along, or begin anew."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.base import UsageError
from tutor.cli import spoken
from tutor.words import _, ngettext
from tutor.words.errors import system_words

if TYPE_CHECKING:
    from tutor.lesson.progress import Progress


@spoken.group("progress", invoke_without_command=True)
@spoken.option("--json", "as_json", is_flag=True, help="All of it as JSON, as export writes it.")
@spoken.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@click.pass_context
def progress(ctx: click.Context, as_json: bool, plain: bool) -> None:
    """How far each lesson is, and how many questions come back."""
    if ctx.invoked_subcommand is None:
        kept = _load()
        if as_json:
            click.echo(kept.text(), nl=False)
        else:
            plain = plain or bool((ctx.obj or {}).get("plain"))
            click.echo("\n".join([*(_said(kept) if plain else _table(kept)), *_sums(kept)]))


@progress.command("export")
@spoken.argument("file", type=click.Path(path_type=Path))
def export_command(file: Path) -> None:
    """Write all of it to FILE, to take it to another machine."""
    from tutor.lesson.progress import ProgressError
    from tutor.lesson.progress_file import write_atomically

    try:
        write_atomically(file, _load().text())
    except OSError as error:
        raise ProgressError(f"{file}: {system_words(error)}") from error
    click.echo(_("Progress is written to {file}.").format(file=file), err=True)


@progress.command("import")
@spoken.argument("file", type=click.Path(path_type=Path))
@spoken.option("--yes", is_flag=True, help="Do not ask.")
def import_command(file: Path, yes: bool) -> None:
    """Have what was exported to FILE in place of what is here."""
    from tutor.lesson.progress import ProgressError

    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise ProgressError(f"{file}: {system_words(error)}") from error
    except UnicodeDecodeError as error:
        raise ProgressError(f"{file}: " + _("this is no text")) from error
    _sure(_("Put this in place of the progress that is kept here?"), yes=yes)
    _told(_load().take(text))


@progress.command("reset")
@spoken.argument("lesson", required=False)
@spoken.option("--yes", is_flag=True, help="Do not ask.")
def reset_command(lesson: str | None, yes: bool) -> None:
    """Begin LESSON anew, or everything. What there was is kept beside it."""
    kept = _load()
    lesson_id = None if lesson is None else _lesson_id(lesson, kept.all())
    question = (
        _("Forget all progress?")
        if lesson_id is None
        else _("Forget the progress of {lesson}?").format(lesson=lesson_id)
    )
    _sure(question, yes=yes)
    _told(kept.reset(lesson_id))


def _load() -> Progress:
    from tutor.lesson.progress import Progress

    kept = Progress.load()
    if kept.notice:
        click.echo(kept.notice, err=True)
    return kept


def _lesson_id(name: str, known: Collection[str]) -> str:
    """A lesson's id: of one that is kept, which may be a folder of its own, else of the shelf."""
    from tutor.lesson.course import cards, find

    if name in known:
        return name
    directory = find(name)
    return next((card.id for card in cards() if card.directory == directory), name)


def _sure(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(_("nobody is there to be asked: say --yes"))
    # the answer is talk, so it is asked on stderr
    if not spoken.confirm(question):
        raise click.Abort


def _told(backup: Path | None) -> None:
    if backup is None:
        click.echo(_("Done. There was nothing before."), err=True)
    else:
        click.echo(_("Done. What there was is kept as {file}.").format(file=backup), err=True)


def _table(kept: Progress) -> list[str]:
    from tutor.cli.learn import state_words
    from tutor.lesson.course import cards

    shelf = cards()
    waiting = [name.partition(".")[0] for name in kept.waiting()]
    rows = [("", _("lesson"), _("state"), _("best score"), _("questions that come back"))]
    for card in shelf:
        record = kept.of(card.id)
        score = f"{record.right}/{record.asked}" if record.asked else "-"
        count = waiting.count(card.id)
        rows.append((str(card.number), card.title, state_words(record), score, str(count or "-")))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return [*lines, ""]


def _said(kept: Progress) -> list[str]:
    """The same in sentences, for a screen reader."""
    from tutor.cli.learn import state_words
    from tutor.lesson.course import cards

    waiting = [name.partition(".")[0] for name in kept.waiting()]
    lines = []
    for card in cards():
        record = kept.of(card.id)
        words = [f"{card.number}: {card.title}", state_words(record)]
        if record.asked:
            best = _("best score {right} of {asked}")
            words.append(best.format(right=record.right, asked=record.asked))
        if count := waiting.count(card.id):
            back = ngettext("{n} question comes back", "{n} questions come back", count)
            words.append(back.format(n=count))
        lines.append(_("Lesson {words}.").format(words=", ".join(words)))
    return lines


def _sums(kept: Progress) -> list[str]:
    """How many lessons are done, and what waits today."""
    from tutor.lesson.course import cards
    from tutor.lesson.progress import today
    from tutor.lesson.review import waiting_words

    shelf = cards()
    done = sum(kept.of(card.id).state in ("passed", "known") for card in shelf)
    lines = [_("{done} of {total} lessons done").format(done=done, total=len(shelf))]
    if count := len(kept.due(today(), (card.id for card in shelf))):
        lines.append(f"{waiting_words(count)}: wiretutor learn --review")
    return lines
