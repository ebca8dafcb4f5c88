"""What was not known comes back: after a day, after three, after seven."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tutor.lesson.spaced import Answer, Waiting, after, due

MONDAY = date(2026, 11, 23)


def day(number: int) -> date:
    """So many days after Monday."""
    return MONDAY + timedelta(days=number)


def answer(right: bool | None, kind: str = "choice") -> list[Answer]:
    return [Answer("first-look.strong", kind, right)]


@pytest.mark.parametrize("right", [False, None])
def test_what_was_not_known_comes_back_tomorrow(right: bool | None) -> None:
    waiting = after({}, answer(right), MONDAY)
    assert waiting == {"first-look.strong": Waiting(0, day(1))}
    assert due(waiting, MONDAY) == ()
    assert due(waiting, day(1)) == due(waiting, day(9)) == ("first-look.strong",)


def test_right_three_times_and_it_is_done() -> None:
    waiting = after({}, answer(False), MONDAY)
    days = []
    now = MONDAY
    while waiting:
        now = waiting["first-look.strong"].due
        days.append((now - MONDAY).days)
        waiting = after(waiting, answer(True), now)
    assert days == [1, 1 + 3, 1 + 3 + 7]


@pytest.mark.parametrize("right", [False, None])
def test_wrong_goes_back_to_the_first_box(right: bool | None) -> None:
    waiting = {"first-look.strong": Waiting(2, MONDAY)}
    assert after(waiting, answer(right), MONDAY)["first-look.strong"] == Waiting(0, day(1))


def test_right_before_its_day_changes_nothing() -> None:
    waiting = {"first-look.strong": Waiting(0, day(1))}
    assert after(waiting, answer(True), MONDAY) == waiting


def test_right_at_once_never_waits() -> None:
    assert after({}, answer(True), MONDAY) == {}


@pytest.mark.parametrize(
    ("kind", "comes_back"),
    [("choice", True), ("order", True), ("type", True), ("decode", True), ("point", False),
     ("sort", False), ("do", False), ("confidence", False)],
)  # fmt: skip
def test_only_what_stands_by_itself_comes_back(kind: str, comes_back: bool) -> None:
    assert bool(after({}, answer(False, kind), MONDAY)) is comes_back


def test_the_longest_waiting_comes_first() -> None:
    waiting = {
        "b.one": Waiting(1, day(2)),
        "a.two": Waiting(0, day(3)),
        "c.three": Waiting(2, day(1)),
        "d.later": Waiting(2, day(9)),
    }
    assert due(waiting, day(4)) == ("c.three", "b.one", "a.two")
    before = dict(waiting)
    after(waiting, answer(False), MONDAY)
    assert waiting == before, "what was passed in stays as it was"
