"""A sheet for paper, on which all questions lie side by side: none gives another one away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tutor.render.sheet.model import Sheet, Task
from tutor.words import _


def paper(sheet: Sheet) -> Sheet:
    """The same, but where a question asks for a line, the others say so in its place.

    In Moodle each question stands alone: ``gift`` takes the sheet as it is.
    """
    asked: dict[str, int] = {}
    for number, task in enumerate(sheet.tasks, 1):
        if task.hides:
            asked.setdefault(task.hides, number)
    return replace(sheet, tasks=tuple(_covered(task, asked) for task in sheet.tasks))


def _covered(task: Task, asked: Mapping[str, int]) -> Task:
    if not any(event in asked for event in task.events):
        return task
    before: list[str] = []
    last = ""
    # what stands before the lines of events: the dots of what is left out
    first = len(task.before) - len(task.events)
    for line, event in zip(task.before[first:], task.events, strict=True):
        number = asked.get(event)
        if number is None:
            before.append(line)
        elif event != last:
            words = _("(question {n} asks for this line)").format(n=number)
            before.append(f"{line[:1]}  {words}")
        last = event
    return replace(task, before=(*task.before[:first], *before), events=())
