"""``lesson check``: prove what a lesson says, for every lesson of a directory.

Faults come out as ``file:line:column: what is wrong``. Nothing is believed: anchors match exactly
once, claims are recomputed, roles are in the bytes, questions have their answers and reasons, texts
fit the smallest screen, each language is whole and fresh, and only lab accounts appear.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path

from tutor.base import CaptureError, LessonError
from tutor.findings import credentials
from tutor.lesson import claims
from tutor.lesson.bind import Bound, bind
from tutor.lesson.compare import groups
from tutor.lesson.course import directories, lessons_directory
from tutor.lesson.document import Document, LessonFaults, Path_
from tutor.lesson.fit import misfits
from tutor.lesson.load import load_lesson, load_translation
from tutor.lesson.model import ChoiceQuiz, DecodeQuiz, Lesson, PointQuiz, Step
from tutor.lesson.near import LESSON_FILE, nearest
from tutor.lesson.opening import read_sessions, recalled
from tutor.lesson.question import part_of
from tutor.lesson.reference import Reference
from tutor.lesson.texts import judge, texts
from tutor.protocols.events import Anomaly, Kind
from tutor.session import Session
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
_LAB_NAMES = re.compile(r"(^|\.)(example\.(org|com|net)|example|test|invalid|localhost)$")
_LAB_NETS = [
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


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
        check_languages(path, lesson, report)
        report.faults += document.faults
        document.faults = []
    _needs(read, base if not alone else base.parent)
    report.faults += [fault for _lesson, document in read.values() for fault in document.faults]
    report.faults.sort(key=lambda fault: (fault.path, fault.line, fault.column))
    return report


def check_lesson(directory: Path, lesson: Lesson, document: Document) -> None:
    """Everything that one lesson must hold; faults go into the document."""
    _citations(lesson, document)
    _words(lesson, document)
    _names_in_texts(lesson, document)
    for key, why in misfits(lesson):
        document.fault(place_of(lesson, key), why)
    try:
        sessions = read_sessions(lesson, directory, document)
    except CaptureError as error:
        document.fault(("captures",), str(error))
        return
    for key, session in sessions.items():
        _lab_only(key, session, document)
        _decrypts(key, session, document)
    if document.faults and len(sessions) < len(lesson.captures):
        return
    try:
        # a document of its own: faults of before would be raised again
        notes = Document(document.path, document.data, document.keys, document.values)
        bound = bind(lesson, sessions, notes)
    except LessonFaults as error:
        document.faults += error.faults
        return
    recalled(lesson, directory, document, LANGUAGES[0])
    _steps(bound, document)
    _quiz(bound, document)
    _compare(bound, document)


# texts


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


def check_languages(directory: Path, lesson: Lesson, report: Report) -> None:
    """Each language whole and fresh, and its texts fit too."""
    english = texts(lesson)
    for tag in LANGUAGES[1:]:
        translation, document = load_translation(directory, tag)
        if translation is not None:
            for fault in judge(english, translation.texts):
                at: Path_ = ("texts", fault.key)
                if fault.why == "missing":
                    document.fault(("texts",), f"no text for '{fault.key}' (of: {fault.hash})")
                elif fault.why == "stale":
                    why = f"stale: the English of '{fault.key}' has changed (of: {fault.hash})"
                    document.fault((*at, "of"), why)
                else:
                    near = nearest(fault.key, english)
                    document.fault(at, f"'{fault.key}' is no text of the lesson{near}", key=True)
            given = {key: value.text for key, value in translation.texts.items()}
            for key, why in misfits(lesson, given):
                document.fault(("texts", key, "text"), why)
        report.faults += document.faults


def _names_in_texts(lesson: Lesson, document: Document) -> None:
    for key, text in texts(lesson).items():
        for match in _EMAIL.finditer(text):
            if not _LAB_NAMES.search(match[1].lower()):
                why = f"'{match[0]}' looks like a real account; use example.org"
                document.fault(place_of(lesson, key), why)
        for match in _IPV4.finditer(text):
            if not _lab_address(match[0]):
                why = f"'{match[0]}' is no address for documentation (RFC 5737)"
                document.fault(place_of(lesson, key), why)


def _citations(lesson: Lesson, document: Document) -> None:
    for number, step in enumerate(lesson.steps):
        for place, cite in enumerate(step.cite):
            rfc = int(cite.partition("#")[0][3:])
            if rfc not in RFCS:
                near = nearest(str(rfc), [str(n) for n in sorted(RFCS)])
                why = f"RFC {rfc} is not among the RFCs that lessons cite{near}"
                document.fault(("steps", number, "cite", place), why)


def _words(lesson: Lesson, document: Document) -> None:
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


# captures


def _lab_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return True
    return any(address in net for net in _LAB_NETS if net.version == address.version)


def _lab_only(key: str, session: Session, document: Document) -> None:
    at = ("captures", key, "file")
    for end in (session.client, session.server):
        if not _lab_address(end.address):
            document.fault(at, f"{end.address} is no address for documentation")
    for credential in credentials(session):
        domain = (credential.username or "").rpartition("@")[2]
        if "@" in (credential.username or "") and not _LAB_NAMES.search(domain.lower()):
            document.fault(at, f"the account '{credential.username}' is not of the lab")


def _decrypts(key: str, session: Session, document: Document) -> None:
    if session.tls is None:
        return
    at = ("captures", key, "file")
    if not session.tls.decrypted:
        document.fault(at, "TLS is not opened by the keys that are shipped")
    for index in range(len(session)):
        if Anomaly.UNDECRYPTABLE_RECORD in session.event(index).anomalies:
            document.fault(at, f"step {index + 1} is not opened by the keys that are shipped")
            return


# steps


def _steps(bound: Bound, document: Document) -> None:
    last: dict[str, int] = {}
    seen: set[str] = set()
    for number, step in enumerate(bound.lesson.steps):
        place: Path_ = ("steps", number)
        if step.id in seen:
            document.fault((*place, "id"), f"'{step.id}' is the id of two steps")
        seen.add(step.id)
        index = bound.at[step.id]
        before = last.get(step.at.capture, -1)
        hidden = step.predict is not None and step.predict.options == "auto"
        if index < before or (hidden and index == before):
            why = f"step {index + 1} is visible already: step {before + 1} comes before it"
            document.fault((*place, "at"), why)
        last[step.at.capture] = max(index, before)
        _look(bound, step, place, document)
        _predict(bound, step, place, document)
        for way, why in claims.judge(bound, step):
            document.fault((*place, "claims", *way), why)
        if step.say is None and step.predict is None:
            document.fault((*place, "id"), "this step neither says nor asks anything")


def _look(bound: Bound, step: Step, place: Path_, document: Document) -> None:
    roles = list(dict.fromkeys(part.role.value for part in bound.event(step).parts))
    for role in step.look:
        if role not in roles:
            why = f"'{role}' is no part of this step{nearest(role, roles)}"
            document.fault((*place, "look"), why)


def _predict(bound: Bound, step: Step, place: Path_, document: Document) -> None:
    predict = step.predict
    if predict is None:
        return
    at: Path_ = (*place, "predict")
    if isinstance(predict.options, str):
        event = bound.event(step)
        server = event.kind in (Kind.REPLY, Kind.GREETING, Kind.CONTINUATION)
        if not server:
            document.fault((*at, "options"), "auto needs a greeting, a reply or a continuation")
        return
    if predict.answer is None:
        document.fault(at, "missing key 'answer'", key=True)
        return
    _reasons(predict.options, predict.answer, predict.because, at, document)


def _reasons(
    options: dict[str, str],
    answer: str,
    because: dict[str, str],
    at: Path_,
    document: Document,
) -> None:
    if answer not in options:
        why = f"'{answer}' is not among the options{nearest(answer, options)}"
        document.fault((*at, "answer"), why)
    for key in because:
        if key not in options:
            document.fault((*at, "because", key), f"no option '{key}'{nearest(key, options)}")
    for key in options:
        if key != answer and key not in because:
            why = f"the wrong option '{key}' needs its own reason in because"
            document.fault((*at, "options", key), why, key=True)


# quiz and compare


def _quiz(bound: Bound, document: Document) -> None:
    for number, item in enumerate(bound.lesson.quiz):
        at: Path_ = ("quiz", number)
        match item:
            case ChoiceQuiz():
                _reasons(item.options, item.answer, item.because, at, document)
            case PointQuiz():
                _part(bound, item.answer, (*at, "answer"), document)
            case DecodeQuiz():
                found = _part(bound, item.of, (*at, "of"), document)
                if found is not None and _decoded(found) != item.answer.split():
                    why = f"decoded it says '{' '.join(_decoded(found) or ['nothing'])}'"
                    document.fault((*at, "answer"), why)


def _part(bound: Bound, answer: str, at: Path_, document: Document) -> bytes | None:
    found = part_of(bound, answer)
    if found is None:
        step, _dot, role = answer.rpartition(".")
        ids = [s.id for s in bound.lesson.steps]
        near = nearest(step, ids) if step not in ids else f": step '{step}' has no {role}"
        document.fault(at, f"'{answer}' is no step.role{near}")
        return None
    return bound.session(found[0]).part(bound.event(found[0]), found[2])


def _decoded(data: bytes) -> list[str]:
    try:
        text = base64.b64decode(data.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return []
    return text.replace("\0", " ").split()


def _compare(bound: Bound, document: Document) -> None:
    compare = bound.lesson.compare
    if compare is None:
        return
    for side in ("left", "right"):
        name = getattr(compare, side)
        if name not in bound.sessions:
            near = nearest(name, bound.sessions)
            document.fault(("compare", side), f"'{name}' is not in captures{near}")
            return
    both = (compare.left, compare.right)
    keys = [key for name in both for key, _indices in groups(bound.sessions[name])]
    for number, key in enumerate(compare.align):
        if key not in keys:
            near = nearest(key, dict.fromkeys(keys))
            document.fault(("compare", "align", number), f"'{key}' is in neither session{near}")


# between lessons


def _needs(read: dict[str, tuple[Lesson, Document]], base: Path) -> None:
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
