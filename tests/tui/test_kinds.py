"""Each kind of question with its own keys: to order, to sort, to type in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from tests.tui.stage import opened, screen_text
from tutor.lesson import confidence
from tutor.lesson.player import Mode
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.end import End
from tutor.tui.screens.lesson import LessonPlayer, lesson_screen
from tutor.tui.widgets import question

LESSON = """
format: 1
id: kinds
title: Kinds
level: beginner
minutes: 1
goals: [Answer in each way]
captures:
  plain: {file: imap-first-look.pcapng, session: {protocol: imap}}
  encoded: {file: imap-authenticate-plain.pcapng, session: {protocol: imap}}
steps:
  - {id: open, at: {capture: plain, tcp: syn}, say: It opens.}
  - {id: greeting, at: {capture: plain, server: greeting}, say: The server greets.}
  - {id: ask, at: {capture: plain, client: CAPABILITY}, say: The client asks.}
  - {id: login, at: {capture: plain, client: LOGIN}, say: The client logs in.}
quiz:
  - id: events
    type: order
    ask: Put these in order, the earliest first.
    items:
      open: The connection opens
      greeting: The server greets
      ask: The client asks what the server can do
      login: The client sends the password
    hint: Who speaks first in mail?
    say: First TCP, then the greeting.
  - id: sides
    type: sort
    ask: Alice logs in, in the clear. What does Eve learn?
    capture: plain
    items:
      username: The name that Alice logs in with
      password: The password
      certificate: The certificate of the server
    because:
      username: It stands in the LOGIN line.
      password: It stands beside the name.
      certificate: There is none without TLS.
    hint: Look at the LOGIN line.
  - id: verb
    type: type
    ask: Which command carries the name and the password? Type it.
    answer: LOGIN
    of: login.verb
    because: {user: USER belongs to POP3.}
    hint: It stands behind the tag.
