"""What can be opened, what cannot and why, and streams that become files."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import pytest

from tests.sources import wire
from tutor.base import CaptureError
from tutor.sources import Flow, Index, Records, Source, Wanted, open_source, spool

SERVER = ("198.51.100.25", 143)
TURNS = [("s", b"* OK hi\r\n"), ("c", b"a LOGOUT\r\n"), ("s", b"* BYE\r\na OK\r\n")]
FRAMES = wire.conversation(("192.0.2.10", 51234), SERVER, TURNS)
WANTED = Wanted(frozenset({143}), lambda head: False)


def frames_of(source: Source, found: Flow) -> list[bytes]:
    return [packet.data for packet in source.packets_at(found.offsets)]


def all_frames(name: str) -> list[bytes]:
    with open_source(name) as source:
        (found,) = Index(source, WANTED).run().flows
        assert source.damaged is None
        return frames_of(source, found)


# what is refused, and in which words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (
            b"From: alice@example.org\r\n",
            "not a capture: its first bytes are neither pcap's nor pcapng's",
        ),
        (b"\xd4\xc3\xb2\xa1\x02\0", "the file ends inside its header at byte 6"),
        (b"\x0a\x0d\x0d\x0a\x1c\0", "the file ends inside its header at byte 6"),
        (b"\x0a\x0d\x0d\x0a" + bytes(30), "not a capture: the byte order of the section"),
        (b"\xfd7zXZ\0" + bytes(30), "is compressed with xz; unpack it first"),
        (b"PK\x03\x04" + bytes(30), "is a zip archive; unpack it first"),
        (b"snoop\0\0\0" + bytes(30), "is a snoop capture; convert it with editcap"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
        (
            gzip.compress(b"hello", mtime=0),
            "not a capture: its first bytes are neither pcap's nor pcapng's",
        ),
        (gzip.compress(b"hello" * 100, mtime=0)[:10], "the gzip data ends early"),
        (b"\x1f\x8b" + bytes(40), "the gzip data is damaged"),
    ],
)
def test_what_is_no_capture_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(content)
    with pytest.raises(CaptureError) as caught:
        open_source(str(path))
    assert str(caught.value).startswith(f"{path}: {words}")
    assert caught.value.exit_code == 3


def test_a_folder_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="is a directory, not a capture"):
        open_source(str(tmp_path))
    with pytest.raises(CaptureError, match="no such file"):
        open_source(str(tmp_path / "none.pcap"))
    with pytest.raises(CaptureError, match="cannot be opened"):
        open_source("a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(wire.pcap(FRAMES))
    path.chmod(0)
    with pytest.raises(CaptureError, match="permission denied"):
        open_source(str(path))


def test_a_terminal_is_refused() -> None:
    _, slave = os.openpty()
    with pytest.raises(CaptureError, match="is a terminal; pipe a capture into it"):
        open_source(os.ttyname(slave))


def test_refusing_leaves_no_descriptor_open(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(b"nothing of use")
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir())) if descriptors.exists() else 0
    for _ in range(5):
        with pytest.raises(CaptureError):
            open_source(str(path))
    after = len(list(descriptors.iterdir())) if before else 0
    assert after == before


def test_a_header_and_no_packet_is_a_capture(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(wire.pcap([]))
    with open_source(str(path)) as source:
        assert Index(source, WANTED).run().flows == []
        assert (source.format, source.packets, source.damaged) == ("pcap", 0, None)


# gzip


@pytest.mark.parametrize("ng", [False, True])
def test_gzip_is_read_like_the_file_inside(tmp_path: Path, ng: bool) -> None:
    whole = wire.pcapng(FRAMES) if ng else wire.pcap(FRAMES)
    path = tmp_path / "named-anyhow"
    path.write_bytes(
        gzip.compress(whole[:300], mtime=0) + gzip.compress(whole[300:], mtime=0) + bytes(9)
    )
    assert all_frames(str(path)) == FRAMES
    with open_source(str(path)) as source:
        assert source.compressed
        assert source.format == ("pcapng" if ng else "pcap")


def test_gzip_that_ends_early_gives_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(wire.pcap(FRAMES), 0)[:-30])
    with open_source(str(path)) as source:
        index = Index(source, WANTED).run()
        count = len(FRAMES) - 1
        assert source.damaged == f"the gzip data ends early; read {count} packets"
        assert frames_of(source, index.flows[0]) == FRAMES[:count]


def test_gzip_that_is_damaged_gives_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    content = bytearray(gzip.compress(wire.pcap(FRAMES), 0))
    content[-6] ^= 0xFF  # in the checksum
    path.write_bytes(content)
    with open_source(str(path)) as source:
        Index(source, WANTED).run()
        assert source.damaged is not None
        assert source.damaged.startswith("the gzip data is damaged")
        assert source.packets == len(FRAMES)


def test_gzip_that_is_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_RATIO_COUNTS_FROM", 1 << 20)
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(wire.pcap(FRAMES) + bytes(30_000_000)))
    with open_source(str(path)) as source:
        Index(source, WANTED).run()
        assert source.damaged is not None
        assert source.damaged.startswith("inflating stopped after")
        assert source.size() < 16_000_000


# pipes


def test_a_pipe_grows_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    out, into = os.pipe()
    saved = os.dup(0)
    os.dup2(out, 0)
    os.close(out)
    try:
        whole = wire.pcap(FRAMES)
        os.write(into, whole[:150])
        with open_source("-") as source:
            os.dup2(saved, 0)  # somebody else takes standard input, as a screen does
            index = Index(source, WANTED)
            assert not index.advance()
            state = (source.growing, source.damaged)
            assert state == (True, None)
            seen = source.packets
            os.write(into, whole[150:-10])
            assert source.wait(150, 5)
            index.advance()
            assert source.packets > seen
            os.write(into, whole[-10:])
            os.close(into)
            index.run()
            state = (source.growing, source.damaged)
            assert state == (False, None)
            assert frames_of(source, index.flows[0]) == FRAMES
            assert (source.path, source.format) == ("-", "pcap")
    finally:
        os.dup2(saved, 0)
        os.close(saved)


def fifo(path: Path, content: bytes) -> threading.Thread:
    """Write ``content`` into a named pipe, a little at a time."""
    os.mkfifo(path)

    def write() -> None:
        with path.open("wb", buffering=0) as out:
            for at in range(0, len(content), 100):
                out.write(content[at : at + 100])

    thread = threading.Thread(target=write)
    thread.start()
    return thread


@pytest.mark.parametrize("packed", [False, True])
def test_walking_a_pipe_waits_for_its_end(tmp_path: Path, packed: bool) -> None:
    whole = wire.pcapng(FRAMES)
    thread = fifo(tmp_path / "pipe", gzip.compress(whole, mtime=0) if packed else whole)
    assert all_frames(str(tmp_path / "pipe")) == FRAMES
    thread.join()


def test_a_pipe_that_breaks_off_is_told(tmp_path: Path) -> None:
    thread = fifo(tmp_path / "pipe", wire.pcap(FRAMES)[:-5])
    with open_source(str(tmp_path / "pipe")) as source:
        Index(source, WANTED).run()
        assert source.damaged is not None
        assert source.damaged.startswith("the file ends inside a packet that begins at byte")
    thread.join()


# reading again


def test_packets_far_apart_and_close_together_are_read_alike(tmp_path: Path) -> None:
    filler = wire.ETHERNET + wire.ipv4("192.0.2.1", "192.0.2.2", bytes(60_000), 99)
    big = wire.conversation(("192.0.2.11", 1), SERVER, [("s", bytes(30_000)) for _ in range(40)])
    frames = [FRAMES[0], *[filler] * 20, FRAMES[1], filler, *FRAMES[2:], *big]
    path = tmp_path / "a.pcap"
    path.write_bytes(wire.pcap(frames))
    with open_source(str(path)) as source:
        index = Index(source, WANTED).run()
        assert [frames_of(source, found) for found in index.flows] == [FRAMES, big]


def test_reading_can_begin_in_the_middle_of_a_flow(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(wire.pcap(FRAMES))
    with open_source(str(path)) as source:
        (found,) = Index(source, WANTED).run().flows
        for first in range(len(FRAMES) + 2):
            rest = list(source.packets_at(found.offsets, first))
            assert [packet.data for packet in rest] == FRAMES[first:]
            assert [packet.number for packet in rest] == list(range(first + 1, len(FRAMES) + 1))


def test_a_file_that_shrank_gives_what_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(wire.pcap(FRAMES))
    with open_source(str(path)) as source:
        (found,) = Index(source, WANTED).run().flows
        path.write_bytes(wire.pcap(FRAMES[:4])[:-3])
        assert frames_of(source, found) == FRAMES[:3]


def test_records_know_their_length_and_pairs() -> None:
    records = Records()
    records.append(24, 1)
    records.append(1 << 40, 9)
    assert len(records) == 2
    assert list(records) == [(24, 1), (1 << 40, 9)]
