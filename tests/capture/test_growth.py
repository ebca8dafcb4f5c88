"""A capture that grows ends as the whole file; one that breaks off or shrinks says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests import manifest
from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.capture import capture as room
from tutor.render.json_report import report

PATIENCE = 20.0
"""Seconds until a test gives up waiting."""

PIECES = 25
FEW = [
    "imap-first-look.pcapng",
    "imap-first-look-starttls.pcapng",
    "imap-two-devices.pcapng",
    "journey.pcapng",
    "pop3-stls.pcapng",
    "smtp-auth-login.pcap",
    "smtp-submission-tls.pcapng",
]


def keys_of(path: Path) -> tuple[str, ...]:
    keys = path.with_suffix(".keys")
    return (str(keys),) if keys.is_file() else ()


def told(capture: Capture) -> dict[str, Any]:
    """All there is to tell, but for the name of the file."""
    made = report(capture, reveal=True, digest=True, everything=True)
    made["file"].pop("name")
    return made


def whole(path: Path) -> dict[str, Any]:
    with Capture(str(path), keys=keys_of(path), everything=True) as capture:
        capture.load()
        return told(capture)


def drain(capture: Capture) -> None:
    """Read what is there."""
    while capture.advance():
        pass


def until(capture: Capture, done: Callable[[], bool]) -> None:
    """Read on until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, "it never came"
        if not capture.advance():
            time.sleep(0.002)


def more_than(capture: Capture, packets: int) -> bool:
    return capture.packets > packets


