"""Hostile bytes on every screen: in Pilot by text, in a real terminal by what it does."""

from __future__ import annotations

import re
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from tests import hostile
from tests.terminal import Terminal, needs_tmux
from tests.tui.stage import opened, screen_text

TOUR = (
    "enter", "M", "enter", "enter", "enter", "x", "e", "e", "d", "i", "w", "v", "v", "v",
    "G", "g", "j", "k", "l", "enter", "enter", "enter", "l", "z", "z", "question_mark", "q",
)  # fmt: skip
"""Keys that open every pane on a session."""

PLACES = {"enter": "Enter", "question_mark": "?", "slash": "/", "full_stop": ".", "space": "Space"}


def harmless(text: str) -> bool:
    bad = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return not any(unicodedata.category(char) in bad for char in text.replace("\n", ""))


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.slow)])
async def test_every_screen_shows_only_harmless_text(tmp_path: Path, size: tuple[int, int]) -> None:
    file = hostile.write_capture(tmp_path / "hostile.pcap")
    async with opened(files=(file, file), size=size) as (app, pilot):
        assert harmless(screen_text(app))
        await pilot.press("slash", *"us", "enter", "slash", "enter")
        for key in TOUR:
            await pilot.press(key)
            assert harmless(screen_text(app)), key
        for _step in range(30):
            await pilot.press("right_square_bracket")
            assert harmless(screen_text(app))
        await pilot.press("slash", *"nope", "enter")
        assert harmless(screen_text(app))
        if size[0] > 100:
            assert "[/nope]" in screen_text(app), "markup is text"
        await pilot.press("q", "c", "j", "c", "enter", "v")
        assert harmless(screen_text(app))
        assert app.is_running


@needs_tmux
@pytest.mark.terminal
@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 36)])
def test_no_trace_in_a_real_terminal(tmp_path: Path, width: int, height: int) -> None:
    file = hostile.write_capture(tmp_path / "hostile.pcap")
    command = [sys.executable, "-m", "tests.tui.hostile_app", str(file)]
    root = str(Path(__file__).resolve().parents[2])
    with Terminal(
        command, width, height, PYTHONPATH=root, WIRETUTOR_STATE=str(tmp_path), NO_COLOR="1"
    ) as terminal:
        terminal.wait(lambda text: "198.51.100.25" in text, 60)
        title = terminal.title
        for key in (*TOUR, *["right_square_bracket"] * 12, "slash", *"nope", "enter", "q", "q"):
            terminal.keys({"right_square_bracket": "]"}.get(key, PLACES.get(key, key)))
            time.sleep(0.06)
        for key in ("c", "j", "c"):
            terminal.keys(key)
            time.sleep(0.1)
        terminal.wait(lambda text: "Eve A" in text, 20)
        check(terminal, title)
        terminal.keys("Enter")
        terminal.wait(lambda text: "=" in text, 20)
        check(terminal, title)
        terminal.keys("C-q")
        terminal.wait(lambda text: "EXIT=0" in text, 20)
        assert "OWNED" not in terminal.clipboard


def check(terminal: Terminal, title: str) -> None:
    """Nothing that the bytes ask for has happened to the terminal."""
    assert terminal.title == title
    assert "OWNED" not in terminal.title
    assert "OWNED" not in terminal.clipboard
    # the footer is where it was: no line was wiped or moved
    terminal.wait(lambda text: "Esc" in text.rstrip().splitlines()[-1], 20)
    styled = terminal.screen(styles=True)
    # without colours nothing but bold, reverse, underline and their ends is to be seen
    seen = set(re.findall(r"\x1b\[([0-9;]*)m", styled))
    codes = {code for group in seen for code in group.split(";")}
    assert codes <= {"", "0", "1", "4", "7", "22", "24", "27", "39", "49"}, codes
