"""How sure one is before the quiz, and what was not known is asked once more after it."""

from __future__ import annotations

import pytest

from tests.lesson.shelf import opened
from tutor import words
from tutor.lesson import confidence
from tutor.lesson.player import EndCard, Mode, Player
from tutor.lesson.record import Record, record_of

LESSON = "00-first-look"
QUIZ = ("strong", "point", "left")


def at_quiz(*, sure: str | None = "certain") -> Player:
    """A player before the first question of the quiz; all predictions right."""
    player = Player(opened(LESSON))
    while player.scene.mode is not Mode.CONFIDENCE:
        question = player.scene.question
        if player.scene.asking and question is not None:
            player.answer(question.answer.key)
        player.go_on()
    if sure is None:
        player.dont_know()
    else:
        player.answer(sure)
    return player


def reply(player: Player, *, right: bool | None) -> None:
    """Answer the open question, and read the verdict."""
    question = player.scene.question
    assert question is not None
    if right is None:
        player.dont_know()
    else:
        keys = [option.key for option in question.options if question.right(option.key) is right]
        player.answer(keys[0])
    player.go_on()


# how sure


def test_it_is_asked_once_before_the_quiz_and_moves_on_at_once() -> None:
    player = at_quiz(sure="fairly")
    assert (player.scene.mode, player.scene.id) == (Mode.QUIZ, QUIZ[0])
    player.back()
    assert player.scene.mode is Mode.CONFIDENCE
    assert player.scene.chosen == "fairly"
    player.go_on()
    assert player.scene.id == QUIZ[0]
    assert player.end_card().confidence == "fairly"


def test_it_can_be_passed_over_with_enter_twice() -> None:
    player = at_quiz(sure=None)
    player.back()
    player.go_on()
    assert player.scene.sure
    player.go_on()
    assert player.scene.id == QUIZ[0]
    for _question in QUIZ:
        reply(player, right=True)
    assert player.scene.mode is Mode.END
    assert confidence.said(player.end_card()) == ()


def test_it_is_never_counted() -> None:
    sure, silent = at_quiz(sure="guess"), at_quiz(sure=None)
    assert sure.end_card().asked == silent.end_card().asked == 7
    assert confidence.NAME not in sure.answers
    assert sure.settled() == silent.settled() == ()


def test_one_question_is_no_quiz_to_be_sure_of() -> None:
    bound = opened(LESSON)
    short = bound.lesson.model_copy(update={"quiz": bound.lesson.quiz[:1]})
    from dataclasses import replace

    player = Player(replace(bound, lesson=short), stage=99)
    assert all(name != confidence.NAME for _stage, name in player.reached())
    assert any(name == confidence.NAME for _stage, name in Player(bound, stage=99).reached())


@pytest.mark.parametrize(
    ("level", "right", "said"),
    [
        ("guess", 3, "You expected to guess, and 3 of 4 were right."),
        ("fairly", 0, "You were fairly sure, and 0 of 4 were right."),
        ("certain", 1, "You were certain, and 1 of 4 was right."),
    ],
)
def test_it_is_said_against_the_score(level: str, right: int, said: str) -> None:
    card = EndCard((), 9, 9, 0, passed=True, confidence=level, quiz_right=right, quiz_asked=4)
    assert confidence.said(card) == (said,)
    words.choose("pt-BR")
    try:
        assert f"{right} de 4" in confidence.said(card)[0]
    finally:
        words.choose("en")


# once more


def test_what_was_wrong_or_not_known_is_asked_once_more_behind_the_others() -> None:
    player = at_quiz()
    stages = player.stages
    reply(player, right=False)
    reply(player, right=True)
    reply(player, right=None)
    assert player.stages == stages + 2
    scene = player.scene
    assert (scene.mode, scene.again, scene.verdict) == (Mode.QUIZ, True, None)
    assert scene.question is not None
    assert scene.question.id == QUIZ[0]
    reply(player, right=True)
    assert player.scene.question is not None
    assert player.scene.question.id == QUIZ[2]
    reply(player, right=False)
    assert player.scene.mode is Mode.END, "no more than once"
    card = player.end_card()
    assert (card.quiz_right, card.quiz_asked, card.unknown) == (1, 3, 1)
    assert (card.again_right, card.again_asked) == (1, 2)
    assert (card.right, card.asked) == (5, 7), "the first answers count"
    assert not card.passed
    assert confidence.said(card) == (
        "You were certain, and 1 of 3 was right.",
        "2 questions were asked once more. Known now: 1.",
    )


def test_predictions_and_earlier_lessons_are_not_repeated() -> None:
    player = Player(opened("09-plaintext-login"))
    while player.scene.mode is not Mode.CONFIDENCE:
        player.dont_know() if player.scene.asking else player.go_on()
    assert player.stages == Player(opened("09-plaintext-login")).stages


def test_who_tests_out_and_a_class_are_asked_once() -> None:
    for player in (
        Player(opened(LESSON), test_out=True),
        Player(opened(LESSON), again=False),
    ):
        stages = player.stages
        while player.scene.mode is not Mode.END:
            player.dont_know() if player.scene.asking else player.go_on()
        assert player.stages == stages
        assert player.end_card().again_asked == 0


def test_what_was_not_known_is_told_to_the_progress_each_time() -> None:
    player = at_quiz()
    reply(player, right=None)
    reply(player, right=True)
    reply(player, right=True)
    reply(player, right=True)
    told = [(answer.question, answer.right) for answer in player.settled()]
    names = [f"first-look.{name}" for name in (*QUIZ, QUIZ[0])]
    assert told == list(zip(names, (None, True, True, True), strict=True))


def test_one_goes_on_in_the_middle_of_it() -> None:
    player = at_quiz()
    reply(player, right=False)
    reply(player, right=None)
    reply(player, right=True)
    reply(player, right=True)
    kept = record_of(player, Record())
    later = Player(opened(LESSON, "pt-BR"), stage=kept.stage, answers=kept.answers)
    assert (later.stage, later.stages) == (player.stage, player.stages)
    assert later.scene.again
    assert later.scene.question is not None
    assert later.scene.question.id == QUIZ[1]
    assert later.end_card().confidence == "certain"
    assert later.end_card().again_right == 1
    reply(later, right=True)
    assert later.scene.mode is Mode.END
    assert later.end_card().again_right == 2


def test_an_answer_of_another_day_that_is_none_any_more_is_not_taken() -> None:
    old = {"strong": "gone", "point": "", confidence.NAME: "very"}
    player = Player(opened(LESSON), stage=99, answers=old)
    assert "strong" not in player.answers
    assert player.answers["point"].right is None
    assert player.end_card().confidence == ""
    assert player.end_card().again_asked == 1
