"""Open a lesson to play it: load, translate, read the captures, bind the anchors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tutor.base import UsageError
from tutor.capture import Capture
from tutor.capture.bundled import bundled
from tutor.capture.keys import files_beside
from tutor.findings import FileFinding
from tutor.lesson.bind import Bound, bind, pick
from tutor.lesson.course import find, leads_out
from tutor.lesson.document import Document, LessonFaults
from tutor.lesson.load import load_lesson, localised
from tutor.lesson.model import Lesson, Pick, Quiz
from tutor.lesson.near import nearest
from tutor.lesson.spaced import KINDS
from tutor.session import Session
from tutor.words import Language, language

MOST_RECORDING = 32 << 20
"""Bytes of a recording: a lesson plays a short one, and reads all of it."""


def open_lesson(directory: Path, tag: Language | None = None) -> Bound:
    """A lesson, ready to play, in ``tag`` (else the language in use).

    Raises:
        LessonFaults: the lesson is wrong.
        CaptureError: a recording cannot be read.
    """
    wanted = tag or language()
    english, document = load_lesson(directory)
    recordings = read_recordings(english, directory, document)
    document.raise_faults()
    lesson, faults = localised(directory, wanted)
    kept = tuple(fault.key for fault in faults if fault.why != "unknown")
    recall = recalled(english, directory, document, wanted)
    document.raise_faults()
    bound = bind(lesson, recordings.sessions, document, wanted, kept, recall)
    return replace(bound, verdicts=recordings.verdicts)


def recalled(
    lesson: Lesson, directory: Path, document: Document, tag: Language
) -> tuple[Quiz, ...]:
    """The questions from earlier lessons, in a language; faults go into the document."""
    found: list[Quiz] = []
    for number, name in enumerate(lesson.recall):
        earlier, _dot, question = name.partition(".")
        at = ("recall", number)
        try:
            other = localised(_sibling(earlier, directory), tag)[0]
        except (UsageError, LessonFaults) as error:
            document.fault(at, str(error).splitlines()[0])
            continue
        item = next((item for item in other.quiz if item.id == question), None)
        if item is None:
            near = nearest(question, [item.id for item in other.quiz])
            document.fault(at, f"'{earlier}' has no question '{question}'{near}")
        elif item.type not in KINDS:
            document.fault(at, f"'{name}' needs a recording that is not shown here")
        else:
            found.append(item.model_copy(update={"id": name}))
    return tuple(found)


def _sibling(name: str, directory: Path) -> Path:
    """A lesson by its id: beside this one, else among the shipped ones."""
    try:
        return find(name, directory.parent)
    except UsageError:
        return find(name)


def recording(name: str, directory: Path) -> Path:
    """Where a recording lies: beside the lesson, else among the shipped ones."""
    own = directory / name
    return own if own.is_file() else bundled(name)


@dataclass(frozen=True, slots=True)
class Recordings:
    """What was read, by the lesson's capture keys.

    Attributes:
        sessions: the session that the lesson plays.
        verdicts: what its whole file shows only together, where that session has a part in it.
    """

    sessions: dict[str, Session]
    verdicts: dict[str, tuple[FileFinding, ...]]


def read_recordings(lesson: Lesson, directory: Path, document: Document) -> Recordings:
    """The session of each of the lesson's captures; faults go into the document."""
    read: dict[str, Capture] = {}
    sessions: dict[str, Session] = {}
    verdicts: dict[str, tuple[FileFinding, ...]] = {}
    for key, wanted in lesson.captures.items():
        at = ("captures", key, "file")
        path = recording(wanted.file, directory)
        # the pattern of the model allows no separator; a link may still lead out
        own = [path, *files_beside(path)] if path.parent == directory else []
        link = next((each.name for each in own if leads_out(each)), None)
        if link is not None:
            document.fault(at, f"'{link}' is a link: it leads out of the directory")
        elif not path.is_file():
            document.fault(at, f"there is no recording '{wanted.file}'")
        elif path.stat().st_size > MOST_RECORDING:
            document.fault(at, f"'{wanted.file}' is larger than {MOST_RECORDING >> 20} MiB")
        else:
            if wanted.file not in read:
                read[wanted.file] = Capture(str(path), everything=True)
                read[wanted.file].load()
            played = _session(read[wanted.file], wanted.session)
            if isinstance(played, str):
                document.fault(("captures", key, "session"), played)
            else:
                sessions[key] = played
                across = read[wanted.file].findings
                verdicts[key] = tuple(each for each in across if played.id in each.sessions)
    for capture in read.values():
        capture.close()
    return Recordings(sessions, verdicts)


def _session(capture: Capture, wanted: Pick) -> Session | str:
    """The session that is meant, or what is wrong."""
    if wanted.protocol == "dns":
        return pick(capture.lookup_sessions(), wanted)
    entry = pick(capture.entries, wanted)
    return entry if isinstance(entry, str) else capture.session(entry.id)
