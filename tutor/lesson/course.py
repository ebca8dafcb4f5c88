"""The shelf: which lessons there are, cheaply, without reading any capture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tutor.base import UsageError
from tutor.capture.bundled import folder
from tutor.lesson.document import Document, Loader, read_document
from tutor.lesson.near import LESSON_FILE, nearest, text_hash
from tutor.words import LANGUAGES, Language, _, in_english, language

UNNUMBERED = 999
"""The number of a lesson whose directory has none."""

_NUMBERED = re.compile(r"^([0-9]{1,3})-")


@dataclass(frozen=True, slots=True)
class Card:
    """What the home screen shows of a lesson."""

    number: int
    id: str
    directory: Path
    title: str
    level: str
    minutes: int
    needs: tuple[str, ...]
    goals: tuple[str, ...]
    predictions: int
    questions: int


def lessons_directory() -> Path:
    """Where the shipped lessons are."""
    return folder("lessons")


def directories(root: Path | None = None) -> list[Path]:
    """The lesson directories, in the order of their numbers."""
    base = root or lessons_directory()
    found = [path.parent for path in base.glob(f"*/{LESSON_FILE}")]
    return sorted(found, key=lambda path: (number(path), path.name))


def number(directory: Path) -> int:
    """The number that a lesson's directory begins with; ``UNNUMBERED`` where it has none."""
    match = _NUMBERED.match(directory.name)
    return int(match[1]) if match else UNNUMBERED


def cards(tag: Language | None = None, root: Path | None = None) -> tuple[Card, ...]:
    """The shelf in a language. A lesson that cannot be read is left out: ``check`` says why."""
    made = (_card(path, tag or language()) for path in directories(root))
    return tuple(card for card in made if card is not None)


def find(name: str, root: Path | None = None) -> Path:
    """A lesson's directory by number, id or directory name; else by its path.

    Raises:
        UsageError: there is no such lesson.
    """
    path = Path(name)
    if name != path.name and (path / LESSON_FILE).is_file():
        return path
    shelf = cards("en", root)
    for card in shelf:
        if name in (card.id, card.directory.name, str(card.number)):
            return card.directory
    if (path / LESSON_FILE).is_file():
        return path
    if path.name == LESSON_FILE and path.is_file():
        return path.parent
    if path.is_file():
        raise UsageError(
            _("'{name}' is a file and no lesson. To look at a capture: wiretutor open FILE").format(
                name=name
            )
        )
    if path.is_dir():
        raise UsageError(_("in '{name}' there is no lesson.yaml").format(name=name))
    hint = nearest(name, [card.id for card in shelf])
    raise UsageError(_("there is no lesson '{name}'").format(name=name) + hint)


def _card(directory: Path, tag: Language) -> Card | None:
    data = _read(directory / LESSON_FILE)
    if data is None:
        return None
    texts: dict[str, Any] = {}
    if tag != LANGUAGES[0]:
        texts = (_read(directory / f"{tag}.yaml") or {}).get("texts") or {}
    try:
        return Card(
            number=number(directory),
            id=str(data["id"]),
            directory=directory,
            title=_text(texts, "title", str(data["title"]), tag),
            level=str(data["level"]),
            minutes=int(data["minutes"]),
            needs=tuple(map(str, data.get("needs", ()))),
            goals=tuple(
                _text(texts, f"goals.{n}", str(goal), tag)
                for n, goal in enumerate(data["goals"], 1)
            ),
            predictions=sum("predict" in step for step in data["steps"]),
            questions=len(data.get("quiz", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _text(texts: Any, key: str, english: str, tag: Language) -> str:
    given = texts.get(key)
    if isinstance(given, dict) and given.get("of") == text_hash(english):
        return str(given["text"]).strip()
    return english.strip() if tag == LANGUAGES[0] else in_english(english.strip())


def _read(path: Path) -> dict[str, Any] | None:
    """A file of a lesson; None where it cannot be read or is not to be."""
    if not _shipped(path):
        # written by anybody: links, size, depth and aliases are looked at first
        document = Document("") if leads_out(path) else read_document(path)
        return document.data if isinstance(document.data, dict) and not document.faults else None
    try:
        with path.open(encoding="utf-8") as file:
            data = yaml.load(file, Loader=Loader)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return None
    return data if isinstance(data, dict) else None


def _shipped(path: Path) -> bool:
    return path.parent.parent == lessons_directory()


def leads_out(path: Path) -> bool:
    """Whether a file of a lesson is a link that leads out of the lesson's directory.

    Not those that are shipped: some installers make links of all files.
    """
    if _shipped(path):
        return False
    try:
        return not path.resolve().is_relative_to(path.parent.resolve())
    except (OSError, RuntimeError):  # links that lead to each other
        return True
