"""The lab on the screen, with a real lab behind it."""

from __future__ import annotations

import imaplib
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.lab.running import Running
from tests.lab.test_tap import free_port
from tests.tui.stage import screen_text, until
from tutor import words
from tutor.base import Endpoint
from tutor.sources.lab_feed import LabFeed
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.lab import Lab
from tutor.tui.screens.menu import Menu
from tutor.tui.screens.player import Player
from tutor.tui.screens.tap import Tap
from tutor.words.lab import MODES, SCENES


@asynccontextmanager
async def lab(
    size: tuple[int, int] = (80, 24), language: str = "en"
) -> AsyncIterator[tuple[WiretutorApp, Pilot[int], Lab]]:
    words.choose(language)
    feed = LabFeed().start()
    assert feed.wait(20), feed.trouble
    made: list[Lab] = []

    def first() -> Lab:
        made.append(Lab(feed))
        return made[0]

    app = WiretutorApp(first_screen=first)
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: isinstance(app.screen, Menu))
            await pilot.pause()
            yield app, pilot, made[0]
    finally:
        feed.close()
        words.choose("en")


async def play(app: WiretutorApp, pilot: Pilot[int], scene: str) -> None:
    """From the menu of clients into the player and back to the list."""
    await pilot.press(*["down"] * list(SCENES).index(scene), "enter")
    await until(pilot, lambda: isinstance(app.screen, Player))
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(app.screen, Lab))


async def turn(app: WiretutorApp, pilot: Pilot[int], mode: str) -> None:
    """Let the relay do something; it stands at honest."""
    await pilot.press("m")
    await until(pilot, lambda: isinstance(app.screen, Menu))
    await pilot.press(*["down"] * MODES.index(mode), "enter")
    await until(pilot, lambda: isinstance(app.screen, Lab))


@pytest.mark.parametrize(("size", "language"), [((80, 24), "en"), ((120, 36), "pt-BR")])
async def test_the_menu_shows_every_client_whole(size: tuple[int, int], language: str) -> None:
    async with lab(size, language) as (app, _pilot, _screen):
        text = screen_text(app)
        for name, protocol in SCENES.items():
            from tutor.words.lab import scene_word

            assert f"{protocol:<5}  {scene_word(name)}" in text


async def test_a_scene_is_opened_as_it_happens_and_its_end_stands_in_the_list() -> None:
    async with lab() as (app, pilot, _screen):
        await play(app, pilot, "imap-login")
        await until(pilot, lambda: "client → server · done" in screen_text(app))
        assert "readable" in screen_text(app)


async def test_both_legs_and_the_client_that_stopped_can_be_told() -> None:
    async with lab() as (app, pilot, _screen):
        await pilot.press("escape")
        await turn(app, pilot, "removed")
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, Menu))
        await play(app, pilot, "smtp-starttls")
        await until(pilot, lambda: "client → Mallory · stopped" in screen_text(app))
        assert "Mallory → server" in screen_text(app)
        assert "removes the offer of STARTTLS" in screen_text(app)


async def test_what_to_type_stands_whole_on_a_small_screen() -> None:
    async with lab() as (app, pilot, screen):
        await pilot.press("escape", "o")
        await until(pilot, lambda: "curl -u" in screen_text(app))
        place = next(place for place in screen._ready.places if place.service == "imap")
        line = f'curl -u $ME:$PW --login-options AUTH=PLAIN "imap://127.0.0.1:{place.port}'
        assert f'{line}/INBOX;UID=1"' in screen_text(app)


async def test_a_lab_that_is_killed_is_told_and_kept(tmp_path: Path) -> None:
    async with lab((120, 36)) as (app, pilot, screen):
        await play(app, pilot, "pop3-user")
        os.kill(screen.feed._child.pid, signal.SIGKILL)
        await until(pilot, lambda: "has ended" in screen_text(app))
        kept = tmp_path / "kept.pcapng"
        screen._stop_and_save(str(kept))
        await until(pilot, kept.exists)


async def test_a_tap_shows_what_passes_and_says_where_nobody_answers() -> None:
    with Running() as behind:
        ends = (Endpoint("127.0.0.1", free_port()), Endpoint("127.0.0.1", behind.port("imap")))
        feed = LabFeed(tap=ends).start()
        assert feed.wait(20), feed.trouble
        app = WiretutorApp(first_screen=lambda: Tap(feed, "tap", {ends[0].port: "imap"}))
        try:
            async with app.run_test(size=(80, 24)) as pilot:
                client = imaplib.IMAP4(ends[0].address, ends[0].port, timeout=20)
                client.login("alice@example.org", "correct-horse")
                await until(pilot, lambda: f"IMAP :{ends[0].port}" in screen_text(app))
                client.logout()
                behind.feed.close()
                socket.create_connection((ends[0].address, ends[0].port)).close()
                await until(pilot, lambda: "Is the server running" in screen_text(app))
                assert "correct-horse" not in screen_text(app)
        finally:
            feed.close()
