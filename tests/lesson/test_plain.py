"""Lessons as linear text: whole transcripts, typed answers, the end of input, signals.

To write the transcripts anew, set ``WIRETUTOR_GOLDEN=write``; then read what has changed.
"""

from __future__ import annotations

import io
import itertools
import os
import re
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lesson.shelf import NAMES, SHIPPED, opened
from tutor import words
from tutor.cli.plain_player import PlainPlayer
from tutor.lesson.course import cards
from tutor.lesson.player import Player
from tutor.lesson.progress import Progress
from tutor.words import LANGUAGES, Language

GOLDEN = Path(__file__).parent / "golden"
ENTER = "\n" * 200


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    words.choose("en")


def played(name: str, typed: str = ENTER, tag: Language = "en", stage: int = 1) -> str:
    words.choose(tag)
    out = io.StringIO()
    player = Player(opened(name, tag), stage=stage)
    PlainPlayer(player, io.StringIO(typed), out, lambda: None).run()
    return out.getvalue()


def settled(text: str) -> str:
    """Without what changes with each recording: times, ports, tags and sizes of records."""
    text = re.sub(r"\d{4}-\d\d-\d\d\s\d\d:\d\d:\d\d\sUTC", "TIME", text)
    text = re.sub(r"\(\d\.\d+ \+ [\d.+ ]+secs\)", "(SECS)", text)
    text = re.sub(r"\b[A-Z]{4}(?=\d+ )", "TAG", text)
    text = re.sub(r"(encrypted|criptografado), \d+ bytes", r"\1, N bytes", text)
    text = re.sub(r"(: TLS [^\n]+), \d+ bytes", r"\1, N bytes", text)
    text = re.sub(r"\b[0-9A-F]{9,12}\b", "QUEUE", text)
    text = re.sub(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d", "DATE", text)
    text = re.sub(r"<\S+@\w+\.example\.org>(?= \S+ Saved)|\S{20,}(?= Saved)", "SAVED", text)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_transcript_by_enter_alone(name: str, tag: Language) -> None:
    path = GOLDEN / f"{name}.{tag}.txt"
    seen = settled(played(name, tag=tag))
    if os.environ.get("WIRETUTOR_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(seen, "utf-8")
    assert seen.splitlines() == path.read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_words(name: str) -> None:
    """No escape, no box, no arrow, no mark that a screen reader spells out or leaves out."""
    text = played(name, tag="pt-BR")
    for char in set(text) - {"\n"}:
        assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"), repr(char)
        # ␀ is said where a lesson speaks of that very byte
        assert char.isascii() or char.isalpha() or char == "␀", char
    assert "**" not in text


def test_a_typed_number_answers() -> None:
    text = played("00-first-look", "\n\n2\n\n")
    assert "2. The server: it greets" in text
    assert "\nRight.\nIn all three mail protocols" in text
    wrong = played("00-first-look", "\n\n1\n\n")
    assert "Not so.\nSo it is on the web." in wrong
    assert "The answer: The server: it greets" in wrong


def test_enter_twice_is_i_do_not_know_yet() -> None:
    text = played("00-first-look", "\n\n\n\n")
    asked = text.index("No answer yet. Press Enter again for: I do not know yet.")
    assert asked < text.index("Here is the answer.")
    assert "Here is the answer." not in played("00-first-look", "\n\n\n")


def test_the_answer_is_not_there_before_it_is_asked_for() -> None:
    asked = played("00-first-look", "\n\n2\n\n\n\n").replace("\n", " ")
    assert "does Eve see of it?" in asked
    assert "correct-horse" not in asked
    assert "LOGIN carries" not in asked


@pytest.mark.parametrize("word", ["99", "0", "-1", "x", "²", "1 2", "\x1b[A"])
def test_anything_else_gets_help(word: str) -> None:
    text = played("00-first-look", f"\n\n{word}\n2\n")
    assert "Type a number from 1 to 2" in text
    assert "\nRight.\n" in text


def test_back_notebook_hint_and_leaving() -> None:
    text = played("00-first-look", "\n\n2\n\ne\nh\nb\nq\n")
    assert "Eve's notebook:\n- address" in text
    assert "There is no hint here." in text
    assert text.count("Recording: In the clear") == 2
    assert "Your place is kept: 3 of 23." in text


def test_base64_is_undone_where_there_is_some() -> None:
    text = played("10-base64-is-not-encryption", "\n" * 7 + "d\n\n2\n\nd\n")
    assert "Nothing in base64 here.\n" in text
    undone = "- response: ␀alice@example.org␀correct-horse\n- user name: alice@example.org\n"
    assert f"{undone}- password: correct-horse\n" in text


def test_the_words_of_a_step_are_explained_and_none_before_it_is_seen() -> None:
    text = played("00-first-look", "\n\n2\n\n" + "i\n")
    assert "- tag: pairs reply and command\n" in text
    waiting = played("00-first-look", "\n\ni\n")
    assert "Nothing to explain here." in waiting
    assert "- result:" not in waiting


def test_question_mark_says_what_can_be_typed() -> None:
    opening = played("00-first-look", "?\n").replace("\n", " ")
    assert "Type ? at any time" in opening
    assert "Enter goes on, b goes back, e is Eve's notebook, i explains the words" in opening
    asked = played("00-first-look", "\n\n?\n").replace("\n", " ")
    help_at = asked.rindex("Type a number from 1 to 2, or press Enter. Enter twice")
    assert "h is a hint, b goes back" in asked[help_at:]


class Terminal(io.StringIO):
    """Input that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_is_prompted_in_words() -> None:
    out = io.StringIO()
    PlainPlayer(Player(opened("00-first-look")), Terminal("\n\n2\n"), out, lambda: None).run()
    text = out.getvalue()
    assert text.count("Enter goes on: ") >= 2
    assert text.count("Answer: ") == 1
    assert text.index("Type a number from 1 to 2") < text.index("Answer: ")
    assert "Answer: " not in played("00-first-look", "\n\n2\n")


def test_the_end_of_input_is_no_error() -> None:
    assert "Your place is kept: 1 of 23." in played("00-first-look", "")
    assert "Your place is kept: 2 of 23." in played("00-first-look", "\n")


def test_one_goes_on_where_one_has_been() -> None:
    text = played("00-first-look", "", stage=7)
    assert "Going on at 7 of 23." in text
    assert "correct-horse" in text


def test_one_thing_and_many() -> None:
    text = played("00-first-look")
    assert "- In the clear: 13 things (address 2 times, port," in text
    assert "- TLS from the first byte: 7 things" in text
    assert "Right answers: 0 of 7. Not known yet: 7." in text


# the command


def run(
    *arguments: str, typed: str = "", state: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if state:
        environment["WIRETUTOR_STATE"] = str(state)
    return subprocess.run(
        [sys.executable, "-m", "tutor", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )


def test_learn_without_a_terminal_is_plain(tmp_path: Path) -> None:
    done = run("learn", "0", "--lang", "pt-PT", typed=ENTER, state=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Lição: Primeiro olhar" in done.stdout
    assert "senha legível" in done.stdout
    follower = cards("pt-BR")[1]
    words = f"A seguir: {follower.number} {follower.title} ({follower.minutes} min)\n"
    assert done.stdout.endswith(words)
    assert Progress.load(tmp_path).of("first-look").state == "in-progress"


def test_learn_keeps_the_place_at_the_end_of_input(tmp_path: Path) -> None:
    assert run("learn", "first-look", "--plain", typed="\n\n", state=tmp_path).returncode == 0
    assert Progress.load(tmp_path).of("first-look").stage == 3
    again = run("learn", "first-look", "--plain", typed="", state=tmp_path)
    assert "Going on at 3 of 23." in again.stdout
    fresh = run("learn", "first-look", "--plain", "--restart", typed="", state=tmp_path)
    assert "Going on" not in fresh.stdout


def test_testing_out_makes_it_known(tmp_path: Path) -> None:
    questions = Player(opened("00-first-look"), test_out=True)
    numbers = []
    questions.dont_know()
    while (question := questions.scene.question) is not None:
        numbers.append(str(question.options.index(question.answer) + 1))
        questions.answer(question.answer.key)
        questions.go_on()
    typed = "3\n" + "\n\n".join(numbers) + "\n\n"
    done = run("learn", "0", "--plain", "--test-out", typed=typed, state=tmp_path)
    assert "You have passed this lesson." in done.stdout
    assert "You were certain, and 3 of 3 were right." in done.stdout
    assert Progress.load(tmp_path).of("first-look").state == "known"
    assert "known" in run("learn", "--plain", state=tmp_path).stdout


def test_learn_lists_the_lessons(tmp_path: Path) -> None:
    done = run("learn", "--plain", state=tmp_path)
    assert done.stdout.count("Lesson ") == len(SHIPPED)
    title = "Lesson 9: Your password, in the clear (plaintext-login)"
    minutes = next(card.minutes for card in cards() if card.id == "plaintext-login")
    assert f"{title}, {minutes} minutes, new" in done.stdout


def test_a_lesson_that_there_is_not_is_wrong_usage() -> None:
    done = run("learn", "first-lock", "--plain")
    assert done.returncode == 2
    assert "there is no lesson 'first-lock'; did you mean 'first-look'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_lesson_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text("format: 1\n")
    done = run("learn", str(tmp_path), "--plain")
    assert done.returncode == 1
    assert "lesson.yaml:1:1: missing key 'id'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("which", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_keeps_the_place(tmp_path: Path, which: signal.Signals, code: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "tutor", "learn", "0", "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "WIRETUTOR_STATE": str(tmp_path)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write("\n")
    child.stdin.flush()
    for line in child.stdout:
        if line.startswith("New: address"):
            break
    child.send_signal(which)
    out, err = child.communicate(timeout=30)
    assert child.returncode == code
    assert "Your place is kept: 2 of 23." in out
    assert err == ""
    assert Progress.load(tmp_path).of("first-look").stage == 2


# the author's tools


def test_lesson_check_says_what_it_proved() -> None:
    done = run("lesson", "check")
    assert done.returncode == 0, done.stdout
    assert done.stdout == f"{len(SHIPPED)} lessons, 2 languages: all claims hold\n"


def test_lesson_check_leaves_with_1_and_the_places(tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text("format: 1\ntitel: x\n")
    done = run("lesson", "check", str(tmp_path))
    assert done.returncode == 1
    assert f"{tmp_path}/lesson.yaml:2:1: unknown key 'titel'; did you mean 'title'?" in done.stdout
    assert "1 lesson, 2 languages: " in done.stderr


def test_the_schema_accepts_the_shipped_lessons() -> None:
    import json

    import jsonschema
    import yaml

    schema = json.loads(run("lesson", "schema").stdout)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for directory in SHIPPED:
        data = yaml.safe_load((directory / "lesson.yaml").read_text("utf-8"))
        assert [error.message for error in validator.iter_errors(data)] == []
        assert not validator.is_valid({**data, "titel": "x"})


def test_each_change_of_the_recording_is_said() -> None:
    said = [line for line in played("07-one-mailbox").splitlines() if line.startswith("Recording:")]
    assert set(said) == {"Recording: Laptop", "Recording: Phone"}
    assert all(one != other for one, other in itertools.pairwise(said))
    assert len(said) > 4
