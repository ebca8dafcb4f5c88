"""A slide on a projector: few rows, far apart, in the middle of the screen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tutor.base import CLIENT, Secret
from tutor.protocols.events import Kind
from tutor.render import explain, names
from tutor.render.lines import Seg
from tutor.session import Eye
from tutor.tui import label
from tutor.tui.deck import Slide
from tutor.tui.paint import Row, add, fit, justify, width_of
from tutor.tui.playback import Playback
from tutor.tui.widgets.conversation import NOW_LINES
from tutor.tui.widgets.panels import bar, count_words
from tutor.tui.widgets.rows import Rows
from tutor.tui.widgets.slide_compare import compare_rows
from tutor.tui.widgets.slide_question import Block, question_blocks
from tutor.tui.wrap import flow
from tutor.words import _, ngettext

WIDEST = 96
"""Columns of a slide's text: longer rows are hard to read from the back."""

_HEIGHTS = (25, 40)
_AIR = ((1, 2), (3, 3), (6, 4))
"""Empty rows above a slide and between its blocks, on a screen of up to as many rows."""
_LEAST_EDGE = 4
_BAR = 24
_LEAST_LINES = 4
_FOLDED = 4
"""Rows of a line that can be shown as its first one and what is looked at."""
_TEXT = 5
"""Rows that are kept free for a text before it is revealed."""
_SAID = 3
"""Rows that are kept free for what is said about a comparison."""
_MOST_NEW = 3
_MOST_BARS = 3
"""Recordings whose bars have a row of their own beneath the label."""


