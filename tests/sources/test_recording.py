"""A recording made of what a relay heard: good TCP, readable at any moment."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.lab.talk import Closed, Heard, Opened, Passed
from tutor.sources.growing import GrowingFile
from tutor.sources.recording import SYNTHETIC, Pcapng, Recording

CLIENT, SERVER = ("127.0.0.1", 40000), ("127.0.0.1", 1143)
TALK: list[Heard] = [
    Opened(1, 1_700_000_000_000_000_000, CLIENT, SERVER),
    Passed(1, 1_700_000_000_000_000_000, "server", b"* OK ready\r\n"),
    Passed(1, 1_700_000_000_000_000_000, "client", b"a1 LOGIN alice secret\r\n"),
    Passed(1, 1_700_000_000_100_000_000, "server", b"a1 OK in\r\n" + b"* x\r\n" * 2000),
    Closed(1, 1_700_000_000_200_000_000, "client", "fin"),
    Closed(1, 1_700_000_000_200_000_000, "server", "fin"),
]


def record(path: Path, words: list[Heard]) -> Path:
    file = Pcapng(str(path), SYNTHETIC)
    recording = Recording(file)
    for word in words:
        recording.take(word)
    file.close()
    return path


def test_it_reads_as_it_was_heard(tmp_path: Path) -> None:
    path = record(tmp_path / "r.pcapng", TALK)
    with Capture(str(path), ports={1143: "imap"}) as capture:
        capture.load()
        (entry,) = capture.entries
        assert capture.damaged is None
        assert entry.complete
        assert (entry.client.port, entry.server.port) == (40000, 1143)
        assert entry.credentials[0].username == "alice"


def test_it_says_that_it_is_synthetic(tmp_path: Path) -> None:
    data = record(tmp_path / "r.pcapng", TALK).read_bytes()
    assert SYNTHETIC.encode() in data


@pytest.mark.tshark
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_finds_nothing_wrong_with_its_tcp(tmp_path: Path) -> None:
    words = [*TALK, Opened(2, TALK[-1].time, ("127.0.0.1", 40001), SERVER)]
    words.append(Closed(2, TALK[-1].time, "server", "reset"))
    path = record(tmp_path / "r.pcapng", words)
    odd = "tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0"
    checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    done = subprocess.run(
        ["tshark", "-r", str(path), *checks, "-Y", odd], capture_output=True, check=True
    )
    assert done.stdout == b""


def test_it_opens_wherever_it_ends(tmp_path: Path) -> None:
    """A kill between two writes leaves whole blocks; here after every one of them."""
    whole = record(tmp_path / "whole.pcapng", TALK).read_bytes()
    at, seen = 0, -1
    cut = tmp_path / "cut.pcapng"
    while at < len(whole):
        at += int.from_bytes(whole[at + 4 : at + 8], "little")
        cut.write_bytes(whole[:at])
        with Capture(str(cut)) as capture:
            capture.load()
            assert capture.damaged is None
            assert capture.packets >= seen
            seen = capture.packets
    assert seen > 10


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "r.pcapng"
    path.write_bytes(b"mine")
    with pytest.raises(CaptureError, match="exists"):
        Pcapng(str(path))
    assert path.read_bytes() == b"mine"


FILLED = """
import resource, sys
from tutor.base import CaptureError
from tutor.sources.growing import GrowingFile
from tutor.sources.recording import Pcapng
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
file = Pcapng(sys.argv[1])
try:
    for number in range(100):
        file.packet(b"x" * 1400, number)
except CaptureError as error:
    print(error.reason)
file.close()
"""


def test_a_disk_that_takes_no_more_is_said_and_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.pcapng"
    done = subprocess.run(
        [sys.executable, "-c", FILLED, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() in {"the disk is full", "File too large"}
    with Capture(str(path)) as capture:
        capture.load()
        assert capture.damaged is None
        assert capture.packets > 30


def test_what_was_written_is_on_the_disk_after_the_interval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = threading.Event()
    monkeypatch.setattr("tutor.sources.growing.INTERVAL", 0.01)
    monkeypatch.setattr("os.fsync", lambda _fd: synced.set())
    file = GrowingFile(str(tmp_path / "r"))
    file.write(b"once, and nothing after it")
    assert synced.wait(5)
    file.close()


def test_a_disk_that_fails_later_is_said_at_the_next_packet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()

    def fsync(_fd: int) -> None:
        told.set()
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("tutor.sources.growing.INTERVAL", 0.01)
    file = GrowingFile(str(tmp_path / "r"))
    monkeypatch.setattr("os.fsync", fsync)
    file.write(b"taken by the system, but not by the disk")
    assert told.wait(5)
    file._thread.join(5)
    with pytest.raises(CaptureError, match="Input/output error"):
        file.write(b"more")


def test_what_was_lost_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "r.pcapng"
    file = Pcapng(str(path), link=1, interface="eth0", expression="tcp port 143")
    file.packets([(1_700_000_000_000_000_001, b"x" * 60, 1500)])
    file.dropped(7, 1_700_000_000_000_000_002)
    file.close()
    with Capture(str(path)) as capture:
        capture.load()
        assert (capture.damaged, capture.packets) == (None, 1)
    assert b"eth0" in path.read_bytes()
    assert (7).to_bytes(8, "little") in path.read_bytes()
