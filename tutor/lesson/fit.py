"""Whether texts fit the smallest screen, 80x24: how many lines each may have when wrapped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from tutor.lesson.model import Lesson, Step
from tutor.lesson.texts import texts

COLUMNS = 76

_LINES = {
    "title": 1,
    "label": 1,
    "goals": 2,
    "say": 6,
    "principle": 6,
    "hint": 3,
    "ask": 3,
    "options": 1,
    "items": 1,
    "because": 3,
}
"""The most lines for each kind of text (``screens.md``: about six of explanation)."""

_SHORT = {"title": 48, "label": 28, "options": 70, "items": 60}
"""Fewer columns than a line: a number, a frame or a second column stands beside these."""


def lines_of(text: str, columns: int = COLUMNS) -> int:
    """How many lines a text takes; its own line ends are kept, marks of bold take no room."""
    plain = text.replace("**", "").strip()
    return sum(len(textwrap.wrap(line, columns)) or 1 for line in plain.splitlines())


def kind_of(key: str) -> str:
    """What sort of text a key names: the first word of it that has a bound."""
    words = key.split(".")
    # the name of a step, a question or a recording may itself be called "say"
    field = words[2:] if words[0] in ("steps", "quiz", "captures") else words
    return next((word for word in field if word in _LINES), "say")


def _computed(step: Step) -> int:
    """How many lines are added below a step's text: see ``computed.py``."""
    claims = step.claims
    return bool(claims.guessed) + len(claims.certain) if claims else 0


def misfits(lesson: Lesson, given: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """Texts that do not fit, or whose bold never ends: key, and why."""
    computed = {f"steps.{step.id}.say": _computed(step) for step in lesson.steps}
    for key, english in texts(lesson).items():
        text = english if given is None else given.get(key, "")
        kind = kind_of(key)
        columns = _SHORT.get(kind, COLUMNS)
        needs, most = lines_of(text, columns), _LINES[kind] - computed.get(key, 0)
        if needs > most:
            yield key, f"too long: {needs} lines of {columns} columns, {most} fit"
        if text.count("**") % 2:
            yield key, "** without its end"