class SlidePane(Rows):
    """Draws a slide; scrolls where a text is longer than the screen."""

    def __init__(self) -> None:
        super().__init__(id="slide")
        self._slide: Slide | None = None
        self._skip = 0
        self._notebook = False

    def show(self, slide: Slide, *, notebook: bool = False) -> None:
        """Show a slide from its top, or all that Eve knows there."""
        self._slide, self._skip, self._notebook = slide, 0, notebook
        self.renew()

    def scroll_rows(self, rows: int) -> None:
        """Move by rows."""
        self._skip = max(0, self._skip + rows)
        self.renew()

    def build(self, width: int, height: int) -> list[Row]:
        """The blocks, as far apart as the height allows; Eve at the bottom."""
        if self._slide is None:
            return []
        inner = max(20, min(width - 2 * _LEAST_EDGE, WIDEST))
        edge = Seg(" " * ((width - inner) // 2), "")
        bottom = foot(self._slide, inner)
        room = max(1, height - len(bottom))
        shown = notebook(self._slide, inner) if self._notebook else blocks(self._slide, inner, room)
        rows = _spread(shown, room)
        rows = self._window(rows, room)
        rows += [[] for _row in range(room - len(rows))]
        return [[edge, *row] if row else [] for row in (*rows, *bottom)]

    def _window(self, rows: list[Row], room: int) -> list[Row]:
        self._skip = max(0, min(self._skip, len(rows) - room))
        shown = rows[self._skip : self._skip + room]
        left = len(rows) - self._skip - len(shown)
        if left > 0:
            words = ngettext("{n} more line", "{n} more lines", left + 1).format(n=left + 1)
            shown[-1] = [Seg(f"… {words} ↓", "dim")]
        return shown


def _spread(parts: list[Block], room: int) -> list[Row]:
    """Join blocks, with as much air above and between them as the screen's height gives.

    A reveal adds a block below, and must not move what stands above it: so the air depends on the
    height alone, and only what would not fit is moved together.
    """
    parts = [part for part in parts if part]
    used = sum(map(len, parts))
    top, air = _AIR[sum(room > height for height in _HEIGHTS)]
    while air > 1 and top + used + air * (len(parts) - 1) > room:
        air -= 1
    rows: list[Row] = [[] for _row in range(min(top, max(1, room - used - len(parts))))]
    for number, part in enumerate(parts):
        rows += [[] for _row in range(air if number else 0)]
        rows += part
    return rows


def blocks(slide: Slide, width: int, room: int) -> list[Block]:
    """The slide from its headline down; the captured line gets the rows that the rest leaves."""
    before: list[Block] = [_headline(slide.headline, width)]
    after = _after(slide, width, apart=room > _HEIGHTS[0])
    if slide.beside is not None:
        left = room - _used(before) - _SAID - 1
        return [*before, compare_rows(slide.beside, width, left), *after]
    if slide.playback is None:
        return before + after
    if not slide.lines or slide.facts is not None:
        before.append([_ends(slide.playback, width)])
    asking = slide.question is not None
    if slide.verdict and _used(before + after) >= room:
        after = _after(slide, width, few=True)
    left = room - _used(before + after) - (0 if after else _TEXT + 1)
    if asking and left < 1:
        # what is asked comes first
        return [before[0], *after]
    if slide.lines and left >= len(slide.lines):
        return [*before, _several(slide.playback, slide.lines, width), *after]
    if slide.facts is None:  # the lines are there to point at: one alone would mislead
        return [before[0], *after]
    line = _line(slide.playback, slide.look, width, max(1 if asking else _LEAST_LINES, left))
    return [*before, line, *after]


def _used(parts: list[Block]) -> int:
    """Rows of blocks and of one empty row beneath each, and above the first."""
    return sum(map(len, parts)) + len(parts) + 1


def _after(slide: Slide, width: int, *, apart: bool = False, few: bool = False) -> list[Block]:
    """What stands beneath the captured line; ``few``: of the answers only those that count."""
    out: list[Block] = []
    if slide.question is not None:
        out += question_blocks(
            slide.question, slide.vote, slide.verdict, width, apart=apart, few=few
        )
    out += [_counts(slide.counts, width), flow(slide.text, width) if slide.text else []]
    return [block for block in out if block]


def notebook(slide: Slide, width: int) -> list[Block]:
    """All that Eve knows at the slide's line, in the order in which she learned it."""
    facts = slide.facts or ()
    masked = slide.playback is None or slide.playback.masked
    secrets = names.known(facts)
    rows: list[Row] = []
    for fact in facts:
        secret = isinstance(fact.value, Secret)
        kind = Seg(f"{names.fact(fact.kind)}  ", "mark" if secret else "eve")
        value = Seg(names.value(fact, masked=masked, secrets=secrets), "strong")
        rows.append(justify([kind, value], [Seg("!!", "mark")] if secret else [], width))
    return [_headline(_("Eve's notebook"), width), rows]


def _headline(words: str, width: int) -> Block:
    rows = flow(words, width, "title")
    longest = max(map(width_of, rows), default=0)
    return [*rows, [Seg("━" * longest, "rule")]]


def _ends(playback: Playback, width: int) -> Row:
    """Who speaks to whom."""
    client, server = playback.ends()
    event = playback.session.event(playback.place)
    to_server = event.span.direction is CLIENT
    between = "─────────▶" if to_server else "◀─────────"
    if event.kind in (Kind.OPEN, Kind.CLOSE, Kind.GAP, Kind.CONFLICT):
        between = "· · · · ·"
    role = "client" if to_server else "server"
    left = [Seg(_("CLIENT"), "client"), Seg(f" {client}", "dim")]
    right = [Seg(_("SERVER"), "server"), Seg(f" {server}", "dim")]
    row = [*left, Seg(f"  {between}  ", role), *right]
    mark = _mark(playback)
    if width_of(row) + width_of(mark) > width:
        row = [left[0], Seg(f"  {between}  ", role), right[0]]
    return justify(row, mark, width)


def _mark(playback: Playback) -> list[Seg]:
    view = playback.view(playback.place)
    line = view.lines(playback.place, 1)[0]
    return label.mark(line, view.protection(playback.place), wordy=True)


def _line(playback: Playback, look: Collection[str] | None, width: int, most: int) -> Block:
    """The captured line in at most so many rows, with the one highlight and its label."""
    view = playback.view(playback.place)
    lines = view.lines(playback.place, most if look is None else NOW_LINES)
    if view.protection(playback.place) == "hidden" and view.eye is Eye.EVE:
        block = _shaded(lines[0].text, width)
        return block if most >= len(block) else block[1:2]
    wanted = label.default_look(lines[0]) if look is None else look
    rows: list[Row] = []
    said: set[str] = set()
    for line in lines:
        for piece in label.body(line, width, wanted, whole=True):
            rows.append(add(piece, "now"))
            rows += label.label_rows(piece, 0, width, explain.role, said)
    return _cut(rows, most)


def _several(playback: Playback, indices: Sequence[int], width: int) -> Block:
    """A row for each line, from where it comes."""
    view = playback.view(playback.place)
    rows: list[Row] = []
    for index in indices:
        line = view.lines(index, 1)[0]
        role = {"C": "client", "S": "server"}.get(line.side, "dim")
        rows.append(fit([Seg(f"{line.arrow} ", role), *add(line.segments, "now")], width))
    return rows


def _cut(rows: list[Row], most: int) -> Block:
    """At most so many rows; a long message from where it is looked at."""
    if len(rows) <= most:
        return rows
    dots: Row = [Seg("...", "dim")]
    looked = (n for n, row in enumerate(rows) if any("+look" in seg.role for seg in row))
    start = next(looked, 0)
    if start < most - 1 or most < _FOLDED:
        return [*rows[: most - 1], dots]
    return [rows[0], dots, *rows[start : start + most - 2]]


def _shaded(words: str, width: int) -> Block:
    """A record that only the two ends can read: a block, with its size."""
    shade = Seg("▒" * width, "shade")
    left = max(0, width - width_of([Seg(words, "")]) - 2)
    middle = [Seg("▒" * (left // 2), "shade"), Seg(f" {words} ", "strong")]
    return [[shade], [*middle, Seg("▒" * (left - left // 2), "shade")], [shade]]


def _counts(counts: Sequence[tuple[str, int]], width: int) -> Block:
    """Eve's count in each recording, as bars."""
    most = max((count for _label, count in counts), default=0)
    rows: list[Row] = []
    for name, count in counts:
        if len(counts) > _MOST_BARS:
            said = Seg(f" {count_words(count):>9}", "strong")
            rows.append(justify([Seg(name, "strong")], [*bar(count, most, _BAR), said], width))
            continue
        rows += flow(name, width, "strong")
        rows.append([*bar(count, most, _BAR), Seg(f" {count_words(count)}", "strong")])
        rows.append([])
    return rows if len(counts) > _MOST_BARS else rows[:-1]


def foot(slide: Slide, width: int) -> list[Row]:
    """Eve's count, what she has just learned, and whether names are real."""
    rows: list[Row] = []
    if slide.facts is not None:
        count = len(slide.facts)
        words = ngettext("Eve knows {n} thing", "Eve knows {n} things", count).format(n=count)
        told, new = [Seg(words, "eve")], _new(slide, width - 1)
        gap = Seg("   ", "")
        if width_of([*told, gap, *new]) <= width:
            rows.append([*told, gap, *new])
        else:
            rows += [told, fit(new, width)]
    if slide.playback is not None and slide.playback.names is not None:
        words = _("Names are pseudonyms here; texts, secrets and bytes are not shown.")
        rows += flow(words, width, "dim")
    return [[], *rows, []] if rows else []


def _new(slide: Slide, width: int) -> list[Seg]:
    """What she has just learned: as much as fits, each whole."""
    playback = slide.playback
    if playback is None or not slide.new or slide.facts is None:
        return []
    secrets = names.known(slide.facts)
    row: list[Seg] = []
    for fact in [fact for fact in slide.facts if fact.step == playback.step][:_MOST_NEW]:
        value = names.value(fact, masked=playback.masked, secrets=secrets)
        mark = " !!" if isinstance(fact.value, Secret) else ""
        said = " ".join(filter(None, (names.fact(fact.kind), value)))
        piece = [Seg("+ ", "eve"), Seg(f"{said}{mark}   ", "strong")]
        if row and width_of([*row, *piece]) > width:
            return [*row, Seg("…", "dim")]
        row += piece
    return row
