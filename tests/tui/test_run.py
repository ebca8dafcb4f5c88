"""``run``: never without a terminal; in a real one a held key stops at the first question."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal, needs_tmux
from tests.tui.stage import ROOT
from tutor import tui
from tutor.base import UsageError


def test_without_a_terminal_it_says_so_and_starts_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert tui.run(lesson="first-look") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "--plain" in err


def test_an_unknown_lesson_is_told_before_the_screen_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Tty())
    monkeypatch.setattr(sys, "stdout", Tty())
    with pytest.raises(UsageError, match="first-look"):
        tui.run(lesson="first-lok")


@needs_tmux
@pytest.mark.terminal
def test_a_burst_of_enters_stops_at_the_first_question(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tutor", "learn", "first-look"]
    with Terminal(command, WIRETUTOR_STATE=str(tmp_path), PYTHONPATH=str(ROOT)) as terminal:
        terminal.wait(lambda text: "Enter go on" in text, 60)
        terminal.keys("-N", "80", "Enter")
        text = terminal.wait(lambda text: "Who speaks first?" in text, 20)
        assert "Enter answer" in text
        assert "goes on" not in text, "no answer was taken"
        terminal.keys("Escape")
        terminal.wait(lambda text: "EXIT" in text, 20)


@pytest.mark.terminal
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["TERM", "INT"]
)
def test_signals_leave_with_their_code(number: int, code: int, tmp_path: Path) -> None:
    child, screen = pty.fork()
    if child == 0:
        os.environ.update(WIRETUTOR_STATE=str(tmp_path), TERM="xterm-256color")
        os.environ.update(COLUMNS="80", LINES="24", PYTHONPATH=str(ROOT))
        os.execv(sys.executable, [sys.executable, "-m", "tutor", "learn", "first-look"])
    seen = b""
    end = time.monotonic() + 60
    while b"First look" not in seen and time.monotonic() < end:
        if select.select([screen], [], [], 0.1)[0]:
            seen += os.read(screen, 65536)
    os.kill(child, number)
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == code
            return
        if select.select([screen], [], [], 0.1)[0]:
            try:
                os.read(screen, 65536)
            except OSError:
                time.sleep(0.05)
    raise AssertionError("it did not end")


@needs_tmux
@pytest.mark.terminal
def test_a_terminal_that_is_gone_holds_nobody(tmp_path: Path) -> None:
    """Closed from outside while it draws: about every second one stayed for ever."""
    numbers: list[int] = []
    for turn in range(3):
        file = tmp_path / f"{turn}.pid"
        app = f"exec {sys.executable} -m tutor learn first-look"
        line = f"echo $$ >{file}; {app}"
        terminal = Terminal(
            ["sh", "-c", line], PYTHONPATH=str(ROOT), WIRETUTOR_STATE=str(tmp_path / str(turn))
        )
        with terminal:
            terminal.wait(lambda text: "First look" in text)
            terminal.keys("Enter", "Enter", "x", "Enter")
        numbers.append(int(file.read_text()))
    end = time.monotonic() + 30
    while any(Path(f"/proc/{number}").exists() for number in numbers):
        assert time.monotonic() < end
        time.sleep(0.1)
