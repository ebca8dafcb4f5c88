"""The learner's hand, and the server that it brings mail to without a login."""

from __future__ import annotations

import time

from tests.lab.running import Running
from tests.lab.talking import Talk
from tutor.lab.talk import Dial, Typed, hear, say


def test_bytes_that_are_typed_reach_the_lab_as_they_are() -> None:
    word = Typed("a1 LOGIN é\r\n\0".encode())
    assert hear(say(word)) == word


def test_a_second_connection_ends_the_first(lab: Running) -> None:
    lab.sessions()
    for service in ("imap", "pop3"):
        lab.feed.order(Dial(service))
        time.sleep(0.2)  # the greeting comes
    lab.feed.order(Typed(b"QUIT\r\n"))
    first, second = lab.sessions(least=2)
    assert (first["protocol"], second["protocol"]) == ("imap", "pop3")
    assert first["complete"]
    assert first["commands"] == 0
    assert second["commands"] == 1


def test_an_order_for_a_service_that_is_not_there_is_said(lab: Running) -> None:
    lab.feed.order(Dial("gopher"))
    until = time.monotonic() + 10
    while not lab.feed.words and time.monotonic() < until:
        time.sleep(0.01)
    assert "gopher" in str(lab.feed.words.pop())


def test_mail_for_the_labs_own_people_needs_no_login_and_for_others_is_refused(
    lab: Running,
) -> None:
    with Talk(lab.port("mx")) as talk:
        talk.until(b"220")
        talk.send(b"EHLO laptop.example.org\r\n")
        talk.until(b"250 ")
        talk.send(b"MAIL FROM:<birds@example.net>\r\n")
        assert talk.line().startswith(b"250")
        talk.send(b"RCPT TO:<nobody@example.net>\r\n")
        assert talk.line().startswith(b"550")
        talk.send(b"RCPT TO:<bob@example.org>\r\n")
        assert talk.line().startswith(b"250")


def test_submission_still_wants_one(lab: Running) -> None:
    with Talk(lab.port("smtp")) as talk:
        talk.until(b"220")
        talk.send(b"EHLO laptop.example.org\r\n")
        talk.until(b"250 ")
        talk.send(b"MAIL FROM:<alice@example.org>\r\n")
        assert talk.line().startswith(b"530")
