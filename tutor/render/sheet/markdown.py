"""A sheet as Markdown, to be printed or edited; captured text keeps its exact signs."""

from __future__ import annotations

import re

from tutor.render.sheet import said
from tutor.render.sheet.model import Sheet, Task, letter
from tutor.render.sheet.paper import paper

_BLANK = "_" * 60
_MARKS = re.compile(r"([\\`_\[\]<>#|~&])")
_STAR = re.compile(r"(?<!\*)\*(?!\*)")
_LINE_START = re.compile(r"^(\d*)([-+=.)])(?=\s|$)")


def markdown(sheet: Sheet) -> str:
    """The sheet for the class."""
    sheet = paper(sheet)
    rows = [f"# {_text(sheet.title)}", ""]
    rows += [f"{said.name_line()} {_rule(30)} {said.date_line()} {_rule(12)}", ""]
    for number, task in enumerate(sheet.tasks, 1):
        rows += [f"## {said.task_title(number)}", "", *_task(task), ""]
    rows += [" ".join(said.foot(sheet)), ""]
    return "\n".join(rows)


def markdown_key(sheet: Sheet) -> str:
    """The answers, with their reasons."""
    rows = [f"# {_text(said.key_title(sheet.title))}", "", said.seed_line(sheet.seed), ""]
    for number, task in enumerate(sheet.tasks, 1):
        rows += [f"## {said.task_title(number)}", "", _text(task.question.ask), ""]
        line = task.question.answer.line or task.question.kind == "point"
        rows += [
            f"- **{_code(row) if line else _text(row)}**" for row in said.answer(task.question)
        ]
        rows += [""] + [
            f"- {f'{mark}) ' if mark else ''}{_text(reason)}"
            for mark, reason in said.reasons(task.question)
        ]
        rows.append("")
    return "\n".join(rows)


def _task(task: Task) -> list[str]:
    rows: list[str] = []
    if task.source:
        rows += [_text(task.source), ""]
    if task.before or task.blank:
        lines = [*task.before, *([task.blank + _BLANK] if task.blank else [])]
        fence = _fence(lines)
        rows += [f"{fence}text", *lines, fence, ""]
    question = task.question
    rows += [*(f"{_text(line)}" for line in question.ask.splitlines()), "", said.how(question), ""]
    for number, option in enumerate(question.options):
        box = _rule(4) if question.kind == "order" else "☐"
        text = _code(option.text) if option.line else _text(option.text)
        rows.append(f"- {box} {letter(number)}) {text}")
    if not question.options:
        rows += [_rule(60), ""] * (6 if question.kind == "do" else 1)
    return rows


def _rule(width: int) -> str:
    """A line to write on; its signs are escaped, or they would mean emphasis."""
    return "\\_" * width


def _fence(lines: list[str]) -> str:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    return "`" * max(3, longest + 1)


def _code(text: str) -> str:
    """Text as it crossed, between as many backticks as it needs (CommonMark 6.1)."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or text != text.strip() else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _text(text: str) -> str:
    """Our words, with bold kept; whatever else would be a mark is escaped."""
    escaped = _STAR.sub(r"\\*", _MARKS.sub(r"\\\1", " ".join(text.split())))
    return _LINE_START.sub(r"\1\\\2", escaped)
