"""The session browser: grows while it reads, tells what is worth telling, never a secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.sources import wire
from tests.tui.stage import ROOT, TALK, opened, screen_text, until, write_capture
from tutor.tui.screens import reading
from tutor.tui.screens.browser import Browser
from tutor.tui.screens.compare import Compare
from tutor.tui.screens.player import Player


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_capture(tmp_path / "two.pcap")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_row_says_protocol_ends_tls_and_login(file: Path, size: tuple[int, int]) -> None:
    async with opened(files=(file,), size=size) as (app, _pilot):
        text = screen_text(app)
    imap = next(row for row in text.splitlines() if "IMAP" in row)
    pop3 = next(row for row in text.splitlines() if "POP3" in row)
    assert "192.0.2.10 → 198.51.100.25" in imap
    assert "readable ok !!" in imap
    assert "readable refused" in pop3
    assert "none" in imap
    assert "swordfish" not in text
    assert "hunter2" not in text
    assert "Password readable on the wire" in text
    assert "(observed, step " in text
    assert "2 sessions" in text


async def test_it_grows_while_the_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_PAUSE", 0.1)
    frames = []
    for number in range(800):
        frames += wire.conversation(("192.0.2.10", 40000 + number), ("198.51.100.25", 143), TALK)
    big = tmp_path / "big.pcap"
    big.write_bytes(wire.pcap(frames))
    async with opened(files=(big,), read=False) as (app, pilot):
        shown = app.screen
        assert isinstance(shown, Browser)
        counts = []
        for _look in range(200):
            counts.append(len(shown._shown))
            if not shown._waiting:
                break
            if len(counts) == 3:
                await pilot.press("down")  # it answers meanwhile
            await pilot.pause(0.02)
        assert counts[-1] == 800
        assert len(set(counts)) > 1, "sessions came bit by bit"
        assert counts == sorted(counts)


async def test_a_growing_file_is_followed(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_WATCH", 0.05)
    whole = file.read_bytes()
    half = tmp_path / "growing.pcap"
    half.write_bytes(whole[: len(whole) // 3])
    screen = Browser((str(half),), follow=True)
    async with opened(files=(file,)) as (app, pilot):
        await app.push_screen(screen)
        await until(pilot, lambda: len(screen._shown) == 1)
        with half.open("ab") as out:
            out.write(whole[len(whole) // 3 :])
        await until(pilot, lambda: len(screen._shown) == 2)


async def test_the_filter_narrows_as_one_types(file: Path) -> None:
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("slash", *"pop3")
        await pilot.pause(0.05)
        text = screen_text(app)
        assert "POP3 :110" in text
        assert "IMAP :143" not in text
        await pilot.press("enter", "enter")
        assert isinstance(app.screen, Player)
        await pilot.press("q", "slash", *"nothing-is-called-so", "enter")
        await pilot.pause(0.05)
        assert "No session fits the filter" in screen_text(app)


async def test_a_damaged_file_is_one_line_and_the_rest_is_there(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    torn = tmp_path / "torn.pcap"
    torn.write_bytes(whole[:-7])
    junk = tmp_path / "junk.pcap"
    junk.write_bytes(os.urandom(400))
    async with opened(files=(torn, junk, tmp_path / "missing.pcap")) as (app, _pilot):
        text = screen_text(app)
    assert "IMAP :143" in text
    assert "junk.pcap" in text
    assert "missing.pcap" in text
    assert "torn.pcap" in text
    assert "Traceback" not in text


async def test_two_sessions_are_compared(file: Path) -> None:
    async with opened(files=(file,), size=(120, 36)) as (app, pilot):
        await pilot.press("c")
        assert "A is session 1" in screen_text(app)
        await pilot.press("down", "c")
        await pilot.pause(0.05)
        assert isinstance(app.screen, Compare)
        text = screen_text(app)
        assert "What is the same" in text
        assert "swordfish" not in text
        marked = next(row for row in text.splitlines() if row.startswith("▸"))
        assert "b64" in marked, "without a lesson's question the first login is looked at"
        await pilot.press("enter")
        text = screen_text(app)
        assert "=" in text
        assert "+" in text
        await pilot.press("M")
        assert "swordfish" in screen_text(app)


async def test_a_verdict_names_sessions_as_the_list_numbers_them() -> None:
    captures = ROOT / "captures"
    files = (
        captures / "imap-login-atom.pcapng",
        captures / "pop3-starttls-removed-both-legs.pcapng",
    )
    async with opened(files=files) as (app, pilot):
        await pilot.press("G")
        text = screen_text(app)
    assert "Offer of TLS removed on the way (observed, sessions 2, 3)" in text


async def test_tls_without_keys_is_presumed_only(tmp_path: Path) -> None:
    bare = tmp_path / "bare.pcapng"
    bare.write_bytes((ROOT / "captures" / "imap-first-look-tls.pcapng").read_bytes())
    async with opened(files=(bare,)) as (app, pilot):
        text = screen_text(app)
        assert "TLS :993" in text
        assert "not visible ··" in text
        assert "presumed IMAP" in text
        await pilot.press("enter", "v")
        await pilot.pause(0.05)
        assert "without TLS keys, no eye here sees inside" in screen_text(app)


async def test_nothing_found_says_what_to_try(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(wire.pcap([]))
    async with opened(files=(empty,)) as (app, pilot):
        assert "--as 1143=imap" in screen_text(app)
        await pilot.press("enter", "down", "up", "G", "g", "c", "M")
        assert isinstance(app.screen, Browser)


async def test_a_file_that_shrank_is_said_and_nothing_breaks(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.capture.capture.KEEP_BYTES", 0)  # sessions are read when opened
    async with opened(files=(file,)) as (app, pilot):
        os.truncate(file, 24)
        for keys in (["enter"], ["c", "j", "c"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert isinstance(app.screen, Browser)
            assert "two.pcap: the file shrank" in screen_text(app)
