"""The doctor: each thing good or not, with the exact fix; bad ones end with 1."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from tutor.cli import doctor, main
from tutor.cli.doctor import State


def test_every_row_is_a_state_a_name_and_what_was_found(tmp_path: Path) -> None:
    environment = {"WIRETUTOR_STATE": str(tmp_path), "LC_ALL": "C.UTF-8"}
    result = CliRunner().invoke(main, ["doctor"], env=environment)
    rows = [row for row in result.output.splitlines() if not row.startswith(" ")]
    assert all(row.split()[0] in ("good", "note", "bad") for row in rows)
    assert all(": " in row for row in rows)
    assert len(rows) >= 10
    assert result.exit_code in (0, 1)


def test_a_small_terminal_is_bad_and_says_how_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    small = doctor.size(os.terminal_size((40, 10)))
    assert small.state is State.BAD
    assert "60 by 16" in small.fix
    assert doctor.size(os.terminal_size((70, 20))).state is State.NOTE
    assert doctor.size(os.terminal_size((120, 40))).state is State.GOOD


def test_no_terminal_points_to_plain() -> None:
    assert "--plain" in doctor.size(os.terminal_size((0, 0))).fix


@pytest.mark.parametrize(
    ("encoding", "state"), [("utf-8", "good"), ("ascii", "bad"), (None, "bad")]
)
def test_unicode(encoding: str | None, state: str) -> None:
    assert doctor.unicode(encoding).state == state


def test_a_state_directory_that_may_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("WIRETUTOR_STATE", str(blocked / "x"))
    check = doctor.state_directory()
    assert check.state is State.BAD
    assert "WIRETUTOR_STATE" in check.fix


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 1143))
            taken.listen()
        except OSError:
            pytest.skip("somebody else has the port")
        check = doctor.ports()
    assert check.state is State.NOTE
    assert "1143" in check.found


def test_colour_is_never_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    for term in ("", "dumb", "xterm-256color"):
        monkeypatch.setenv("TERM", term)
        monkeypatch.delenv("COLORTERM", raising=False)
        assert doctor.colour().state is not State.BAD


def test_it_imports_no_screen() -> None:
    import subprocess
    import sys

    code = (
        "import sys, tutor.cli.doctor as d; list(d.checks());"
        "sys.exit(any(name in sys.modules for name in ('textual', 'scapy', 'aiosmtpd')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
