"""A question on a slide: what is asked, and after the reveal what is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from tutor.lesson.question import CHOSEN, Option, Question
from tutor.lesson.scene import Verdict
from tutor.render.lines import Seg
from tutor.tui.paint import Row
from tutor.tui.widgets.ways.way import item, text_rows
from tutor.tui.wrap import flow

Block: TypeAlias = Sequence[Row]


def question_blocks(
    question: Question,
    vote: int | None,
    verdict: Verdict | None,
    width: int,
    *,
    apart: bool = False,
    few: bool = False,
) -> list[Block]:
    """The question's blocks.

    Args:
        question: what is asked.
        vote: the option that the class has chosen, from 0.
        verdict: what is right; None before the reveal.
        width: columns.
        apart: with an empty row between answers.
        few: after the reveal only the answers that count.
    """
    asked = flow(question.ask, width, "strong")
    reason = flow(verdict.reason, width) if verdict and verdict.reason else []
    if question.kind not in CHOSEN and verdict is not None:
        return [asked, _solution(question, width), reason]
    answers: list[Row] = []
    for number, option in enumerate(question.options):
        counts = verdict is None or option.key in (verdict.correct.key, verdict.chosen)
        if counts or not few:
            answers += [[]] if apart and answers else []
            answers += _answer(number, option, vote, verdict, width)
    return [asked, answers, reason]


def _solution(question: Question, width: int) -> Block:
    rows: list[Row] = []
    for line in question.solution():
        text = text_rows(Option("", line, line=question.answer.line), width - 3, "strong")
        rows += item([Seg(" ✓ ", "good")], text)
    return rows


def _answer(
    number: int, option: Option, vote: int | None, verdict: Verdict | None, width: int
) -> list[Row]:
    right = verdict is not None and option.key == verdict.correct.key
    chosen = option.key == verdict.chosen if verdict else number == vote
    wrong = ("✗", "bad") if verdict else ("▸", "key")
    glyph, role = ("✓", "good") if right else wrong if chosen else (" ", "")
    faded = verdict is not None and not right
    base = "strong" if right or chosen else "dim" if faded else ""
    lead = f" {glyph} {number + 1}  "
    return item([Seg(lead, role or "key")], text_rows(option, width - len(lead), base))
