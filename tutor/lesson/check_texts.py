"""What the texts of a lesson must hold: fit, cite, name nobody real, be whole in each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tutor.base import LessonError, sanitise
from tutor.lesson.check_captures import LAB_NAMES, lab_address
from tutor.lesson.document import Document, Path_
from tutor.lesson.fit import misfits
from tutor.lesson.load import load_translation
from tutor.lesson.model import Lesson, Translated
from tutor.lesson.near import nearest
from tutor.lesson.reference import Reference
from tutor.lesson.texts import TODO, judge, texts
from tutor.words import LANGUAGES

MOST_WORDS = 5
"""New words that a lesson may introduce."""

# fmt: off
RFCS = frozenset({
    821, 1034, 1035, 1652, 1730, 1731, 1734, 1854, 1869, 1870, 1891, 1928, 1929, 1939, 1961, 2033,
    2034, 2045, 2060, 2086, 2087, 2088, 2177, 2193, 2195, 2197, 2221, 2222, 2245, 2342, 2359, 2449,
    2487, 2554, 2595, 2606, 2683, 2821, 2831, 2920, 2971, 3030, 3206, 3207, 3348, 3461, 3463, 3501,
    3502, 3516, 3691, 3849, 4013, 4314, 4315, 4422, 4466, 4469, 4492, 4505, 4551, 4616, 4648, 4731,
    4954, 4959, 4978, 5032, 5034, 5116, 5161, 5162, 5182, 5246, 5255, 5256, 5257, 5258, 5259, 5267,
    5280, 5288, 5321, 5322, 5464, 5465, 5466, 5530, 5737, 5788, 5801, 5802, 5819, 5890, 5957, 6066,
    6152, 6154, 6203, 6237, 6376, 6409, 6531, 6851, 6855, 6856, 7042, 7162, 7366, 7377, 7435, 7457,
    7504, 7505, 7525, 7628, 7672, 7677, 7858, 7888, 7889, 7919, 8314, 8437, 8438, 8440, 8446, 8457,
    8460, 8461, 8474, 8508, 8514, 8601, 8620, 8689, 8970, 8996, 9051, 9208, 9293, 9325, 9394, 9850,
})
# fmt: on
"""The RFCs that a lesson may cite; a test looks its sections up in their texts."""

_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)")
_IPV4 = re.compile(r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b")


def place_of(lesson: Lesson, key: str) -> Path_:
    """The place in the file of a text's key: ids become the numbers of their places."""
    at: list[str | int] = []
    for name in key.split("."):
        inside = at[0] if at else ""
        if len(at) == 1 and inside == "goals":
            at.append(int(name) - 1)
        elif len(at) == 1 and inside in ("steps", "quiz"):
            items = lesson.steps if inside == "steps" else lesson.quiz
            ids = [item.id for item in items]
            at.append(ids.index(name) if name in ids else 0)
        else:
            at.append(name)
    return tuple(at)


def languages(directory: Path, lesson: Lesson) -> list[LessonError]:
    """Each language whole and fresh, and its texts fit too."""
    english = texts(lesson)
    faults: list[LessonError] = []
    for tag in LANGUAGES[1:]:
        path = directory / f"{tag}.yaml"
        if not path.exists() and not path.is_symlink():
            why = f"No such file yet: wiretutor lesson translate {directory} writes it"
            faults.append(LessonError(str(path), 1, 1, sanitise(why)))
            continue
        translation, document = load_translation(directory, tag)
        if translation is not None:
            translated(english, translation.texts, document)
            given = {key: value.text for key, value in translation.texts.items()}
            for key, why in misfits(lesson, given):
                document.fault(("texts", key, "text"), why)
            for key in (key for key, text in given.items() if text.startswith(TODO)):
                document.fault(("texts", key, "text"), f"still to be written: '{key}'")
        faults += document.faults
    return faults


def unwritten(lesson: Lesson, document: Document) -> None:
    """No text is still one that ``lesson new`` has left to write."""
    for key, text in texts(lesson).items():
        if text.startswith(TODO):
            document.fault(place_of(lesson, key), f"still to be written: '{key}'")


def translated(
    english: Mapping[str, str], given: Mapping[str, Translated], document: Document
) -> None:
    """Each text of ``given`` is one that there is in English, and made from it as it stands."""
    for fault in judge(english, given):
        if fault.why == "missing":
            document.fault(("texts",), f"no text for '{fault.key}' (of: {fault.hash})")
        elif fault.why == "stale":
            why = f"stale: the English of '{fault.key}' has changed (of: {fault.hash})"
            document.fault(("texts", fault.key, "of"), why)
        else:
            near = nearest(fault.key, english)
            why = f"'{fault.key}' is no text of the lesson{near}"
            document.fault(("texts", fault.key), why, key=True)


def names_in_texts(lesson: Lesson, document: Document) -> None:
    """No text names a real account or address, and no line that is to be typed."""
    for key, text in texts(lesson).items():
        _names(text, place_of(lesson, key), document)
    for number, item in enumerate(lesson.quiz):
        for field in ("show", "contains"):
            for line, text in enumerate(getattr(item, field, ())):
                _names(text, ("quiz", number, field, line), document)


def _names(text: str, at: Path_, document: Document) -> None:
    for match in _EMAIL.finditer(text):
        if not LAB_NAMES.search(match[1].lower()):
            why = f"'{match[0]}' looks like a real account; use example.org"
            document.fault(at, why)
    for match in _IPV4.finditer(text):
        if not lab_address(match[0]):
            document.fault(at, f"'{match[0]}' is no address for documentation (RFC 5737)")


def citations(lesson: Lesson, document: Document) -> None:
    """Each RFC is one that lessons cite."""
    for number, step in enumerate(lesson.steps):
        for place, cite in enumerate(step.cite):
            rfc = int(cite.partition("#")[0][3:])
            if rfc not in RFCS:
                near = nearest(str(rfc), [str(n) for n in sorted(RFCS)])
                why = f"RFC {rfc} is not among the RFCs that lessons cite{near}"
                document.fault(("steps", number, "cite", place), why)


def words(lesson: Lesson, document: Document) -> None:
    """New words are in the glossary, and few."""
    reference = Reference.load("en")
    known = [term.key.rpartition("/")[2] for term in reference.terms()]
    said: set[str] = set()
    for number, step in enumerate(lesson.steps):
        for word in step.words:
            said.add(word)
            if word not in known:
                near = nearest(word, known)
                document.fault(("steps", number, "words"), f"'{word}' is not in the glossary{near}")
            if len(said) == MOST_WORDS + 1:
                why = f"more than {MOST_WORDS} new words in one lesson"
                document.fault(("steps", number, "words"), why)