def cut(data: bytes, pieces: int) -> list[bytes]:
    """Pieces of about the same size; the first holds the file's header: opening waits for that."""
    size = max(len(data) // pieces + 1, 32)
    return [data[at : at + size] for at in range(0, len(data), size)]


# a file that is followed


@pytest.mark.parametrize("name", manifest.names())
def test_a_file_that_is_followed_ends_as_the_whole_file(name: str, tmp_path: Path) -> None:
    path = Path(manifest.path(name))
    growing = tmp_path / f"growing{path.suffix}"
    first, *rest = cut(path.read_bytes(), PIECES)
    growing.write_bytes(first)
    with Capture(str(growing), keys=keys_of(path), everything=True, follow=True) as capture:
        drain(capture)
        known: list[int] = []
        for piece in rest:
            with growing.open("ab") as out:
                out.write(piece)
            drain(capture)
            ids = [entry.id for entry in capture.entries]
            assert ids[: len(known)] == known  # no session goes away, none changes its number
            assert capture.growing
            assert capture.damaged is None  # half a packet is not damage: the rest may come
            known = ids
        capture.finish()
        assert told(capture) == whole(path)


def test_a_compressed_file_that_is_followed_grows_too(tmp_path: Path) -> None:
    path = Path(manifest.path("imap-two-devices.pcapng"))
    growing = tmp_path / "growing.pcapng.gz"
    packer = zlib.compressobj(wbits=31)
    pieces = [
        packer.compress(p) + packer.flush(zlib.Z_SYNC_FLUSH) for p in cut(path.read_bytes(), 5)
    ]
    growing.write_bytes(pieces[0])
    with Capture(str(growing), everything=True, follow=True) as capture:
        seen = 0
        for piece in [*pieces[1:], packer.flush()]:
            until(capture, partial(more_than, capture, seen))
            seen = capture.packets
            assert capture.growing
            assert capture.damaged is None
            with growing.open("ab") as out:
                out.write(piece)
        until(capture, lambda: capture.packets == whole(path)["file"]["packets"])
        capture.finish()
        assert told(capture) == whole(path)


def test_sessions_appear_and_grow_as_they_come(tmp_path: Path) -> None:
    path = Path(manifest.path("imap-two-devices.pcapng"))
    growing = tmp_path / "growing.pcapng"
    first, *rest = cut(path.read_bytes(), 60)
    growing.write_bytes(first)
    seen: list[tuple[int, ...]] = []
    with Capture(str(growing), follow=True) as capture:
        for piece in rest:
            with growing.open("ab") as out:
                out.write(piece)
            drain(capture)
            seen.append(tuple(entry.steps for entry in capture.entries))
    counts = [len(steps) for steps in seen]
    assert counts == sorted(counts)
    assert set(counts) >= {0, 1, 2}
    for before, after in pairwise(seen):
        assert all(a <= b for a, b in zip(before, after, strict=False))
    assert len(set(seen)) > 15


def test_a_session_can_be_looked_at_while_it_grows(tmp_path: Path) -> None:
    path = Path(manifest.path("imap-first-look-starttls.pcapng"))
    growing = tmp_path / "growing.pcapng"
    shutil.copy(path.with_suffix(".keys"), growing.with_suffix(".keys"))
    first, *rest = cut(path.read_bytes(), PIECES)
    growing.write_bytes(first)
    with Capture(str(growing), follow=True) as capture:
        names: list[str] = []
        for piece in rest:
            with growing.open("ab") as out:
                out.write(piece)
            drain(capture)
            for entry in capture.entries:
                session = capture.session(entry.id)
                now = [session.event(index).name for index in range(entry.steps)]
                assert now[: len(names)] == names  # what was shown stays as it was
                names = now
        assert "LOGIN" in names  # also inside TLS: the keys were beside the file


# a pipe


@pytest.mark.parametrize("name", FEW)
def test_a_pipe_ends_as_the_whole_file(name: str) -> None:
    path = Path(manifest.path(name))
    data = path.read_bytes()
    middle = len(data) * 2 // 3
    out, into = os.pipe()
    os.write(into, data[:middle])
    with Capture(f"/dev/fd/{out}", keys=keys_of(path), everything=True) as capture:
        os.close(out)
        until(capture, lambda: bool(capture.entries))
        assert capture.growing
        steps = sum(entry.steps for entry in capture.entries)
        for piece in cut(data[middle:], PIECES):
            os.write(into, piece)
            capture.advance()
        os.close(into)
        until(capture, lambda: not capture.growing)
        capture.finish()
        assert told(capture) == whole(path)
        assert sum(entry.steps for entry in capture.entries) > steps


def test_a_writer_that_is_killed_in_mid_packet_is_told_as_damage() -> None:
    path = Path(manifest.path("imap-first-look.pcapng"))
    script = (
        "import sys, time; data = open(sys.argv[1], 'rb').read();"
        "sys.stdout.buffer.write(data[:-333]); sys.stdout.flush(); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        try:
            with Capture(f"/dev/fd/{writer.stdout.fileno()}") as capture:
                until(capture, lambda: bool(capture.entries) and capture.entries[0].commands >= 3)
                state = (capture.growing, capture.damaged)
                assert state == (True, None)
                writer.kill()
                until(capture, lambda: not capture.growing)
                capture.finish()
                assert capture.damaged is not None
                assert capture.damaged.startswith("the file ends inside a block that begins at")
                assert capture.damaged.endswith(f"read {capture.packets} packets")
                (entry,) = capture.entries
                assert not entry.complete
                assert entry.credentials[0].username == "alice@example.org"
                assert told(capture)["sessions"][0]["commands"] >= 3
        finally:
            writer.kill()


# a file that shrinks


@pytest.mark.parametrize("follow", [False, True])
@pytest.mark.parametrize("left", [0, 10, 200, 3000])
def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path, left: int, follow: bool) -> None:
    data = Path(manifest.path("imap-first-look.pcapng")).read_bytes()
    path = tmp_path / "shrinking.pcapng"
    path.write_bytes(data[:4000])
    with Capture(str(path), follow=follow) as capture:
        drain(capture)
        before = [entry.steps for entry in capture.entries]
        os.truncate(path, left)
        drain(capture)
        capture.finish()
        assert [entry.steps for entry in capture.entries] >= before
        assert told(capture)["sessions"]
        if not follow:
            assert capture.damaged is not None
            assert capture.damaged.startswith("the file ends inside a block")


@pytest.mark.parametrize(("left", "gone"), [(0, 2), (600, 1), (3000, 0)])
def test_a_session_whose_packets_are_gone_says_so(
    tmp_path: Path, left: int, gone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "KEEP_BYTES", 0)  # every session must be read again
    path = tmp_path / "shrinking.pcapng"
    shutil.copy(manifest.path("imap-two-devices.pcapng"), path)
    with Capture(str(path)) as capture:
        capture.load()
        steps = [entry.steps for entry in capture.entries]
        os.truncate(path, left)
        reasons: list[str] = []
        for entry in capture.entries:
            try:
                assert len(capture.session(entry.id)) <= entry.steps
            except CaptureError as error:
                reasons.append(error.reason)
        assert reasons == ["the file shrank: the packets of this session are gone"] * gone
        assert [entry.steps for entry in capture.entries] == steps
