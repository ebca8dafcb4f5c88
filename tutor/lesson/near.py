"""Small things that need no model: the nearest right word, hashes of texts, a lesson's file name.

Apart, so that the home screen lists the lessons without importing pydantic.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from hashlib import sha256

from tutor.words import _

LESSON_FILE = "lesson.yaml"
"""The file that makes a directory a lesson."""


def nearest(word: str, words: Iterable[str]) -> str:
    """``; did you mean 'x'?`` where one of ``words`` is near, else what there is."""
    known = list(words)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return _("; did you mean '{word}'?").format(word=close[0])
    listed = _("; known: {words}").format(words=", ".join(known))
    return listed if 0 < len(known) <= 12 else ""


def text_hash(text: str) -> str:
    """What a translation names: eight digits of SHA-256 over the English, ends stripped."""
    return sha256(text.strip().encode()).hexdigest()[:8]
