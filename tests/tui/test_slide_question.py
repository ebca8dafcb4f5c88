"""Questions before a class: asked, then revealed, whatever their kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.stage import opened, screen_text
from tests.tui.test_kinds import LESSON
from tutor.lesson.question import Option, Question
from tutor.lesson.scene import Mode, Verdict
from tutor.tui.lesson_deck import LessonDeck
from tutor.tui.screens.lesson import presented_lesson
from tutor.tui.widgets.slide_question import question_blocks

THREE = (Option("a", "first"), Option("b", "second"), Option("c", "third"))


def text(question: Question, vote: int | None = None, verdict: Verdict | None = None) -> str:
    blocks = question_blocks(question, vote, verdict, 60)
    return "\n".join("".join(seg.text for seg in row) for block in blocks for row in block)


def test_a_choice_shows_the_vote_and_then_what_is_right() -> None:
    asked = Question("x", "choice", "Which?", THREE, THREE[1], {})
    assert " ▸ 3  third" in text(asked, 2)
    shown = text(asked, 2, Verdict(False, "c", THREE[1], "So it is."))
    assert " ✓ 2  second" in shown
    assert " ✗ 3  third" in shown
    assert shown.endswith("So it is.")


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        (
            Question("x", "order", "In order?", THREE, Option("c,a,b", ""), {}),
            " 1  first",
            " ✓ 1. third",
        ),
        (
            Question("x", "sort", "Which side?", THREE, Option("b", ""), {}),
            " 3  third",
            " ✓ Eve knows: second.",
        ),
        (
            Question("x", "type", "Which verb?", (), Option("x", "STLS", line=True), {}),
            "Which verb?",
            " ✓ STLS",
        ),
    ],
    ids=["order", "sort", "type"],
)
def test_the_answer_is_held_back_until_the_reveal(asked: Question, before: str, after: str) -> None:
    hidden = text(asked)
    assert before in hidden
    assert after not in hidden
    assert "✓" not in hidden
    assert "▸" not in hidden
    assert after in text(asked, None, Verdict(None, "", asked.answer, ""))


@pytest.mark.slow
async def test_a_class_goes_through_every_kind_and_nothing_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / "00-kinds"
    folder.mkdir()
    (folder / "lesson.yaml").write_text(LESSON)
    async with opened() as (app, pilot):
        screen = presented_lesson(folder)
        await app.push_screen(screen)
        await pilot.pause(0.05)
        deck = screen.deck
        assert isinstance(deck, LessonDeck)
        seen: dict[str, list[str]] = {}
        for _press in range(60):
            await pilot.press("pagedown", "1")
            scene = deck._stages.scene
            seen.setdefault(scene.id, []).append(screen_text(app))
            if scene.mode is Mode.END:
                break
        assert "✓ 1. The connection opens" in seen["events"][-1]
        assert "Eve does not know: The certificate of the server." in seen["sides"][-1]
        assert "✓ LOGIN" in seen["verb"][-1]
        for name in ("events", "sides", "verb"):
            assert "✓" not in seen[name][0], "asked before it is revealed"
        assert not any("Once more" in shown for texts in seen.values() for shown in texts)
    assert not (tmp_path / "state" / "progress.json").exists()
