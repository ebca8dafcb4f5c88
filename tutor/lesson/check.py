"""``lesson check``: prove what a lesson says, for every lesson of a directory.

Faults come out as ``file:line:column: what is wrong``. Nothing is believed: anchors match exactly
once, claims are recomputed, roles are in the bytes, questions have their answers and reasons, texts
fit the smallest screen, each language is whole and fresh, and only lab accounts appear.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from tutor.base import CaptureError, LessonError
from tutor.lesson import check_article, check_captures, check_quiz, check_steps, check_texts
from tutor.lesson.article import ARTICLE_FILE
from tutor.lesson.bind import bind
from tutor.lesson.course import directories, lessons_directory
from tutor.lesson.document import Document, LessonFaults, Path_
from tutor.lesson.fit import misfits
from tutor.lesson.load import load_lesson
from tutor.lesson.model import Lesson
from tutor.lesson.near import LESSON_FILE, nearest
from tutor.lesson.opening import read_recordings, recalled, recording
from tutor.words import LANGUAGES


@dataclass(slots=True)
class Report:
    """What was checked, and everything that is wrong."""

    lessons: int = 0
    languages: int = len(LANGUAGES)
    faults: list[LessonError] = field(default_factory=list)


def check(root: Path | None = None) -> Report:
    """Check a lesson, or every lesson of a directory; the shipped ones where None."""
    base = root or lessons_directory()
    alone = (base / LESSON_FILE).is_file()
    paths = [base] if alone else directories(base)
    report = Report()
    if not paths:
        report.faults.append(LessonError(str(base), 1, 1, "there is no lesson in this directory"))
    read: dict[str, tuple[Lesson, Document]] = {}
    for path in paths:
        report.lessons += 1
        try:
            lesson, document = load_lesson(path)
        except LessonFaults as error:
            report.faults += error.faults
            continue
        if lesson.id in read:
            document.fault(("id",), f"'{lesson.id}' is also the id of {read[lesson.id][1].path}")
        read.setdefault(lesson.id, (lesson, document))
        check_lesson(path, lesson, document)
        report.faults += check_texts.languages(path, lesson)
        report.faults += document.faults
        document.faults = []
    if not alone and (base / ARTICLE_FILE).is_file():
        shelf = {name: (Path(doc.path).parent, lesson) for name, (lesson, doc) in read.items()}
        report.faults += check_article.article(base, shelf)
    _needs(read, base if not alone else base.parent)
    report.faults += [fault for _lesson, document in read.values() for fault in document.faults]
    report.faults.sort(key=lambda fault: (fault.path, fault.line, fault.column))
    return report


def check_lesson(directory: Path, lesson: Lesson, document: Document) -> None:
    """Everything that one lesson must hold; faults go into the document."""
    check_texts.citations(lesson, document)
    check_texts.words(lesson, document)
    check_texts.names_in_texts(lesson, document)
    check_texts.unwritten(lesson, document)
    for key, why in misfits(lesson):
        document.fault(check_texts.place_of(lesson, key), why)
    try:
        recordings = read_recordings(lesson, directory, document)
    except CaptureError as error:
        document.fault(_place_of(lesson, directory, error.path), str(error))
        return
    sessions = recordings.sessions
    for key, session in sessions.items():
        check_captures.lab_only(key, session, document)
        check_captures.decrypts(key, session, document)
    if document.faults and len(sessions) < len(lesson.captures):
        return
    try:
        # a document of its own: faults of before would be raised again
        notes = Document(document.path, document.data, document.keys, document.values)
        bound = replace(bind(lesson, sessions, notes), verdicts=recordings.verdicts)
    except LessonFaults as error:
        document.faults += error.faults
        return
    recalled(lesson, directory, document, LANGUAGES[0])
    check_steps.steps(bound, document)
    check_quiz.quiz(bound, document)
    check_steps.compare(bound, document)


def _place_of(lesson: Lesson, directory: Path, recorded: str) -> Path_:
    """Where the lesson names a recording."""
    for key, wanted in lesson.captures.items():
        if str(recording(wanted.file, directory)) == recorded:
            return ("captures", key, "file")
    return ("captures",)


def _needs(read: dict[str, tuple[Lesson, Document]], base: Path) -> None:
    if not any(lesson.needs or lesson.recall for lesson, _document in read.values()):
        return
    known = {name: lesson.needs for name, (lesson, _document) in read.items()}
    for path in (*directories(base), *directories()):
        try:
            lesson, _document = load_lesson(path)
        except LessonFaults:
            continue
        known.setdefault(lesson.id, lesson.needs)
    for name, (lesson, document) in read.items():
        for number, need in enumerate(lesson.needs):
            if need not in known:
                document.fault(
                    ("needs", number), f"there is no lesson '{need}'{nearest(need, known)}"
                )
            elif _reaches(known, need, name):
                document.fault(("needs", number), f"a circle: '{need}' itself needs '{name}'")
        for number, question in enumerate(lesson.recall):
            earlier = question.partition(".")[0]
            if earlier == name or not _reaches(known, name, earlier):
                why = f"'{earlier}' is not among the lessons that this one needs"
                document.fault(("recall", number), why)


def _reaches(known: dict[str, tuple[str, ...]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            todo += known.get(name, ())
    return False
