"""The state machine: Enter, going back, jumping, playing by itself."""

from __future__ import annotations

import random

import pytest

from tests.lesson.shelf import NAMES, opened
from tutor.lesson.player import Mode, Player


def mode(player: Player) -> Mode:
    return player.scene.mode


def at_question(name: str = "00-first-look") -> Player:
    player = Player(opened(name))
    while not player.scene.asking:
        player.go_on()
    return player


def test_enter_asks_once_and_then_means_i_do_not_know_yet() -> None:
    player = at_question()
    player.go_on()
    scene = player.scene
    assert scene.sure
    assert scene.verdict is None
    player.go_on()
    verdict = player.scene.verdict
    assert verdict is not None
    assert verdict.right is None
    assert verdict.correct.key == "server"
    assert mode(player) is Mode.VERDICT


def test_enter_answers_with_what_is_chosen() -> None:
    player = at_question()
    player.go_on()
    player.choose("client")
    assert not player.scene.sure
    player.go_on()
    verdict = player.scene.verdict
    assert verdict is not None
    assert (verdict.right, verdict.chosen) == (False, "client")
    assert "web" in verdict.reason


def test_what_is_no_option_changes_nothing() -> None:
    player = at_question()
    before = player.revision
    player.answer("nonsense")
    player.choose("nonsense")
    assert player.revision == before
    assert player.scene.verdict is None


def test_an_answer_is_given_once() -> None:
    player = at_question()
    player.answer("server")
    player.answer("client")
    player.dont_know()
    verdict = player.scene.verdict
    assert verdict is not None
    assert verdict.right is True


def test_back_takes_out_of_sight_what_came_after() -> None:
    player = at_question()
    player.answer("server")
    shown = player.upto("clear")
    player.back()
    assert player.upto("clear") < shown
    player.go_on()
    assert mode(player) is Mode.VERDICT, "an answer is not asked for twice"


def test_back_stops_at_the_beginning() -> None:
    player = Player(opened("00-first-look"))
    player.back()
    assert (player.stage, mode(player)) == (1, Mode.INTRO)


def test_no_jump_goes_further_than_one_has_been() -> None:
    player = at_question()
    reached = player.stage
    player.jump(999)
    assert player.stage == reached
    player.jump(1)
    assert mode(player) is Mode.INTRO
    player.jump(-5)
    assert player.stage == 1


def test_playing_stops_at_a_question_and_at_the_end() -> None:
    player = Player(opened("00-first-look"))
    player.play()
    for _ in range(50):
        player.tick()
    assert player.scene.asking
    assert not player.playing
    assert not player.scene.sure, "a beat is no key press"
    player.play()
    assert not player.playing, "an open question is not played over"
    for _ in range(300):
        if player.scene.asking:
            player.dont_know()
        player.play()
        player.tick()
    assert mode(player) is Mode.END
    assert not player.playing


def test_pause_pauses() -> None:
    player = Player(opened("00-first-look"))
    player.play()
    player.pause()
    player.tick()
    assert player.stage == 1


def test_a_place_that_was_kept_is_where_it_goes_on() -> None:
    player = Player(opened("00-first-look"), stage=5)
    assert player.stage == 5
    player.jump(2)
    assert player.stage == 2
    assert Player(opened("00-first-look"), stage=9999).stage == player.stages
    assert Player(opened("00-first-look"), stage=-1).stage == 1


def test_testing_out_is_the_quiz_alone() -> None:
    player = Player(opened("00-first-look"), test_out=True)
    assert mode(player) is Mode.CONFIDENCE
    assert player.stages == 1 + len(player.bound.lesson.quiz) + 1
    player.go_on()
    player.go_on()
    while mode(player) is not Mode.END:
        question = player.scene.question
        assert question is not None
        player.answer(question.answer.key)
        player.go_on()
    assert player.passed


def test_options_stand_in_the_same_order_each_time() -> None:
    def order() -> list[str]:
        question = at_question().scene.question
        assert question is not None
        return [option.key for option in question.options]

    assert order() == order()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))]
)
def test_any_keys_in_any_order_never_break_it(name: str, seed: int) -> None:
    rng = random.Random(f"{name}{seed}")
    player = Player(opened(name))
    for _ in range(300):
        question = player.scene.question
        key = rng.choice(question.options).key if question and question.options else ""
        moves = (
            player.go_on,
            player.go_on,
            player.go_on,
            player.back,
            player.play,
            player.tick,
            player.pause,
            player.dont_know,
            lambda key=key: player.answer(key),
            lambda key=key: player.choose(key),
            lambda: player.jump(rng.randrange(-3, 60)),
        )
        rng.choice(moves)()
        scene = player.scene
        assert 1 <= scene.stage <= scene.stages
        assert sum(verdict.right is True for verdict in player.answers.values()) <= scene.stages
        for capture, session in player.bound.sessions.items():
            assert 0 <= player.upto(capture) <= len(session)
