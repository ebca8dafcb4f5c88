"""Questions that come back: in a review of their own, and where a lesson begins."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from tests.lesson.shelf import copied, opened
from tutor.cli.review import PlainReview
from tutor.lesson.player import Mode, Player
from tutor.lesson.progress import Progress, Record
from tutor.lesson.review import (
    ending,
    origin,
    question,
    questions,
    recalled_in,
    review,
    waiting,
    with_recall,
)
from tutor.lesson.spaced import MOST, Answer

DAY = date(2026, 11, 26)
LATER = date(2026, 12, 24)
NAMES = ("first-look.strong", "first-look.left")


def held(folder: Path, *names: str) -> Progress:
    """Progress in which these questions wait for tomorrow."""
    progress = Progress.load(folder)
    progress.answered([Answer(name, "choice", None) for name in names], DAY)
    return progress


def test_a_question_is_found_by_its_name_in_its_language() -> None:
    english, portuguese = question(NAMES[0], "en"), question(NAMES[0], "pt-BR")
    assert english is not None
    assert portuguese is not None
    assert english.id == portuguese.id == NAMES[0]
    assert english.ask != portuguese.ask


def test_what_is_no_more_or_points_at_a_recording_is_not_found() -> None:
    assert question("first-look.never", "en") is None
    assert question("never.strong", "en") is None
    assert question("first-look.point", "en") is None


def test_a_name_from_a_file_is_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in (str(folder), folder.name, "."):
        assert question(f"{name}.strong", "en") is None


def test_a_review_asks_each_question_and_ends() -> None:
    player = review(questions(NAMES, "en"))
    asked = []
    while player.scene.mode is not Mode.END:
        assert player.scene.recalled
        asked.append(player.scene.id)
        player.dont_know()
        player.go_on()
    assert asked == list(NAMES)
    assert [answer.question for answer in player.settled()] == list(NAMES)


def test_a_review_has_at_most_five_and_forgets_what_is_no_more(tmp_path: Path) -> None:
    progress = held(tmp_path, *NAMES, "first-look.never", "elsewhere.strong")
    assert waiting(progress, DAY) == ()
    assert {item.id for item in waiting(progress, LATER)} == set(NAMES)
    assert set(progress.waiting()) == {*NAMES, "elsewhere.strong"}
    assert len(questions(NAMES, "en")) <= MOST


def test_where_a_question_is_from() -> None:
    assert origin("first-look.strong") == "From lesson 0: First look"
    assert origin("elsewhere.strong") == "From an earlier lesson"


def test_the_end_says_when_each_comes_back(tmp_path: Path) -> None:
    progress = held(tmp_path, *NAMES)
    player = review(waiting(progress, LATER))
    right = player.scene.question
    assert right is not None
    player.answer(right.answer.key)
    player.go_on()
    player.dont_know()
    progress.answered(player.settled(), LATER)
    assert ending(progress, player) == (
        "1 of 2 right. 1 question comes back in 1 day. 1 question comes back in 3 days."
    )


def test_the_end_says_what_is_done(tmp_path: Path) -> None:
    progress = held(tmp_path, NAMES[0])
    for _box in range(2):
        day = progress.waiting()[NAMES[0]].due
        progress.answered([Answer(NAMES[0], "choice", True)], day)
    player = review(waiting(progress, LATER))
    assert player.scene.question is not None
    player.answer(player.scene.question.answer.key)
    progress.answered(player.settled(), LATER)
    assert (
        ending(progress, player) == "1 of 1 right. 1 question is done: right three times in a row."
    )


def test_as_linear_text(tmp_path: Path) -> None:
    progress = held(tmp_path, *NAMES)
    player = review(waiting(progress, LATER))
    said = io.StringIO()

    def save() -> None:
        progress.answered(player.settled(), LATER)

    typed = io.StringIO("b\n\n\n\n\n9\n\n\n\n")
    PlainReview(player, typed, said, save, lambda: ending(progress, player)).run()
    text = said.getvalue()
    assert text.startswith("2 questions wait for you.\n")
    assert text.count("From lesson 0: First look") >= 2
    assert text.endswith("0 of 2 right. 2 questions come back in 1 day.\n\n")


def test_leaving_a_review_keeps_what_was_answered(tmp_path: Path) -> None:
    progress = held(tmp_path, *NAMES)
    player = review(waiting(progress, LATER))
    said = io.StringIO()

    def save() -> None:
        progress.answered(player.settled(), LATER)

    PlainReview(player, io.StringIO("1\n\nq\n"), said, save, str).run()
    assert said.getvalue().endswith("What you have answered is kept.\n")
    days = {held.due for held in Progress.load(tmp_path).waiting().values()}
    assert len(days) == 2, "one was answered today, the other still waits"


# where a lesson begins

LESSON = "03-envelope-and-message"


def test_a_lesson_begins_with_what_is_due_in_place_of_its_own() -> None:
    bound = opened(LESSON)
    own = [item.id for item in bound.recall]
    assert len(own) == 2
    later = opened("09-plaintext-login").lesson
    other = next(f"{later.id}.{item.id}" for item in later.quiz if item.type == "choice")
    changed = with_recall(bound, [other])
    assert len(changed.recall) == len(own), "as long as it was"
    assert changed.recall[0].id == other
    assert changed.recall[1].id == own[0]
    assert [item.id for item in with_recall(bound, own[::-1]).recall] == own[::-1]
    assert with_recall(bound, ["first-look.never"]).recall == bound.recall


def test_a_lesson_without_recalls_gets_none_and_asks_none_of_its_own() -> None:
    assert with_recall(opened("00-first-look"), NAMES).recall == ()
    bound = opened(LESSON)
    own = [f"{bound.lesson.id}.{item.id}" for item in bound.lesson.quiz]
    assert with_recall(bound, own).recall == bound.recall


def test_a_lesson_that_was_begun_keeps_the_questions_it_began_with() -> None:
    assert recalled_in(Record(), NAMES) == NAMES
    begun = Record("in-progress", 5, 20, answers={"first-look.left": "name", "login": ""})
    assert recalled_in(begun, NAMES) == ("first-look.left",)


def test_answers_to_recalls_count_for_the_lesson_that_asked_them_first(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    player = Player(opened(LESSON))
    player.go_on()
    assert player.scene.recalled
    player.dont_know()
    progress.note(player, DAY)
    assert list(progress.waiting()) == [player.scene.id]
    assert not player.scene.id.startswith(player.bound.lesson.id)
