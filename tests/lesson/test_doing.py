"""``do`` questions are graded by what crossed: here on recorded sessions."""

from __future__ import annotations

import functools

import pytest

from tutor import words
from tutor.capture import Capture
from tutor.capture.bundled import bundled
from tutor.lesson.doing import Grade, Mark, Task, grade
from tutor.lesson.reference import Reference
from tutor.session import Session

LOGIN = Task("imap", ("LOGIN", "SELECT"))


@functools.cache
def recorded(name: str, number: int = 1) -> Session:
    with Capture(str(bundled(name))) as capture:
        capture.load()
        return capture.session(number)


def judged(name: str, task: Task, number: int = 1) -> Grade:
    return grade(recorded(name, number), task)


def said(found: Grade) -> list[tuple[str, str]]:
    return [(item.mark.value, item.words) for item in found.items]


def test_what_crossed_in_order_and_was_answered_with_yes_is_right() -> None:
    found = judged("imap-login-literal.pcapng", LOGIN)
    assert found.right
    assert said(found) == [
        ("done", "LOGIN (OK)"),
        ("done", "SELECT (OK)"),
    ]


def test_before_anything_crossed_all_is_open() -> None:
    found = grade(None, LOGIN)
    assert not found.complete
    assert not found.right
    assert said(found)[0] == ("open", "LOGIN has not crossed yet")


def test_no_is_not_yes() -> None:
    found = judged("imap-logindisabled.pcapng", LOGIN)
    assert not found.right
    assert said(found)[0] == ("wrong", "LOGIN crossed, but the server said NO")
    assert found.wanted[1].mark is Mark.OPEN


def test_a_missing_command_makes_the_later_ones_too_early() -> None:
    found = judged("pop3-delete-quit.pcapng", Task("pop3", ("DELE", "RSET", "QUIT")))
    assert not found.right
    assert said(found) == [
        ("done", "DELE (+OK)"),
        ("open", "RSET has not crossed yet"),
        ("wrong", "QUIT crossed too early: first RSET"),
    ]


def test_the_wrong_order_is_wrong() -> None:
    found = judged("pop3-delete-quit.pcapng", Task("pop3", ("DELE", "STAT")))
    assert said(found)[1] == ("wrong", "STAT crossed too early: first DELE")
    assert judged("pop3-delete-quit.pcapng", Task("pop3", ("STAT", "DELE"))).right


def test_data_is_answered_behind_the_message() -> None:
    found = judged("smtp-submission-plain.pcapng", Task("smtp", ("MAIL", "RCPT", "DATA", "QUIT")))
    assert found.right
    assert said(found)[2] == ("done", "DATA (250)")


def test_a_refused_recipient_and_then_one_that_is_taken() -> None:
    found = judged("smtp-lmtp.pcapng", Task("smtp", ("RCPT", "RCPT")))
    assert found.right


def test_starttls_must_bring_tls() -> None:
    task = Task("imap", ("LOGIN",), tls=True, without=("plaintext-credential",))
    assert judged("imap-first-look-starttls.pcapng", task).right
    plain = judged("imap-first-look.pcapng", task)
    assert not plain.right
    assert plain.spoiled
    assert said(plain)[0] == ("open", "STARTTLS has not crossed yet")
    granted = judged("imap-starttls-then-plaintext.pcapng", task)
    assert said(granted)[0] == ("open", "STARTTLS was granted; TLS is not there yet")


def test_starttls_is_wanted_where_the_author_puts_it() -> None:
    task = Task("smtp", ("EHLO", "STARTTLS", "EHLO", "AUTH"), tls=True)
    assert judged("smtp-submission-starttls.pcapng", task).right
    assert task.commands() == task.wants


def test_a_verdict_that_must_not_come_spoils_it() -> None:
    task = Task("imap", ("LOGIN",), without=("plaintext-credential",))
    found = judged("imap-login-atom.pcapng", task)
    assert found.complete
    assert found.spoiled
    assert not found.right
    told = "not wanted, and it came: Password readable on the wire"
    assert said(found)[-1] == ("wrong", told)


def test_texts_that_must_cross_are_looked_for_without_blanks_and_case() -> None:
    task = Task(
        "smtp", ("DATA",), contains=("from:bird club birds@example.org", "Subject: something else")
    )
    found = judged("smtp-submission-plain.pcapng", task)
    assert [item.mark for item in found.wanted] == [Mark.DONE, Mark.DONE, Mark.OPEN]
    assert "has not crossed" in found.wanted[2].words


def test_what_the_server_says_is_not_the_clients() -> None:
    task = Task("imap", ("LOGIN",), contains=("CAPABILITY IMAP4rev1",))
    assert not judged("imap-login-literal.pcapng", task).complete


def test_a_uid_command_is_one_of_its_kind() -> None:
    assert judged("imap-sync.pcapng", Task("imap", ("FETCH",))).right


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_in_each_language(language: words.Language) -> None:
    words.choose(language)
    try:
        task = Task("imap", ("LOGIN",), without=("plaintext-credential",))
        found = grade(recorded("imap-login-atom.pcapng"), task, Reference.load(language))
        name = {"en": "Password readable", "pt-BR": "Senha legível"}[language]
        assert name.casefold() in found.avoided[0].words.casefold()
    finally:
        words.choose("en")
