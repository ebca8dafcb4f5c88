"""Make the pictures of the README from the app itself: ``python docs/pictures/make.py [FOLDER]``.

The app is played without a terminal, key by key, through lesson 0; chosen screens become the
frames of ``first-look.svg``. ``browser.svg`` is one screen. The same captures and lessons give the
same bytes.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from drawing import Frame, draw, row
from textual.pilot import Pilot

from tutor import words
from tutor.lesson.course import find
from tutor.lesson.opening import open_lesson
from tutor.lesson.player import Scene
from tutor.tui import themes
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.compare import Compare
from tutor.tui.screens.end import End
from tutor.tui.screens.lesson import LessonPlayer
from tutor.tui.widgets.question import OPENING_PAUSE, REPEAT
from tutor.tui.widgets.table import Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

SIZE = (100, 26)
"""Columns and lines: the narrowest screen with the ladder, and no empty lines in the middle."""

_THEME = "wt-dark"
_MOST_KEYS = 80
_UNHURRIED = 2 * REPEAT
_QUIET = 0.05
"""Seconds without a change after which a screen is taken as drawn."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen of lesson 0 that becomes a frame.

    Attributes:
        place: a step's id and its mode, or a screen: what ``place`` gives.
        caption: what stands beneath.
        seconds: how long it is shown.
        choose: at a question, the option that is chosen; "" gives the right one.
    """

    place: str
    caption: str
    seconds: float = 3.0
    choose: str = ""


SHOTS = (
    Shot("greeting predict", "A question comes before the answer is visible.", 3.5, "client"),
    Shot("greeting verdict", "A wrong guess costs nothing, and is explained."),
    Shot("login predict", "What will a listener see of the password?", 3.5),
    Shot("login step", "The password, letter by letter. Eve writes it down.", 4.5),
    Shot("message step", "The message too: sender, subject, every line.", 3.5),
    Shot("hidden-login step", "The same login under TLS: a block of bytes.", 4.0),
    Shot("shown-login step", "v changes the eye: this is what the two ends see.", 3.5),
    Shot("compare login", "Side by side, aligned by what each line means.", 3.5),
    Shot("end", "At the end, the count: what TLS hides, and what it does not.", 4.0),
)
BROWSER_SIZE = (100, 18)
BROWSED = 2
"""How many sessions down the browser's mark is."""

STILL = 3
"""Index of the shot that is shown where nothing moves."""


@dataclass(slots=True)
class Stage:
    """The running app."""

    pilot: Pilot[int]
    taken: list[Frame] = field(default_factory=list)

    @property
    def _app(self) -> WiretutorApp:
        app = self.pilot.app
        assert isinstance(app, WiretutorApp)
        return app

    def look(self) -> Frame:
        """The screen as it is."""
        screen = self._app.screen
        front, back = colours()
        strips = screen._compositor.render_strips(screen.size)
        return Frame(tuple(row(strip, front, back) for strip in strips), "")

    async def settle(self) -> Frame:
        """The screen, once it does not change any more."""
        await self.pilot.pause(_QUIET)
        seen = self.look()
        while True:
            await self.pilot.pause(_QUIET)
            now = self.look()
            if now == seen:
                return now
            seen = now

    def place(self) -> str:
        """Where in the lesson it is."""
        screen = self._app.screen
        if isinstance(screen, LessonPlayer):
            return f"{screen.scene.id} {screen.scene.mode.value}"
        if isinstance(screen, Compare):
            at = screen.query_one("#pairs", Table).cursor
            return f"compare {screen.rows[at].key}" if screen.marked else "compare"
        return "end" if isinstance(screen, End) else type(screen).__name__

    async def answer(self, scene: Scene, wanted: str) -> None:
        """Choose an answer to the question that is open."""
        question = scene.question
        assert question is not None
        keys = [option.key for option in question.options]
        right = question.answer.key or keys[0]  # how sure one is has no right answer
        number = keys.index(wanted or right) + 1
        await asyncio.sleep(OPENING_PAUSE)  # no answer is taken while it comes up
        await self.pilot.press(str(number))

    async def go_through(self, shots: tuple[Shot, ...]) -> None:
        """Play, and take the shots in their order."""
        left = list(shots)
        for _key in range(_MOST_KEYS):
            place = self.place()
            shot = left[0] if left and left[0].place == place else None
            screen = self._app.screen
            if isinstance(screen, LessonPlayer) and screen.scene.question:
                # a key too soon after another is taken for one that is held down
                await asyncio.sleep(_UNHURRIED)
                if screen.scene.asking:
                    await self.answer(screen.scene, shot.choose if shot else "")
            if shot:
                frame = await self.settle()
                self.taken.append(Frame(frame.rows, shot.caption, shot.seconds))
                left.pop(0)
            if not left:
                return
            seen = shot is not None and isinstance(screen, Compare)  # then to its last row at once
            await self.pilot.press(*(["G", "enter"] if seen else ["enter"]))
        raise SystemExit(f"the lesson has no {left[0].place!r}: mend SHOTS")


def colours() -> tuple[str, str]:
    """Letters and background of the theme."""
    plain = themes.palette(_THEME).text
    assert plain.color is not None
    assert plain.bgcolor is not None
    return plain.color.name, plain.bgcolor.name


async def first_look() -> str:
    """Lesson 0, animated."""
    directory = find("first-look")
    app = WiretutorApp(lesson=(directory, open_lesson(directory)))
    async with app.run_test(size=SIZE) as pilot:
        stage = Stage(pilot)
        await stage.settle()
        await stage.go_through(SHOTS)
    front, back = colours()
    title = "wiretutor learn first-look"
    return draw(stage.taken, title=title, front=front, back=back, still=STILL)


async def browser() -> str:
    """The session browser on a capture that no lesson was written for."""
    app = WiretutorApp(files=(str(ROOT / "captures" / "journey.pcapng"),))
    async with app.run_test(size=BROWSER_SIZE) as pilot:
        stage = Stage(pilot)
        await stage.settle()
        await pilot.press(*["j"] * BROWSED)
        frame = await stage.settle()
    front, back = colours()
    caption = "Every mail session of a capture, and what can be said of it."
    frame = Frame(frame.rows, caption)
    return draw([frame], title="wiretutor open journey.pcapng", front=front, back=back)


def main(folder: Path = HERE) -> None:
    """Write the pictures."""
    words.choose("en")
    with tempfile.TemporaryDirectory() as state:
        os.environ |= {"WIRETUTOR_STATE": state, "WIRETUTOR_THEME": "dark"}
        os.environ["WIRETUTOR_REDUCED_MOTION"] = "1"  # a still shows the whole line
        os.environ.pop("NO_COLOR", None)
        for name, make in (("first-look.svg", first_look), ("browser.svg", browser)):
            drawing = asyncio.run(make())
            (folder / name).write_text(drawing, encoding="utf-8", newline="\n")
            print(f"{name}: {len(drawing.encode()):,} bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
