"""The home screen: eighteen lessons at 80x24, what has been done, and what comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.lesson.shelf import NAMES, SHIPPED
from tests.tui.stage import opened, screen_text
from tutor.lesson import course
from tutor.lesson.player import Mode
from tutor.lesson.progress import Progress, Record
from tutor.lesson.routes import ROUTES, routes
from tutor.lesson.spaced import MOST, Answer
from tutor.tui.screens.home import Home
from tutor.tui.screens.lesson import LessonPlayer
from tutor.tui.screens.review import Review
from tutor.tui.widgets import question

LONG_AGO = date(2020, 1, 1)
WAITING = ("first-look.left", "first-look.strong")


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "OPENING_PAUSE", 0.0)
    monkeypatch.setattr(question, "REPEAT", 0.0)


@pytest.fixture
def eighteen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A shelf of eighteen lessons; gives their ids."""
    text = (SHIPPED[0] / "lesson.yaml").read_text("utf-8").replace("id: first-look", "id: l{n}", 1)
    for number in range(18):
        folder = tmp_path / "lessons" / f"{number:02}-l{number}"
        folder.mkdir(parents=True)
        (folder / "lesson.yaml").write_text(text.replace("l{n}", f"l{number}"), "utf-8")
    monkeypatch.setattr(course, "lessons_directory", lambda: tmp_path / "lessons")
    return [f"l{number}" for number in range(18)]


def wait_for(*names: str) -> None:
    """Questions that wait since long."""
    Progress.load().answered([Answer(name, "choice", None) for name in names], LONG_AGO)


async def test_the_four_states_have_a_glyph_and_a_word_each(eighteen: list[str]) -> None:
    progress = Progress.load()
    progress.save("l0", Record("passed", 1, 22, 6, 7))
    progress.save("l1", Record("known", 1, 22, 3, 3))
    progress.save("l2", Record("in-progress", 7, 22))
    progress.save("l3", Record("in-progress", 1, 22, 1, 7))
    async with opened() as (app, _pilot):
        rows = screen_text(app).splitlines()
        assert " 2 of 18" in rows[2]
        assert rows[2].count("▓") == 2
        marks = [row.replace("▸", " ").split()[0] for row in rows[4:9]]
        assert marks == ["●", "◆", "◐", "◐", "○"]
        assert "passed" in rows[4]
        assert "known" in rows[5]
        assert "step 7/22" in rows[6]
        assert "in progress" in rows[7]
        assert "new" in rows[8]
        assert "5 min" in rows[4]
        assert rows[6].startswith("▸"), "it begins at the lesson that was begun"


async def test_eighteen_lessons_scroll_and_what_is_below_is_said(eighteen: list[str]) -> None:
    async with opened() as (app, pilot):
        text = screen_text(app)
        assert "↓ 8 more · G to the end" in text
        assert "Live lab" not in text
        for _row in range(13):
            await pilot.press("down")
        rows = screen_text(app).splitlines()
        assert any(row.startswith("▸ ○ 13") for row in rows)
        await pilot.press("G")
        text = screen_text(app)
        assert "Live lab" in text
        assert "more · G" not in text
        await pilot.press("g")
        assert any(row.startswith("▸ ○  0") for row in screen_text(app).splitlines())


async def test_a_damaged_file_is_said_on_the_home_screen(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "progress.json").write_text('{"format": 1, "lessons": {}, "waiting": {"a.b": 1}}')
    async with opened() as (app, _pilot):
        assert "It is kept as progress.json.damaged-1." in screen_text(app)


async def test_questions_wait_and_r_asks_them() -> None:
    wait_for(*WAITING)
    async with opened() as (app, pilot):
        assert "2 questions wait for you: r asks them" in screen_text(app)
        await pilot.press("r")
        await pilot.pause(0.05)
        screen = app.screen
        assert isinstance(screen, Review)
        assert "From lesson 0: First look" in screen_text(app)
        asked = screen.stages.scene.question
        assert asked is not None
        keys = [option.key for option in asked.options]
        await pilot.press(str(keys.index(asked.answer.key) + 1), "enter")
        assert "✓ Right" in screen_text(app)
        await pilot.press("enter", "enter")
        assert "Enter again: I do not know yet" in screen_text(app)
        await pilot.press("enter", "left")
        assert screen.stages.stage == 2, "back to the first, as it was answered"
        await pilot.press("enter", "enter")
        await pilot.pause(0.05)
        text = screen_text(app)
        assert "1 of 2 right." in text
        assert "1 question comes back in 1 day." in text
        await pilot.press("enter")
        await pilot.pause(0.05)
        assert isinstance(app.screen, Home)
        assert "wait for you" not in screen_text(app)


