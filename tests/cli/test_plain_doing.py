"""Typing to the lab as linear text: from a pipe, graded, and left."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.lesson.shelf import opened
from tutor import words
from tutor.capture.by_hand import ByHand, NoLab
from tutor.cli.plain_doing import PlainDoing
from tutor.cli.plain_player import PlainPlayer
from tutor.lesson.doing import DONE, NOT_SO, Task
from tutor.lesson.player import Mode, Player
from tutor.lesson.progress import Progress
from tutor.words import Language

LOGIN = Task("imap", ("LOGIN", "SELECT"), show=("a1 LOGIN ...",))
SAFE = Task("imap", ("LOGIN",), tls=True, without=("plaintext-credential",))
Said: TypeAlias = tuple[str | None, str]
"""The answer, and all that was said."""

MAIL = Task("smtp", ("DATA",), contains=("Subject: dots",))
PASSWORD = "a1 LOGIN alice@example.org correct-horse"


def done(task: Task, *lines: str, hint: str = "", language: Language = "en") -> Said:
    words.choose(language)
    try:
        out = io.StringIO()
        typed = io.StringIO("".join(f"{line}\n" for line in lines))
        return PlainDoing(task, hint, typed, out).run(), out.getvalue()
    finally:
        words.choose("en")


def test_a_script_is_sent_line_by_line_and_what_is_wanted_is_said() -> None:
    answer, text = done(LOGIN, PASSWORD, "a2 SELECT INBOX")
    assert answer == DONE
    said = [
        "each line goes to the server",
        "Server: * OK",
        "- to do: LOGIN has not crossed yet",
        "Client: a1 LOGIN alice@example.org correct-horse (readable password)",
        "New: user name alice@example.org, password correct-horse",
        "- done: LOGIN (OK)",
        "Client: a2 SELECT INBOX",
        "All of it is done.",
    ]
    at = [text.find(line) for line in said]
    assert -1 not in at, text
    assert at == sorted(at)


def test_a_dot_and_the_end_of_input_leave_without_an_answer() -> None:
    assert done(LOGIN, PASSWORD, ".", "a2 SELECT INBOX")[0] == ""
    assert done(LOGIN, PASSWORD)[0] == ""


def test_help_hint_and_notebook_are_not_sent() -> None:
    answer, text = done(LOGIN, "?", "h", "e", "", PASSWORD, ".", hint="Think of a tag.")
    assert answer == ""
    assert "Think of a tag." in text
    assert "Eve's notebook:\n- address 127.0.0.1" in text
    assert "Step 3. Client: a1 LOGIN" in text, "nothing crossed before"


def test_what_spoils_it_begins_a_new_connection_and_counts_only_if_one_gives_up() -> None:
    answer, text = done(SAFE, PASSWORD, ".")
    assert answer == NOT_SO
    assert "- not so: not wanted, and it came: Password readable on the wire" in text
    assert "What crossed cannot be taken back. A new connection begins." in text
    answer, text = done(SAFE, PASSWORD, "a1 STARTTLS", PASSWORD)
    assert answer == DONE
    assert "Nobody can type TLS" in text
    assert "Client inside TLS: a1 LOGIN" in text


def test_a_goodbye_begins_a_new_connection() -> None:
    answer, text = done(LOGIN, "a1 LOGOUT", PASSWORD, "a2 SELECT INBOX")
    assert answer == DONE
    assert "The server has closed the connection. A new one begins." in text


def test_in_a_message_every_line_is_the_messages() -> None:
    lines = ("EHLO me.example.org", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.org>")
    message = ("DATA", "Subject: dots", "", "?", "h", "..", ".")
    answer, text = done(MAIL, *lines, *message)
    assert answer == DONE
    assert text.count("There is no hint here.") == 0


def test_in_portuguese() -> None:
    answer, text = done(LOGIN, PASSWORD, "a2 SELECT INBOX", language="pt-BR")
    assert answer == DONE
    assert "- feito: LOGIN (OK)" in text


def test_no_escape_sequence_comes_through() -> None:
    _answer, text = done(LOGIN, "a1 NOOP \x1b[2J\x9b", ".")
    assert "\x1b" not in text
    assert "\x9b" not in text


def no_lab(_protocol: str) -> ByHand:
    raise NoLab("The lab cannot be opened on this machine: no sockets here")


def test_without_a_lab_the_reason_is_said() -> None:
    out = io.StringIO()
    assert PlainDoing(LOGIN, "", io.StringIO("x\n"), out, no_lab).run() is None
    assert "no sockets here" in out.getvalue()
    assert "does not count" in out.getvalue()


def test_a_lab_that_is_killed_in_the_middle_does_not_count() -> None:
    class Mortal(ByHand):
        """Killed before the second line."""

        def send(self, line: str) -> None:
            super().send(line)
            if line.startswith("a1"):
                self._feed._child.kill()
                self._feed._child.wait(5)

    out = io.StringIO()
    lines = io.StringIO(f"{PASSWORD}\na2 SELECT INBOX\n")
    assert PlainDoing(LOGIN, "", lines, out, Mortal).run() is None
    assert "The lab has ended.\nSo this question is not asked" in out.getvalue()


# in a lesson


DAY = date(2026, 11, 25)


def at_by_hand(typed: str, save: Path) -> tuple[Player, str]:
    player = Player(opened("09-plaintext-login"), again=False)
    while player.scene.id != "by-hand":
        player.dont_know()
        player.go_on()
    out = io.StringIO()
    progress = Progress.load(save)
    PlainPlayer(player, io.StringIO(typed), out, lambda: progress.note(player, DAY)).run()
    return player, out.getvalue()


def test_a_task_is_begun_with_1_and_remembered_as_done(tmp_path: Path) -> None:
    player, text = at_by_hand(f"1\n{PASSWORD}\na2 EXAMINE INBOX\n", tmp_path)
    assert "Type 1 to open the lab and do it there, or press Enter." in text
    assert player.answers["by-hand"].right is True
    assert "\nRight.\n" in text
    record = Progress.load(tmp_path).of("plaintext-login")
    assert record.answers["by-hand"] == DONE
    again = Player(opened("09-plaintext-login"), stage=record.stage, answers=record.answers)
    assert again.answers["by-hand"].right is True


def test_enter_twice_shows_one_way_to_do_it(tmp_path: Path) -> None:
    player, text = at_by_hand("\n\n", tmp_path)
    assert player.answers["by-hand"].right is None
    assert "One way to do it:\n  a1 LOGIN alice@example.org correct-horse\n  a2 EXAMINE" in text


def test_a_task_that_could_not_be_asked_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.sources.lab_feed.sys.executable", "false")
    player, text = at_by_hand("1\n\n", tmp_path)
    whole = " ".join(text.split())
    assert "cannot be opened on this machine: its process ended at once" in whole
    assert "One way to do it:" in text
    assert player.scene.mode is Mode.END
    before = Player(opened("09-plaintext-login")).end_card()
    assert player.end_card().asked == before.asked - 1
    assert player.end_card().quiz_asked == before.quiz_asked - 1
    record = Progress.load(tmp_path).of("plaintext-login")
    assert "by-hand" not in record.unknown


def test_a_kill_in_the_middle_leaves_no_lab_behind(tmp_path: Path) -> None:
    script = (
        "import sys;from tutor.cli.plain_doing import PlainDoing;"
        "from tutor.lesson.doing import Task;"
        "PlainDoing(Task('imap',('LOGIN',)),'',sys.stdin,sys.stdout).run()"
    )
    env = {"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    )
    assert process.stdout is not None
    while b"What is wanted" not in process.stdout.readline():
        pass
    folders = list(tmp_path.glob("wiretutor-lab-*"))
    assert len(folders) == 1
    process.kill()
    process.wait(5)
    until = time.monotonic() + 10
    while folders[0].exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folders[0].exists(), "the lab's process has gone, and taken its folder away"
    process.stdout.close()
