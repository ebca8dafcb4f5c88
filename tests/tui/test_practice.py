"""Practice on the screen: nothing later is visible, each kind can be answered, the score told."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from tests import manifest
from tests.tui.stage import opened, screen_text, until, write_capture
from tutor.lesson import practice
from tutor.lesson.practice import Drill
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.browser import Browser
from tutor.tui.screens.practice import Practice
from tutor.tui.widgets import question
from tutor.tui.widgets.question import Question
from tutor.tui.widgets.transcript import Transcript


@pytest.fixture(autouse=True)
def _the_same_and_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "new_seed", lambda: 7)
    monkeypatch.setattr(question, "OPENING_PAUSE", 0.0)
    monkeypatch.setattr(question, "REPEAT", 0.0)


def practising(app: WiretutorApp) -> Practice:
    screen = app.screen
    assert isinstance(screen, Practice)
    return screen


def current(app: WiretutorApp) -> Drill:
    drill = practising(app).round.current
    assert drill is not None
    return drill


async def begun(app: WiretutorApp, pilot: Pilot[int]) -> Practice:
    await pilot.press("p")
    await until(pilot, lambda: isinstance(app.screen, Practice))
    screen = practising(app)
    await until(pilot, lambda: screen.query_one(Question).is_open)
    await pilot.pause()
    return screen


async def answer(app: WiretutorApp, pilot: Pilot[int], *, right: bool = True) -> None:
    """Answer the current question, and read the verdict."""
    drill = current(app).question
    if drill.kind in ("choice", "point"):
        wanted = next(n for n, o in enumerate(drill.options, 1) if drill.right(o.key) is right)
        await pilot.press(str(wanted), "enter")
    elif drill.kind in ("order", "sort"):
        keys = [option.key for option in drill.options]
        numbers = [keys.index(key) + 1 for key in drill.answer.key.split(",")]
        if drill.kind == "sort" and not right:
            numbers = [n for n in range(1, len(keys) + 1) if n not in numbers]
        await pilot.press(*map(str, numbers if right or drill.kind == "sort" else numbers[::-1]))
        await pilot.press("enter")
    else:
        practising(app).query_one(Question).post_message(
            Paste(drill.answer.text if right else "nobody")
        )
        await pilot.pause()
        await pilot.press("enter")
    asked = practising(app).query_one(Question)
    await until(pilot, lambda: asked.verdict is not None)


async def go_on(app: WiretutorApp, pilot: Pilot[int]) -> None:
    """Read the verdict to its end; a long one has several pages."""
    asked = practising(app).query_one(Question)
    while asked.verdict is not None:
        await pilot.press("enter")
        await pilot.pause()


async def test_a_round_from_the_browser_to_the_score() -> None:
    file = Path(manifest.path("smtp-submission-plain.pcapng"))
    async with opened(files=(file,)) as (app, pilot):
        screen = await begun(app, pilot)
        kinds = set()
        for _number in range(len(screen.round.drills)):
            drill = current(app)
            kinds.add(drill.question.kind)
            shown = screen.query_one(Transcript).playback
            if drill.upto:
                assert shown is not None
                assert shown.reached < drill.upto
                assert max(shown.until_now()) < drill.upto
            assert screen.has_class("apart") is (drill.upto == 0)
            await answer(app, pilot)
            text = screen_text(app)
            assert "✓ Right" in text
            await go_on(app, pilot)
        assert {"choice", "point", "order", "decode"} <= kinds
        text = screen_text(app)
        assert "10 of 10 right." in text
        assert "--seed" in text
        await pilot.press("enter")
        assert isinstance(app.screen, Browser)


async def test_what_is_not_known_comes_again(tmp_path: Path) -> None:
    file = write_capture(tmp_path / "two.pcap")
    async with opened(files=(file,)) as (app, pilot):
        screen = await begun(app, pilot)
        first = current(app)
        assert first.question.kind == "choice"
        await pilot.press("enter")
        await pilot.pause()
        assert "Enter again" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: screen.query_one(Question).verdict is not None)
        assert "that is fine" in screen_text(app)
        assert screen.round.place == (1, len(screen.round.drills) + 1)
        await pilot.press("q")
        assert isinstance(app.screen, Browser)
        assert "0 of 1 right. Not known yet: 1 question." in screen_text(app)


async def test_an_order_has_a_hint_and_is_judged_place_by_place() -> None:
    file = Path(manifest.path("smtp-submission-plain.pcapng"))
    async with opened(files=(file,)) as (app, pilot):
        await begun(app, pilot)
        while current(app).question.kind != "order":
            await answer(app, pilot)
            await go_on(app, pilot)
        assert "it would tell" in screen_text(app)
        await pilot.press("h")
        await pilot.pause()
        assert "What must be settled" in screen_text(app)
        await answer(app, pilot, right=False)
        text = screen_text(app)
        assert "Not this time" in text
        assert "the first that is wrong" in text
        assert "it would tell" not in text


async def test_no_secret_shows_until_it_is_asked_for(tmp_path: Path) -> None:
    file = write_capture(tmp_path / "two.pcap")
    async with opened(files=(file,)) as (app, pilot):
        screen = await begun(app, pilot)
        while not (current(app).upto > 9 and current(app).question.kind in ("choice", "point")):
            assert "swordfish" not in screen_text(app)
            await answer(app, pilot)
            await go_on(app, pilot)
        assert "swordfish" not in screen_text(app)
        await pilot.press("M")
        await pilot.pause()
        assert screen.query_one(Transcript).playback is not None
        assert "Secrets are shown." in screen_text(app)


async def test_a_part_is_not_named_before_it_was_pointed_at() -> None:
    file = Path(manifest.path("imap-first-look.pcapng"))
    async with opened(files=(file,)) as (app, pilot):
        await begun(app, pilot)
        while current(app).sort != "point":
            await answer(app, pilot)
            await go_on(app, pilot)
        assert "└" not in screen_text(app)
        await answer(app, pilot)
        assert "└" in screen_text(app)


async def test_a_session_with_nothing_to_ask_says_so() -> None:
    file = Path(manifest.path("imap-only-client.pcapng"))
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("p")
        await pilot.pause()
        assert isinstance(app.screen, Browser)
        assert "or no mail that can be read." in screen_text(app)  # whole, also at 80 columns


@pytest.mark.slow
async def test_it_fits_and_works_narrow_and_in_portuguese() -> None:
    file = Path(manifest.path("smtp-submission-plain.pcapng"))
    async with opened(files=(file,), size=(60, 16), language="pt-BR") as (app, pilot):
        screen = await begun(app, pilot)
        for _number in range(len(screen.round.drills)):
            await answer(app, pilot, right=False)
            await go_on(app, pilot)
        assert "semente" in screen_text(app)
