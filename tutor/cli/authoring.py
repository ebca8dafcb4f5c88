"""What ``wiretutor lesson new`` and ``lesson translate`` write, and what they say of it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tutor.base import CaptureError, UsageError
from tutor.capture import Capture
from tutor.capture.bundled import bundled
from tutor.capture.keys import files_beside
from tutor.lesson.material import Source, sources_of, steps_of
from tutor.lesson.model import schema
from tutor.lesson.near import LESSON_FILE
from tutor.render.draft import SCHEMA_FILE, draft
from tutor.words import _
from tutor.words.errors import system_words

_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def new_lesson(directory: Path, captures: tuple[Path, ...], wanted: tuple[int, ...]) -> int:
    """Write a draft into a new directory, with its captures; how many steps it has.

    Raises:
        UsageError: the directory is there already, or the captures hold no mail session.
        CaptureError: a capture cannot be read.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        why = _("{path} is there already. Name a new directory.")
        raise UsageError(why.format(path=directory))
    ident = re.sub(r"^[0-9]+-", "", _slug(directory.resolve().name)) or "my-lesson"
    sources: list[Source] = []
    for path in captures:
        with Capture(str(path), everything=True) as capture:
            capture.load()
            keys = [source.key for source in sources]
            sources += sources_of(capture, _file(path), wanted, keys)
    if not sources:
        raise UsageError(_("No mail session to make a lesson of. Look with: wiretutor analyze"))
    steps = steps_of(sources)
    text = draft(ident, sources, steps)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path in captures:
            _copy(path, directory)
        (directory / LESSON_FILE).write_text(text, "utf-8")
        made = json.dumps(schema(), indent=2, sort_keys=True)
        (directory / SCHEMA_FILE).write_text(f"{made}\n", "utf-8")
    except OSError as error:
        raise CaptureError(str(directory), system_words(error)) from error
    return len(steps)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]


def _file(path: Path) -> str:
    """The capture's name as a lesson may say it."""
    return _NAME.sub("-", path.name).lstrip("._-") or "capture.pcapng"


def _copy(path: Path, directory: Path) -> None:
    """Beside the lesson, with its keys; a recording of the course is found without a copy."""
    own = bundled(path.name)
    if own.is_file() and own.resolve() == path.resolve():
        return
    target = directory / _file(path)
    shutil.copyfile(path, target)
    for keys, copy in zip(files_beside(path), files_beside(target), strict=True):
        if keys.is_file():
            shutil.copyfile(keys, copy)
