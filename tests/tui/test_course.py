"""Every lesson on the screen, key by key to its end: all answers right, and all wrong."""

from __future__ import annotations

from functools import partial

import pytest
from textual.pilot import Pilot

from tests.lesson.answering import places, right, wrong
from tests.lesson.shelf import NAMES, SHIPPED
from tests.lesson.shelf import opened as bound
from tests.tui.stage import screen_text, until
from tutor import words
from tutor.lesson.player import ASKING, Mode, Scene
from tutor.lesson.progress import Progress
from tutor.lesson.question import TYPED
from tutor.lesson.question import Question as Asked
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.compare import Compare
from tutor.tui.screens.end import End
from tutor.tui.screens.lesson import LessonPlayer
from tutor.tui.widgets import question
from tutor.tui.widgets.question import Question
from tutor.words import LANGUAGES, Language

MOST = 300
_SIZES = {"en": (80, 24), "pt-BR": (120, 36)}
_QUICK = {("09-plaintext-login", "en", True), ("14-what-tls-leaks", "pt-BR", False)}
"""What is played by ``make test``; the rest is slow."""

PLAYS = [
    pytest.param(
        name, tag, well,
        id=f"{name}-{tag}-{'right' if well else 'wrong'}",
        marks=() if (name, tag, well) in _QUICK else pytest.mark.slow,
    )
    for name in NAMES for tag in LANGUAGES for well in (True, False)
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pilot presses faster than a person: what guards against a held key is tested elsewhere."""
    monkeypatch.setattr(question, "OPENING_PAUSE", 0.0)
    monkeypatch.setattr(question, "REPEAT", 0.0)


async def answer(pilot: Pilot[int], screen: LessonPlayer, asked: Asked, *, well: bool) -> None:
    """Give an answer with the keys that its kind takes."""
    if asked.kind == "confidence":
        await pilot.press("1", "enter")
        await pilot.pause()
        return
    given = right(asked) if well else wrong(asked)
    if asked.kind == "do":  # the lab is played elsewhere
        screen.stages.answer(given)
        screen.sync()
    elif asked.kind in TYPED:
        keys = {" ": "space", "@": "at", "-": "minus", ".": "full_stop", "_": "underscore"}
        await pilot.press(*(keys.get(char, char) for char in given), "enter")
    else:
        numbers = places(asked, given)
        if asked.kind == "sort" and not numbers:
            numbers = [1, 1]  # there and back: something was moved, and nothing is known
        await pilot.press(*map(str, numbers), "enter")
    await pilot.pause()


def answerable(widget: Question) -> bool:
    return widget.answering is not None


def moved_on(screen: LessonPlayer, before: Scene) -> bool:
    return screen.scene is not before


async def play(app: WiretutorApp, pilot: Pilot[int], size: tuple[int, int], *, well: bool) -> End:
    """To the end card; every screen on the way fits."""
    for _press in range(MOST):
        screen = app.screen
        text = screen_text(app)
        assert text.strip()
        assert all(len(row) <= size[0] for row in text.splitlines())
        if isinstance(screen, End):
            return screen
        if isinstance(screen, LessonPlayer) and screen.scene.mode in ASKING:
            before = screen.scene
            assert before.question is not None
            widget = screen.query_one(Question)
            await until(pilot, partial(answerable, widget))
            await answer(pilot, screen, before.question, well=well)
            await until(pilot, partial(moved_on, screen, before))
            verdict = screen.scene.verdict
            if verdict is not None:  # how sure one is gets none
                assert verdict.right is well, before.id
        else:
            assert isinstance(screen, (LessonPlayer, Compare))
            await pilot.press("enter")
            await pilot.pause()
    raise AssertionError("the lesson does not end")


@pytest.mark.parametrize(("name", "tag", "well"), PLAYS)
async def test_to_the_end(name: str, tag: Language, well: bool) -> None:
    words.choose(tag)
    try:
        folder = next(path for path in SHIPPED if path.name == name)
        app = WiretutorApp(lesson=(folder, bound(name, tag)))
        size = _SIZES[tag]
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.05)
            end = await play(app, pilot, size, well=well)
            card = end.card
            text = screen_text(app)
            await pilot.press("G")  # on the smallest screen the card is longer
            text += screen_text(app)
        for book in card.notebooks:
            assert f" {book.count} " in text
    finally:
        words.choose("en")
    assert card.asked > 0
    assert card.unknown == 0
    assert (card.right, card.passed) == ((card.asked, True) if well else (0, False))
    state = Progress.load().of(bound(name).lesson.id).state
    assert state == ("passed" if well else "in-progress")


def test_every_mode_is_met() -> None:
    """What is played above holds all that a lesson can show."""
    from tutor.lesson.player import Player

    met = {stage.mode for name in NAMES for stage in Player(bound(name))._stages}
    assert met >= {Mode.INTRO, Mode.STEP, Mode.PREDICT, Mode.COMPARE, Mode.PRINCIPLE, Mode.QUIZ}
