"""``wiretutor learn [LESSON]``: play a lesson, on the screen or as linear text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tutor.base import UsageError
from tutor.cli import spoken
from tutor.cli.options import present_option
from tutor.words import _

if TYPE_CHECKING:
    from tutor.lesson.progress import Progress, Record


@spoken.command("learn")
@spoken.argument("lesson", required=False)
@spoken.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@spoken.option("--restart", is_flag=True, help="Begin at the first step again.")
@present_option
@spoken.option("--test-out", is_flag=True, help="Only the quiz: pass it, and the lesson is known.")
@spoken.option("--review", is_flag=True, help="The questions that come back today, at most five.")
@click.pass_context
def learn(
    ctx: click.Context,
    lesson: str | None,
    plain: bool,
    restart: bool,
    present: bool,
    test_out: bool,
    review: bool,
) -> None:
    """Play a lesson: its number, its name, or a directory. Without one: the list."""
    plain = plain or bool((ctx.obj or {}).get("plain"))
    screen = sys.stdin.isatty() and sys.stdout.isatty()
    if review:
        if lesson is not None:
            raise UsageError(_("--review asks from all lessons: leave the lesson out"))
        from tutor.cli.review import run_review

        sys.exit(run_review(plain=plain or not screen))
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
    from tutor.lesson.progress import Progress, today
    from tutor.lesson.review import waiting_words
    from tutor.lesson.routes import routes

    progress = Progress.load()
    _notice(progress)
    shelf = cards()
    for card in shelf:
        click.echo(
            _("Lesson {number}: {title} ({id}), {minutes} minutes, {state}").format(
                number=card.number,
                title=card.title,
                id=card.id,
                minutes=card.minutes,
                state=state_words(progress.of(card.id)),
            )
        )
    for time, numbers in routes():
        click.echo(_("For {time}: {numbers}").format(time=time, numbers=numbers))
    if count := len(progress.due(today(), (card.id for card in shelf))):
        click.echo(f"{waiting_words(count)}: wiretutor learn --review --plain")


def state_words(record: Record) -> str:
    """How far a lesson is, in words."""
    if record.state == "in-progress" and record.stage == 1:
        return _("in progress")  # played to its end, and not passed yet
    if record.state == "in-progress":
        at = _("in progress, at {stage} of {stages}")
        return at.format(stage=record.stage, stages=record.stages)
    return {"new": _("new"), "passed": _("passed"), "known": _("known")}[record.state]


def _notice(progress: Progress) -> None:
    if progress.notice:
        click.echo(progress.notice, err=True)


def _play(lesson: str, *, restart: bool, test_out: bool) -> int:
    """Play as linear text; 130 and 143 where a signal ends it, with the place kept."""
    from tutor.cli.plain_player import PlainPlayer
    from tutor.cli.playing import play
    from tutor.lesson.course import find
    from tutor.lesson.opening import open_lesson
    from tutor.lesson.progress import Progress, today
    from tutor.lesson.review import begun, coming_back

    progress = Progress.load()
    _notice(progress)
    bound = open_lesson(find(lesson))
    player = begun(bound, progress, today(), test_out=test_out, restart=restart)

    def save() -> None:
        progress.note(player, today())

    linear = PlainPlayer(player, sys.stdin, sys.stdout, save)
    code = play(linear, save)
    _notice(progress)
    if code:
        return code
    if player.stage == player.stages:
        if back := coming_back(progress, bound.lesson.id):
            click.echo(back)
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
