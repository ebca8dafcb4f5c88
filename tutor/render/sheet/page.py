"""A sheet as one page of HTML that prints well and loads nothing from anywhere."""

from __future__ import annotations

import re
from html import escape

from tutor.render.sheet import said
from tutor.render.sheet.model import Sheet, Task
from tutor.render.sheet.paper import paper

_STYLE = """
body { font: 12pt/1.45 serif; max-width: 42em; margin: 2em auto; padding: 0 1em; color: #000; }
h1 { font-size: 1.5em; } h2 { font-size: 1.1em; margin: 1.6em 0 .3em; }
pre, code { font: 10.5pt/1.4 monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { border-left: 3px solid #888; margin: .5em 0; padding: .2em .7em; }
ol { list-style: lower-alpha; } li { margin: .25em 0; }
.box { display: inline-block; width: .8em; height: .8em; border: 1px solid #000; }
.rule { display: inline-block; border-bottom: 1px solid #000; height: 1.2em; }
.short { width: 2em; } .name { width: 16em; } .day { width: 7em; }
.long { display: block; width: 100%; height: 1.9em; }
section { break-inside: avoid; } .small { font-size: .85em; }
@page { margin: 18mm; } @media print { body { margin: 0; max-width: none; } }
""".strip()


def page(sheet: Sheet) -> str:
    """The sheet for the class."""
    sheet = paper(sheet)
    name, day = _text(said.name_line()), _text(said.date_line())
    lines = (f'{name} <span class="rule name"></span>', f'{day} <span class="rule day"></span>')
    rows = [f"<p>{' '.join(lines)}</p>"]
    for number, task in enumerate(sheet.tasks, 1):
        rows += ["<section>", f"<h2>{_text(said.task_title(number))}</h2>", *_task(task)]
        rows.append("</section>")
    rows.append(f'<p class="small">{_text(" ".join(said.foot(sheet)))}</p>')
    return _page(sheet.title, sheet.language, rows)


def page_key(sheet: Sheet) -> str:
    """The answers, with their reasons."""
    rows = [f'<p class="small">{_text(said.seed_line(sheet.seed))}</p>']
    for number, task in enumerate(sheet.tasks, 1):
        question = task.question
        rows += ["<section>", f"<h2>{_text(said.task_title(number))}</h2>"]
        rows.append(f"<p>{_text(question.ask)}</p>")
        tag = "code" if question.answer.line or question.kind == "point" else "strong"
        rows += [f"<p><{tag}>{escape(line)}</{tag}></p>" for line in said.answer(question)]
        reasons = said.reasons(question)
        if reasons:
            items = "".join(
                f"<li>{f'{mark}) ' if mark else ''}{_text(reason)}</li>" for mark, reason in reasons
            )
            rows.append(f"<ul>{items}</ul>")
        rows.append("</section>")
    return _page(said.key_title(sheet.title), sheet.language, rows)


def _page(title: str, language: str, rows: list[str]) -> str:
    head = (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<h1>{_text(title)}</h1>\n"
    )
    return head + "\n".join(rows) + "\n</body>\n</html>\n"


def _task(task: Task) -> list[str]:
    rows: list[str] = []
    question = task.question
    if task.source:
        rows.append(f"<p>{_text(task.source)}</p>")
    if task.before or task.blank:
        lines = "\n".join(map(escape, task.before))
        blank = f'\n{escape(task.blank)}<span class="rule" style="width: 75%"></span>'
        rows.append(f"<pre>{lines}{blank if task.blank else ''}</pre>")
    rows.append(f"<p><strong>{_text(question.ask)}</strong></p>")
    rows.append(f'<p class="small">{_text(said.how(question))}</p>')
    if question.options:
        mark = "rule short" if question.kind == "order" else "box"
        items = "".join(
            f'<li><span class="{mark}"></span> {_option(option.text, line=option.line)}</li>'
            for option in question.options
        )
        rows.append(f"<ol>{items}</ol>")
    else:
        rows += ['<span class="rule long"></span>'] * (6 if question.kind == "do" else 1)
    return rows


def _option(text: str, *, line: bool) -> str:
    return f"<code>{escape(text)}</code>" if line else _text(text)


def _text(text: str) -> str:
    """Our words: bold is kept, all else is text."""
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(" ".join(text.split())))
