"""A round: the score counts the last answer, and what was not known comes again at the end."""

from __future__ import annotations

from tests import manifest
from tests.lesson.practice.test_drawing import drawn
from tutor.lesson.practice import Round
from tutor.lesson.practice.round import Score


def a_round(count: int = 4) -> Round:
    return Round(drawn(manifest.path("imap-first-look.pcapng"), 1, count))


def answer_of(asked: Round) -> str:
    assert asked.current is not None
    question = asked.current.question
    return question.answer.key if question.options else question.answer.text


def test_right_and_wrong_are_counted() -> None:
    asked = a_round()
    assert asked.answer(answer_of(asked)) is True
    asked.go_on()
    drill = asked.current
    assert drill is not None
    wrong = next(o.key for o in drill.question.options if o is not drill.question.answer)
    assert asked.answer(wrong) is False
    assert asked.score() == Score(right=1, wrong=1, unknown=0, again=0, asked=2)


def test_what_is_not_known_comes_again_at_the_end_and_only_once() -> None:
    asked = a_round(2)
    first = asked.current
    assert asked.answer("") is None
    assert asked.place == (1, 3)
    assert asked.go_on() is not first
    asked.answer(answer_of(asked))
    assert asked.go_on() is first
    assert asked.repeated
    assert asked.answer("") is None
    assert asked.go_on() is None
    assert asked.score() == Score(right=1, wrong=0, unknown=1, again=1, asked=2)
    assert asked.place == (3, 3)


def test_known_the_second_time_counts_as_right() -> None:
    asked = a_round(1)
    asked.answer("")
    asked.go_on()
    assert asked.answer(answer_of(asked)) is True
    assert asked.score() == Score(right=1, wrong=0, unknown=0, again=1, asked=1)


def test_an_answer_counts_once_and_must_be_one() -> None:
    asked = a_round()
    before = asked.current
    assert asked.go_on() is before
    assert asked.answer("no such key") is None
    assert not asked.answered
    asked.answer(answer_of(asked))
    assert asked.answer("") is None
    assert asked.score().right == 1


def test_an_empty_round_is_over() -> None:
    assert Round([]).current is None
    assert Round([]).place == (0, 0)
