"""Our recordings under TLS, opened by tshark and by us: the same bytes."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests import manifest
from tutor.base import Direction
from tutor.capture import Capture

KEYED = [entry["file"] for entry in manifest.recordings() if entry["keys"]]


def by_tshark(path: str, keys: str, stream: int) -> frozenset[bytes]:
    """What the two ends of a stream said inside TLS."""
    command = ["tshark", "-n", "-r", path, "-o", f"tls.keylog_file:{keys}", "-q"]
    out = subprocess.run(
        [*command, "-z", f"follow,tls,raw,{stream}"], capture_output=True, text=True, check=True
    ).stdout
    lines = [line for line in out.splitlines() if line.strip() and line[:1] in "\t0123456789abcdef"]
    first = b"".join(bytes.fromhex(line) for line in lines if not line.startswith("\t"))
    second = b"".join(bytes.fromhex(line) for line in lines if line.startswith("\t"))
    return frozenset({first, second})


@pytest.mark.tshark
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("name", KEYED)
def test_tshark_opens_the_same(name: str) -> None:
    path = manifest.path(name)
    with Capture(path) as capture:
        capture.load()
        sessions = [capture.session(entry.id) for entry in capture.entries]
        ours = {
            frozenset(session.layers[1].captured(direction) for direction in Direction)
            for session in sessions
            if len(session.layers) > 1
        }
    keys = path.rpartition(".")[0] + ".keys"
    theirs = {by_tshark(path, keys, stream) for stream in range(len(sessions))}
    assert ours == theirs - {frozenset({b""})}
