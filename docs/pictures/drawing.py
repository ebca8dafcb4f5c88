"""Screens of the app as one SVG file: a still, or frames that follow one another (SMIL).

Nothing in it points outside: no script, no font to fetch, only a stack of monospaced fonts. Lines,
blocks and arrows are drawn and not written, because fonts leave gaps between them and some systems
turn arrows into coloured emoji. A row that looks the same in several frames is stored once.

Without SMIL, and for those who have asked their system for less motion, one frame is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

WIDTH, HEIGHT = 8.4, 18.0
"""Pixels of a cell: 14-pixel letters are 0.6 em wide in most monospaced fonts."""

_SIZE, _BASE, _MIDDLE = 14, 13.0, 9.0
_PAD, _BAR, _CAPTION = 14.0, 30.0, 34.0
_FONTS = "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono','Courier New',monospace"

_HALF = WIDTH / 2
_STROKES = {
    "─": ((0.0, _MIDDLE, WIDTH, _MIDDLE),),
    "═": ((0.0, _MIDDLE - 2, WIDTH, _MIDDLE - 2), (0.0, _MIDDLE + 2, WIDTH, _MIDDLE + 2)),
    "│": ((_HALF, 0.0, _HALF, HEIGHT),),
    "└": ((_HALF, 0.0, _HALF, _MIDDLE), (_HALF, _MIDDLE, WIDTH, _MIDDLE)),
    "┘": ((_HALF, 0.0, _HALF, _MIDDLE), (0.0, _MIDDLE, _HALF, _MIDDLE)),
    "├": ((_HALF, 0.0, _HALF, HEIGHT), (_HALF, _MIDDLE, WIDTH, _MIDDLE)),
    "┤": ((_HALF, 0.0, _HALF, HEIGHT), (0.0, _MIDDLE, _HALF, _MIDDLE)),
}
_ARROWS = {
    "▶": ((0.0, -5.0), (WIDTH, 0.0), (0.0, 5.0)),
    "◀": ((WIDTH, -5.0), (0.0, 0.0), (WIDTH, 5.0)),
    "▸": ((1.0, -4.0), (WIDTH - 1, 0.0), (1.0, 4.0)),
}
_BLOCKS = {"█": "1", "▒": ".4"}  # how opaque
_DRAWN = frozenset([*_STROKES, *_ARROWS, *_BLOCKS])
_WORDS = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True, slots=True)
class Ink:
    """How a run of cells looks; colours as ``#rrggbb``."""

    front: str
    back: str
    bold: bool = False
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """One screen.

    Attributes:
        rows: the cells of each line, from the top.
        caption: what stands beneath it.
        seconds: how long it is shown.
    """

    rows: tuple[tuple[tuple[str, Ink], ...], ...]
    caption: str
    seconds: float = 3.0


def row(segments: Iterable[Segment], front: str, back: str) -> tuple[tuple[str, Ink], ...]:
    """Runs of one look in a line of the screen; ``front`` and ``back`` where it names none.

    Raises:
        ValueError: a character that is not one cell wide; these pictures have none.
    """
    cells: list[tuple[str, Ink]] = []
    for text, style, control in segments:
        if control:
            continue
        if cell_len(text) != len(text):
            raise ValueError(f"not one cell for each character: {text!r}")
        ink = _ink(style or Style(), front, back)
        cells += [(letter, ink) for letter in text]
    runs = groupby(cells, key=lambda cell: cell[1])
    return tuple(("".join(letter for letter, _ in run), ink) for ink, run in runs)


def _ink(style: Style, front: str, back: str) -> Ink:
    colours = [
        colour.triplet.hex if colour and colour.triplet else otherwise
        for colour, otherwise in ((style.color, front), (style.bgcolor, back))
    ]
    if style.reverse:
        colours.reverse()
    return Ink(colours[0], colours[1], bool(style.bold), bool(style.underline))


def draw(frames: Sequence[Frame], *, title: str, front: str, back: str, still: int = 0) -> str:
    """The SVG.

    Args:
        frames: one makes a still.
        title: the command that shows this, in the bar above; also its name for screen readers.
        front: colour of the letters in bar and captions.
        back: colour of the screen.
        still: index of the frame that is shown where nothing moves.
    """
    columns = max(sum(len(text) for text, _ in line) for frame in frames for line in frame.rows)
    lines = max(len(frame.rows) for frame in frames)
    wide, high = columns * WIDTH + 2 * _PAD, _BAR + lines * HEIGHT + _CAPTION
    told = " ".join(frame.caption for frame in frames)
    ids: dict[str, str] = {}
    bodies = [_frame(frame, ids, back, wide, high) for frame in frames]
    total = sum(frame.seconds for frame in frames)
    shown, begin = [], 0.0
    for number, (frame, body) in enumerate(zip(frames, bodies, strict=True)):
        clock = _clock(begin, begin + frame.seconds, total) if len(frames) > 1 else ""
        begin += frame.seconds
        first = "" if number == still else ' visibility="hidden"'
        shown.append(f'<g id="f{number + 1}" class="frame"{first}>{clock}\n{body}</g>\n')
    defs = "".join(f'<g id="{name}">{drawing}</g>\n' for drawing, name in ids.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(wide)} {_n(high)}"'
        f' width="{_n(wide)}" height="{_n(high)}" role="img"'
        f' font-family="{_FONTS}" font-size="{_SIZE}">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(told)}</desc>\n"
        f"<style>{_less_motion(still)}</style>\n<defs>\n{defs}</defs>\n"
        f'<rect width="{_n(wide)}" height="{_n(high)}" rx="8" fill="{back}"/>\n'
        f'<path d="M0 {_n(_BAR - 4)}h{_n(wide)}M0 {_n(high - _CAPTION + 6)}h{_n(wide)}"'
        f' stroke="{front}" stroke-opacity=".2"/>\n'
        f'<text x="{_n(_PAD)}" y="18" fill="{front}" fill-opacity=".7">$ {escape(title)}</text>\n'
        f'<g fill="{front}">\n{"".join(shown)}</g>\n</svg>\n'
    )


