"""A fault in the app shows where it is, and no byte of a capture: no message, no variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.stage import opened, write_capture
from tutor.render import View
from tutor.render.fault import EXIT_CODE
from tutor.tui.app import WiretutorApp


async def test_a_fault_in_the_app_shows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(self: View, index: int, most: int = 200) -> list[object]:
        secret = "swordfish"
        raise ValueError(f"cannot draw {secret!r} of step {index} ({most})")

    apps: list[WiretutorApp] = []

    async def play() -> None:
        async with opened(files=(write_capture(tmp_path / "x.pcap"),)) as (app, pilot):
            apps.append(app)
            monkeypatch.setattr(View, "lines", broken)
            await pilot.press("enter")
            await pilot.pause()

    with pytest.raises(ValueError, match="swordfish"):
        await play()
    said = capsys.readouterr()
    text = said.out + said.err
    assert "ValueError" in text
    assert "test_fault.py" in text, "where it is"
    assert "swordfish" not in text
    assert "cannot draw" not in text
    assert apps[0].return_code == EXIT_CODE
