"""``wiretutor learn [LESSON]``: play a lesson, on the screen or as linear text."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import click

from tutor import words
from tutor.cli.options import present_option
from tutor.words import _


@click.command("learn")
@click.argument("lesson", required=False)
@click.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@click.option("--lang", metavar="LANG", help="Language of the lesson: en or pt-BR.")
@click.option("--restart", is_flag=True, help="Begin at the first step again.")
@present_option
@click.option("--test-out", is_flag=True, help="Only the quiz: pass it, and the lesson is known.")
@click.pass_context
def learn(
    ctx: click.Context,
    lesson: str | None,
    plain: bool,
    lang: str | None,
    restart: bool,
    present: bool,
    test_out: bool,
) -> None:
    """Play a lesson: its number, its name, or a directory. Without one: the list."""
    if lang:
        words.choose(lang)
    plain = plain or bool((ctx.obj or {}).get("plain"))
    screen = sys.stdin.isatty() and sys.stdout.isatty()
    # what only the linear player knows is played by it
    if not plain and screen and (present or not (restart or test_out)):
        from tutor import tui

        sys.exit(tui.run(lesson=lesson, present=present))
    if lesson is None:
        list_lessons()
        return
    sys.exit(_play(lesson, restart=restart, test_out=test_out))


def list_lessons() -> None:
    """Say which lessons there are, one a line, with how far each has been played."""
    from tutor.lesson.course import cards
    from tutor.lesson.progress import Progress

    progress = Progress.load()
    if progress.notice:
        click.echo(progress.notice, err=True)
    for card in cards():
        record = progress.of(card.id)
        click.echo(
            _("Lesson {number}: {title} ({id}), {minutes} minutes, {state}").format(
                number=card.number,
                title=card.title,
                id=card.id,
                minutes=card.minutes,
                state=_state(record.state, record.stage, record.stages),
            )
        )


def _state(state: str, stage: int, stages: int) -> str:
    if state == "in-progress":
        return _("begun, at {stage} of {stages}").format(stage=stage, stages=stages)
    return {"new": _("new"), "passed": _("passed"), "known": _("known")}[state]


def _play(lesson: str, *, restart: bool, test_out: bool) -> int:
    """Play as linear text; 130 and 143 where a signal ends it, with the place kept."""
    from tutor.cli.plain_player import PlainPlayer
    from tutor.lesson.course import find
    from tutor.lesson.opening import open_lesson
    from tutor.lesson.player import Player
    from tutor.lesson.progress import Progress, Record

    progress = Progress.load()
    if progress.notice:
        click.echo(progress.notice, err=True)
    bound = open_lesson(find(lesson))
    before = Record() if restart or test_out else progress.of(bound.lesson.id)
    player = Player(bound, test_out=test_out, stage=before.stage, answers=before.answers)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        PlainPlayer(player, sys.stdin, sys.stdout, lambda: progress.note(player)).run()
    except KeyboardInterrupt:
        click.echo("")
        click.echo(_kept(player.stage, player.stages))
        return 130
    except SystemExit as leave:
        click.echo(_kept(player.stage, player.stages))
        return leave.code if isinstance(leave.code, int) else 1
    finally:
        progress.note(player)
        if progress.notice:
            click.echo(progress.notice, err=True)
    if player.stage == player.stages:
        _next(bound.lesson.id)
    return 0


def _next(lesson_id: str) -> None:
    """Say which lesson comes after this one."""
    from tutor.lesson.course import cards

    shelf = cards()
    numbers = [card.number for card in shelf if card.id == lesson_id]
    after = next((card for card in shelf if numbers and card.number > numbers[0]), None)
    if after is not None:
        line = _("Next: {number} {title} ({n} min)")
        click.echo(line.format(number=after.number, title=after.title, n=after.minutes))


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


def _kept(stage: int, stages: int) -> str:
    return _("Your place is kept: {stage} of {stages}.").format(stage=stage, stages=stages)
