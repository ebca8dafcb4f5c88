"""Whole screens in every theme: the same text, readable, and in monochrome without any colour."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.pilot import Pilot

from tests.lesson.shelf import SHIPPED
from tests.tui.stage import opened, write_capture
from tests.tui.test_themes import COLOURED, READABLE, contrast
from tutor.tui import themes
from tutor.tui.app import WiretutorApp
from tutor.tui.widgets import question

MOMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "home": ("", ()),
    "home, finding a lesson": ("", ("slash", "t", "l")),
    "a question": ("lesson", ("enter", "enter")),
    "a verdict: not so": ("lesson", ("enter", "enter", "1", "enter")),
    "a login in the clear": ("capture", ("enter", *["right_square_bracket"] * 3, "M", "x")),
    "the ladder": ("capture", ("enter", *["right_square_bracket"] * 3, "l")),
    "Eve's notebook": ("capture", ("enter", *["right_square_bracket"] * 3, "e")),
    "the sessions": ("capture", ()),
    "the palette": ("capture", ("enter", "colon")),
    "help": ("capture", ("enter", "question_mark")),
    "side by side": ("capture", ("c", "down", "c", "enter")),
}
"""What is on the screen, and the keys that lead there."""

QUICK = ("home", "a verdict: not so", "a login in the clear", "the palette")
"""Those that are looked at each time; the others are slow."""

SOME = [
    pytest.param(moment, marks=() if moment in QUICK else pytest.mark.slow) for moment in MOMENTS
]

LINES = "─│┌┐└┘├┤┬┴┼═║╒╕╘╛▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐░▒▓▔▕╭╮╯╰╸╺╹╻━┃▲▼◀▶"
"""Lines and blocks: they are seen, not read (WCAG 2.2, 1.4.11 asks 3 of them)."""


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "OPENING_PAUSE", 0.0)
    monkeypatch.setattr(question, "REPEAT", 0.0)


@asynccontextmanager
async def shown(moment: str, tmp_path: Path) -> AsyncIterator[tuple[WiretutorApp, Pilot[int]]]:
    what, keys = MOMENTS[moment]
    files = (write_capture(tmp_path / "two.pcap"),) if what == "capture" else ()
    lesson = SHIPPED[0] if what == "lesson" else None
    async with opened(files=files, lesson=lesson) as (app, pilot):
        await pilot.press(*keys)
        await pilot.pause(0.1)
        yield app, pilot


def segments(app: WiretutorApp) -> Iterator[Segment]:
    """What is drawn; of a palette the palette alone: what is dimmed behind it is not in use."""
    inner = next((widget.region for widget in app.screen.query("#palette")), app.screen.region)
    for y, line in enumerate(app.screen._compositor.render_strips(app.screen.size)):
        x = 0
        for segment in line:
            if inner.contains(x, y):
                yield segment
            x += segment.cell_length


def colours(style: Style, app: WiretutorApp) -> tuple[Color, Color]:
    """Front and ground as they are seen."""
    palette = themes.palette(app.theme)
    front = style.color if style.color and not style.color.is_default else palette.text.color
    ground = style.bgcolor if style.bgcolor and not style.bgcolor.is_default else None
    ground = ground or palette.text.bgcolor
    assert front is not None
    assert ground is not None
    return (ground, front) if style.reverse else (front, ground)


@pytest.mark.parametrize("moment", SOME)
async def test_the_text_is_the_same_in_every_theme_and_can_be_read(
    moment: str, tmp_path: Path
) -> None:
    async with shown(moment, tmp_path) as (app, pilot):
        texts = {}
        for name in themes.NAMES:
            app.theme = name
            await pilot.pause(0.05)
            texts[name] = "".join(segment.text for segment in segments(app))
            faint = {
                (segment.text.strip(), *map(str, colours(segment.style, app)))
                for segment in segments(app)
                if name in COLOURED
                and segment.style
                and segment.text.strip(f" {LINES}\n")
                and contrast(*colours(segment.style, app)) < READABLE
            }
            assert faint == set(), name
        assert len(set(texts.values())) == 1


@pytest.mark.parametrize("moment", SOME)
async def test_monochrome_and_no_color_draw_without_any_colour(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(moment, tmp_path) as (app, _pilot):
        assert app.theme == "wt-mono"
        for segment in segments(app):
            style = segment.style or Style.null()
            for color in (style.color, style.bgcolor):
                assert color is None or color.is_default, (segment.text, color)
