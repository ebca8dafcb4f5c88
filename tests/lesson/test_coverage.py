"""Any capture is explained: no command, reply, capability or mechanism without its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import manifest
from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.lesson.reference import Reference
from tutor.protocols.events import Anomaly, Attempt, Kind, Offer
from tutor.session import Session
from tutor.words import LANGUAGES, Language

MAIL = ("imap", "pop3", "smtp")


def sessions(paths: list[str]) -> Iterator[tuple[str, Session]]:
    for path in paths:
        try:
            capture = Capture(path)
        except CaptureError:
            continue
        with capture:
            capture.load()
            for entry in capture.entries:
                yield f"{capture.name} #{entry.id}", capture.session(entry.id)


def unexplained(reference: Reference, paths: list[str]) -> Counter[str]:
    missing: Counter[str] = Counter()
    for _name, session in sessions(paths):
        for index in range(len(session)):
            event = session.event(index)
            found = reference.explain(session, index)
            what = f"{session.protocol} {event.kind.value} {event.about}/{event.name}"
            odd = Anomaly.UNKNOWN_COMMAND in event.anomalies
            if not found or (not odd and found[0].key.endswith("/unknown")):
                missing[what] += 1
            if not all(item.translated for item in found):
                missing[f"no translation: {what}"] += 1
            missing.update(details(reference, session, index))
    return missing


def details(reference: Reference, session: Session, index: int) -> Iterator[str]:
    for detail in session.event(index).details:
        if isinstance(detail, Offer) and session.protocol in MAIL:
            for said in reference.capabilities(session.protocol, detail):
                if said.key.endswith("/unknown"):
                    yield f"{session.protocol} capability {said.name}"
        elif isinstance(detail, Attempt) and detail.mechanism not in ("LOGIN", "USER", "APOP"):
            name = detail.mechanism.removeprefix("AUTH ")
            if reference.find(f"sasl/mechanism/{name}") is None:
                yield f"mechanism {name}"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_our_recordings_are_explained_line_by_line(tag: Language) -> None:
    paths = [manifest.path(name) for name in manifest.names()]
    missing = unexplained(Reference.load(tag), paths)
    assert not missing, missing.most_common()


@pytest.mark.parametrize("tag", LANGUAGES)
def test_other_peoples_captures_are_explained_line_by_line(tag: Language, corpus: Path) -> None:
    paths = [str(path) for path in sorted((corpus / "files").rglob("*.*"))]
    missing = unexplained(Reference.load(tag), paths)
    assert not missing, missing.most_common()


def test_every_message_body_and_gap_is_counted_among_them() -> None:
    kinds = {
        session.event(index).kind
        for _, session in sessions([manifest.path(name) for name in manifest.names()])
        for index in range(len(session))
    }
    assert {Kind.COMMAND, Kind.REPLY, Kind.UNTAGGED, Kind.CONTINUATION, Kind.RESPONSE} <= kinds
    assert {Kind.MESSAGE, Kind.RECORD, Kind.OPEN, Kind.CLOSE, Kind.GREETING} <= kinds
