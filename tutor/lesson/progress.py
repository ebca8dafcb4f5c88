"""What a learner has done: one small JSON file, replaced as a whole so that it is never half there.

It lies in the platform's state directory, or where ``WIRETUTOR_STATE`` says. A file that cannot be
read is put aside under another name, and ``Progress.notice`` says so: nothing is thrown away.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from tutor.base import WiretutorError
from tutor.lesson import spaced
from tutor.lesson.player import Player
from tutor.lesson.progress_file import DAMAGE, from_text, put_aside, to_text, write_atomically
from tutor.lesson.record import Record, State, record_of
from tutor.lesson.spaced import Answer, Waiting
from tutor.words import _
from tutor.words.errors import system_words

__all__ = ["Progress", "ProgressError", "Record", "State", "record_of", "state_directory", "today"]

_FILE = "progress.json"


class ProgressError(WiretutorError):
    """A progress file that cannot be read or written."""

    exit_code = 3


def state_directory() -> Path:
    """Where the file lies."""
    told = os.environ.get("WIRETUTOR_STATE")
    if told:
        return Path(told)
    from platformdirs import user_state_path

    return user_state_path("wiretutor")


def today() -> date:
    """The day it is where the learner is: for commands and screens, which pass it in."""
    return datetime.now().astimezone().date()


class Progress:
    """All records, and the questions that come back. What changes is written at once.

    Attributes:
        notice: what a person should know about the file, "" where nothing.
    """

    def __init__(
        self,
        path: Path,
        records: Mapping[str, Record],
        waiting: Mapping[str, Waiting] | None = None,
        notice: str = "",
    ) -> None:
        self._path = path
        self._records = dict(records)
        self._waiting = dict(waiting or {})
        self.notice = notice

    @classmethod
    def load(cls, directory: Path | None = None) -> Progress:
        """Read the file; a damaged one is put aside."""
        path = (directory or state_directory()) / _FILE
        try:
            return cls(path, *from_text(path.read_text("utf-8")))
        except FileNotFoundError:
            return cls(path, {})
        except OSError as error:
            return cls(path, {}, notice=_unreadable(error))
        except DAMAGE:
            return cls(path, {}, notice=_damaged(path))

    def of(self, lesson_id: str) -> Record:
        """The record of a lesson; a new one where there is none."""
        return self._records.get(lesson_id, Record())

    def all(self) -> dict[str, Record]:
        """Every record by lesson id."""
        return dict(self._records)

    def save(self, lesson_id: str, record: Record) -> None:
        """Keep a record and write the file. A failure to write is said in ``notice``."""
        self._records[lesson_id] = record
        self._write()

    def note(self, player: Player, day: date) -> Record:
        """Save where a player stands, what it has scored, and which questions come back."""
        lesson = player.bound.lesson.id
        record = record_of(player, self.of(lesson))
        self._waiting = spaced.after(self._waiting, player.settled(), day)
        self.save(lesson, record)
        return record

    # questions that come back

    def waiting(self) -> dict[str, Waiting]:
        """Every question that comes back, by ``lesson.question``."""
        return dict(self._waiting)

    def due(self, day: date, lessons: Iterable[str]) -> tuple[str, ...]:
        """Questions of these lessons whose day has come, the longest waiting first."""
        wanted = set(lessons)
        names = spaced.due(self._waiting, day)
        return tuple(name for name in names if name.partition(".")[0] in wanted)

    def answered(self, answers: Iterable[Answer], day: date) -> None:
        """Keep what became of questions that came back."""
        self._waiting = spaced.after(self._waiting, answers, day)
        self._write()

    def forget(self, names: Iterable[str]) -> None:
        """Questions that are no more: a lesson may have been written anew."""
        gone = [name for name in names if self._waiting.pop(name, None)]
        if gone:
            self._write()

    # as a whole

    def text(self) -> str:
        """All of it, as in the file."""
        return to_text(self._records, self._waiting)

    def reset(self, lesson_id: str | None = None) -> Path | None:
        """Forget a lesson, or everything; gives where what there was is kept, None: nothing was.

        Raises:
            ProgressError: it cannot be written.
        """
        kept = self._keep()
        if lesson_id is None:
            self._records, self._waiting = {}, {}
        else:
            self._records.pop(lesson_id, None)
            for name in [name for name in self._waiting if name.startswith(f"{lesson_id}.")]:
                del self._waiting[name]
        self._must_write()
        return kept

    def take(self, text: str) -> Path | None:
        """Have what was exported elsewhere in place of what there is; gives as ``reset`` does.

        Raises:
            ProgressError: it is no such text, or cannot be written.
        """
        try:
            records, waiting = from_text(text)
        except DAMAGE as error:
            raise ProgressError(_("this is not an export of wiretutor progress")) from error
        kept = self._keep()
        self._records, self._waiting = records, waiting
        self._must_write()
        return kept

    def _keep(self) -> Path | None:
        try:
            return put_aside(self._path, "before", copy=True)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ProgressError(_unwritable(error)) from error

    def _must_write(self) -> None:
        if not self._write():
            raise ProgressError(self.notice)

    def _write(self) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, self.text())
        except OSError as error:
            self.notice = _unwritable(error)
            return False
        return True


def _damaged(path: Path) -> str:
    try:
        aside = put_aside(path, "damaged")
    except OSError as error:
        return _unreadable(error)
    return _("The progress file was damaged. It is kept as {name}.").format(name=aside.name)


def _unreadable(error: OSError) -> str:
    return _("Progress cannot be read: {why}").format(why=system_words(error))


def _unwritable(error: OSError) -> str:
    return _("Progress cannot be saved: {why}").format(why=system_words(error))
