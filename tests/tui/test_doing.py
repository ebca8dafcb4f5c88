"""Typing to the lab on the screen, in a lesson and alone."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date

import pytest
from textual.pilot import Pilot

from tests.lesson.shelf import SHIPPED, opened
from tests.tui.stage import screen_text, until
from tutor.capture.by_hand import ByHand, NoLab
from tutor.lesson.doing import DONE, NOT_SO, Task
from tutor.lesson.player import Player as Stages
from tutor.lesson.progress import Progress
from tutor.tui.app import WiretutorApp
from tutor.tui.lesson_deck import LessonDeck
from tutor.tui.screens.doing import Doing
from tutor.tui.screens.lesson import LessonPlayer
from tutor.tui.widgets.doing import Typing
from tutor.tui.widgets.question import Question
from tutor.tui.widgets.slide_question import question_blocks

LOGIN = Task("imap", ("LOGIN", "EXAMINE"))
SAFE = Task("imap", ("STARTTLS", "LOGIN"), tls=True, without=("plaintext-credential",))
MAIL = Task("smtp", ("MAIL", "RCPT", "DATA"), contains=("mail from: ALICE@example.org",))
PASSWORD = "a1 LOGIN alice@example.org correct-horse"

Told = list[tuple[str | None, str]]


@asynccontextmanager
async def doing(
    task: Task, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[WiretutorApp, Pilot[int], Doing, Told]]:
    """The screen alone, with its lab open; what it was left with."""
    told: Told = []
    screen = Doing(task, "Log in.", "Think of a tag.", lambda *said: told.append(said))
    app = WiretutorApp(first_screen=lambda: screen)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: screen._playback is not None and screen._playback.place > 0)
        yield app, pilot, screen, told


class Opening(ByHand):
    """A lab that never opens."""

    def __init__(self, protocol: str, news: Callable[[], None] | None = None) -> None:
        del protocol, news

    def open(self) -> bool:
        return False

    def close(self) -> None:
        pass


async def test_while_the_lab_opens_that_is_said() -> None:
    screen = Doing(LOGIN, "Log in.", "", lambda *_said: None, Opening)
    app = WiretutorApp(first_screen=lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "The lab is opening." in screen_text(app)


async def type_line(pilot: Pilot[int], line: str, seen: Callable[[], bool]) -> None:
    pilot.app.screen.query_one(Typing).value = line
    await pilot.press("enter")
    await until(pilot, seen)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_what_is_wanted_stands_there_until_it_is_done(size: tuple[int, int]) -> None:
    async with doing(LOGIN, size) as (app, pilot, _screen, told):
        assert "· to do: LOGIN has not crossed yet" in screen_text(app)
        await type_line(pilot, PASSWORD, lambda: "✓ done: LOGIN (OK)" in screen_text(app))
        assert "· to do: EXAMINE has not crossed yet" in screen_text(app)
        assert "password correct-horse" in screen_text(app)
        await type_line(pilot, "a2 EXAMINE INBOX", lambda: "All of it is done" in screen_text(app))
        await pilot.press("escape")
        assert told == [(DONE, "")]


async def test_on_the_smallest_screen_task_and_line_are_both_in_sight() -> None:
    async with doing(SAFE, (60, 16)) as (app, _pilot, _screen, _told):
        text = screen_text(app)
        assert "Do it yourself" in text
        assert "Log in." in text
        assert "to do: STARTTLS" in text
        assert "Client:" in text
        assert "Enter send" in text


async def test_letters_are_typed_and_help_is_on_other_keys() -> None:
    async with doing(LOGIN) as (app, pilot, _screen, _told):
        await pilot.press("h", "q", "question_mark", "e")
        assert app.screen.query_one(Typing).value == "hq?e"
        await pilot.press("f2")
        assert "Think of a tag." in screen_text(app)
        await pilot.press("f2")
        assert "Think of a tag." not in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "hq?e BAD" in screen_text(app))
        await pilot.press("up")
        assert app.screen.query_one(Typing).value == "hq?e"
        await pilot.press("down", "enter")
        assert "Type a line, then Enter." in screen_text(app)
        await pilot.press("f1")
        assert "Begin a new connection" in screen_text(app)
        await pilot.press("escape", "pageup", "pageup")
        assert "Greeting: welcome" in screen_text(app)


async def test_leaving_too_early_is_asked_about_once() -> None:
    async with doing(LOGIN) as (app, pilot, _screen, told):
        await pilot.press("escape")
        assert "Esc again: I do not know yet." in screen_text(app)
        assert told == []
        await pilot.press("escape")
        assert told == [("", "")]


async def test_the_lines_of_a_message_are_shown_while_it_is_typed() -> None:
    async with doing(MAIL) as (app, pilot, _screen, told):
        for line in ("EHLO me.example.org", "MAIL FROM:<alice@example.org>"):
            await type_line(pilot, line, lambda: "250 " in screen_text(app))
        await type_line(pilot, "RCPT TO:<bob@example.org>", lambda: "2.1.5" in screen_text(app))
        await type_line(pilot, "DATA", lambda: "354" in screen_text(app))
        await type_line(pilot, "Subject: QUIT", lambda: "a lone dot ends it" in screen_text(app))
        await type_line(pilot, "", lambda: "(an empty line)" in screen_text(app))
        await type_line(pilot, ".", lambda: "All of it is done" in screen_text(app))
        assert "a lone dot ends it" not in screen_text(app)
        await pilot.press("enter")
        assert told == [(DONE, "")]


async def test_tls_begins_by_itself_and_eve_reads_nothing() -> None:
    async with doing(SAFE) as (app, pilot, _screen, _told):
        await type_line(pilot, "a1 STARTTLS", lambda: "TLS begins" in screen_text(app))
        await until(pilot, lambda: "done: STARTTLS (OK)" in screen_text(app))
        await type_line(pilot, PASSWORD, lambda: "All of it is done" in screen_text(app))
        assert "~> C a1 LOGIN" in screen_text(app)
        await pilot.press("f3")
        assert "a1 LOGIN" not in screen_text(app)
        assert "encrypted," in screen_text(app)


async def test_what_spoils_it_needs_a_new_connection() -> None:
    async with doing(SAFE) as (app, pilot, _screen, told):
        spoiled = "What crossed cannot be taken back. F4"
        await type_line(pilot, PASSWORD, lambda: spoiled in screen_text(app))
        assert "✗ not so: not wanted, and it came" in screen_text(app)
        await pilot.press("f4")
        await until(pilot, lambda: "to do: LOGIN has not" in screen_text(app))
        assert spoiled not in screen_text(app)
        await pilot.press("escape", "escape")
        assert told == [(NOT_SO, "")]


async def test_after_goodbye_the_key_for_a_new_connection_is_named() -> None:
    async with doing(LOGIN) as (app, pilot, _screen, _told):
        await type_line(pilot, "a1 LOGOUT", lambda: "F4 begins a new one." in screen_text(app))
        await pilot.press("x", "enter")
        assert "F4 begins a new one." in screen_text(app)


async def test_a_lab_that_is_killed_is_told_and_the_question_does_not_count() -> None:
    async with doing(LOGIN) as (app, pilot, screen, told):
        assert screen._hand is not None
        os.kill(screen._hand._feed._child.pid, signal.SIGKILL)
        await until(pilot, lambda: "The lab has ended. Esc leaves" in screen_text(app))
        await pilot.press("a", "enter", "f4", "f3", "escape")
        assert told == [(None, "The lab has ended.")]


async def test_the_lab_ends_when_the_screen_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ByHand] = []

    def keep(protocol: str, news: Callable[[], None]) -> ByHand:
        made.append(ByHand(protocol, news))
        return made[0]

    screen = Doing(LOGIN, "", "", lambda *_said: None, keep)
    app = WiretutorApp(first_screen=lambda: screen)

    def broken() -> None:
        raise RuntimeError("planted")

    async def played() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "ready" in screen_text(app))
            monkeypatch.setattr(screen, "renew", broken)
            await pilot.press("f3")
            await pilot.pause(0.1)

    with pytest.raises(RuntimeError, match="planted"):
        await played()
    assert made[0]._feed._child.poll() is not None


# in a lesson


@asynccontextmanager
async def at_by_hand(
    name: str = "09-plaintext-login",
) -> AsyncIterator[tuple[WiretutorApp, Pilot[int], LessonPlayer]]:
    bound = opened(name)
    stages = Stages(bound)
    while stages.scene.id != "by-hand":
        stages.dont_know()
        stages.go_on()
    Progress.load().note(stages, date(2026, 11, 25))
    folder = next(path for path in SHIPPED if path.name == name)
    app = WiretutorApp(lesson=(folder, bound))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Open the lab, and do it there" in screen_text(app))
        assert isinstance(app.screen, LessonPlayer)
        await pilot.pause(0.35)
        yield app, pilot, app.screen


async def test_a_lesson_opens_the_lab_and_remembers_what_was_done() -> None:
    async with at_by_hand() as (app, pilot, lesson):
        await pilot.press("1", "enter")
        await until(pilot, lambda: "lab IMAP server ready" in screen_text(app))
        await type_line(pilot, PASSWORD, lambda: "done: LOGIN" in screen_text(app))
        await type_line(pilot, "a2 EXAMINE INBOX", lambda: "All of it is done" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "✓ Right" in screen_text(app))
        assert "One way to do it:" in screen_text(app)
        assert lesson.stages.answers["by-hand"].right is True
        await pilot.press("escape")
    assert Progress.load().of("plaintext-login").answers["by-hand"] == DONE


async def test_enter_twice_shows_how_without_any_lab() -> None:
    async with at_by_hand() as (app, pilot, lesson):
        await pilot.press("enter")
        await pilot.pause(0.15)
        await pilot.press("enter")
        await until(pilot, lambda: "a2 EXAMINE INBOX" in screen_text(app))
        assert lesson.stages.answers["by-hand"].right is None


async def test_an_empty_line_of_the_solution_is_said() -> None:
    async with at_by_hand("03-envelope-and-message") as (app, pilot, _lesson):
        await pilot.press("enter")
        await pilot.pause(0.15)
        await pilot.press("enter")
        await until(pilot, lambda: "(an empty line)" in screen_text(app))


async def test_without_a_lab_the_question_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_protocol: str, _news: Callable[[], None]) -> ByHand:
        raise NoLab("The lab cannot be opened on this machine: no sockets here")

    monkeypatch.setattr(Doing.__init__, "__defaults__", (none,))
    async with at_by_hand() as (app, pilot, lesson):
        asked = lesson.stages.end_card().asked
        await pilot.press("1", "enter")
        await until(pilot, lambda: lesson.query_one(Question).verdict is not None)
        await until(pilot, lambda: "no sockets here" in screen_text(app))
        assert "Not asked here" in screen_text(app)
        assert "so this question does not count" in screen_text(app)
        assert lesson.stages.end_card().asked == asked - 1


def test_before_a_class_one_way_to_do_it_is_revealed() -> None:
    bound = opened("09-plaintext-login")
    stages = Stages(bound)
    while stages.scene.id != "by-hand":
        stages.dont_know()
        stages.go_on()
    deck = LessonDeck(stages, {}, "9")
    before = deck.slide(secrets=False)
    assert before.question is not None
    assert before.verdict is None
    deck.choose(0)
    assert deck.on()
    after = deck.slide(secrets=False)
    assert after.question is not None
    assert after.verdict is not None
    blocks = question_blocks(after.question, None, after.verdict, 60)
    said = [seg.text for block in blocks for row in block for seg in row]
    assert any("a2 EXAMINE INBOX" in text for text in said)
    assert stages.answers["by-hand"].right is None
