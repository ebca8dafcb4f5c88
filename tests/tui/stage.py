"""The app under Pilot: its screen as text, and sessions that never change to play."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from tests.sources import wire
from tutor import words
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.browser import Browser
from tutor.tui.screens.player import Player

ROOT = Path(__file__).resolve().parent.parent.parent

TALK: list[tuple[str, bytes]] = [
    ("s", b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\n"),
    ("c", b"a1 CAPABILITY\r\n"),
    ("s", b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\na1 OK done\r\n"),
    ("c", b"a2 AUTHENTICATE PLAIN\r\n"),
    ("s", b"+ \r\n"),
    ("c", b"AGFsaWNlAHN3b3JkZmlzaA==\r\n"),
    ("s", b"a2 NO not this way\r\n"),
    ("c", b"a3 LOGIN alice swordfish\r\n"),
    ("s", b"a3 OK welcome, your password swordfish is fine\r\n"),
    ("c", b"a4 SELECT INBOX\r\n"),
    ("s", b"* 3 EXISTS\r\na4 OK [READ-WRITE] selected\r\n"),
    ("c", b"a5 LOGOUT\r\n"),
    ("s", b"* BYE\r\na5 OK bye\r\n"),
]
"""An IMAP session; the password is ``swordfish``, once in base64, once echoed."""

POP3: list[tuple[str, bytes]] = [
    ("s", b"+OK ready\r\n"),
    ("c", b"USER bob\r\n"),
    ("s", b"+OK\r\n"),
    ("c", b"PASS hunter2\r\n"),
    ("s", b"-ERR no\r\n"),
    ("c", b"QUIT\r\n"),
    ("s", b"+OK bye\r\n"),
]


def write_capture(path: Path) -> Path:
    """A capture with an IMAP and a POP3 session."""
    frames = wire.conversation(("192.0.2.10", 50001), ("198.51.100.25", 143), TALK)
    frames += wire.conversation(("192.0.2.11", 50002), ("198.51.100.25", 110), POP3)
    path.write_bytes(wire.pcap(frames))
    return path


def screen_text(app: WiretutorApp) -> str:
    """What a person sees, line by line."""
    size = app.screen.size
    strips = app.screen._compositor.render_strips(size)
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot: Pilot[int], ready: Callable[[], bool], seconds: float = 10) -> None:
    """Let the app work until something is so."""
    for _look in range(int(seconds / 0.02)):
        if ready():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come about")


@asynccontextmanager
async def opened(
    *,
    files: tuple[Path, ...] = (),
    lesson: Path | None = None,
    size: tuple[int, int] = (80, 24),
    language: str = "en",
    read: bool = True,
) -> AsyncIterator[tuple[WiretutorApp, Pilot[int]]]:
    """The running app; with ``read`` a browser has read its files."""
    from tutor.lesson.opening import open_lesson

    words.choose(language)
    try:
        bound = (lesson, open_lesson(lesson)) if lesson else None
        app = WiretutorApp(files=tuple(map(str, files)), lesson=bound)
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause(0.05)
            screen = app.screen
            if isinstance(screen, Browser) and read:
                await until(pilot, lambda: not screen._waiting)
            await pilot.pause()
            yield app, pilot
    finally:
        words.choose("en")


def player(app: WiretutorApp) -> Player:
    """The player on the screen."""
    assert isinstance(app.screen, Player)
    return app.screen
