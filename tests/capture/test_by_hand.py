"""Typed by hand to a lab of one's own: what crosses is a session like any other."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.capture.by_hand import ByHand, NoLab, closed
from tutor.lab.talk import Trouble, say
from tutor.session import Eye, Session, visible


@pytest.fixture(scope="module")
def imap() -> Iterator[ByHand]:
    with ByHand("imap") as hand:
        hand.wait()
        hand.settle()
        yield hand


def typed(hand: ByHand, *lines: str) -> Session:
    for line in lines:
        before = hand.said()
        hand.send(line)
        hand.settle(before)
    session = hand.session
    assert session is not None
    return session


def anew(hand: ByHand) -> None:
    hand.connect()
    hand.settle()


def heads(session: Session, eye: Eye = Eye.EVE) -> list[str]:
    """What was said, as that eye sees it: names of events."""
    events = [session.event(n) for n in range(len(session)) if visible(session, n, eye)]
    return [event.name for event in events if event.kind not in ("record", "open", "close")]


def test_lines_cross_as_typed_and_each_answer_is_waited_for(imap: ByHand) -> None:
    anew(imap)
    session = typed(imap, "x9  login alice@example.org correct-horse", "a2 EXAMINE INBOX")
    commands = [session.event(n) for n in range(len(session)) if session.kind(n) == "command"]
    assert session.data(commands[0].span) == b"x9  login alice@example.org correct-horse\r\n"
    assert heads(session)[-1] == "OK"
    assert session.event(len(session) - 1).tag == "a2"


def test_a_literal_is_typed_line_by_line(imap: ByHand) -> None:
    anew(imap)
    session = typed(imap, "a1 LOGIN {17}", "alice@example.org {13}", "correct-horse")
    assert heads(session)[-1] == "OK"
    assert not session.event(len(session) - 1).anomalies


def test_tls_begins_by_itself_and_both_eyes_work(imap: ByHand) -> None:
    anew(imap)
    typed(imap, "a1 STARTTLS")
    session = typed(imap, "a2 LOGIN alice@example.org correct-horse")
    assert session.security == "starttls"
    assert session.tls is not None
    assert session.tls.decrypted
    assert heads(session) == ["OK", "STARTTLS", "OK"]
    assert heads(session, Eye.ENDPOINTS)[-2:] == ["LOGIN", "OK"]


def test_a_refused_starttls_leaves_the_line_open(imap: ByHand) -> None:
    anew(imap)
    typed(imap, "a1 LOGIN alice@example.org correct-horse")
    session = typed(imap, "a2 STARTTLS", "a3 NOOP")
    assert session.security == "plaintext"
    assert heads(session)[-2:] == ["NOOP", "OK"]


def test_what_is_no_command_is_answered_too(imap: ByHand) -> None:
    anew(imap)
    session = typed(imap, "hello", "ç € \x1b[2J", "", "a1 NOOP")
    assert heads(session)[-2:] == ["NOOP", "OK"]


def test_after_the_servers_goodbye_a_new_connection_can_be_made(imap: ByHand) -> None:
    anew(imap)
    first = typed(imap, "a1 LOGOUT")
    assert closed(first)
    anew(imap)
    second = typed(imap, "a1 NOOP")
    assert not closed(second)
    assert second.id != first.id
    assert heads(second) == ["OK", "NOOP", "OK"]


def test_mail_is_taken_without_a_login_and_a_message_may_hold_anything() -> None:
    with ByHand("smtp") as hand:
        hand.wait()
        hand.settle()
        begun = time.monotonic()
        session = typed(
            hand,
            *("EHLO laptop.example.org", "MAIL FROM:<alice@example.org>"),
            *("RCPT TO:<bob@example.org>", "DATA", "From: Bird Club <birds@example.org>"),
            *("", "STARTTLS", "QUIT", "..", ".", "QUIT"),
        )
        assert time.monotonic() - begun < 5  # no line of the message was waited for
        assert closed(session)
        assert " ".join(heads(session)).count("DATA 354 message 250 QUIT 221") == 1


def test_pop3_and_stls() -> None:
    with ByHand("pop3") as hand:
        hand.wait()
        hand.settle()
        session = typed(hand, "STLS", "USER alice@example.org", "PASS correct-horse", "STAT")
        assert heads(session, Eye.ENDPOINTS)[-2:] == ["STAT", "+OK"]
        assert "PASS" not in heads(session)


def test_leaving_ends_the_lab_and_takes_its_files_away() -> None:
    with ByHand("imap") as hand:
        hand.wait()
        feed = hand._feed
        assert feed.ready is not None
        folder = Path(feed.ready.authority).parent
        assert folder.is_dir()
        child = feed._child
        assert child.poll() is None
    assert child.poll() is not None
    assert not folder.exists()
    assert not Path(feed.path).exists()


def test_a_lab_that_is_killed_does_not_hang_who_types() -> None:
    with ByHand("imap") as hand:
        hand.wait()
        hand.settle()
        os.kill(hand._feed._child.pid, signal.SIGKILL)
        hand._feed._child.wait(5)
        begun = time.monotonic()
        hand.send("a1 NOOP")
        hand.settle(hand.said())
        assert time.monotonic() - begun < 5


def test_where_no_lab_can_be_the_reason_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.sources.lab_feed.sys.executable", "/nowhere/python")
    with pytest.raises(NoLab, match="cannot be opened on this machine: No such file") as told:
        ByHand("imap")
    assert "\n" not in str(told.value)


def test_a_lab_that_ends_at_once_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.sources.lab_feed.sys.executable", "false")
    with ByHand("imap") as hand, pytest.raises(NoLab) as told:
        hand.wait(5)
    sentence = "The lab cannot be opened on this machine: its process ended at once"
    assert str(told.value) == sentence


def test_a_lab_that_says_why_it_does_not_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    word = say(Trouble("no-folder", fatal=True, detail="No space left")).decode()
    script = tmp_path / "lab"
    script.write_text(f"#!/bin/sh\ncat <<'END'\n{word}END\nexit 3\n")
    script.chmod(0o755)
    monkeypatch.setattr("tutor.sources.lab_feed.sys.executable", str(script))
    with ByHand("imap") as hand, pytest.raises(NoLab, match=r"folder can be made \(No space left"):
        hand.wait(5)


def test_a_lab_is_left_at_any_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[object] = []
    monkeypatch.setattr("threading.excepthook", broken.append)
    for program in ("false", sys.executable):
        monkeypatch.setattr("tutor.sources.lab_feed.sys.executable", program)
        for seconds in (0.0, 0.0, 0.0, 0.01, 0.05):
            with ByHand("imap") as hand:
                time.sleep(seconds)
            assert hand._feed._child.poll() is not None
    assert broken == []
