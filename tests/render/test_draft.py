"""Drafts of lessons: they play at once, claim only what holds, and hide secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.tui.stage import ROOT
from tutor.base import MASK, CaptureError, UsageError
from tutor.cli import main
from tutor.lesson.check import check
from tutor.lesson.opening import open_lesson
from tutor.lesson.player import Mode, Player

CAPTURES = ROOT / "captures"


def new(target: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["lesson", "new", str(target), *words])
    assert done.exit_code == 0, done.output
    return (target / "lesson.yaml").read_text("utf-8")


def left(directory: Path) -> list[str]:
    """What the check finds besides texts that are still to be written."""
    reasons = [fault.reason for fault in check(directory).faults]
    return [reason for reason in reasons if not reason.startswith("still to be written")]


@pytest.mark.parametrize(
    "name",
    [
        "imap-first-look-starttls",
        "pop3-user-pass",
        "smtp-typed",
        "imap-spraying",
    ],
)
def test_a_draft_plays_to_its_end_and_claims_what_holds(name: str, tmp_path: Path) -> None:
    target = tmp_path / "my-lesson"
    new(target, "--from", str(CAPTURES / f"{name}.pcapng"))
    CliRunner().invoke(main, ["lesson", "translate", str(target)])
    assert left(target) == []
    player = Player(open_lesson(target, "en"))
    for _press in range(1000):
        if player.scene.mode is Mode.END:
            break
        player.go_on()
    assert player.scene.mode is Mode.END


def test_what_is_left_to_write_is_named_with_its_place(tmp_path: Path) -> None:
    target = tmp_path / "my-lesson"
    text = new(target, "--from", str(CAPTURES / "imap-first-look.pcapng"))
    title = next(fault for fault in check(target).faults if "'title'" in fault.reason)
    assert text.splitlines()[title.line - 1][title.column - 1 :].startswith("TODO")


def test_secrets_are_masked_in_the_comments(tmp_path: Path) -> None:
    text = new(tmp_path / "mine", "--from", str(CAPTURES / "imap-first-look.pcapng"))
    assert "correct-horse" not in text
    assert MASK in text
    assert "strength: readable, accepted: true" in text


def test_two_recordings_are_compared_and_foreign_ones_come_along(tmp_path: Path) -> None:
    own = tmp_path / "my lab!.pcapng"
    own.write_bytes((CAPTURES / "imap-first-look-tls.pcapng").read_bytes())
    own.with_suffix(".keys").write_bytes((CAPTURES / "imap-first-look-tls.keys").read_bytes())
    target = tmp_path / "07-mine"
    text = new(target, "--from", str(CAPTURES / "imap-first-look.pcapng"), "--from", str(own))
    assert "\nid: mine\n" in text
    assert "  left: imap\n  right: imap-2\n" in text
    assert sorted(path.name for path in target.iterdir()) == [
        "lesson.schema.json",
        "lesson.yaml",
        "my-lab-.keys",
        "my-lab-.pcapng",
    ]
    assert open_lesson(target, "en").sessions["imap-2"].tls is not None


def test_one_session_of_several(tmp_path: Path) -> None:
    text = new(tmp_path / "mine", "--from", str(CAPTURES / "journey.pcapng"), "--session", "2")
    assert text.count("    session: {") == 1


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (["--from", "nothing.pcap"], CaptureError, "nothing.pcap"),
        (["--from", str(CAPTURES / "connect-refused.pcapng")], UsageError, "No mail session"),
        ([], SystemExit, "2"),
    ],
)
def test_what_cannot_be_drafted_leaves_nothing(
    words: list[str], error: type[BaseException], said: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(main, ["lesson", "new", str(tmp_path / "mine"), *words])
    assert isinstance(done.exception, error)
    assert said in str(done.exception)
    assert not (tmp_path / "mine").exists()


def test_a_directory_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text("mine")
    words = ["lesson", "new", str(tmp_path), "--from", str(CAPTURES / "imap-first-look.pcapng")]
    done = CliRunner().invoke(main, words)
    assert isinstance(done.exception, UsageError)
    assert (tmp_path / "lesson.yaml").read_text() == "mine"
