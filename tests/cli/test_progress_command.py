"""``wiretutor progress``: data on stdout, talk on stderr, nothing thrown away."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.terminal import Terminal, needs_tmux
from tutor.cli import main
from tutor.lesson.course import cards, find
from tutor.lesson.load import load_lesson
from tutor.lesson.progress import Progress, ProgressError, Record
from tutor.lesson.review import question
from tutor.lesson.spaced import KINDS, Answer


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Progress:
    """One lesson passed, one begun; a question waits since long."""
    monkeypatch.setenv("WIRETUTOR_STATE", str(tmp_path))
    progress = Progress.load()
    progress.save("first-look", Record("passed", 1, 22, 5, 7))
    progress.save("plaintext-login", Record("in-progress", 4, 20))
    progress.answered([Answer("first-look.strong", "choice", None)], date(2020, 1, 1))
    return progress


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["progress", *arguments])


def test_the_table(kept: Progress) -> None:
    done = run()
    assert done.exit_code == 0
    rows = {line.split()[0]: line for line in done.stdout.splitlines() if line[:1].isdigit()}
    assert rows["0"].split("  ")[1:] != []
    cells = [cell.strip() for cell in rows["0"].split("  ") if cell.strip()]
    assert cells == ["0", "First look", "passed", "5/7", "1"]
    assert "in progress, at 4 of 20" in rows["9"]
    assert f"1 of {len(cards())} lessons done" in done.stdout
    assert "1 question waits for you: wiretutor learn --review" in done.stdout
    assert done.stderr == ""


def test_in_sentences_for_a_screen_reader(kept: Progress) -> None:
    done = CliRunner().invoke(main, ["--plain", "progress"])
    rows = done.stdout.splitlines()
    assert rows[0] == ("Lesson 0: First look, passed, best score 5 of 7, 1 question comes back.")
    assert "Lesson 9: Your password, in the clear, in progress, at 4 of 20." in rows
    assert f"1 of {len(cards())} lessons done" in rows
    assert "  " not in done.stdout
    assert run("--plain").stdout == done.stdout


def test_json_is_what_export_writes_and_import_takes(kept: Progress, tmp_path: Path) -> None:
    done = run("--json")
    assert json.loads(done.stdout)["lessons"]["first-look"]["state"] == "passed"
    file = tmp_path / "out.json"
    exported = run("export", str(file))
    assert exported.exit_code == 0
    assert exported.stdout == ""
    assert file.read_text() == done.stdout
    run("reset", "--yes")
    assert Progress.load().all() == {}
    taken = run("import", str(file), "--yes")
    assert taken.exit_code == 0
    assert "kept as" in taken.stderr
    assert run("--json").stdout == done.stdout


def test_reset_of_one_lesson_by_its_number(kept: Progress, tmp_path: Path) -> None:
    done = run("reset", "0", "--yes")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "progress.json.before-1" in done.stderr
    again = Progress.load()
    assert set(again.all()) == {"plaintext-login"}
    assert again.waiting() == {}
    assert (tmp_path / "progress.json.before-1").read_text() == kept.text()


def test_without_anybody_to_ask_it_does_nothing(kept: Progress) -> None:
    for arguments in (["reset"], ["import", __file__]):
        done = subprocess.run(
            [sys.executable, "-m", "tutor", "progress", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 2
        assert "say --yes" in done.stderr
    assert Progress.load().text() == kept.text()


@needs_tmux
def test_on_a_terminal_it_asks(kept: Progress, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tutor", "progress", "reset"]
    with Terminal(command, WIRETUTOR_STATE=str(tmp_path)) as terminal:
        terminal.wait(lambda text: "Forget all progress?" in text)
        terminal.keys("n", "Enter")
        terminal.wait(lambda text: "EXIT=130" in text)
    assert Progress.load().text() == kept.text()
    with Terminal(command, WIRETUTOR_STATE=str(tmp_path)) as terminal:
        terminal.wait(lambda text: "Forget all progress?" in text)
        terminal.keys("y", "Enter")
        terminal.wait(lambda text: "EXIT=0" in text)
    assert Progress.load().all() == {}


@pytest.mark.parametrize("text", ["", "{}", "\x00", "[1]"])
def test_what_is_no_export_is_refused(kept: Progress, tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.json"
    file.write_text(text)
    refused = run("import", str(file), "--yes").exception
    assert isinstance(refused, ProgressError)
    assert refused.exit_code == 3
    assert "not an export" in str(refused)
    assert Progress.load().text() == kept.text()


def test_files_that_cannot_be_read_or_written(kept: Progress, tmp_path: Path) -> None:
    for arguments in (["export", "/never/there"], ["import", "/never/there", "--yes"]):
        done = run(*arguments)
        assert "No such file" in str(done.exception)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert "no text" in str(run("import", str(tmp_path / "bytes"), "--yes").exception)


def test_a_damaged_file_is_said_beside_the_table(kept: Progress, tmp_path: Path) -> None:
    (tmp_path / "progress.json").write_text("{")
    done = run()
    assert "damaged-1" in done.stderr
    assert "new" in done.stdout


def test_a_review_without_a_terminal_is_linear_text(kept: Progress) -> None:
    done = CliRunner().invoke(main, ["learn", "--review"], input="\n\n\n")
    assert "1 question waits for you." in done.output
    assert "0 of 1 right. 1 question comes back in 1 day." in done.output
    assert run().stdout.count("waits for you") == 0
    again = CliRunner().invoke(main, ["learn", "--review"])
    assert "No question waits for you today. The next one comes back on " in again.output
    wrong = CliRunner().invoke(main, ["learn", "0", "--review"])
    assert "leave the lesson out" in str(wrong.exception)


def test_a_lesson_begins_with_what_is_due_and_ends_with_what_comes_back(kept: Progress) -> None:
    later = question(_first_of("pop3-delete"), "en")
    assert later is not None
    kept.answered([Answer(later.id, "choice", False)], date(2019, 12, 1))
    done = CliRunner().invoke(main, ["learn", "3", "--plain"], input="\n" * 200)
    assert done.exit_code == 0
    first = done.output.partition("From an earlier lesson.")[2]
    assert " ".join(later.ask.split())[:30] in " ".join(first.split())[:200]
    assert "of this lesson come back on another day." in done.output
    again = Progress.load().waiting()
    assert again[later.id].box == 0
    assert any(name.startswith("envelope-and-message.") for name in again)


def _first_of(lesson_id: str) -> str:
    """The first question of a lesson that can come back."""
    lesson = load_lesson(find(lesson_id))[0]
    return f"{lesson_id}.{next(item.id for item in lesson.quiz if item.type in KINDS)}"
