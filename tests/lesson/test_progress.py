"""Progress: kept at once, whole at any moment, and never thrown away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from tests.lesson.shelf import opened
from tutor.lesson.player import Mode, Player
from tutor.lesson.progress import Progress, ProgressError, Record, record_of
from tutor.lesson.progress_file import write_atomically
from tutor.lesson.spaced import Answer, Waiting

DAY = date(2026, 11, 26)


def finished(*, right: bool, test_out: bool = False) -> Player:
    player = Player(opened("00-first-look"), test_out=test_out)
    while player.scene.mode is not Mode.END:
        question = player.scene.question
        if player.scene.asking and question is not None:
            options = [o.key for o in question.options]
            others = [key for key in options if key != question.answer.key]
            player.answer(question.answer.key if right else others[0])
        player.go_on()
    return player


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    answers = {"login": "dots", "hello": ""}
    record = Record("in-progress", 5, 22, 2, 7, ("login",), ("hello",), answers)
    Progress.load(tmp_path).save("first-look", record)
    again = Progress.load(tmp_path)
    assert again.of("first-look") == record
    assert again.of("another") == Record()
    assert again.notice == ""
    assert again.all() == {"first-look": record}


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": 2, "lessons": {}}',
        '{"format": 1}',
        '{"format": 1, "lessons": {"a": {}}}',
        (
            '{"format": 1, "lessons": {"a": {"state": "great", "stage": 1, "stages": 1,'
            ' "right": 0, "asked": 0, "wrong": [], "unknown": []}}}'
        ),
        "[" * 100_000,
        '{"format": 1, "lessons": []}',
        '{"format": 1, "lessons": {}, "waiting": [1]}',
        '{"format": 1, "lessons": {}, "waiting": {"a.b": 7}}',
        '{"format": 1, "lessons": {}, "waiting": {"a.b": {"box": 3, "due": "2026-11-26"}}}',
        '{"format": 1, "lessons": {}, "waiting": {"a.b": {"box": -1, "due": "2026-11-26"}}}',
        '{"format": 1, "lessons": {}, "waiting": {"a.b": {"box": 0, "due": "soon"}}}',
        '{"format": 1, "lessons": {}, "waiting": {"a.b": {"box": 0, "due": 7}}}',
        '{"format": 1, "lessons": {}, "waiting": {"a.b": {"box": 0}}}',
    ],
)
def test_a_damaged_file_is_put_aside_and_said(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "progress.json"
    file.write_text(damage)
    progress = Progress.load(tmp_path)
    assert "progress.json.damaged-1" in progress.notice
    assert (tmp_path / "progress.json.damaged-1").read_text() == damage
    progress.save("first-look", Record("passed"))
    assert Progress.load(tmp_path).of("first-look").state == "passed"
    file.write_text("again")
    assert "damaged-2" in Progress.load(tmp_path).notice
    assert (tmp_path / "progress.json.damaged-1").read_text() == damage


def test_bytes_that_are_no_text_are_damage_too(tmp_path: Path) -> None:
    (tmp_path / "progress.json").write_bytes(b"\xff\xfe\x00")
    assert "damaged-1" in Progress.load(tmp_path).notice


def test_a_failed_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = Progress.load(tmp_path)
    progress.save("first-look", Record("passed"))
    before = (tmp_path / "progress.json").read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    progress.save("another", Record("known"))
    assert "No space left on device" in progress.notice
    assert (tmp_path / "progress.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]


def test_a_folder_that_cannot_be_made_is_said_not_raised(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    progress = Progress.load(tmp_path / "file" / "below")
    progress.save("first-look", Record("passed"))
    assert progress.notice


def test_killed_while_writing_the_file_is_whole(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from tutor.lesson.progress import Progress, Record\n"
        "progress = Progress.load(Path(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    progress.save('first-look', Record('in-progress', n, 10**6, wrong=('x' * 20000,)))\n"
    )
    for pause in (0.02, 0.05, 0.11):
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        while not (tmp_path / "progress.json").exists():
            time.sleep(0.005)
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        data = json.loads((tmp_path / "progress.json").read_text())
        assert data["lessons"]["first-look"]["stage"] >= 1
        assert Progress.load(tmp_path).notice == ""


def test_atomic_writing_replaces(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_atomically(file, "one")
    write_atomically(file, "two")
    assert file.read_text() == "two"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_place_is_noted_as_one_goes(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    player = Player(opened("00-first-look"))
    player.go_on()
    player.go_on()
    record = progress.note(player, DAY)
    assert (record.state, record.stage) == ("in-progress", 3)
    assert Progress.load(tmp_path).of("first-look").stage == 3


def test_one_goes_on_with_what_one_has_answered(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    player = Player(opened("00-first-look"))
    while player.scene.id != "strong":
        question = player.scene.question
        if player.scene.asking and question is not None:
            player.answer(question.answer.key)
        player.go_on()
    player.answer("reads")
    progress.note(player, DAY)
    kept = Progress.load(tmp_path).of("first-look")
    again = Player(opened("00-first-look"), stage=kept.stage, answers=kept.answers)
    assert again.answers == player.answers
    assert again.end_card().right == player.end_card().right == 5
    assert again.scene.mode is Mode.QUIZ_VERDICT
    odd = {"strong": "gone", "login": "", "left": "server", "nonsense": "x"}
    changed = Player(opened("00-first-look"), stage=kept.stage, answers=odd)
    assert {key: verdict.right for key, verdict in changed.answers.items()} == {"login": None}


def test_passing_and_what_was_wrong() -> None:
    passed = record_of(finished(right=True), Record())
    assert (passed.state, passed.stage, passed.wrong, passed.unknown) == ("passed", 1, (), ())
    assert passed.right == passed.asked
    failed = record_of(finished(right=False), Record())
    assert failed.state == "in-progress"
    assert "login" in failed.wrong
    again = record_of(finished(right=False), passed)
    assert again.state == "passed", "what was passed once stays so"
    assert again.right == passed.right


def test_testing_out_makes_it_known_or_changes_nothing() -> None:
    before = Record("in-progress", 4, 22)
    assert record_of(finished(right=True, test_out=True), before).state == "known"
    assert record_of(finished(right=False, test_out=True), before) == before
    assert record_of(finished(right=True, test_out=True), Record("passed")).state == "passed"


# questions that come back


def test_a_file_of_an_earlier_version_still_loads(tmp_path: Path) -> None:
    old = (
        '{"format": 1, "lessons": {"first-look": {"state": "passed", "stage": 1, "stages": 22,'
        ' "right": 5, "asked": 7, "wrong": ["login"], "unknown": []}}}'
    )
    (tmp_path / "progress.json").write_text(old)
    progress = Progress.load(tmp_path)
    assert progress.notice == ""
    assert progress.of("first-look").right == 5
    assert progress.waiting() == {}


def test_quiz_questions_not_known_wait_and_predictions_do_not(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    progress.note(finished(right=False), DAY)
    again = Progress.load(tmp_path)
    kinds = {item.id: item.type for item in opened("00-first-look").lesson.quiz}
    wanted = {f"first-look.{key}" for key, kind in kinds.items() if kind != "point"}
    assert set(again.waiting()) == wanted
    assert "login" in again.of("first-look").wrong, "a prediction: kept in the record alone"
    tomorrow = date(2026, 11, 27)
    assert again.due(DAY, ["first-look"]) == ()
    assert set(again.due(tomorrow, ["first-look"])) == wanted
    assert again.due(tomorrow, ["another"]) == (), "only of lessons that are there"


def test_an_answer_is_counted_once_however_often_the_place_is_noted(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    progress.answered([Answer("first-look.strong", "choice", False)], date(2026, 11, 20))
    player = finished(right=True)
    progress.note(player, DAY)
    held = progress.waiting()["first-look.strong"]
    assert held == Waiting(1, date(2026, 11, 29))
    progress.note(player, held.due)
    assert progress.waiting()["first-look.strong"] == held


def test_questions_that_are_no_more_are_forgotten(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    progress.answered([Answer("first-look.strong", "choice", False)], DAY)
    progress.forget(["first-look.strong", "first-look.never"])
    assert Progress.load(tmp_path).waiting() == {}


# as a whole


def filled(folder: Path) -> Progress:
    """Two lessons, and a question of each that waits."""
    progress = Progress.load(folder)
    progress.save("first-look", Record("passed", 1, 22, 5, 7))
    progress.save("plaintext-login", Record("in-progress", 4, 20))
    answers = [Answer(f"{name}.q", "choice", None) for name in ("first-look", "plaintext-login")]
    progress.answered(answers, DAY)
    return progress


def test_what_is_exported_can_be_taken(tmp_path: Path) -> None:
    text = filled(tmp_path / "a").text()
    other = Progress.load(tmp_path / "b")
    assert other.take(text) is None, "nothing was there before"
    again = Progress.load(tmp_path / "b")
    assert again.text() == text == (tmp_path / "a" / "progress.json").read_text()
    again.save("first-look", Record())
    changed = again.text()
    kept = again.take(text)
    assert kept is not None
    assert kept.read_text() == changed


@pytest.mark.parametrize("text", ["", "[]", '{"format": 9}', '{"format": 1, "lessons": {"a": 1}}'])
def test_what_is_no_export_is_refused_and_changes_nothing(tmp_path: Path, text: str) -> None:
    progress = filled(tmp_path)
    before = progress.text()
    with pytest.raises(ProgressError):
        progress.take(text)
    assert Progress.load(tmp_path).text() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_a_reset_keeps_what_there_was(tmp_path: Path) -> None:
    progress = filled(tmp_path)
    before = progress.text()
    kept = progress.reset("first-look")
    assert kept is not None
    assert kept.read_text() == before
    one = Progress.load(tmp_path)
    assert set(one.all()) == {"plaintext-login"}
    assert set(one.waiting()) == {"plaintext-login.q"}
    assert one.reset() == tmp_path / "progress.json.before-2"
    assert Progress.load(tmp_path).all() == {}
    assert Progress.load(tmp_path / "empty").reset() is None


def test_a_reset_that_cannot_be_written_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = filled(tmp_path)
    before = progress.text()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProgressError, match="No space left on device"):
        progress.reset()
    assert (tmp_path / "progress.json").read_text() == before
