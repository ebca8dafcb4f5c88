"""Reading at an offset, also where the system has no call for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutor.sources.descriptors import BINARY, read_at


@pytest.mark.parametrize("pread", [True, False])
def test_the_place_of_the_descriptor_stays(
    pread: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not pread:
        monkeypatch.delattr(os, "pread", raising=False)
    file = tmp_path / "bytes"
    file.write_bytes(b"0123\r\n6789")
    fd = os.open(file, os.O_RDONLY | BINARY)
    try:
        assert os.read(fd, 2) == b"01"
        assert read_at(fd, 4, 4) == b"\r\n67"
        assert read_at(fd, 9, 8) == b"89"
        assert read_at(fd, 9, 99) == b""
        assert os.read(fd, 2) == b"23"
        assert not os.get_inheritable(fd)
    finally:
        os.close(fd)
