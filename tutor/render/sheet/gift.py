r"""A sheet as Moodle's GIFT, to be imported into a question bank.

GIFT (docs.moodle.org, "GIFT format"): ``::title::text {answers}``, a blank line between questions.
``~ = # { } :`` and the backslash are escaped with a backslash, a line break is ``\n``. Texts are
marked ``[plain]``: what was captured is never read as HTML.

An order becomes a matching question (item -> place); what Eve knows one with several right answers,
whose weights make 100 percent; what is done by hand an essay.
"""

from __future__ import annotations

import re

from tutor.lesson.question import Question
from tutor.render.sheet import said
from tutor.render.sheet.model import Sheet, Task, right_numbers

_ESCAPED = re.compile(r"([\\~=#{}:])")
_WEIGHT = re.compile(r"%-?[0-9]")
_SHARES = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667"}
"""A share of 100 percent as Moodle writes it; no other numbers are taken."""


def gift(sheet: Sheet) -> str:
    """All questions, their answers among them."""
    rows = [f"// {_comment(sheet.title)} ({_comment(said.seed_line(sheet.seed))})", ""]
    for number, task in enumerate(sheet.tasks, 1):
        title = f"{sheet.title} {number}"
        rows += [
            f"::{_escaped(title)}::[plain]{_escaped(_asked(task))} {{",
            *_answers(task.question),
        ]
        rows += ["}", ""]
    return "\n".join(rows)


def _asked(task: Task) -> str:
    """Source, conversation and question as one text."""
    ask = task.question.ask.replace("**", "").strip()
    blank = (task.blank + "______",) if task.blank else ()
    return "\n".join(filter(None, (task.source, *task.before, *blank, ask)))


def _answers(question: Question) -> list[str]:
    match question.kind:
        case "order":
            texts = [question.options[n].text for n in right_numbers(question)]
            return [f"={_paired(text)} -> {place}" for place, text in enumerate(texts, 1)]
        case "sort":
            return _several(question)
        case "decode" | "type":
            words = dict.fromkeys((question.answer.text, *question.accept))
            return [f"={_typed(word)}" for word in words]
        case "do":
            return []
        case _:
            return [
                f"{'=' if option.key == question.answer.key else '~'}{_answer(option.text)}"
                + _feedback(question.reasons.get(option.key, ""))
                for option in question.options
            ]


def _several(question: Question) -> list[str]:
    """What Eve knows gives points, what she does not know takes as many."""
    right = set(right_numbers(question))
    count = len(question.options)
    gain = _SHARES[len(right)] if right else "100"
    loss = _SHARES[count - len(right)] if len(right) < count else "100"
    rows = [
        f"~%{gain if n in right else f'-{loss}'}%{_answer(option.text)}"
        + _feedback(question.reasons.get(option.key, ""))
        for n, option in enumerate(question.options)
    ]
    return rows if right else [*rows, f"~%100%{_answer(said.answer(question)[0])}"]


def _feedback(reason: str) -> str:
    return f"#{_escaped(reason.replace('**', ''))}" if reason else ""


def _answer(text: str) -> str:
    """An answer's text; a percentage at its beginning would be read as its weight."""
    escaped = _escaped(text.replace("**", ""))
    return f"[plain]{escaped}" if _WEIGHT.match(text) else escaped


def _typed(text: str) -> str:
    """A short answer: a star would stand for anything (Moodle, "Short-Answer question type")."""
    return _escaped(text.replace("\\", "\\\\").replace("*", "\\*").replace("->", "- >"))


def _paired(text: str) -> str:
    """An item of a matching question: the arrow is GIFT's own."""
    return _answer(text.replace("->", "→"))


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text.replace("\r", "")).replace("\n", "\\n")


def _comment(text: str) -> str:
    return " ".join(text.split())
