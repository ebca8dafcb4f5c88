"""The progress file: records and waiting questions as JSON, written so that it is always whole.

``{"format": 1, "lessons": {ID: RECORD}, "waiting": {"LESSON.QUESTION": {"box": 0, "due": DAY}}}``;
``waiting`` is missing in files of earlier versions. The same text is what ``wiretutor progress
export`` writes.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from tutor.lesson.record import STATES, Record
from tutor.lesson.spaced import DAYS, Waiting

FORMAT = 1


def to_text(records: Mapping[str, Record], waiting: Mapping[str, Waiting]) -> str:
    """The whole file."""
    data = {
        "format": FORMAT,
        "lessons": {key: asdict(value) for key, value in sorted(records.items())},
        "waiting": {
            key: {"box": value.box, "due": value.due.isoformat()}
            for key, value in sorted(waiting.items())
        },
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def from_text(text: str) -> tuple[dict[str, Record], dict[str, Waiting]]:
    """Read it.

    Raises:
        one of DAMAGE: it is no such file.
    """
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("not a progress file of this format")
    lessons, waiting = data["lessons"], data.get("waiting", {})
    return (
        {str(key): _record(value) for key, value in lessons.items()},
        {str(key): _waiting(value) for key, value in waiting.items()},
    )


DAMAGE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
"""What ``from_text`` raises on a file that is damaged."""


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


def put_aside(path: Path, word: str, *, copy: bool = False) -> Path:
    """Rename a file to ``NAME.WORD-N`` with the first free number, or copy it there.

    Raises:
        OSError: it cannot be.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.{word}-{number}")).exists():
        number += 1
    if copy:
        shutil.copyfile(path, aside)
    else:
        path.rename(aside)
    return aside


def _record(data: dict[str, Any]) -> Record:
    state = data["state"]
    if state not in STATES:
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


def _waiting(data: dict[str, Any]) -> Waiting:
    box = int(data["box"])
    if not 0 <= box < len(DAYS):
        raise ValueError(f"no box {box}")
    return Waiting(box, date.fromisoformat(data["due"]))


def _names(items: Iterable[Any]) -> tuple[str, ...]:
    return tuple(map(str, items))
