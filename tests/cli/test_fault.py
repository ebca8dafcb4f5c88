"""A fault in a command shows where it is, and no byte of a capture."""

from __future__ import annotations

import logging

import pytest

from tests import manifest
from tutor import cli
from tutor.render.fault import EXIT_CODE, fault_lines


def test_a_fault_in_a_command_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_given: object, **_named: object) -> object:
        raise KeyError("correct-horse")

    monkeypatch.setattr("tutor.cli.analyze.written", broken)
    path = manifest.path("imap-first-look.pcapng")
    monkeypatch.setattr("sys.argv", ["wiretutor", "analyze", "--json", path])
    with pytest.raises(SystemExit) as left:
        cli.run()
    said = capsys.readouterr()
    assert left.value.code == EXIT_CODE
    assert "KeyError" in said.err
    assert "cli/analyze.py" in said.err
    assert "correct-horse" not in said.out + said.err
    assert "Traceback" not in said.err


def test_places_are_short_and_few() -> None:
    def deep(left: int) -> None:
        if left:
            deep(left - 1)
        raise ValueError("swordfish")

    with pytest.raises(ValueError, match="swordfish") as caught:
        deep(50)
    lines = fault_lines(caught.value)
    assert len(lines) == 14
    assert lines[-2].endswith("deep")
    assert not any("/home" in line or "swordfish" in line for line in lines)


def test_no_log_at_any_level_has_a_secret(
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The program writes no log; this holds whatever a library under it says."""
    path = manifest.path("imap-first-look.pcapng")
    with caplog.at_level(logging.DEBUG):
        for command in (["analyze", "--json", path], ["open", "--plain", path]):
            monkeypatch.setattr("sys.argv", ["wiretutor", *command])
            with pytest.raises(SystemExit):
                cli.run()
    said = capsys.readouterr()
    assert "correct-horse" not in caplog.text + said.out + said.err
