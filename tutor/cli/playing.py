"""Play as linear text until it ends, its input ends, or a signal comes: what was done is kept."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tutor.cli.plain_player import PlainPlayer


def play(linear: PlainPlayer, save: Callable[[], object]) -> int:
    """Play; 130 and 143 where a signal ended it, with what is kept said."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        linear.run()
    except KeyboardInterrupt:
        click.echo("")
        click.echo(linear.left())
        return 130
    except SystemExit as leave:
        click.echo(linear.left())
        return leave.code if isinstance(leave.code, int) else 1
    finally:
        save()
    return 0


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)
