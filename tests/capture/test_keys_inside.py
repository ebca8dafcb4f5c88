"""TLS secrets inside a pcapng: wherever they stand, in one block or several, on any port."""

from __future__ import annotations

from pathlib import Path
from struct import unpack_from

import pytest

from tests import manifest
from tests.sources import wire
from tutor.capture import Capture
from tutor.sources import index

NAME = "imap-first-look-tls.pcapng"
_PACKET = 6


def blocks(port: int) -> tuple[list[bytes], list[bytes]]:
    """The head of the recording and its packets; its server on another port."""
    data, at = Path(manifest.path(NAME)).read_bytes(), 0
    head: list[bytes] = []
    packets: list[bytes] = []
    while at < len(data):
        kind, size = unpack_from("<II", data, at)
        block = bytearray(data[at : at + size])
        if kind == _PACKET:
            start = 28 + 14 + (20 if block[42] >> 4 == 4 else 40)
            for place in (start, start + 2):
                if block[place : place + 2] == (993).to_bytes(2, "big"):
                    block[place : place + 2] = port.to_bytes(2, "big")
        (packets if kind == _PACKET else head).append(bytes(block))
        at += size
    return head, packets


def arranged(where: str, port: int) -> bytes:
    head, packets = blocks(port)
    lines = Path(manifest.path(NAME)).with_suffix(".keys").read_bytes().splitlines(keepends=True)
    log, half = wire.secrets(b"".join(lines)), len(packets) // 2
    parts = {
        "first": [head[0], log, *head[1:], *packets],
        "behind the interface": [*head, log, *packets],
        "in the middle": [*head, *packets[:half], log, *packets[half:]],
        "last": [*head, *packets, log],
        "a line each": [*head, *map(wire.secrets, lines), *packets],
        "one half late": [
            *head,
            wire.secrets(b"".join(lines[::2])),
            *packets,
            wire.secrets(b"".join(lines[1::2])),
        ],
    }
    return b"".join(parts[where])


EARLY = ("first", "behind the interface", "a line each")
LATE = ("in the middle", "last", "one half late")


def opened(path: Path, *, by_slices: bool = False) -> list[tuple[str, int, int]]:
    with Capture(str(path)) as capture:
        if by_slices:
            while capture.advance(1):
                pass
            capture.finish()
        else:
            capture.load()
        return [(e.protocol, e.server.port, e.commands) for e in capture.entries]


@pytest.mark.parametrize("where", EARLY + LATE)
def test_secrets_open_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(arranged(where, 993))
    assert opened(path) == [("imap", 993, 5)]
    monkeypatch.setattr(index, "SLICE", 4096)
    assert opened(path, by_slices=True) == [("imap", 993, 5)]


@pytest.mark.parametrize("where", EARLY)
def test_secrets_open_a_session_on_an_odd_port(tmp_path: Path, where: str) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(arranged(where, 10993))
    assert opened(path) == [("imap", 10993, 5)]
