"""A translation file brought up to date: what is there stays, what is missing is added to write.

Each text names the English that it was made from by a hash; nobody computes that by hand. A text
whose English has changed keeps its old hash, with the new English and hash as a comment, until
somebody has looked at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.lesson.load import load_lesson, load_translation
from tutor.lesson.model import Translated
from tutor.lesson.near import text_hash
from tutor.lesson.texts import TODO, texts
from tutor.words import Language


@dataclass(frozen=True, slots=True)
class Renewed:
    """A translation file as it should be written.

    Attributes:
        text: the whole file.
        added, stale, gone: keys of texts that are new in it, are to be looked at, or were taken
            out because the lesson has no such text.
    """

    text: str
    added: tuple[str, ...]
    stale: tuple[str, ...]
    gone: tuple[str, ...]


def renewed(directory: Path, tag: Language) -> Renewed:
    """The translation of a lesson, brought up to date; nothing is written.

    Raises:
        LessonFaults: the lesson is wrong, or there is a translation that cannot be read.
    """
    lesson, _document = load_lesson(directory)
    given: Mapping[str, Translated] = {}
    if (directory / f"{tag}.yaml").exists():
        translation, document = load_translation(directory, tag)
        document.raise_faults()
        given = translation.texts if translation else {}
    english = texts(lesson)
    lines = [
        "# The texts of lesson.yaml by their keys; `of` is a hash of the English of each.",
        "format: 1",
        f"language: {tag}",
        "texts:",
    ]
    for key, text in english.items():
        lines += _entry(key, text, given.get(key))
    return Renewed(
        text="\n".join(lines) + "\n",
        added=tuple(key for key in english if key not in given),
        stale=tuple(
            key for key in english if key in given and given[key].of != text_hash(english[key])
        ),
        gone=tuple(key for key in given if key not in english),
    )


def _entry(key: str, english: str, given: Translated | None) -> Iterator[str]:
    made = text_hash(english)
    yield f"  {key}:"
    if given is not None and given.of != made:
        yield f'    # stale: made from another English. When it is right, say of: "{made}"'
        yield from (f"    #   {line}" for line in english.strip().splitlines())
    yield f'    of: "{given.of if given else made}"'
    text = given.text if given else f"{TODO} {english}"
    if "\n" in text.strip():
        yield "    text: |"
        yield from (f"      {line}".rstrip() for line in text.strip().splitlines())
    else:
        yield f"    text: {json.dumps(text.strip(), ensure_ascii=False)}"
