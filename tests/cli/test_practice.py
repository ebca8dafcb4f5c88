"""``wiretutor practice`` as linear text: asked in its context, answered in words, scored."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import manifest
from tests.sources import wire
from tutor import words
from tutor.base import UsageError
from tutor.cli import main
from tutor.cli.plain_practice import PlainPractice
from tutor.cli.practice import drawn
from tutor.lesson.practice import Exercise

NAME = "smtp-submission-plain.pcapng"


def exercises(seed: int = 7, count: int = 8, *, masked: bool = True) -> list[Exercise]:
    return drawn((manifest.path(NAME),), (), {}, seed, count, masked=masked)


def right(exercise: Exercise) -> str:
    question = exercise.drill.question
    keys = [option.key for option in question.options]
    if not keys:
        return question.answer.text
    return " ".join(str(keys.index(key) + 1) for key in question.answer.key.split(","))


def said(lines: list[str], found: list[Exercise], *, masked: bool = True) -> str:
    target = io.StringIO()
    source = io.StringIO("".join(f"{line}\n" for line in lines))
    PlainPractice(found, 7, source, target, masked=masked).run()
    return target.getvalue()


def run(*args: str, text: str = "") -> str:
    result = CliRunner().invoke(main, ["practice", "--plain", *args], input=text)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_all_right() -> None:
    found = exercises()
    text = said([right(each) for each in found], found)
    assert text.count("Right.") == 8
    assert "8 of 8 right." in text
    assert text.count("Seed 7: --seed 7 asks the same again.") == 2


def test_nothing_of_the_answer_stands_before_it() -> None:
    for exercise in exercises(count=30):
        if exercise.drill.sort != "predict":
            continue
        before = said([], [exercise])
        step = exercise.drill.proof.index + 1
        assert f"Step {step - 1}." in before
        assert f"Step {step}." not in before
        assert f"Step {step}." in said([right(exercise)], [exercise])


def test_wrong_answers_are_told_why() -> None:
    found = exercises(count=1)
    keys = [option.key for option in found[0].drill.question.options]
    wrong = next(n for n, key in enumerate(keys, 1) if not found[0].drill.question.right(key))
    text = said([str(wrong)], found)
    assert "Not so." in text
    assert found[0].drill.question.reasons[keys[wrong - 1]].split(".")[0] in text.replace("\n", " ")
    assert "0 of 1 right." in text


def test_what_is_not_known_comes_again() -> None:
    found = exercises(count=2)
    text = said(["h", "", "", right(found[1]), right(found[0])], found)
    assert "No answer yet." in text
    assert "Question 3 of 3. It comes again." in text
    assert "2 of 2 right." in text
    assert "0 of 1 right. Not known yet: 1 question." in said(["", ""], found)


def test_the_input_may_end_or_be_left() -> None:
    found = exercises(count=3)
    assert "0 of 0 right." in said([], found)
    assert "1 of 1 right." in said([right(found[0]), "q"], found)


def test_what_is_no_answer_is_said() -> None:
    assert "no number from 1 to" in said(["99"], exercises(count=1))


def test_the_same_seed_asks_the_same_and_is_shown() -> None:
    path = manifest.path(NAME)
    assert run(path, "--seed", "5") == run(path, "--seed", "5")
    assert "Seed 5:" in run(path, "--seed", "5")
    assert "4 questions." in run(path, "--count", "4")


def test_secrets_are_masked_unless_revealed() -> None:
    path = manifest.path(NAME)
    masked = run(path, "--seed", "1", "--count", "40", text="\n" * 100)
    shown = run(path, "--seed", "1", "--count", "40", "--reveal", text="\n" * 100)
    assert "hidden" in masked
    assert "AGFsaWNlQGV4YW1wbGUub3JnAGNvcnJlY3QtaG9yc2U=" not in masked
    assert "AGFsaWNlQGV4YW1wbGUub3JnAGNvcnJlY3QtaG9yc2U=" in shown


def test_several_files_are_named_and_asked_in_turn() -> None:
    paths = [manifest.path(NAME), manifest.path("pop3-user-pass.pcapng")]
    text = run(*paths, "--seed", "2", "--count", "4", text="\n" * 20)
    assert "smtp-submission-plain.pcapng, Session 1: SMTP" in text
    assert "pop3-user-pass.pcapng, Session 1: POP3" in text


def test_keys_open_what_is_inside_tls(tmp_path: Path) -> None:
    alone = tmp_path / "tls.pcapng"
    alone.write_bytes(Path(manifest.path("imap-first-look-tls12.pcapng")).read_bytes())
    keys = Path(manifest.path("imap-first-look-tls12.pcapng")).with_suffix(".keys")
    shut = run(str(alone), "--seed", "1", text="\n" * 60)
    opened = run(str(alone), "--seed", "1", "--keys", str(keys), text="\n" * 60)
    assert "LOGIN" not in shut
    assert "What protects this session?" in shut
    assert "LOGIN" in opened


def test_nothing_to_ask_is_a_sentence() -> None:
    assert "nothing can be asked about it" in run(manifest.path("connect-refused.pcapng"))


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "no.pcap"
    file.write_bytes(b"no capture at all, only text")
    assert CliRunner().invoke(main, ["practice", "--plain", str(file)]).exit_code != 0
    with pytest.raises(UsageError):
        run("-")


def test_in_portuguese() -> None:
    words.choose("pt-BR")
    try:
        text = said(["", ""], exercises())
    finally:
        words.choose("en")
    assert "Pergunta 1 de 8" in text
    assert "Semente 7" in text


@pytest.mark.slow
def test_a_long_session_takes_bounded_time_and_still_varies(tmp_path: Path) -> None:
    talk = [("s", b"+OK ready\r\n"), ("c", b"USER bob\r\n"), ("s", b"+OK\r\n")]
    talk += [("c", b"NOOP\r\n"), ("s", b"+OK\r\n")] * 6000
    frames = wire.conversation(("192.0.2.11", 50002), ("198.51.100.25", 110), talk)
    file = tmp_path / "long.pcap"
    file.write_bytes(wire.pcap(frames))
    began = time.monotonic()
    text = run(str(file), "--seed", "1", text="\n" * 40)
    assert time.monotonic() - began < 20
    assert "How does the server greet?" in text
    assert "the server's answer to USER?" in text
    assert "the server's answer to NOOP?" in text


def test_question_mark_says_what_can_be_typed() -> None:
    text = run(manifest.path(NAME), "--seed", "2", "--count", "1", text="?\n\n\n")
    assert "is no number" not in text
    assert text.count("h is a hint, q leaves, ? says all this.") == 2


def test_nothing_but_words_is_said() -> None:
    paths = [manifest.path("imap-first-look-starttls.pcapng"), manifest.path(NAME)]
    text = run(*paths, "--seed", "4", "--count", "30", text="\n" * 200)
    assert {char for char in text if not (char.isascii() or char.isalpha())} <= set("␀")
