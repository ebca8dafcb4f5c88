"""The player asks before each answer where somebody wants that, in any capture."""

from __future__ import annotations

from pathlib import Path

from tests.tui.stage import opened, screen_text, write_capture
from tutor.tui.screens.player import Player
from tutor.tui.widgets.question import Question


async def test_each_answer_is_asked_for_and_then_shown(tmp_path: Path) -> None:
    file = write_capture(tmp_path / "two.pcap")
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "P", "enter")
        await pilot.pause(0.4)
        player = app.screen
        assert isinstance(player, Player)
        asked = player.query_one(Question)
        assert asked.is_open
        text = screen_text(app)
        assert "How does the server greet?" in text
        assert "STARTTLS AUTH=PLAIN" in text
        place = player.playback.place
        await pilot.press("1", "enter")
        await pilot.pause(0.2)
        assert asked.verdict is not None
        assert player.playback.place == place
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert player.playback.place == place + 1


async def test_it_ends_with_the_same_key_and_asks_nothing_twice(tmp_path: Path) -> None:
    file = write_capture(tmp_path / "two.pcap")
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "enter", "P", "left", "enter")
        await pilot.pause(0.1)
        player = app.screen
        assert isinstance(player, Player)
        assert not player.query_one(Question).is_open  # it was seen already
        await pilot.press("P", "enter", "enter", "enter")
        assert not player.query_one(Question).is_open
