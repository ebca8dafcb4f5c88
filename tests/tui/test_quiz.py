"""Quizzes on the screen: pointing, decoding, testing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.stage import ROOT, opened, screen_text
from tutor.lesson.player import Mode
from tutor.tui.screens.end import End
from tutor.tui.screens.lesson import LessonPlayer, lesson_screen
from tutor.tui.widgets import question

LESSON = """
format: 1
id: typed
title: Typed
level: beginner
minutes: 1
goals: [Decode one line]
captures:
  plain: {file: imap-authenticate-plain.pcapng, session: {protocol: imap}}
steps:
  - id: secret
    at: {capture: plain, client: AUTHENTICATE}
    say: A login in base64.
quiz:
  - {id: typed, type: choice, ask: Is base64 a lock?, options: {a: "No", b: "Yes"}, answer: a}
  - {id: done, type: choice, ask: Sure?, options: {a: "Yes", b: "No"}, answer: a}
"""


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "OPENING_PAUSE", 0.0)
    monkeypatch.setattr(question, "REPEAT", 0.0)


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    folder = tmp_path / "00-typed"
    folder.mkdir()
    (folder / "lesson.yaml").write_text(LESSON)
    return folder


async def test_testing_out_asks_the_quiz_alone(lesson: Path) -> None:
    async with opened() as (app, pilot):
        await app.push_screen(lesson_screen(lesson, test_out=True))
        await pilot.pause(0.05)
        screen = app.screen
        assert isinstance(screen, LessonPlayer)
        assert screen.scene.mode is Mode.CONFIDENCE
        await pilot.press("2", "enter")
        assert screen.scene.id == "typed"
        assert "192.0.2.10" not in screen_text(app), "no conversation beside it"
        for _question in range(2):
            asked = screen.scene.question
            assert asked is not None
            keys = [option.key for option in asked.options]
            await pilot.press(str(keys.index("a") + 1), "enter", "enter")
            await pilot.pause()
        assert isinstance(app.screen, End)
        assert app.screen.card.passed
        await pilot.press("q")
        await pilot.pause(0.05)
        assert not isinstance(app.screen, LessonPlayer)


async def test_pointing_offers_the_parts_of_real_lines() -> None:
    async with opened(lesson=ROOT / "lessons" / "00-first-look") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, LessonPlayer)
        screen.stages.jump(1)
        while screen.stages.scene.id != "point":
            screen.stages._move(screen.stages._at + 1)
        screen.sync()
        await pilot.pause(0.05)
        assert "correct-horse" in screen_text(app)
        scene = screen.scene
        assert scene.question is not None
        right = [option.key for option in scene.question.options].index("login.password")
        await pilot.press(str(right + 1), "enter")
        await pilot.pause(0.05)
        assert "✓" in screen_text(app)


async def test_the_words_of_a_lesson_are_explained() -> None:
    async with opened(lesson=ROOT / "lessons" / "00-first-look") as (app, pilot):
        await pilot.press("enter", "i")
        assert "The side that opens the connection" in screen_text(app)
