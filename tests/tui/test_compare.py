"""Two or three sessions side by side: gaps with reasons, both eyes, only what differs."""

from __future__ import annotations

import pytest

from tests.lesson.shelf import opened as lesson
from tests.tui.stage import screen_text
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.browser import Browser
from tutor.tui.screens.compare import Compare

SESSIONS = lesson("00-first-look").sessions
THREE = [SESSIONS[key] for key in ("clear", "starttls", "tls")]
SIZES = [(80, 24), (120, 36)]


def app_of(count: int = 3, **more: object) -> WiretutorApp:
    labels = ["In the clear", "STARTTLS", "TLS"][:count]
    sessions = THREE[:count]
    return WiretutorApp(
        first_screen=lambda: Compare(sessions, labels, masked=False, **more)  # type: ignore[arg-type]
    )


def rows_of(text: str, name: str) -> list[str]:
    return [row for row in text.splitlines() if row[1:].startswith(name)]


@pytest.mark.parametrize("size", SIZES)
async def test_three_stand_beside_each_other(size: tuple[int, int]) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        text = screen_text(app)
        assert "What is the same in all three?" in text
        assert all(len(row) <= size[0] for row in text.splitlines())
        login = rows_of(text, "LOGIN")[0]
        assert login.count("│") == 2
        assert "correct" in text
        assert all(f"Eve {side}: " in text for side in "ABC")
        assert len(rows_of(text, "A  ")) == len(rows_of(text, "C  ")) == 1


async def test_the_narrowest_column_has_room_for_the_size_of_each_block() -> None:
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        blocks = 0
        for _press in range(12):
            await pilot.press("enter")
            cells = [cell for row in screen_text(app).splitlines() for cell in row.split("│")]
            shaded = [cell for cell in cells if "▒" in cell]
            assert all("bytes ▒ ··" in cell or "same block" in cell for cell in shaded)
            assert not any("encrypted" in cell for cell in cells)
            blocks += len(shaded)
        assert blocks


async def test_a_gap_says_its_reason() -> None:
    app = app_of()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("enter")
        starttls = rows_of(screen_text(app), "STARTTLS")[0]
        cells = starttls.split("│")
        assert "(offered, never asked for)" in cells[0] or "(not offered here)" in cells[0]
        assert "STARTTLS" in cells[1]
        assert "(TLS from the first byte)" in cells[2]


async def test_only_what_differs_to_this_eye() -> None:
    app = app_of(2)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, Compare)
        everything = len(screen.rows)
        await pilot.press("o")
        assert 0 < len(screen.rows) < everything
        assert {screen.sign(row) for row in screen.rows} == {"≠", "+"}
        assert "only what differs" in screen_text(app)
        await pilot.press("v")
        assert screen.eye == "endpoints"
        await pilot.press("o", "o")
        assert {screen.sign(row) for row in screen.rows} == {"+"}
        await pilot.press("o")
        assert len(screen.rows) == everything


async def test_both_eyes_on_each_side() -> None:
    app = app_of(2)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("enter", "v", "v")
        login = rows_of(screen_text(app), "LOGIN")[0].split("│")
        assert "▒" not in login[0]
        assert "▒" in login[1]
        assert "LOGIN" in login[1]
        assert "eye: both" in screen_text(app)


async def test_without_tls_the_eyes_see_the_same() -> None:
    twice = [SESSIONS["clear"], SESSIONS["clear"]]
    app = WiretutorApp(first_screen=lambda: Compare(twice, ["one", "two"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        assert "all eyes see the same" in screen_text(app)
        await pilot.press("o")
        assert "To this eye nothing differs." in screen_text(app)


async def test_a_third_is_added_from_the_list() -> None:
    from tests import manifest

    files = [manifest.path(f"imap-first-look{which}.pcapng") for which in ("", "-starttls", "-tls")]
    app = WiretutorApp(first_screen=lambda: Browser(tuple(map(str, files))))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.3)
        await pilot.press("c", "down", "c")
        await pilot.pause(0.05)
        assert isinstance(app.screen, Compare)
        assert len(app.screen.sides) == 2
        await pilot.press("a")
        await pilot.pause(0.05)
        assert "press c on a third one" in screen_text(app)
        await pilot.press("down", "c")
        await pilot.pause(0.05)
        assert isinstance(app.screen, Compare)
        assert len(app.screen.sides) == 3
        await pilot.press("a")
        assert "No other session" in screen_text(app)
