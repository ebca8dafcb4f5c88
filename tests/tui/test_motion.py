"""A message crosses the ladder, or stands there at once for who wants nothing to move."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.stage import opened, player, screen_text, write_capture
from tutor.render.lines import Seg
from tutor.tui import motion
from tutor.tui.paint import width_of
from tutor.tui.widgets.ladder import Ladder

ROWS = st.lists(st.builds(Seg, st.text("ab 日─", max_size=8), st.just("")), max_size=5)


@pytest.mark.parametrize(
    ("environment", "still"),
    [
        ({}, False),
        ({"WIRETUTOR_REDUCED_MOTION": "1"}, True),
        ({"WIRETUTOR_REDUCED_MOTION": "yes"}, True),
        ({"WIRETUTOR_REDUCED_MOTION": "0"}, False),
        ({"WIRETUTOR_REDUCED_MOTION": ""}, False),
        ({"TERM": "dumb"}, True),
    ],
)
def test_who_wants_no_motion(environment: dict[str, str], still: bool) -> None:
    assert motion.reduced(environment) is still


@given(ROWS, st.floats(0, 1), st.booleans())
def test_what_has_come_keeps_its_width_and_its_place(
    row: list[Seg], share: float, from_left: bool
) -> None:
    width = width_of(row)
    come = motion.arrived(row, share, width, from_left=from_left)
    assert width_of(come) == width
    whole = "".join(seg.text for seg in row)
    text = "".join(seg.text for seg in come)
    part = text.rstrip() if from_left else text.lstrip()
    assert whole.startswith(part) if from_left else whole.endswith(part)


def test_all_has_come_at_last() -> None:
    row = [Seg("── a1 LOGIN ", ""), Seg("──▶", "client")]
    assert motion.arrived(row, 1.0, 15, from_left=True) == row
    none = motion.arrived(row, 0.0, 15, from_left=False)
    assert "".join(seg.text for seg in none) == " " * 15


async def test_a_message_crosses_and_is_whole_at_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WIRETUTOR_REDUCED_MOTION")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(motion, "SECONDS", 3600)
    async with opened(files=(write_capture(tmp_path / "two.pcap"),)) as (app, pilot):
        await pilot.press("enter", "l")
        await pilot.press("enter")
        await pilot.pause()
        ladder = app.screen.query_one(Ladder)
        assert ladder.share < 1
        place = player(app).playback.place
        assert "STARTTLS AUTH=PLAIN] ready" not in screen_text(app)
        for _frame in range(motion.FRAMES):
            ladder._on()
        await pilot.pause()
        assert ladder.share == 1
        assert "STARTTLS AUTH=PLAIN] ready" in screen_text(app)
        assert player(app).playback.place == place


async def test_the_next_key_does_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WIRETUTOR_REDUCED_MOTION")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(motion, "SECONDS", 3600)
    async with opened(files=(write_capture(tmp_path / "two.pcap"),)) as (app, pilot):
        await pilot.press("enter", "l", "enter", "enter")
        await pilot.pause()
        assert app.screen.query_one(Ladder).share == 1
        assert "a1 CAPABILITY" in screen_text(app)
        await pilot.press("left")
        await pilot.pause()
        assert app.screen.query_one(Ladder).share == 1, "nothing moves on the way back"


async def test_without_motion_it_is_there_at_once(tmp_path: Path) -> None:
    async with opened(files=(write_capture(tmp_path / "two.pcap"),)) as (app, pilot):
        await pilot.press("enter", "l", "enter")
        await pilot.pause()
        assert app.screen.query_one(Ladder).share == 1
        assert "STARTTLS AUTH=PLAIN] ready" in screen_text(app)
        assert app.animation_level == "none"
