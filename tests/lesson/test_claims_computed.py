"""Claims whose lines are shown: ``guessed`` and ``certain``, right, wrong, and in the player."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tutor.lesson import claims
from tutor.lesson.bind import Bound
from tutor.lesson.computed import said
from tutor.lesson.fit import misfits
from tutor.lesson.model import Claims, Step
from tutor.lesson.opening import open_lesson
from tutor.words import choose

LESSON = """\
format: 1
id: little
title: Little
level: beginner
minutes: 1
goals: [See]
captures:
  weak: {file: imap-cram-md5-weak.pcapng, session: {protocol: imap, nth: 1}}
  later: {file: imap-starttls-removed-later.pcapng, session: {protocol: imap, nth: 2}}
  legs: {file: imap-starttls-removed-both-legs.pcapng, session: {protocol: imap, nth: 1}}
  alone: {file: imap-starttls-removed.pcapng, session: {protocol: imap}}
  mangled: {file: imap-starttls-mangled.pcapng, session: {protocol: imap}}
steps:
  - id: challenge
    at: {capture: weak, server: continuation}
    say: A challenge.
  - id: answer
    at: {capture: weak, client: sasl}
    say: The answer.
    claims: {guessed: [summer, dragon, winter2024]}
  - {id: later, at: {capture: later, client: LOGIN}, say: Later.}
  - {id: legs, at: {capture: legs, client: LOGIN}, say: Legs.}
  - {id: alone, at: {capture: alone, client: LOGIN}, say: Alone.}
  - {id: mangled, at: {capture: mangled, client: LOGIN}, say: Mangled.}
"""


@pytest.fixture
def bound(tmp_path: Path) -> Iterator[Bound]:
    choose("en")
    (tmp_path / "lesson.yaml").write_text(LESSON, "utf-8")
    yield open_lesson(tmp_path, "en")
    choose()


def _with(bound: Bound, name: str, wanted: Claims) -> Step:
    return bound.lesson.step(name).model_copy(update={"claims": wanted})


def test_a_word_that_fits_is_claimed_and_shown(bound: Bound) -> None:
    step = bound.lesson.step("answer")
    assert list(claims.judge(bound, step)) == []
    shown = "The answer.\nTried: summer, dragon, winter2024. It fits: **winter2024**."
    assert said(bound, step) == shown


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("answer", ("summer",), "exactly one must explain the answer: none"),
        (
            "answer",
            ("winter2024", "winter2024"),
            "exactly one must explain the answer: winter2024, winter2024",
        ),
        (
            "challenge",
            ("winter2024",),
            "no answer to a challenge of CRAM-MD5 or APOP ends in this step",
        ),
    ],
)
def test_words_that_do_not_explain_are_a_fault(
    bound: Bound, name: str, words: tuple[str, ...], why: str
) -> None:
    step = _with(bound, name, Claims(guessed=words))
    assert list(claims.judge(bound, step)) == [(("guessed",), why)]


CARRIED = {
    ("later", "starttls-removed"): "inferred",
    ("legs", "starttls-removed"): "observed",
    ("alone", "starttls-removed"): "cannot-tell",
    ("mangled", "starttls-mangled"): "inferred",
    ("alone", "plaintext-credential"): "observed",
}


@pytest.mark.parametrize(("name", "rule"), CARRIED)
@pytest.mark.parametrize("claimed", ["observed", "inferred", "cannot-tell"])
def test_a_verdict_is_as_sure_as_the_file_makes_it(
    bound: Bound, name: str, rule: str, claimed: str
) -> None:
    real = CARRIED[name, rule]
    step = _with(bound, name, Claims.model_validate({"certain": {rule: claimed}}))
    wrong = [(("certain", rule), f"claimed {claimed}, the capture says {real}")]
    assert list(claims.judge(bound, step)) == ([] if claimed == real else wrong)
    assert said(bound, step).endswith(f": **{real.replace('-', ' ')}**.")


def test_a_rule_that_there_is_not_is_a_fault(bound: Bound) -> None:
    step = _with(bound, "alone", Claims(certain={"starttls-remove": "observed"}))
    ((way, why),) = claims.judge(bound, step)
    assert way == ("certain", "starttls-remove")
    assert "is no rule" in why
    assert "starttls-removed" in why


def test_verdicts_of_other_sessions_do_not_count(bound: Bound) -> None:
    step = _with(bound, "legs", Claims(certain={"starttls-removed": "observed"}))
    assert list(claims.judge(replace(bound, verdicts={}), step)) != []


def test_the_lines_that_are_added_need_room(bound: Bound) -> None:
    full = bound.lesson.step("answer").model_copy(update={"say": "\n".join("123456")})
    lesson = bound.lesson.model_copy(update={"steps": (full,)})
    assert [key for key, _why in misfits(lesson)] == ["steps.answer.say"]
