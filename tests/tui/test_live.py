"""Live capture on the screen: choosing, by what right, losses, the end, and saving."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import bench_live
from tests.bench_live import Screen
from tests.cli.test_live import capturing
from tests.flood import Flood, began, each_once
from tests.mail_servers import MailServers, why_not
from tests.sources.test_live import STREAM, Fake, fake
from tests.sources.test_live import until as wait_for
from tests.tui.stage import screen_text, until
from tutor.base import UsageError
from tutor.sources.capturing import ALL_TCP, MAIL_FILTER, Refusal
from tutor.sources.interfaces import Interface
from tutor.sources.listening import NotPermittedError
from tutor.sources.live import LiveFeed
from tutor.tui.app import WiretutorApp
from tutor.tui.screens import interfaces
from tutor.tui.screens.help import TextScreen
from tutor.tui.screens.interfaces import Interfaces, meter
from tutor.tui.screens.live import Live
from tutor.tui.screens.menu import Menu

rooted = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("tcpdump") is None, reason="needs root and tcpdump"
)
SERVERS_MISSING = why_not()


class Listening:
    """Stands in for ``listen``: remembers what was asked for."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self._error = error

    def __call__(self, name: str, expression: str, keep: str | None = None) -> LiveFeed:
        self.asked.append((name, expression))
        if self._error:
            raise self._error
        return LiveFeed(fake(), name, expression, keep)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two interfaces, one of them busy."""
    counts = iter(range(0, 100_000_000, 5_000))
    monkeypatch.setattr(
        interfaces,
        "interfaces",
        lambda: [Interface("lo", next(counts)), Interface("eth0", None)],
    )
    monkeypatch.setattr(interfaces, "_EVERY", 0.05)


def choosing(expression: str | None = None) -> WiretutorApp:
    return WiretutorApp(first_screen=lambda: Interfaces(expression))


async def test_each_interface_has_a_meter_where_packets_are_counted(two: None) -> None:
    app = choosing()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "packets/s" in screen_text(app))
        rows = screen_text(app).splitlines()
    (loopback,) = [row for row in rows if " lo  " in row]
    (other,) = [row for row in rows if " eth0  " in row]
    assert "▮▮" in loopback
    assert "▮" not in other
    assert "packets/s" not in other


def test_a_meter_grows_with_powers_of_ten() -> None:
    bars = [meter(pace).count("▮") for pace in (0, 1, 10, 1000, 999_999, 10**9)]
    assert bars == sorted(bars)
    assert bars[0] == 0
    assert bars[-1] == 12


@pytest.mark.parametrize(("keys", "expression"), [(["enter"], MAIL_FILTER),
                                                  (["down", "enter"], ALL_TCP)])  # fmt: skip
async def test_loopback_needs_a_filter_and_nobodys_leave(
    two: None, monkeypatch: pytest.MonkeyPatch, keys: list[str], expression: str
) -> None:
    listening = Listening()
    monkeypatch.setattr(interfaces, "listen", listening)
    app = choosing()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Interfaces))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Menu))
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(app.screen, Live))
        await until(pilot, lambda: "IMAP" in screen_text(app))
        assert "secret" not in screen_text(app)
    assert listening.asked == [("lo", expression)]


@pytest.mark.parametrize("leave", [True, False])
async def test_elsewhere_nothing_is_captured_without_a_yes(
    two: None, monkeypatch: pytest.MonkeyPatch, leave: bool
) -> None:
    listening = Listening()
    monkeypatch.setattr(interfaces, "listen", listening)
    app = choosing("tcp port 143")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Interfaces))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "May you listen" in " ".join(screen_text(app).split()))
        await pilot.press(*(["down"] if leave else []), "enter")
        wanted: type = Live if leave else Interfaces
        await until(pilot, lambda: isinstance(app.screen, wanted))
        await pilot.pause(0.1)
    assert listening.asked == ([("eth0", "tcp port 143")] if leave else [])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            NotPermittedError("lo", [Refusal("tcpdump", "is not installed", "sudo apt install x")]),
            ["tcpdump: is not installed.", "sudo apt install x"],
        ),
        (UsageError("the filter 'x' is none that pcap knows"), ["the filter 'x' is none"]),
    ],
)
async def test_why_it_cannot_listen_is_a_page_with_the_fix(
    two: None, monkeypatch: pytest.MonkeyPatch, error: Exception, words: list[str]
) -> None:
    monkeypatch.setattr(interfaces, "listen", Listening(error))
    app = choosing("x")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Interfaces))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        await until(pilot, lambda: all(word in screen_text(app) for word in words))


# while it runs


def live(feed: LiveFeed) -> WiretutorApp:
    return WiretutorApp(first_screen=lambda: Live(feed, "eth0"))


async def test_what_was_lost_stands_in_the_title() -> None:
    words = "7 packets dropped by kernel"
    script = f"sys.stderr.write({words!r} + chr(10)); sys.stderr.flush(); time.sleep(60)"
    app = live(LiveFeed(fake(script), "eth0").start())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "7 packets lost" in screen_text(app).splitlines()[0])


@pytest.mark.slow
async def test_why_it_ended_is_said_and_what_there_was_can_be_saved(tmp_path: Path) -> None:
    feed = LiveFeed(fake("os.kill(os.getpid(), 9)"), "eth0").start()
    app = live(feed)
    saved = tmp_path / "saved.pcapng"
    taken = tmp_path / "taken.pcapng"
    taken.write_bytes(b"mine")
    async with app.run_test(size=(100, 24)) as pilot:
        await until(pilot, lambda: "signal 9" in screen_text(app))
        assert "stopped" in screen_text(app).splitlines()[0]
        for path, said in ((taken, "exists"), (saved, "Saved")):
            await pilot.press("S")
            await pilot.press("ctrl+a", "ctrl+k", *map(key, str(path)), "enter")
            await until(pilot, lambda said=said: said in screen_text(app))  # type: ignore[misc]
    assert taken.read_bytes() == b"mine"
    assert saved.stat().st_size > len(STREAM)


async def test_who_gives_up_saving_goes_on_listening() -> None:
    feed = LiveFeed(Fake("tcpdump", 0, counts=False), "eth0").start()
    app = live(feed)
    async with app.run_test(size=(100, 24)) as pilot:
        await until(pilot, lambda: "IMAP" in screen_text(app))
        await pilot.press("S", "escape")
        await pilot.pause(0.1)
        assert feed.running
        assert Path(feed.path).exists()
    assert not Path(feed.path).exists()


def key(character: str) -> str:
    """Textual's name of a character's key."""
    names = {"/": "slash", ".": "full_stop", "-": "minus", "_": "underscore"}
    return names.get(character, character)


# in a real terminal


@rooted
@pytest.mark.terminal
@pytest.mark.parametrize("how", ["terminate", "hang up", "kill"])
def test_however_the_screen_ends_no_program_goes_on_and_the_recording_stays(
    how: str, tmp_path: Path
) -> None:
    keep, traffic = tmp_path / "r.pcapng", Flood()
    with Screen("live", "-i", "lo", "--keep", str(keep), f"tcp port {traffic.port}") as screen:
        screen.wait("istening")
        wait_for(lambda: began(keep))
        sent = traffic.run(pace=100, seconds=0.5)
        screen.wait("1 session")
        time.sleep(0.3)
        number = {"terminate": signal.SIGTERM, "hang up": signal.SIGHUP, "kill": signal.SIGKILL}
        screen.process.send_signal(number[how])
        screen.process.wait(20)
    wait_for(lambda: not capturing(traffic.port))
    assert each_once(keep.read_bytes(), sent)
    command = [sys.executable, "-m", "tutor", "analyze", str(keep)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.terminal
def test_a_silent_file_does_not_hold_the_keys(tmp_path: Path) -> None:
    file = tmp_path / "growing.pcap"
    file.touch()
    with Screen("open", "--follow", str(file)) as screen:
        screen.wait("Waiting for the first packets")
        screen.keys("?")
        screen.wait("Compare two sessions")
        screen.keys("q")
        file.write_bytes(STREAM)
        screen.wait("1 session")


@pytest.mark.terminal
def test_the_terminal_is_left_to_others_while_a_pipe_is_silent() -> None:
    """What writes the pipe may ask for a password first."""
    asking = "{ read answer </dev/tty; echo got:$answer >/dev/tty; sleep 60; }"
    with Screen("open", "-", before=asking) as screen:
        screen.wait("Waiting for the first packets")
        screen.keys("sesame\r")
        screen.wait("got:sesame")
        screen.keys("\x03")
        screen.process.wait(20)


@rooted
@pytest.mark.terminal
def test_a_pipe_from_tcpdump_opens_as_it_comes_and_can_be_saved(tmp_path: Path) -> None:
    traffic = Flood()
    dump = f"tcpdump -i lo -U --immediate-mode -w - 'tcp port {traffic.port}' 2>/dev/null"
    with Screen("open", "-", before=dump) as screen:
        screen.wait("Listening")
        sent = traffic.run(pace=100, seconds=0.3)
        screen.wait("1 session")
        time.sleep(0.3)
        screen.keys("S")
        screen.wait("wiretutor-")
        for keys in ("\x01", "\x0b", f"{tmp_path}/kept.pcap", "\r"):
            screen.keys(keys)
            time.sleep(0.2)
        screen.wait("Saved")
    assert each_once((tmp_path / "kept.pcap").read_bytes(), sent)


@pytest.mark.slow
@pytest.mark.terminal
@pytest.mark.skipif(SERVERS_MISSING is not None, reason=str(SERVERS_MISSING))
def test_against_dovecot_and_postfix_the_screen_is_late_by_less_than_100_ms() -> None:
    with MailServers() as servers:
        # a machine that does something else for a moment says nothing: three times would
        assert any(measured(servers) < bench_live.LIMIT_MS for _trial in range(3))


def measured(servers: MailServers) -> float:
    """The p99 of lines and new sessions, in milliseconds."""
    with Screen("live", "-i", "lo", servers.expression) as screen:
        screen.wait("istening")
        time.sleep(1)
        late = bench_live.lines(screen, servers, 100)
    with Screen("live", "-i", "lo", servers.expression) as screen:
        screen.wait("istening")
        time.sleep(1)
        late += bench_live.sessions(screen, servers, 30)
    return bench_live.report("packet to screen", late)


@rooted
@pytest.mark.slow
@pytest.mark.terminal
def test_at_10000_messages_a_second_none_is_lost_or_the_loss_is_on_the_screen(
    tmp_path: Path,
) -> None:
    keep, traffic = tmp_path / "r.pcapng", Flood()
    with Screen("live", "-i", "lo", "--keep", str(keep), f"tcp port {traffic.port}") as screen:
        screen.wait("istening")
        wait_for(lambda: began(keep))
        sent = traffic.run(pace=10_000, seconds=4.0)
        time.sleep(4)
        lost = b" lost" in screen.plain()
    data = keep.read_bytes()
    assert sent > 35_000
    assert lost or each_once(data, sent, 97)
    assert lost or sent <= data.count(b" NOOP\r\n") <= sent + sent // 20
