"""Hostile bytes in a capture leave no trace in a real terminal: ``analyze`` and ``--plain``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import hostile
from tests.terminal import Terminal, needs_tmux

COMMANDS = {
    "table": ["analyze"],
    "revealed": ["analyze", "--reveal"],
    "json": ["analyze", "--json", "--reveal"],
    "plain": ["open", "--plain"],
    "plain-revealed": ["open", "--plain", "--reveal"],
}


@needs_tmux
@pytest.mark.terminal
@pytest.mark.parametrize("name", COMMANDS)
def test_no_trace_in_a_terminal(name: str, tmp_path: Path) -> None:
    file = hostile.write_capture(tmp_path / "hostile.pcap")
    command = [sys.executable, "-m", "tutor", *COMMANDS[name], str(file)]
    with Terminal(command, width=200, height=50) as terminal:
        terminal.wait(lambda text: "EXIT=0" in text, history=True)
        styled = terminal.tmux("capture-pane", "-p", "-e", "-S", "-")
        assert "\x1b[" not in styled, "no colour or movement came through"
        assert "OWNED" not in terminal.title
        assert "OWNED" not in terminal.clipboard
        text = terminal.screen(history=True)
        assert "198.51.100.25" in text, "nothing was wiped"
        if "plain" in name:
            steps = [line for line in text.splitlines() if line.startswith("Step ")]
            numbers = [int(line.split()[1].rstrip(".")) for line in steps]
            assert numbers == list(range(1, len(numbers) + 1)), "no line was lost"
            assert len(numbers) > 2 * len(hostile.TRICKS)


@needs_tmux
@pytest.mark.terminal
def test_the_same_bytes_do_leave_a_trace_when_nothing_guards(tmp_path: Path) -> None:
    file = tmp_path / "raw"
    file.write_bytes(
        hostile.TRICKS["colour"] + hostile.TRICKS["title"] + hostile.TRICKS["clipboard"]
    )
    with Terminal(["cat", str(file)]) as terminal:
        terminal.wait(lambda text: "EXIT=0" in text)
        assert "\x1b[" in terminal.screen(styles=True)
        assert "OWNED" in terminal.title
        assert "OWNED" in terminal.clipboard
