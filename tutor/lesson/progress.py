"""What a learner has done: one small JSON file, replaced as a whole so that it is never half there.

It lies in the platform's state directory, or where ``WIRETUTOR_STATE`` says. A file that cannot be
read is put aside under another name, and ``Progress.notice`` says so: nothing is thrown away.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tutor.lesson.player import Player
from tutor.words import _

State = Literal["new", "in-progress", "passed", "known"]

FORMAT = 1
_FILE = "progress.json"
_STATES: tuple[State, ...] = ("new", "in-progress", "passed", "known")


@dataclass(frozen=True, slots=True)
class Record:
    """A learner and one lesson.

    Attributes:
        state: ``passed`` played and passed, ``known`` tested out; neither is ever lost again.
        stage: where to go on, 1-based; 1 begins anew.
        stages: of how many.
        right, asked: the best score.
        wrong, unknown: ids of the questions answered wrong or with "I do not know yet" last time.
        answers: what was answered so far, to go on with; "" for "I do not know yet".
    """

    state: State = "new"
    stage: int = 1
    stages: int = 0
    right: int = 0
    asked: int = 0
    wrong: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)


def state_directory() -> Path:
    """Where the file lies."""
    told = os.environ.get("WIRETUTOR_STATE")
    if told:
        return Path(told)
    from platformdirs import user_state_path

    return user_state_path("wiretutor")


class Progress:
    """All records. ``save`` writes at once.

    Attributes:
        notice: what a person should know about the file, "" where nothing.
    """

    def __init__(self, path: Path, records: dict[str, Record], notice: str = "") -> None:
        self._path = path
        self._records = records
        self.notice = notice

    @classmethod
    def load(cls, directory: Path | None = None) -> Progress:
        """Read the file; a damaged one is put aside."""
        path = (directory or state_directory()) / _FILE
        try:
            return cls(path, _records(json.loads(path.read_text("utf-8"))))
        except FileNotFoundError:
            return cls(path, {})
        except OSError as error:
            return cls(path, {}, _("Progress cannot be read: {why}").format(why=error.strerror))
        except (ValueError, TypeError, KeyError, RecursionError):
            return cls(path, {}, _put_aside(path))

    def of(self, lesson_id: str) -> Record:
        """The record of a lesson; a new one where there is none."""
        return self._records.get(lesson_id, Record())

    def all(self) -> dict[str, Record]:
        """Every record by lesson id."""
        return dict(self._records)

    def save(self, lesson_id: str, record: Record) -> None:
        """Keep a record and write the file. A failure to write is said in ``notice``."""
        self._records[lesson_id] = record
        data = {
            "format": FORMAT,
            "lessons": {key: asdict(value) for key, value in sorted(self._records.items())},
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
        except OSError as error:
            self.notice = _("Progress cannot be saved: {why}").format(why=error.strerror)

    def note(self, player: Player) -> Record:
        """Save where a player stands and what it has scored."""
        lesson = player.bound.lesson.id
        record = record_of(player, self.of(lesson))
        self.save(lesson, record)
        return record


def record_of(player: Player, before: Record) -> Record:
    """The record after playing, given the one before: a lesson once passed stays passed."""
    answers = player.answers
    card = player.end_card()
    if player.test_out:
        score = replace(before, right=max(before.right, card.right), asked=card.asked)
        return (
            replace(score, state="known") if player.passed and before.state != "passed" else before
        )
    at_end = player.stage == player.stages
    state: State = "passed" if player.passed else "in-progress"
    if before.state in ("passed", "known"):
        state = before.state
    return Record(
        state=state,
        stage=1 if at_end else player.stage,
        stages=player.stages,
        right=max(before.right, card.right),
        asked=card.asked,
        wrong=tuple(key for key, verdict in answers.items() if verdict.right is False),
        unknown=tuple(key for key, verdict in answers.items() if verdict.right is None),
        answers={} if at_end else {key: verdict.chosen for key, verdict in answers.items()},
    )


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that at any moment it is whole: the old one or the new one."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _put_aside(path: Path) -> str:
    for number in range(1, 1000):
        aside = path.with_name(f"{path.name}.damaged-{number}")
        if not aside.exists():
            try:
                path.rename(aside)
            except OSError as error:
                return _("Progress cannot be read: {why}").format(why=error.strerror)
            break
    return _("The progress file was damaged. It is kept as {name}.").format(name=aside.name)


def _records(data: Any) -> dict[str, Record]:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("not a progress file of this format")
    return {str(key): _record(value) for key, value in dict(data["lessons"]).items()}


def _record(data: dict[str, Any]) -> Record:
    state = data["state"]
    if state not in _STATES:
        raise ValueError(f"unknown state {state!r}")
    return Record(
        state=state,
        stage=max(1, int(data["stage"])),
        stages=max(0, int(data["stages"])),
        right=int(data["right"]),
        asked=int(data["asked"]),
        wrong=_names(data["wrong"]),
        unknown=_names(data["unknown"]),
        answers={str(key): str(value) for key, value in dict(data.get("answers", {})).items()},
    )


def _names(items: Iterable[Any]) -> tuple[str, ...]:
    return tuple(map(str, items))
