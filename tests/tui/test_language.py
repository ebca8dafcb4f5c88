"""Texts that stayed English among Portuguese ones say so on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lesson.shelf import copied, replace_in
from tests.tui.stage import opened, screen_text
from tutor import words
from tutor.lesson import reference as room
from tutor.lesson.reference import Reference
from tutor.render import explain


async def test_a_stale_text_of_a_lesson_is_marked_on_the_screen(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    lesson = folder / "lesson.yaml"
    goal = next(line for line in lesson.read_text("utf-8").splitlines() if line.startswith("  - "))
    replace_in(lesson, goal, f"{goal} Again.")
    async with opened(lesson=folder, language="pt-BR") as (app, pilot):
        await pilot.pause(0.05)
        text = " ".join(screen_text(app).split())
        assert f"(em inglês) {goal.removeprefix('  - ')[:20]}" in text
        assert text.count("(em inglês)") == 1


def test_a_stale_word_of_the_reference_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "glossary.yaml").write_text(
        "format: 1\nlanguage: en\nentries:\n  term/tag: {name: Tag, say: It names a command.}\n"
    )
    words.choose("pt-BR")
    monkeypatch.setattr(room, "_loaded", {"pt-BR": Reference.load("pt-BR", tmp_path)})
    assert explain.term("tag") == "**Tag**: (em inglês) It names a command."
