"""Each ``do`` of a shipped lesson: its solution is right, and what leaves a line out is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lesson.shelf import SHIPPED
from tutor.capture.by_hand import ByHand, in_message
from tutor.lesson.doing import Grade, Task, grade
from tutor.lesson.load import load_lesson
from tutor.lesson.model import DoQuiz

ITEMS = [
    pytest.param(item, id=f"{path.name}.{item.id}")
    for path in SHIPPED
    for item in load_lesson(path)[0].quiz
    if isinstance(item, DoQuiz)
]


def task_of(item: DoQuiz) -> Task:
    return Task(item.protocol, item.wants, item.tls, item.without, item.contains, item.show)


def typed(hand: ByHand, task: Task, lines: tuple[str, ...]) -> Grade:
    """Each line on a connection of its own, waited for."""
    hand.connect()
    hand.settle()
    for line in lines:
        before = hand.said()
        hand.send(line)
        hand.settle(before)
    return grade(hand.session, task)


def shortened(task: Task) -> Iterator[tuple[str, ...]]:
    """The solution without one of the lines that are wanted."""
    for verb in task.commands():
        number = next(n for n, line in enumerate(task.show) if f" {verb} " in f" {line.upper()} ")
        yield task.show[:number] + task.show[number + 1 :]


@pytest.mark.parametrize("item", ITEMS)
def test_the_solution_is_right_and_without_any_wanted_line_it_is_not(item: DoQuiz) -> None:
    task = task_of(item)
    with ByHand(item.protocol) as hand:
        hand.wait()
        hand.settle()
        for lines in shortened(task):
            found = typed(hand, task, lines)
            assert not found.right, lines
            if hand.session is not None and in_message(hand.session):
                hand.send(".")
        found = typed(hand, task, task.show)
        assert found.right, [item.line() for item in found.items]


def test_there_are_some() -> None:
    assert {param.values[0].protocol for param in ITEMS} == {"imap", "pop3", "smtp"}  # type: ignore[union-attr]
