"""Key moments as text, read by a person when they change: ``pytest --snapshot-update``."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.stage import opened, screen_text, write_capture

MOMENTS: dict[str, tuple[str, ...]] = {
    "sessions in a capture": (),
    "the first packet": ("enter",),
    "a login in base64, masked": ("enter", "]"),
    "a login in the clear, shown, with its bytes": ("enter", "]", "]", "]", "M", "x"),
    "the ladder": ("enter", "]", "]", "]", "l"),
    "Eve's notebook": ("enter", "]", "]", "]", "e"),
    "help": ("enter", "?"),
    "the palette": ("enter", ":", *"mask"),
    "side by side": ("c", "down", "c", "enter"),
}
"""A sentence for each moment, and the keys that lead there."""


@pytest.mark.parametrize(
    ("size", "language"),
    [((80, 24), "en"), ((120, 36), "en"), ((80, 24), "pt-BR")],
    ids=["80x24", "120x36", "80x24-pt"],
)
@pytest.mark.parametrize("moment", MOMENTS)
async def test_moment(
    moment: str,
    size: tuple[int, int],
    language: str,
    tmp_path: Path,
    snapshot: SnapshotAssertion,
) -> None:
    names = {"]": "right_square_bracket", "?": "question_mark", ":": "colon"}
    file = write_capture(tmp_path / "two.pcap")
    async with opened(files=(file,), size=size, language=language) as (app, pilot):
        await pilot.press(*(names.get(key, key) for key in MOMENTS[moment]))
        await pilot.pause(0.1)
        assert screen_text(app) == snapshot
