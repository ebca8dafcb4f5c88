"""The shipped lessons for tests, opened once each, and copies with a fault planted in them."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

from tutor.lesson.bind import Bound
from tutor.lesson.course import directories
from tutor.lesson.opening import open_lesson
from tutor.words import Language

SHIPPED = directories()
NAMES = [path.name for path in SHIPPED]


@functools.cache
def opened(name: str, tag: Language = "en") -> Bound:
    """A shipped lesson, bound."""
    path = next(path for path in SHIPPED if path.name == name)
    return open_lesson(path, tag)


def copied(target: Path, name: str = "00-first-look") -> Path:
    """A copy of a shipped lesson in a folder of its own."""
    source = next(path for path in SHIPPED if path.name == name)
    return Path(shutil.copytree(source, target / name))


def replace_in(path: Path, old: str, new: str) -> None:
    """Replace one place in a file; there must be exactly one."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")
