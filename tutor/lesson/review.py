"""Questions that come back, asked again: in a short review, or where a lesson begins.

A review is a lesson of nothing but questions, so that the player plays it. At the beginning of a
lesson, questions whose day has come stand in place of those that the lesson recalls by itself: as
many as it has, so that the lesson stays as long as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from tutor.lesson.bind import Bound
from tutor.lesson.course import cards, directories
from tutor.lesson.document import LessonFaults
from tutor.lesson.load import localised
from tutor.lesson.model import Lesson, Quiz
from tutor.lesson.player import Player
from tutor.lesson.progress import Progress, Record
from tutor.lesson.spaced import DAYS, KINDS, MOST
from tutor.words import Language, _, language, ngettext

FIRST = 2
"""The stage of a review's first question: the one before it is the empty beginning."""


def question(name: str, tag: Language) -> Quiz | None:
    """A question by ``lesson.question``, with that as its id; None where there is none any more."""
    lesson_id, _dot, question_id = name.partition(".")
    directory = _shelved(lesson_id)
    if directory is None:
        return None
    try:
        lesson = localised(directory, tag)[0]
    except LessonFaults:
        return None
    for item in lesson.quiz:
        if item.id == question_id and item.type in KINDS:
            return item.model_copy(update={"id": name})
    return None


def _shelved(lesson_id: str) -> Path | None:
    """The folder of a shipped lesson. A name from a progress file is never taken for a path."""
    for path in directories():
        if path.name.partition("-")[2] == lesson_id:
            return path
    return next((card.directory for card in cards("en") if card.id == lesson_id), None)


def questions(names: Iterable[str], tag: Language) -> tuple[Quiz, ...]:
    """Those of the questions that still are."""
    found = (question(name, tag) for name in names)
    return tuple(item for item in found if item is not None)


def review(
    items: tuple[Quiz, ...], stage: int = FIRST, answers: Mapping[str, str] | None = None
) -> Player:
    """A player of these questions and nothing else; where to go on, as for a lesson."""
    title = _("Questions that come back")
    lesson = Lesson.model_construct(
        format=1,
        id="review",
        title=title,
        level="beginner",
        minutes=1,
        goals=(),
        captures={},
        steps=(),
    )
    bound = Bound(lesson, {}, {}, language(), recall=items)
    return Player(bound, stage=stage, answers=answers)


def with_recall(bound: Bound, names: Iterable[str]) -> Bound:
    """The lesson with these questions before its own recalls; as many in all as it had."""
    own = f"{bound.lesson.id}."
    names = [name for name in names if not name.startswith(own)][: len(bound.recall)]
    first = questions(names, bound.language)
    there = {item.id for item in first}
    rest = (item for item in bound.recall if item.id not in there)
    return replace(bound, recall=(*first, *rest)[: len(bound.recall)])


def recalled_in(record: Record, due: tuple[str, ...]) -> tuple[str, ...]:
    """What a lesson recalls: at its beginning what is due, later what it began with."""
    return due if record.stage == 1 else tuple(name for name in record.answers if "." in name)


def begun(
    bound: Bound, progress: Progress, day: date, *, test_out: bool = False, restart: bool = False
) -> Player:
    """A player of a lesson where it was left, with what is due in place of what it recalls."""
    kept = Record() if test_out or restart else progress.of(bound.lesson.id)
    due = progress.due(day, (card.id for card in cards()))
    bound = with_recall(bound, recalled_in(kept, due))
    return Player(bound, test_out=test_out, stage=kept.stage, answers=kept.answers)


def waiting(progress: Progress, day: date) -> tuple[Quiz, ...]:
    """The questions of a review today. Those that no lesson has any more are forgotten."""
    names = progress.due(day, (card.id for card in cards()))
    items = questions(names, language())
    there = {item.id for item in items}
    progress.forget(name for name in names if name not in there)
    return items[:MOST]


def waiting_words(count: int) -> str:
    """How many questions wait, without a full stop: what to do about it may follow."""
    words = ngettext("{n} question waits for you", "{n} questions wait for you", count)
    return words.format(n=count)


def origin(name: str) -> str:
    """Which lesson a question is from, in words."""
    lesson_id = name.partition(".")[0]
    for card in cards():
        if card.id == lesson_id:
            return _("From lesson {number}: {title}").format(number=card.number, title=card.title)
    return _("From an earlier lesson")


def coming_back(progress: Progress, lesson_id: str) -> str:
    """How many questions of a lesson wait for another day, in a sentence; "" for none."""
    count = sum(name.startswith(f"{lesson_id}.") for name in progress.waiting())
    if not count:
        return ""
    words = ngettext(
        "{n} question of this lesson comes back on another day.",
        "{n} questions of this lesson come back on another day.",
        count,
    )
    return words.format(n=count)


def ending(progress: Progress, player: Player) -> str:
    """What a review came to, and when its questions come back."""
    card = player.end_card()
    said = [_("{right} of {asked} right.").format(right=card.right, asked=card.asked)]
    left = progress.waiting()
    done = sum(name not in left for name in player.answers)
    if done:
        gone = ngettext(
            "{n} question is done: right three times in a row.",
            "{n} questions are done: right three times in a row.",
            done,
        )
        said.append(gone.format(n=done))
    boxes = [left[name].box for name in player.answers if name in left]
    for box, days in enumerate(DAYS):
        if count := boxes.count(box):
            back = ngettext(
                "{n} question comes back in {days}.", "{n} questions come back in {days}.", count
            )
            long = ngettext("{n} day", "{n} days", days).format(n=days)
            said.append(back.format(n=count, days=long))
    return " ".join(said)
