"""The pages for teachers and the reviews: one for each lesson, and an index that is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tui.stage import ROOT
from tutor.lesson.course import Card, cards
from tutor.lesson.load import load_lesson
from tutor.words import LANGUAGES, Language

DOCS = ROOT / "docs"


def ending(tag: Language) -> str:
    """What stands before ``.md`` in a language."""
    return "" if tag == LANGUAGES[0] else f".{tag}"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_teachers_index_names_each_lesson_with_its_minutes(tag: Language) -> None:
    index = (DOCS / "teaching" / f"README{ending(tag)}.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \| (\d+) \|$", index, re.MULTILINE)
    page = f"lessons/{{}}{ending(tag)}.md"
    assert rows == [
        (str(card.number), card.title, page.format(card.directory.name), str(card.minutes))
        for card in cards(tag)
    ]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_teachers_index_says_where_something_is_typed(tag: Language) -> None:
    index = (DOCS / "teaching" / f"README{ending(tag)}.md").read_text("utf-8")
    row = next(line for line in index.splitlines() if line.startswith(("| hands", "| as mãos")))
    named = re.search(r" (\d+(?:, \d+)* (?:and|e) \d+) ", row)
    assert named is not None
    lessons = [(card.number, load_lesson(card.directory)[0]) for card in cards("en")]
    by_hand = [number for number, lesson in lessons if any(q.type == "do" for q in lesson.quiz)]
    assert [int(number) for number in re.findall(r"\d+", named[1])] == by_hand


@pytest.mark.parametrize("card", cards("en"), ids=lambda card: card.id)
def test_each_lesson_has_its_pages(card: Card) -> None:
    name = card.directory.name
    for tag in LANGUAGES:
        text = (DOCS / "teaching" / "lessons" / f"{name}{ending(tag)}.md").read_text("utf-8")
        title = next(each.title for each in cards(tag) if each.id == card.id)
        assert re.sub("[:,]", "", text.splitlines()[0]).endswith(re.sub("[:,]", "", title))
        minutes = re.search(r"\*\*(?:Minutes|Minutos):?\*\*:? (\d+)", text)
        assert minutes is not None
        assert int(minutes[1]) == card.minutes
        assert text.count("\n| 1 |") == text.count("\n| 3 |") == 1, "a rubric of three levels"
    review = (DOCS / "reviews" / f"{name}.md").read_text("utf-8")
    assert re.search(r"2026-\d\d-\d\d", review)


def links(page: Path) -> list[str]:
    """Where a page leads to, other than the web."""
    return re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))


def test_no_link_of_a_page_leads_nowhere() -> None:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    assert len(pages) > 80
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in links(page)
        if not (page.parent / link).exists()
    ]
    assert dead == []
