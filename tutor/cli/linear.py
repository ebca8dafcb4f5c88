"""Linear text on a stream: lines and wrapped paragraphs in words alone, nothing is redrawn."""

from __future__ import annotations

import textwrap
from typing import TextIO

from tutor.base import sanitise
from tutor.findings import EveFact
from tutor.render import names

WIDTH = 78


class End(Exception):  # noqa: N818 - no error: the input is at its end, or the learner leaves
    """Nothing more is to be read."""


class Linear:
    """Writes to a text stream.

    Args:
        target: text goes there.
    """

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._target.write(f"{line}\n")
        self._target.flush()

    def _prose(self, text: str, first: str = "") -> None:
        """Paragraphs, wrapped; ``first`` stands before the first of them."""
        for number, paragraph in enumerate(text.strip().splitlines()):
            start = first if number == 0 else ""
            self._say(*textwrap.wrap(f"{start}{paragraph}", WIDTH, break_long_words=False))


def fact_words(fact: EveFact) -> str:
    """One thing that Eve knows, in words."""
    value = sanitise(names.value(fact, masked=False))
    # a fingerprint of the message tells a reader nothing
    return names.fact(fact.kind) if fact.kind == "message" else f"{names.fact(fact.kind)} {value}"
