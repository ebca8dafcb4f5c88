"""Sheets: the answers are on the key alone, GIFT reads back, nothing captured becomes a mark."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import manifest
from tests.render.sheet.reader import Read, read
from tutor.cli.practice import drawn
from tutor.lesson.course import cards
from tutor.lesson.opening import open_lesson
from tutor.lesson.question import Option, Question
from tutor.render.sheet import (
    Sheet,
    Task,
    gift,
    markdown,
    markdown_key,
    of_exercises,
    of_lesson,
    page,
    page_key,
)
from tutor.render.sheet.model import right_numbers

NAMES = ("smtp-submission-plain.pcapng", "imap-first-look-starttls.pcapng", "pop3-user-pass.pcapng")
LESSONS = [card.directory for card in cards()]
FEW = LESSONS[:: max(1, len(LESSONS) // 3)]


def of_file(name: str, seed: int = 1, count: int = 30) -> Sheet:
    exercises = drawn((manifest.path(name),), (), {}, seed, count, masked=True)
    return of_exercises(exercises, name, "en", seed)


def same(task: Task, found: Read) -> None:
    """What was read is what was asked."""
    question = task.question
    texts = [option.text.replace("**", "") for option in question.options]
    right = [texts[n] for n in right_numbers(question)]
    assert found.text.endswith(question.ask.replace("**", "").strip())
    for line in task.before:
        assert line.strip() in found.text
    match question.kind:
        case "order":
            assert found.kind == "matching"
            assert found.pairs == [(text, str(n)) for n, text in enumerate(right, 1)]
        case "sort":
            assert found.kind == "multiple"
            gains = [text for _s, weight, text, _f in found.answers if weight[0] != "-"]
            assert sorted(gains) == sorted(right)
            assert [text for _s, _w, text, _f in found.answers] == texts
        case "decode" | "type":
            assert found.kind == "short"
            assert found.answers[0][2] == question.answer.text
        case "do":
            assert found.kind == "essay"
        case _:
            assert found.kind == "multiple"
            assert [text for sign, _w, text, _f in found.answers if sign == "="] == right
            assert [text for _s, _w, text, _f in found.answers] == texts
            for option, (_s, _w, _t, feedback) in zip(question.options, found.answers, strict=True):
                assert feedback == question.reasons.get(option.key, "").replace("**", "")


@pytest.mark.parametrize("name", NAMES)
def test_gift_reads_back_what_was_asked(name: str) -> None:
    sheet = of_file(name)
    found = read(gift(sheet))
    assert len(found) == len(sheet.tasks) > 8
    for task, each in zip(sheet.tasks, found, strict=True):
        same(task, each)
    assert len({each.title for each in found}) == len(found)


@pytest.mark.parametrize("directory", FEW, ids=lambda path: path.name)
def test_a_lesson_reads_back_too(directory: Path) -> None:
    lesson(directory)


@pytest.mark.slow
@pytest.mark.parametrize("directory", LESSONS, ids=lambda path: path.name)
def test_every_lesson_reads_back_too(directory: Path) -> None:
    lesson(directory)


def lesson(directory: Path) -> None:
    for tag in ("en", "pt-BR"):
        bound = open_lesson(directory, "pt-BR" if tag == "pt-BR" else "en")
        sheet = of_lesson(bound, 4)
        wanted = sum(step.predict is not None for step in bound.lesson.steps)
        assert len(sheet.tasks) == wanted + len(bound.lesson.quiz)
        for task, each in zip(sheet.tasks, read(gift(sheet)), strict=True):
            same(task, each)
        assert sheet.language == tag
        for text in (markdown(sheet), markdown_key(sheet)):
            assert len(re.findall(r"(?m)^## ", text)) == len(sheet.tasks)
        for text in (page(sheet), page_key(sheet)):
            well_formed(text)


HOSTILE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=30)


@given(HOSTILE, st.lists(HOSTILE, min_size=3, max_size=5, unique_by=lambda t: t.strip()))
def test_any_text_survives_gift(ask: str, texts: list[str]) -> None:
    texts = [f"x{text.replace('**', '')}x" for text in texts]
    options = tuple(Option(f"k{n}", text, line=True) for n, text in enumerate(texts))
    reasons = {option.key: f"r{ask.replace('**', '')}r" for option in options}
    question = Question("q", "choice", f"x{ask}x", options, options[1], reasons)
    task = Task(question, "", (f"x{ask}x",))
    (found,) = read(gift(Sheet(f"t{ask}t", "en", 1, (task,))))
    same(task, found)


class Page(HTMLParser):
    """Notes the tags, and that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.codes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {"src", "href", "onload", "onerror"} & {name for name, _value in attrs}
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "code":
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "code":
            self.codes[-1] += data