@pytest.mark.slow
async def test_a_review_left_early_keeps_what_was_answered() -> None:
    wait_for(*WAITING)
    async with opened() as (app, pilot):
        await pilot.press("r")
        await pilot.pause(0.05)
        await pilot.press("1", "enter", "q")
        await pilot.pause(0.05)
        text = screen_text(app)
        assert "What you have answered is kept." in text
        assert "1 question waits for you" in text


@pytest.mark.slow
async def test_a_review_speaks_the_other_language_at_once() -> None:
    wait_for(*WAITING)
    async with opened() as (app, pilot):
        await pilot.press("r")
        await pilot.pause(0.05)
        await pilot.press("1", "enter")
        assert isinstance(app.screen, Review)
        await app.screen.run_wanted("language pt-BR")
        await pilot.pause(0.05)
        text = screen_text(app)
        assert "Perguntas que voltam" in text
        assert "1/2" in text
        assert app.screen.stages.scene.verdict is not None


async def test_the_language_changes_on_a_key_and_in_the_palette() -> None:
    async with opened() as (app, pilot):
        assert "First look" in screen_text(app)
        await pilot.press("L")
        await pilot.pause()
        text = screen_text(app)
        assert "Primeiro olhar" in text
        assert "First look" not in text
        assert "nova" in text
        assert "ajuda" in text.splitlines()[-1]
        await pilot.press("L")
        await pilot.pause()
        assert "First look" in screen_text(app)
        await pilot.press(":", *"idioma", "enter")
        await pilot.pause(0.05)
        assert "Primeiro olhar" in screen_text(app)


async def test_a_language_chosen_inside_a_lesson_holds_outside_it() -> None:
    async with opened() as (app, pilot):
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert isinstance(app.screen, LessonPlayer)
        await app.screen.run_wanted("language pt-BR")
        await pilot.pause(0.05)
        assert "Primeiro olhar" in screen_text(app)
        await pilot.press("q")
        await pilot.pause(0.05)
        assert isinstance(app.screen, Home)
        text = screen_text(app)
        assert "Primeiro olhar" in text
        assert "First look" not in text


async def test_nothing_waits() -> None:
    async with opened() as (app, pilot):
        await pilot.press("r")
        assert "No question waits for you today." in screen_text(app)
        await app.push_screen(Review())
        await pilot.pause(0.05)
        assert "No question waits for you today." in screen_text(app)


@pytest.mark.slow
async def test_many_wait_and_five_are_asked(
    eighteen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for(*(f"{name}.strong" for name in eighteen))
    async with opened() as (app, pilot):
        assert "18 questions wait for you: r asks five of them" in screen_text(app)
        await pilot.press("r")
        await pilot.pause(0.05)
        assert f"1/{MOST}" in screen_text(app)


async def test_help_says_the_states_and_the_routes(eighteen: list[str]) -> None:
    async with opened() as (app, pilot):
        await pilot.press("question_mark", "G")
        text = screen_text(app)
        for glyph in "○◐●◆":
            assert f" {glyph} " in text
        assert "0, 1, 6, 7 | 9, 10, 12, 14" in text


def test_the_routes_are_those_of_the_course() -> None:
    assert [numbers for _time, numbers in routes()][:3] == [
        "0",
        "0, 9, 14",
        "0, 1, 6, 7 | 9, 10, 12, 14",
    ]
    longest = [number for sitting in ROUTES[-1] for number in sitting]
    assert sorted(longest) == [number for number in range(18) if number not in (5, 11, 15)]


@pytest.mark.parametrize(
    "name", [NAMES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:])]
)
async def test_every_lesson_can_be_tested_out(name: str) -> None:
    async with opened() as (app, pilot):
        home = app.screen
        assert isinstance(home, Home)
        home.table().cursor = NAMES.index(name)
        await pilot.press("t")
        await pilot.pause(0.1)
        screen = app.screen
        assert isinstance(screen, LessonPlayer)
        assert screen.stages.test_out
        assert screen.stages.bound.lesson.id == name[3:]
        assert screen.stages.scene.mode is Mode.CONFIDENCE
