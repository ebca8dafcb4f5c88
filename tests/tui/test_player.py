"""The player on a capture: masked, nothing ahead of the place, every key does its work."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.stage import ROOT, opened, player, screen_text, write_capture
from tutor.tui.app import WiretutorApp
from tutor.tui.widgets.ladder import Ladder
from tutor.tui.widgets.transcript import Transcript

SECRETS = ("swordfish", "AGFsaWNlAHN3b3JkZmlzaA", "hunter2", "66 69 73 68")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_capture(tmp_path / "two.pcap")


async def walk(app: WiretutorApp, pilot: Pilot[int], steps: int) -> list[str]:
    """The screen at each of the next steps."""
    screens = [screen_text(app)]
    for _step in range(steps):
        await pilot.press("enter")
        screens.append(screen_text(app))
    return screens


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.slow)])
async def test_no_secret_shows_while_masked(file: Path, size: tuple[int, int]) -> None:
    for row in range(2):
        async with opened(files=(file,), size=size) as (app, pilot):
            await pilot.press(*["down"] * row, "enter", "x", "d", "e")
            screens = await walk(app, pilot, 16)
            await pilot.press("l", "v", "d", "z", "slash", *"sword", "enter")
            screens.append(screen_text(app))
            for text in screens:
                assert not [secret for secret in SECRETS if secret in text], text
            assert any("••••••••" in text for text in screens)


async def test_m_shows_and_masks_and_r_shows_for_a_moment(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.tui.screens.tools.REVEAL_SECONDS", 0.2)
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", *["right_square_bracket"] * 2)
        assert "swordfish" not in screen_text(app)
        await pilot.press("M")
        shown = screen_text(app)
        assert "swordfish" in shown or "AGFsaWNlAHN3b3JkZmlzaA" in shown
        await pilot.press("M", "R")
        assert any(secret in screen_text(app) for secret in SECRETS)
        await pilot.pause(0.4)
        assert not any(secret in screen_text(app) for secret in SECRETS)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_nothing_ahead_of_the_place_is_visible(file: Path, size: tuple[int, int]) -> None:
    async with opened(files=(file,), size=size) as (app, pilot):
        await pilot.press("enter", "x")
        for _step in range(6):
            text = screen_text(app)
            assert "alice" not in text
            assert "a3" not in text
            assert "SELECT" not in text
            await pilot.press("enter")


async def test_the_current_line_stays_in_the_middle_third(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter")
        for _step in range(14):
            lines = screen_text(app).splitlines()
            view = app.screen.query_one(Transcript)
            rows = lines[view.region.y : view.region.bottom]
            at = next(n for n, line in enumerate(rows) if line.startswith("▸"))
            assert view.size.height // 3 <= at <= 2 * view.size.height // 3
            await pilot.press("enter")


async def test_back_returns_and_the_seen_stays_seen(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "enter", "enter", "left")
        assert player(app).playback.step == 2
        assert "CAPABILITY" in screen_text(app)


async def test_markers_jump_between_logins_and_findings(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "right_square_bracket")
        assert "AUTHENTICATE" in screen_text(app)
        first = player(app).playback.place
        await pilot.press("right_square_bracket")
        assert "LOGIN" in screen_text(app)
        await pilot.press("left_square_bracket")
        assert player(app).playback.place == first


async def test_search_finds_only_what_was_reached(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "enter", "slash", *"LOGOUT", "enter")
        assert "Not found" in screen_text(app)
        assert player(app).playback.step == 2
        await pilot.press("slash", *"syn", "enter")
        assert player(app).playback.step == 1


async def test_the_palette_jumps_to_a_step(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "colon", *"step", "space", "9", "enter")
        await pilot.pause()
        assert player(app).playback.step == 9


async def test_the_palette_changes_the_theme(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        for word, theme in (("mono", "wt-mono"), ("light", "wt-light"), ("safe", "wt-safe")):
            await pilot.press("enter", "colon", *word, "enter")
            await pilot.pause()
            assert app.theme == theme
            await pilot.press("q")


async def test_play_goes_on_and_stops_at_the_end(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.tui.screens.player._STEP_SECONDS", 0.02)
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "space")
        await pilot.pause(1.0)
        shown = player(app)
        assert shown.playback.at_end
        assert shown._timer is None
        assert "The end of this session" in screen_text(app)


async def test_the_filter_names_the_packet(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "enter", "w")
        text = screen_text(app)
        assert "frame.number in {4}" in text
        assert "tcp.port == 50001" in text


async def test_base64_is_undone_on_a_key(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "right_square_bracket", "M", "d")
        text = screen_text(app)
        assert "alice" in text
        assert "swordfish" in text
        await pilot.press("M", "d")
        text = screen_text(app)
        assert "alice" in text
        assert "swordfish" not in text


async def test_the_words_of_the_line_are_explained(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", *["right_square_bracket"] * 2, "i")
        assert "the secret itself" in screen_text(app)


@pytest.mark.parametrize(("size", "view"), [((80, 24), Transcript), ((100, 30), Ladder)])
async def test_the_first_view_depends_on_the_width(
    file: Path, size: tuple[int, int], view: type
) -> None:
    async with opened(files=(file,), size=size) as (app, pilot):
        await pilot.press("enter")
        assert isinstance(player(app).view, view)
        await pilot.press("l")
        assert not isinstance(player(app).view, view)


async def test_the_eyes_see_what_they_can() -> None:
    capture = ROOT / "captures" / "imap-first-look-tls.pcapng"
    async with opened(files=(capture,)) as (app, pilot):
        await pilot.press("enter", "M")
        for _step in range(60):
            await pilot.app.run_action("screen.go_on")
        await pilot.pause()
        assert "LOGIN" not in screen_text(app)
        assert "encrypted" in screen_text(app)
        await pilot.press("v", "slash", *"LOGIN ", "enter")
        assert "correct-horse" in screen_text(app)
        assert "the two ends" in screen_text(app)
        await pilot.press("v")
        text = screen_text(app)
        assert "correct-horse" in text
        assert "encrypted" in text


async def test_leaving_says_that_the_place_is_kept(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "enter", "enter", "q")
        await pilot.pause(0.05)
        assert "Your place is kept: step 3" in screen_text(app)


async def test_a_resize_loses_nothing_and_a_tiny_terminal_says_so(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "enter", "enter")
        await pilot.resize_terminal(50, 12)
        await pilot.pause(0.05)
        text = screen_text(app)
        assert "too small" in " ".join(text.split())
        assert "CAPABILITY" not in text
        await pilot.resize_terminal(130, 40)
        await pilot.pause(0.05)
        assert player(app).playback.step == 3
        assert "CLIENT" in screen_text(app)
        for size in ((1, 1), (60, 16), (61, 500), (400, 16), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause(0.05)
        assert "a1 CAPABILITY" in screen_text(app)


async def test_hex_stands_beside_and_names_the_packet(file: Path) -> None:
    async with opened(files=(file,), size=(100, 30)) as (app, pilot):
        await pilot.press("enter", "enter", "enter", "x")
        await pilot.pause(0.05)
        text = screen_text(app)
        assert "61 31 20 43 41 50" in text
        assert "packet 5" in text


async def test_help_lists_every_key_and_mark(file: Path) -> None:
    async with opened(files=(file,), size=(100, 60)) as (app, pilot):
        await pilot.press("enter", "question_mark")
        await pilot.pause(0.05)
        first = screen_text(app)
        await pilot.press("G")
        text = first + screen_text(app)
        for words in ("Undo base64", "Eve's notebook", "Ctrl+Q", "readable", "b64", "not visible"):
            assert words in text
        await pilot.press("q")
        assert player(app).playback.step == 1


async def test_escape_closes_what_a_key_opened_before_it_leaves(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", *["right_square_bracket"] * 2)
        for key, title in (
            ("i", "The words of this line"),
            ("e", "Eve's notebook"),
            ("x", "Bytes"),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert f"── {title} ─" in screen_text(app)
            await pilot.press("escape")
            await pilot.pause()
            text = screen_text(app)
            assert f"── {title} ─" not in text
            assert "── Why ─" in text
            assert player(app).is_current
        shown = player(app)
        await pilot.press("escape")
        assert app.screen is not shown


async def test_what_a_key_opened_the_same_key_closes_again(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", *["right_square_bracket"] * 2)
        await pilot.press("e", "i")
        await pilot.pause()
        assert "The words of this line" in screen_text(app), "not hidden behind the notebook"
        await pilot.press("i")
        await pilot.pause()
        assert "── Why ─" in screen_text(app)


async def test_where_no_word_can_be_explained_i_says_so(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "i")
        await pilot.pause()
        assert "This line has no words to explain." in screen_text(app)


async def test_a_wider_screen_has_the_explanation_beside_an_open_notebook(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter", "enter", "e")
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        text = screen_text(app)
        assert "── Why ─" in text
        assert "── Eve's notebook ─" in text