def well_formed(text: str) -> Page:
    found = Page()
    found.feed(text)
    found.close()
    assert found.open == []
    assert found.tags <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "pre", "code",
        "span", "ol", "ul", "li", "strong",
    }  # fmt: skip
    assert "http" not in text
    assert "url(" not in text
    assert "@import" not in text
    return found


def hostile() -> Sheet:
    texts = ("<script>alert(1)</script>", "`` ` ``", "*a* _b_ [c](d)", '"><img src=x onerror=y>')
    options = tuple(Option(f"k{n}", text, line=True) for n, text in enumerate(texts))
    ask = "<b>which</b> # one \\ of `these` & those?"
    question = Question("q", "choice", ask, options, options[0], {"k1": "<i>no</i> **never**"})
    before = ("C  ``` <pre></pre> ```` end", "S  # no head")
    return Sheet("<title> & `more`", "en", 1, (Task(question, "1. <source>", before, "S  "),))


def test_captured_text_stays_text_in_html() -> None:
    found = well_formed(page(hostile()))
    assert found.codes == [option.text for option in hostile().tasks[0].question.options]
    assert "<strong>never</strong>" in page_key(hostile())
    well_formed(page_key(hostile()))


def test_captured_text_stays_text_in_markdown() -> None:
    text = markdown(hostile())
    assert "\\<b\\>which\\</b\\> \\# one \\\\ of \\`these\\` \\& those?" in text
    assert "1\\. \\<source\\>" in text
    fence = re.search(r"(?m)^(`{5,})text\n(.*?)\n\1$", text, re.DOTALL)
    assert fence is not None
    assert "C  ``` <pre></pre> ```` end" in fence[2]
    assert "- ☐ b) ``` `` ` `` ```" in text
    assert "- ☐ a) `<script>alert(1)</script>`" in text
    assert "\\<i\\>no\\</i\\> **never**" in markdown_key(hostile())


@pytest.mark.parametrize("name", NAMES)
def test_the_sheet_does_not_tell_what_the_key_tells(name: str) -> None:
    sheet = of_file(name)
    text, key = markdown(sheet), markdown_key(sheet)
    for task in sheet.tasks:
        for reason in task.question.reasons.values():
            assert reason not in text
        if task.question.kind in ("decode", "type"):
            assert task.question.answer.text in key
    assert "☐" in text
    assert "\\_\\_" in text
    assert "Name:" in text


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_somebody_is_masked_in_every_form(name: str) -> None:
    entry = next(e for e in manifest.recordings() if e["file"] == name)
    needles = {needle for needle in manifest.secrets(entry) if len(needle) > 5}
    sheet = of_file(name, 2)
    for write in (gift, markdown, markdown_key, page, page_key):
        said = write(sheet)
        assert not [needle for needle in needles if needle in said]


def test_the_same_seed_is_the_same_sheet_and_another_is_not() -> None:
    assert markdown(of_file(NAMES[0], 5)) == markdown(of_file(NAMES[0], 5))
    assert markdown(of_file(NAMES[0], 5)) != markdown(of_file(NAMES[0], 6))
    bound = open_lesson(LESSONS[0], "en")
    assert markdown(of_lesson(bound, 5)) == markdown(of_lesson(bound, 5))
    assert markdown(of_lesson(bound, 5)) != markdown(of_lesson(bound, 6))


def test_what_is_asked_about_a_whole_session_has_it_on_the_sheet() -> None:
    sheet = of_file("imap-first-look-starttls.pcapng")
    about = next(t for t in sheet.tasks if "protects" in t.question.id)
    assert any("ClientHello" in line for line in about.before)
    assert any("STARTTLS" in line for line in about.before)


@pytest.mark.parametrize("write", [markdown, page])
def test_no_question_shows_the_line_that_another_one_asks_for(
    write: Callable[[Sheet], str],
) -> None:
    bound = open_lesson(next(p for p in LESSONS if p.name.startswith("03")), "en")
    sheet = of_lesson(bound, 1)
    told = sum(bool(task.events) for task in sheet.tasks)  # to point at a line one must see it
    text = unescape(write(sheet)).partition(f"Question {told + 1}")[0]
    assert "S  354 End data" not in text
    assert "S  (question 3 asks for this line)" in text
    assert "C  MAIL FROM" not in text
    assert "C  RCPT TO:<carol@example.net>" in text
    assert gift(sheet).count("S  354 End data") > 0  # there each question stands alone


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_nor_does_one_about_a_file(name: str, seed: int) -> None:
    sheet = of_file(name, seed)
    hidden = {task.hides for task in sheet.tasks if task.hides}
    assert hidden
    lines = {
        line
        for task in sheet.tasks
        for line, event in zip(task.before[-len(task.events) :], task.events, strict=True)
        if event in hidden and line[0] == "S"
    }
    asked = [task.question.ask for task in sheet.tasks]
    for line in lines:
        if len(line) > 20:
            assert line not in markdown(sheet).splitlines()
            assert not [ask for ask in asked if line[3:23] in ask]
