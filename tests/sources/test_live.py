"""A feed from a capturing program: each packet once, and every way in which it may end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flood import Flood, began, each_once
from tests.sources.wire import conversation, pcap_header, record
from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.sources.capturing import MAIL_FILTER, TOOLS, Tool, filter_trouble, usable
from tutor.sources.live import LiveFeed, Records

FRAMES = conversation(
    ("192.0.2.1", 40000),
    ("192.0.2.2", 143),
    [("s", b"* OK hi\r\n"), ("c", b"a1 LOGIN alice secret\r\n"), ("s", b"a1 OK in\r\n")],
)
STREAM = pcap_header() + b"".join(record(number, frame) for number, frame in enumerate(FRAMES))

rooted = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("tcpdump") is None, reason="needs root and tcpdump"
)


@dataclass(frozen=True, slots=True)
class Fake(Tool):
    """A capturing program that is told what to give, and then what to do."""

    given: bytes = STREAM
    ending: str = "time.sleep(60)"

    def command(self, interface: str, expression: str) -> list[str]:
        """A Python that does so."""
        del interface, expression
        code = f"import os, sys, time; os.write(1, {self.given!r}); {self.ending}"
        return [sys.executable, "-c", code]


def fake(ending: str = "time.sleep(60)") -> Fake:
    return Fake("tcpdump", 0, counts=False, ending=ending)


def until(true: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def packets(path: str) -> int:
    with Capture(path) as capture:
        capture.load()
        assert capture.damaged is None
        return capture.packets


# the stream of a capturing program


@given(cuts=st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_however_the_pipe_cuts_each_packet_comes_once_and_whole(cuts: list[int]) -> None:
    records, found = Records(), []
    edges = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(edges):
        found += records.take(STREAM[start:end])
    assert [data for _time, data, _length in found] == FRAMES
    assert records.link == 1


def test_both_byte_orders_and_both_units_of_time() -> None:
    for magic, order, unit in ((0xA1B2C3D4, ">", 1000), (0xA1B23C4D, "<", 1)):
        head = pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 113)
        records = Records()
        ((when, data, length),) = records.take(head + pack(order + "IIII", 9, 5, 2, 60) + b"xy")
        assert (records.link, when, data, length) == (113, 9_000_000_000 + 5 * unit, b"xy", 60)


@pytest.mark.parametrize("data", [b"x" * 24, STREAM[:24] + b"\xff" * 16])
def test_what_is_no_pcap_is_refused(data: bytes) -> None:
    with pytest.raises(CaptureError, match="program gave"):
        Records().take(data)


# a feed, however it ends


def test_it_records_pcapng_of_its_owner_alone_and_closes_on_request(tmp_path: Path) -> None:
    keep = str(tmp_path / "r.pcapng")
    feed = LiveFeed(fake(), "eth0", "tcp port 143", keep).start()
    until(lambda: began(keep) and packets(keep) == len(FRAMES))
    feed.close()
    assert feed.trouble is None
    assert not feed.running
    data = Path(keep).read_bytes()
    assert b"eth0" in data
    assert b"tcp port 143" in data
    assert Path(keep).stat().st_mode & 0o077 == 0


def test_a_temporary_recording_goes_with_the_feed_unless_it_is_saved(tmp_path: Path) -> None:
    feed = LiveFeed(fake(), "eth0").start()
    until(lambda: began(feed.path))
    feed.close()
    assert not Path(feed.path).exists()
    feed = LiveFeed(fake(), "eth0").start()
    until(lambda: began(feed.path) and packets(feed.path) == len(FRAMES))
    feed.close(keep=str(tmp_path / "saved.pcapng"))
    assert packets(str(tmp_path / "saved.pcapng")) == len(FRAMES)


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("sys.exit('tcpdump: pcap_loop: The interface disappeared')", "eth0 is gone or down"),
        ("os.kill(os.getpid(), 9)", "tcpdump was ended from outside (signal 9)"),
        ("sys.exit('tcpdump: something new')", "something new"),
        ("sys.exit(3)", "ended with code 3"),
    ],
)
def test_why_it_ended_and_what_to_do_is_said_and_nothing_is_lost(
    tmp_path: Path, ending: str, said: str
) -> None:
    keep = str(tmp_path / "r.pcapng")
    feed = LiveFeed(fake(ending), "eth0", "", keep).start()
    until(lambda: feed.trouble)
    assert said in str(feed.trouble)
    assert "wiretutor live begins again" in str(feed.trouble)
    feed.close()
    assert packets(keep) == len(FRAMES)


@pytest.mark.parametrize(
    "words",
    [
        "tcpdump: 9 packets captured, 9 packets received by filter, 7 packets dropped by kernel",
        "7 packets dropped by kernel",
        "Packets received/dropped on interface 'lo': 9/7 (pcap:7/dumpcap:0/flushed:0/ps_ifdrop:0)",
    ],
)
def test_what_was_lost_is_told_and_is_no_complaint(tmp_path: Path, words: str) -> None:
    keep = str(tmp_path / "r.pcapng")
    script = f"sys.stderr.write({words!r} + chr(10)); sys.stderr.flush(); time.sleep(60)"
    feed = LiveFeed(fake(script), "eth0", "", keep).start()
    until(lambda: feed.dropped == 7)
    assert feed.said() == []
    feed.close()
    assert (7).to_bytes(8, "little") in Path(keep).read_bytes()


def test_a_disk_that_takes_no_more_ends_it_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def write(fd: int, data: bytes) -> int:
        written.append(len(data))
        if len(written) > 1:
            raise OSError(28, "No space left on device")
        return whole(fd, data)

    whole = os.write
    keep = str(tmp_path / "r.pcapng")
    monkeypatch.setattr("tutor.sources.growing.os.write", write)
    feed = LiveFeed(fake(), "eth0", "", keep).start()
    until(lambda: feed.trouble)
    assert "No space left on device" in str(feed.trouble)
    assert keep in str(feed.trouble)
    until(lambda: not feed.running)
    feed.close()
    monkeypatch.undo()
    assert packets(keep) == 0


def test_what_is_there_is_not_overwritten_and_nothing_is_started(tmp_path: Path) -> None:
    keep = tmp_path / "r.pcapng"
    keep.write_bytes(b"mine")
    with pytest.raises(CaptureError, match="already"):
        LiveFeed(fake(f"open({str(tmp_path / 'ran')!r}, 'w')"), "eth0", "", str(keep))
    with pytest.raises(CaptureError, match="directory"):
        LiveFeed(fake(""), "eth0", "", str(tmp_path / "no" / "r.pcapng"))
    assert keep.read_bytes() == b"mine"
    assert not (tmp_path / "ran").exists()


# real programs


@rooted
@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_each_program_gives_each_packet_once(tool: Tool, tmp_path: Path) -> None:
    if not tool.installed:
        pytest.skip(f"{tool.name} is not installed")
    traffic, keep = Flood(), str(tmp_path / "r.pcapng")
    feed = LiveFeed(tool, "lo", f"tcp port {traffic.port}", keep).start()
    until(lambda: began(keep), 30)  # its first bytes come when it listens
    sent = traffic.run(pace=200, seconds=1.0)
    until(lambda: b"a%07d NOOP" % (sent - 1) in Path(keep).read_bytes(), 30)
    feed.close()
    assert feed.trouble is None, feed.said()
    data = Path(keep).read_bytes()
    assert feed.dropped == 0
    assert each_once(data, sent)


@rooted
def test_a_filter_that_is_none_is_found_before_anything_starts() -> None:
    tool, refusals = usable("lo")
    assert (tool, refusals) == (TOOLS[0], [])
    for each in TOOLS:
        if each.installed:
            assert filter_trouble(each, "lo", MAIL_FILTER) is None
            assert filter_trouble(each, "lo", "bogus words")


@pytest.fixture
def vanishing() -> Iterator[str]:
    name = f"wt{uuid.uuid4().hex[:6]}"
    if (
        shutil.which("ip") is None
        or subprocess.run(
            ["ip", "tuntap", "add", name, "mode", "tun"], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("no interface can be made here")
    subprocess.run(["ip", "link", "set", name, "up"], check=True)
    yield name
    subprocess.run(["ip", "link", "del", name], check=False, capture_output=True)


@rooted
def test_an_interface_that_is_down_is_said_with_the_command_that_mends_it(vanishing: str) -> None:
    subprocess.run(["ip", "link", "set", vanishing, "down"], check=True)
    tool, refusals = usable(vanishing)
    assert refusals[0].fix == f"sudo ip link set {vanishing} up"
    assert "down" in refusals[0].why
    assert tool is None


@rooted
def test_an_interface_that_goes_is_said(vanishing: str, tmp_path: Path) -> None:
    keep = str(tmp_path / "r.pcapng")
    feed = LiveFeed(TOOLS[0], vanishing, "", keep).start()
    until(lambda: began(keep))
    subprocess.run(["ip", "link", "del", vanishing], check=True)
    until(lambda: feed.trouble)
    assert f"{vanishing} is gone or down" in str(feed.trouble)
    feed.close()
    assert packets(keep) >= 0


@rooted
def test_a_killed_program_is_said(tmp_path: Path) -> None:
    keep = str(tmp_path / "r.pcapng")
    with socket.create_server(("127.0.0.1", 0)) as server:
        feed = LiveFeed(TOOLS[0], "lo", f"tcp port {server.getsockname()[1]}", keep).start()
        until(lambda: began(keep))
        threading.Thread(target=server.accept, daemon=True).start()
        socket.create_connection(server.getsockname()).close()
        until(lambda: packets(keep) >= 3)
    for child in (
        Path(f"/proc/{feed._child.pid}/task/{feed._child.pid}/children").read_text().split()
    ):
        os.kill(int(child), signal.SIGKILL)
    until(lambda: feed.trouble)
    assert "signal 9" in str(feed.trouble)
    feed.close()
    assert packets(keep) >= 3