def _less_motion(still: int) -> str:
    return (
        "@media (prefers-reduced-motion:reduce){.frame{visibility:hidden!important}"
        f"#f{still + 1}{{visibility:visible!important}}}}"
    )


def _clock(begin: float, end: float, total: float) -> str:
    """Visible from ``begin`` to ``end`` of ``total`` seconds, again and again."""
    marks = [(0.0, "visible" if begin == 0 else "hidden")]
    marks += [(begin / total, "visible")] if begin else []
    marks += [(end / total, "hidden")] if end < total else []
    times = ";".join(f"{mark:.4f}".rstrip("0").rstrip(".") for mark, _ in marks)
    values = ";".join(value for _, value in marks)
    return (
        f'<animate attributeName="visibility" calcMode="discrete" dur="{_n(total)}s"'
        f' repeatCount="indefinite" keyTimes="{times}" values="{values}"/>'
    )


def _frame(frame: Frame, ids: dict[str, str], back: str, wide: float, high: float) -> str:
    used: list[str] = []
    for number, line in enumerate(frame.rows):
        drawing = _row(line, back)
        if drawing:
            name = ids.setdefault(drawing, f"r{len(ids)}")
            y = _BAR + number * HEIGHT
            used.append(f'<use href="#{name}" x="{_n(_PAD)}" y="{_n(y)}"/>\n')
    caption = (
        f'<text x="{_n(wide / 2)}" y="{_n(high - 9)}" text-anchor="middle" font-weight="bold">'
        f"{escape(frame.caption)}</text>\n"
    )
    return "".join(used) + caption


def _row(line: tuple[tuple[str, Ink], ...], back: str) -> str:
    made = _grounds(line, back)
    at = 0
    for text, ink in line:
        if ink.underline:
            path = f"M{_n(at * WIDTH)} {_n(HEIGHT - 2)}h{_n(len(text) * WIDTH)}"
            made.append(_stroked(path, ink))
        made += _shapes(text, at, ink)
        made += _words(text, at, ink)
        at += len(text)
    return "".join(made)


def _grounds(line: tuple[tuple[str, Ink], ...], back: str) -> list[str]:
    """Backgrounds; one piece where neighbours share it, so that no seam shows."""
    made: list[str] = []
    at = 0
    for colour, runs in groupby(line, key=lambda run: run[1].back):
        count = sum(len(text) for text, _ in runs)
        if colour != back:
            made.append(
                f'<rect x="{_n(at * WIDTH)}" width="{_n(count * WIDTH)}"'
                f' height="{_n(HEIGHT)}" fill="{colour}"/>'
            )
        at += count
    return made


def _words(text: str, at: int, ink: Ink) -> list[str]:
    """What can be written; cut at wide spaces, which not every reader of SVG keeps."""
    written = "".join(" " if letter in _DRAWN else letter for letter in text)
    bold = ' font-weight="bold"' if ink.bold else ""
    return [
        f'<text x="{_n((at + found.start()) * WIDTH)}" y="{_n(_BASE)}"'
        f' textLength="{_n(len(found[0]) * WIDTH)}" lengthAdjust="spacingAndGlyphs"'
        f' fill="{ink.front}"{bold}>{escape(found[0], quote=False)}</text>'
        for found in _WORDS.finditer(written)
    ]


def _shapes(text: str, at: int, ink: Ink) -> list[str]:
    """Lines, arrows and blocks of a run."""
    made: list[str] = []
    for sign, run in groupby(enumerate(text, at), key=lambda cell: cell[1]):
        places = [place for place, _ in run]
        x, count = places[0] * WIDTH, len(places)
        if sign in _BLOCKS:
            made.append(
                f'<rect x="{_n(x)}" y="2" width="{_n(count * WIDTH)}" height="{_n(HEIGHT - 4)}"'
                f' fill="{ink.front}" fill-opacity="{_BLOCKS[sign]}"/>'
            )
        elif sign in _ARROWS:
            for place in places:
                points = " ".join(
                    f"{_n(place * WIDTH + dx)},{_n(_MIDDLE + dy)}" for dx, dy in _ARROWS[sign]
                )
                made.append(f'<polygon points="{points}" fill="{ink.front}"/>')
        elif sign in _STROKES:
            made.append(_stroked(_path(sign, x, count), ink))
    return made


def _path(sign: str, x: float, count: int) -> str:
    strokes = _STROKES[sign]
    if all(y1 == y2 for _x1, y1, _x2, y2 in strokes):  # horizontal: one stroke for the whole run
        return "".join(f"M{_n(x)} {_n(y)}h{_n(count * WIDTH)}" for _x1, y, _x2, _y2 in strokes)
    return "".join(
        f"M{_n(x + n * WIDTH + x1)} {_n(y1)}L{_n(x + n * WIDTH + x2)} {_n(y2)}"
        for n in range(count)
        for x1, y1, x2, y2 in strokes
    )


def _stroked(path: str, ink: Ink) -> str:
    return f'<path d="{path}" stroke="{ink.front}" fill="none"/>'


def _n(number: float) -> str:
    """A number, short."""
    return f"{number:.1f}".removesuffix(".0")
