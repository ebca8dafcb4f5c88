"""Guessing: the password that explains a response is found, and no other one."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from tests.conftest import ROOT
from tutor.capture import Capture
from tutor.findings import credentials
from tutor.lesson.guessing import guesses
from tutor.session import Session

WORDS = ("summer", "winter2024", "correct-horse", "")
RECORDED = [
    ("imap-cram-md5-weak", 0, ("winter2024",)),
    ("imap-cram-md5", 0, ("correct-horse",)),
    ("smtp-cram-md5", 0, ("correct-horse",)),
    ("pop3-cram-md5", 0, ("correct-horse",)),
    ("pop3-apop", 0, ("correct-horse",)),
    # the answer of the first login, sent again: it answers another challenge
    ("imap-cram-md5-weak", 1, ()),
]


def session_of(name: str, number: int = 0) -> Session:
    with Capture(str(ROOT / "captures" / f"{name}.pcapng")) as capture:
        capture.load()
        return capture.session(capture.entries[number].id)


@pytest.mark.parametrize(("name", "number", "found"), RECORDED)
def test_the_password_of_the_recording_is_found(
    name: str, number: int, found: tuple[str, ...]
) -> None:
    session = session_of(name, number)
    step = credentials(session)[0].step
    assert guesses(session, step - 1, WORDS) == found


def test_what_is_no_answer_to_a_challenge_is_none() -> None:
    apop = session_of("pop3-apop")
    assert guesses(apop, 1, WORDS) is None
    assert guesses(session_of("imap-login-atom"), 5, WORDS) is None
    scram = session_of("imap-scram-sha-256")
    assert guesses(scram, credentials(scram)[0].step - 1, WORDS) is None


def test_the_examples_of_the_rfcs_come_out_the_same() -> None:
    # RFC 2195, section 2, and RFC 1939, section 7: both give challenge, password and answer
    challenge = base64.b64decode("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+")
    answer = base64.b64decode("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw").decode()
    assert answer.split()[1] == hmac.new(b"tanstaaftanstaaf", challenge, "md5").hexdigest()
    stamp = b"<1896.697170952@dbc.mtview.ca.us>tanstaaf"
    assert hashlib.md5(stamp).hexdigest() == "c4c9334bac560ecc979e58001b3e22fb"
