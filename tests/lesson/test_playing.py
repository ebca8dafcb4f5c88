"""Each shipped lesson, played from start to end in every way, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.lesson.answering import right, wrong
from tests.lesson.shelf import NAMES, opened
from tutor.findings import eve_facts
from tutor.lesson.article import TRIAL
from tutor.lesson.course import cards
from tutor.lesson.player import Mode, Player
from tutor.lesson.question import Question
from tutor.words import LANGUAGES, Language

MOST_MOVES = 400

every_lesson = pytest.mark.parametrize("name", NAMES)
every_language = pytest.mark.parametrize("tag", LANGUAGES)


def play(player: Player, answer: Callable[[Question], str] | None) -> list[Mode]:
    """Play to the end; None answers nothing and only presses Enter."""
    modes = []
    for _ in range(MOST_MOVES):
        scene = player.scene
        modes.append(scene.mode)
        if scene.mode is Mode.END:
            return modes
        if scene.asking and answer is not None:
            assert scene.question is not None
            sure = scene.mode is Mode.CONFIDENCE
            player.answer("certain" if sure else answer(scene.question))
        else:
            player.go_on()
    raise AssertionError("the lesson does not end")


@every_lesson
@every_language
def test_enter_alone_reaches_the_end_and_meets_every_question_twice(
    name: str, tag: Language
) -> None:
    player = Player(opened(name, tag))
    modes = play(player, None)
    card = player.end_card()
    assert card.again_asked == card.quiz_asked
    assert modes.count(Mode.CONFIDENCE) == 2
    assert card.unknown == card.asked > 0
    assert card.right == 0
    asked = modes.count(Mode.PREDICT) + modes.count(Mode.QUIZ)
    assert asked == 2 * (card.asked + card.again_asked)


@every_lesson
@every_language
def test_right_answers_pass(name: str, tag: Language) -> None:
    player = Player(opened(name, tag))
    play(player, right)
    card = player.end_card()
    assert (card.right, card.unknown, card.passed) == (card.asked, 0, True)


@every_lesson
@every_language
def test_each_wrong_answer_is_told_why_and_does_not_pass(name: str, tag: Language) -> None:
    player = Player(opened(name, tag))
    play(player, wrong)
    card = player.end_card()
    assert (card.right, card.unknown, card.passed) == (0, 0, False)
    for verdict in player.answers.values():
        assert verdict.right is False
        assert verdict.reason or verdict.correct.text


@every_lesson
def test_nothing_after_the_current_step_is_ever_visible(name: str) -> None:
    bound = opened(name)
    player = Player(bound)
    seen = dict.fromkeys(bound.sessions, 0)
    for _ in range(MOST_MOVES):
        scene = player.scene
        for key in bound.sessions:
            assert player.upto(key) >= seen[key] or scene.mode is Mode.END
            seen[key] = player.upto(key)
        if scene.mode in (Mode.COMPARE, Mode.END):
            return
        if scene.mode in (Mode.STEP, Mode.VERDICT):
            assert scene.index is not None
            assert scene.index < scene.upto
            assert scene.upto == seen[scene.capture]
        if scene.mode is Mode.PREDICT:
            step = bound.lesson.step(scene.id)
            assert scene.index is None
            assert (scene.look, scene.cite, scene.say) == ((), (), "")
            assert scene.upto <= bound.at[step.id] or scene.upto == bound.at[step.id] + 1
        if scene.capture:
            upto = player.upto(scene.capture)
            assert player.eve(scene.capture) == eve_facts(bound.sessions[scene.capture], upto)
        player.go_on()


@every_lesson
def test_an_automatic_prediction_hides_its_answer_and_explains_each_wrong_one(name: str) -> None:
    bound = opened(name)
    player = Player(bound)
    for _ in range(MOST_MOVES):
        scene = player.scene
        if scene.mode is Mode.END:
            break
        step = next((s for s in bound.lesson.steps if s.id == scene.id), None)
        if scene.mode is Mode.PREDICT and step and step.predict and step.predict.options == "auto":
            assert scene.question is not None
            assert scene.upto <= bound.at[step.id], "the answer is visible already"
            texts = [option.text for option in scene.question.options]
            assert len(texts) == len(set(texts)) >= 3
            for option in scene.question.options:
                assert scene.question.reasons[option.key]
        player.go_on()


@every_lesson
def test_a_lesson_is_a_whole_one(name: str) -> None:
    lesson = opened(name).lesson
    card = next(card for card in cards("en") if card.id == lesson.id)
    assert name == f"{card.number:02}-{lesson.id}"
    assert card.predictions >= 3
    assert card.questions >= 3
    # eighteen votes take their time
    assert 5 <= lesson.minutes <= (15 if lesson.id == TRIAL else 12)
    assert lesson.principle


@every_lesson
def test_each_language_has_all_texts(name: str) -> None:
    bound = opened(name, "pt-BR")
    assert bound.untranslated == ()
    assert bound.lesson.title != opened(name).lesson.title
    titles = {card.id: card.title for card in cards("pt-BR")}
    assert titles[bound.lesson.id] == bound.lesson.title


@every_lesson
def test_from_lesson_2_on_two_questions_come_from_earlier_lessons(name: str) -> None:
    bound = opened(name, "pt-BR")
    number = int(name.partition("-")[0])
    assert len(bound.recall) == (2 if number >= 2 else 0)
    player = Player(bound)
    for item in bound.recall:
        player.dont_know()
        player.go_on()
        scene = player.scene
        assert (scene.mode, scene.id, scene.recalled) == (Mode.QUIZ, item.id, True)
        assert scene.question is not None
        assert scene.question.ask != opened(name).recall[bound.recall.index(item)].ask


def test_the_first_look_shows_the_password_and_then_nothing() -> None:
    bound = opened("00-first-look")
    player = Player(bound)
    counts = []
    while player.scene.mode is not Mode.END:
        scene = player.scene
        if scene.id == "login" and scene.mode is Mode.STEP:
            assert scene.look == ("user", "password")
        if scene.capture == "clear" and scene.mode is Mode.STEP:
            counts.append(len(player.eve("clear")))
        if scene.id == "hidden-login":
            kinds = {fact.kind for fact in player.eve("tls")}
            assert not kinds & {"username", "password", "message", "subject"}
        player.go_on()
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    books = {book.key: book for book in player.end_card().notebooks}
    for key, session in bound.sessions.items():
        assert books[key].count == len(eve_facts(session))
        assert sum(number for _kind, number in books[key].kinds) == books[key].count
    assert books["clear"].count > books["starttls"].count > books["tls"].count