"""


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "OPENING_PAUSE", 0.0)
    monkeypatch.setattr(question, "REPEAT", 0.0)


@asynccontextmanager
async def asking(
    folder: Path, name: str
) -> AsyncIterator[tuple[WiretutorApp, Pilot[int], LessonPlayer]]:
    """The question of that name, open."""
    lesson = folder / "00-kinds"
    lesson.mkdir()
    (lesson / "lesson.yaml").write_text(LESSON)
    async with opened() as (app, pilot):
        screen = lesson_screen(lesson)
        await app.push_screen(screen)
        await pilot.pause(0.05)
        while screen.stages.scene.id != name:
            screen.stages._move(screen.stages._at + 1)
        screen.sync()
        await pilot.pause(0.05)
        yield app, pilot, screen


def place(screen: LessonPlayer, key: str) -> str:
    """The digit of an item."""
    asked = screen.stages.scene.question
    assert asked is not None
    return str([option.key for option in asked.options].index(key) + 1)


RIGHT = ("open", "greeting", "ask", "login")


async def test_digits_in_the_order_give_places(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with asking(tmp_path, "events") as (app, pilot, screen):
        assert "192.0.2.10" not in screen_text(app), "the conversation would answer it"
        await pilot.press(*(place(screen, key) for key in RIGHT[:2]))
        await pilot.pause()
        assert screen_text(app) == snapshot(name="two have their place")
        await pilot.press(*(place(screen, key) for key in RIGHT[2:]), "enter")
        await pilot.pause()
        assert screen.scene.mode is Mode.QUIZ_VERDICT
        assert screen.scene.verdict is not None
        assert screen.scene.verdict.right is True
        assert screen_text(app) == snapshot(name="in order")


@pytest.mark.slow
async def test_backspace_takes_the_last_place_back(tmp_path: Path) -> None:
    async with asking(tmp_path, "events") as (app, pilot, screen):
        await pilot.press(place(screen, "login"), place(screen, "login"), "backspace")
        assert "[1]" not in screen_text(app)
        await pilot.press("backspace", *(place(screen, key) for key in RIGHT), "enter")
        assert screen.scene.verdict is not None
        assert screen.scene.verdict.right is True


@pytest.mark.slow
async def test_arrows_and_space_give_places_too(tmp_path: Path) -> None:
    async with asking(tmp_path, "events") as (app, pilot, screen):
        await pilot.press("down", "space", "down", "space")
        assert "[2]" in screen_text(app)
        assert screen.scene.mode is Mode.QUIZ, "Space does not answer here"


async def test_an_order_that_is_not_whole_asks_once(tmp_path: Path) -> None:
    async with asking(tmp_path, "events") as (app, pilot, screen):
        await pilot.press("1", "2", "enter")
        assert "2 have no place yet. Enter again: I do not know yet" in screen_text(app)
        await pilot.press("3")
        assert "Enter again" not in screen_text(app)
        await pilot.press("enter", "enter")
        assert screen.scene.verdict is not None
        assert screen.scene.verdict.right is None


@pytest.mark.slow
async def test_a_wrong_order_says_what_was_given(
    tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    async with asking(tmp_path, "events") as (app, pilot, screen):
        wrong = ("greeting", "open", "ask", "login")
        await pilot.press(*(place(screen, key) for key in wrong), "enter")
        await pilot.pause()
        assert "✗ Not this time" in screen_text(app)
        assert screen_text(app) == snapshot


async def test_items_change_sides_in_words(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with asking(tmp_path, "sides") as (app, pilot, screen):
        text = screen_text(app)
        assert text.count("Eve does not know") == 3
        assert "Eve knows" not in text, "neither above nor below: her notebook would answer it"
        await pilot.press(place(screen, "username"), place(screen, "certificate"), "h")
        await pilot.pause()
        assert screen_text(app) == snapshot(name="two on her side, and the hint")
        await pilot.press("space", place(screen, "password"))
        assert screen_text(app).count("● Eve knows ") == 2
        await pilot.press("enter")
        assert screen.scene.verdict is not None
        assert screen.scene.verdict.right is True


async def test_what_was_sorted_wrong_has_its_reason(
    tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    async with asking(tmp_path, "sides") as (app, pilot, screen):
        await pilot.press(place(screen, "username"), place(screen, "certificate"), "enter")
        await pilot.pause()
        assert screen.scene.verdict is not None
        assert screen.scene.verdict.right is False
        assert screen_text(app) == snapshot


@pytest.mark.slow
async def test_nothing_sorted_asks_once(tmp_path: Path) -> None:
    async with asking(tmp_path, "sides") as (app, pilot, screen):
        await pilot.press("enter")
        assert "Enter again: I do not know yet" in screen_text(app)
        await pilot.press("space")
        assert screen.scene.mode is Mode.QUIZ, "the first Space marks the first"
        await pilot.press("enter", "enter")
        assert screen.scene.verdict is not None
        assert screen.scene.verdict.right is None


async def test_a_word_is_typed_in(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with asking(tmp_path, "verb") as (app, pilot, screen):
        await pilot.press("space", *"lgin", "left", "left", "left", "o", "end")
        await pilot.pause()
        assert "› login" in screen_text(app)
        assert screen_text(app) == snapshot(name="typed")
        await pilot.press("enter")
        await pilot.pause()
        assert screen.scene.verdict is not None
        assert screen.scene.verdict.right is True
        assert screen_text(app) == snapshot(name="right")


async def test_every_letter_is_typed_and_no_key_of_the_screen_runs(tmp_path: Path) -> None:
    async with asking(tmp_path, "verb") as (app, pilot, screen):
        await pilot.press(*"qhxz1", "question_mark", "colon", "slash", "space", "9")
        assert app.screen is screen
        assert "› qhxz1?:/ 9" in screen_text(app)
        await pilot.press("f2")
        assert "Hint: It stands behind the tag." in screen_text(app)
        await pilot.press("home", "delete", "ctrl+u", "end", "ctrl+u", *"USER", "enter")
        text = screen_text(app)
        assert "✗ USER  (your answer)" in text
        assert "✓ LOGIN  (right)" in text
        assert "USER belongs to POP3." in text


@pytest.mark.slow
async def test_help_and_leaving_work_while_a_word_is_typed(tmp_path: Path) -> None:
    async with asking(tmp_path, "verb") as (app, pilot, _screen):
        await pilot.press("x", "f1")
        await pilot.pause()
        assert screen_text(app).splitlines()[0] == " Help"
        await pilot.press("escape")
        await pilot.pause()
        assert "› x" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause(0.05)
        assert "Your place is kept" in screen_text(app)


@pytest.mark.slow
async def test_nothing_typed_asks_once(tmp_path: Path) -> None:
    async with asking(tmp_path, "verb") as (app, pilot, screen):
        await pilot.press("enter")
        assert "Enter again: I do not know yet" in screen_text(app)
        await pilot.press("enter")
        assert screen.scene.verdict is not None
        assert screen.scene.verdict.right is None


@pytest.mark.parametrize("name", ["events", "sides", "verb"])
async def test_the_footer_has_the_keys_of_the_kind(tmp_path: Path, name: str) -> None:
    async with asking(tmp_path, name) as (app, _pilot, _screen):
        footer = screen_text(app).splitlines()[-1]
        assert "Enter answer" in footer
        own = {"events": "⌫ take back", "sides": "Space change side", "verb": "F2 hint"}
        assert own[name] in footer
        assert ("1-" in footer) == (name != "verb")


@pytest.mark.slow
async def test_how_sure_one_is_comes_first_and_is_set_against_the_score(
    tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    async with asking(tmp_path, confidence.NAME) as (app, pilot, screen):
        assert screen_text(app) == snapshot(name="how sure")
        await pilot.press("enter")
        assert "Enter again: I would rather not say" in screen_text(app)
        await pilot.press("3", "enter")
        await pilot.pause()
        assert screen.scene.mode is Mode.QUIZ
        for key in RIGHT:
            await pilot.press(place(screen, key))
        await pilot.press("enter", "enter")
        for _question in range(2):
            await pilot.press("enter", "enter", "enter")
        await pilot.pause()
        text = screen_text(app)
        assert "Once more" in text
        assert "What does Eve learn?" in text
        for _question in range(2):
            await pilot.press("enter", "enter", "enter")
        await pilot.pause(0.05)
        assert isinstance(app.screen, End)
        text = screen_text(app)
        assert "You were certain, and 1 of 3 was right." in text
        assert "2 questions were asked once more. Known now: 0." in text
        assert "1 question of this lesson comes back on another day." in text
        assert text == snapshot(name="the end")
