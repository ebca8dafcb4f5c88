"""A question stops a person who hammers, or leans on, a key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.message import Message

from tests.tui.stage import opened, screen_text, write_capture
from tutor.lesson.question import Option
from tutor.lesson.question import Question as Asking
from tutor.lesson.scene import Verdict
from tutor.tui.widgets.question import OPENING_PAUSE, REPEAT, Asked, Question

LINES = (
    Option("star", "* OK", line=True),
    Option("tag", "a1 OK", line=True),
    Option("pop", "[bold]+OK[/nope]", line=True),
)
REASONS = {"star": "A star has no tag."}
ASKED = Asked(Asking("x", "choice", "Which **line** ends it?", LINES, LINES[1], REASONS))


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def marked(question: Question) -> int | None:
    """The marked option."""
    return question.way.cursor if question.way else None


def enter(question: Question, clock: Clock) -> None:
    """Press Enter as the player passes it on."""
    if not question.blocks("enter", clock.now):
        question.action_answer()


@asynccontextmanager
async def asking(tmp_path: Path) -> AsyncIterator[tuple[Question, Clock, list[str | None]]]:
    """A question on the screen, with its clock, and the answers it gives."""
    file = write_capture(tmp_path / "two.pcap")
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter")
        question = app.screen.query_one(Question)
        clock = Clock()
        question._clock = clock
        answers: list[str | None] = []

        post = question.post_message

        def note(message: Message) -> bool:
            if isinstance(message, Question.Answered):
                answers.append(message.answer)
            return post(message)

        question.post_message = note  # type: ignore[method-assign]
        question.open(ASKED)
        yield question, clock, answers


async def test_enter_asks_once_and_then_means_i_do_not_know(tmp_path: Path) -> None:
    async with asking(tmp_path) as (question, clock, answers):
        clock.now += 1
        enter(question, clock)
        assert question.warned
        assert answers == []
        clock.now += 1
        enter(question, clock)
        assert answers == [None]


async def test_nothing_is_taken_while_the_question_comes_up(tmp_path: Path) -> None:
    async with asking(tmp_path) as (question, clock, answers):
        clock.now += OPENING_PAUSE / 2
        enter(question, clock)
        assert not question.warned
        assert answers == []


async def test_a_held_key_does_not_run_through(tmp_path: Path) -> None:
    async with asking(tmp_path) as (question, clock, answers):
        for _repeat in range(100):
            clock.now += REPEAT / 3
            enter(question, clock)
        assert answers == []


async def test_keys_under_way_when_it_opens_are_lost(tmp_path: Path) -> None:
    async with asking(tmp_path) as (question, clock, _answers):
        assert question.blocks("enter", clock.now - 5), "it came long before"
        question.action_answer()
        assert not question.warned
        clock.now += 1
        assert not question.blocks("enter", clock.now)
        assert not question.blocks("2", clock.now), "digits are never held back"


async def test_a_choice_takes_the_warning_back(tmp_path: Path) -> None:
    async with asking(tmp_path) as (question, clock, answers):
        clock.now += 1
        enter(question, clock)
        question.action_choose("2")
        assert not question.warned
        clock.now += 1
        enter(question, clock)
        assert answers == ["tag"]


async def test_arrows_go_round_and_digits_beyond_do_nothing(tmp_path: Path) -> None:
    async with asking(tmp_path) as (question, _clock, _answers):
        question.action_choose_up()
        assert marked(question) == 2
        question.action_choose_down()
        assert marked(question) == 0
        question.action_choose("9")
        assert marked(question) == 0


async def test_the_verdict_is_there_in_glyph_and_word(tmp_path: Path) -> None:
    async with asking(tmp_path) as (question, _clock, _answers):
        question.judge(Verdict(False, "star", LINES[1], "A star has no tag."))
        rows = ["".join(seg.text for seg in row) for row in question.build(60, 20)]
        text = "\n".join(rows)
        assert "✓ 2  a1 OK  (right)" in text
        assert "✗ 1  * OK  (your guess)" in text
        assert "A star has no tag." in text
        assert "✗ Not this time" in rows[0]
        question.judge(Verdict(True, "tag", LINES[1], ""))
        (head, *_rest) = question.build(60, 20)
        assert "✓ Right" in "".join(seg.text for seg in head)
        assert "[bold]+OK[/nope]" in text, "captured lines are shown as they are"


async def test_keys_belong_to_the_open_question(tmp_path: Path) -> None:
    file = write_capture(tmp_path / "two.pcap")
    async with opened(files=(file,)) as (app, pilot):
        await pilot.press("enter")
        player = app.screen
        question = player.query_one(Question)
        question.open(ASKED)
        player.ask(shown=True)  # type: ignore[attr-defined]
        assert "1-3 choose" in screen_text(app)
        assert "h hint" not in screen_text(app), "this one has none"
        await pilot.press("down", "down", "up")
        assert marked(question) == 0
        await pilot.press("3")
        assert marked(question) == 2
        assert " 1/" in screen_text(app).splitlines()[0], "the player did not move"


async def test_a_long_verdict_is_read_page_by_page(tmp_path: Path) -> None:
    async with asking(tmp_path) as (question, clock, _answers):
        player = question.screen
        player.ask(shown=True)  # type: ignore[attr-defined]
        lines = [f"line {number} of what is said" for number in range(30)]
        question.judge(Verdict(False, "star", LINES[1], "\n".join(lines)), "The last word.")
        player.ask(shown=True)  # type: ignore[attr-defined]
        closed: list[Message] = []
        post = question.post_message

        def note(message: Message) -> bool:
            if isinstance(message, Question.Closed | Question.Back):
                closed.append(message)
                return True
            return post(message)

        question.post_message = note  # type: ignore[method-assign]
        seen = ""
        for page in range(20):
            await wait_for_refresh(question)
            text = screen_text(question.app)  # type: ignore[arg-type]
            seen += text
            clock.now += 1
            question.action_answer()
            if closed:
                break
            assert "Enter: the rest" in text, page
        assert all(line in seen for line in [*lines, "The last word."])
        assert "Which line ends it?" in seen
        assert "Enter goes on" in seen
        question.action_choose_up()
        await wait_for_refresh(question)
        assert len(closed) == 1, "back to the page before, not out of the question"


async def wait_for_refresh(question: Question) -> None:
    """Let the screen be drawn."""
    for _turn in range(3):
        await asyncio.sleep(0.02)
    assert question.is_mounted
