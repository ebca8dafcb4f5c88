"""Predictions on any session: the right option is the line that came, every other is wrong."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests import manifest
from tutor.capture import Capture
from tutor.lesson.predict import FEWEST, predicted
from tutor.lesson.question import Question
from tutor.protocols.events import Event, Kind
from tutor.render import View
from tutor.session import Session

PLAIN = [
    entry["file"]
    for entry in manifest.recordings()
    if any(session["security"] == "plaintext" for session in entry["sessions"])
]


def questions(session: Session) -> list[tuple[int, Question]]:
    view = View(session)
    found = []
    for index in range(len(session)):
        question = predicted(session, index, view.lines(index, 1)[0].text)
        if question:
            found.append((index, question))
    return found


def fits(protocol: str, event: Event, line: str) -> bool:
    """Whether a line has the form that the protocol asks for at this place."""
    if protocol == "pop3":
        return bool(re.match(r"(\+OK|-ERR)( |$)", line))
    if protocol == "smtp":
        return line[:3] == event.name
    if event.kind is Kind.REPLY:
        return line.startswith(f"{event.tag} ")
    return line.startswith("+" if event.kind is Kind.CONTINUATION else "* ")


@pytest.mark.parametrize("name", PLAIN)
def test_one_option_is_right_and_the_others_are_not(name: str) -> None:
    with Capture(manifest.path(name)) as capture:
        capture.load()
        for entry in capture.entries:
            session = capture.session(entry.id)
            for index, question in questions(session):
                event = session.event(index)
                texts = [option.text for option in question.options]
                assert len(set(texts)) == len(texts) >= FEWEST
                right = [text for text in texts if fits(session.protocol, event, text)]
                assert right == [question.answer.text], (event, texts)
                sent = session.data(event.span).split(b"\r\n")[0].decode("utf-8", "replace")
                if "•" not in right[0]:
                    assert sent.startswith(right[0].removesuffix("..."))
                assert set(question.reasons) == {option.key for option in question.options}


def test_there_are_questions_of_every_protocol() -> None:
    asked: Counter[str] = Counter()
    for name in ("imap-login-atom.pcapng", "pop3-user-pass.pcapng", "smtp-auth-login.pcap"):
        with Capture(manifest.path(name)) as capture:
            capture.load()
            session = capture.session(1)
            asked[session.protocol] += len(questions(session))
    assert min(asked[name] for name in ("imap", "pop3", "smtp")) >= 4


def test_what_a_client_says_and_what_is_odd_is_not_asked() -> None:
    with Capture(manifest.path("imap-bye.pcapng")) as capture:
        capture.load()
        session = capture.session(1)
        for index, _question in questions(session):
            assert not session.event(index).anomalies


def test_no_secret_is_in_a_question() -> None:
    for entry in manifest.recordings():
        needles = {text for text in manifest.secrets(entry) if len(text) > 8}
        with Capture(manifest.path(entry["file"])) as capture:
            capture.load()
            for each in capture.entries:
                for _index, question in questions(capture.session(each.id)):
                    said = " ".join(option.text for option in question.options)
                    assert not [needle for needle in needles if needle in said]
