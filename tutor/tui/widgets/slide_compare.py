"""Recordings side by side on a slide: a row for each thing that is said, as Eve sees it."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.lesson.compare import Moment
from tutor.render import names
from tutor.render.lines import Seg
from tutor.render.missing import missing_words
from tutor.tui.beside import NAMES, Beside, sign
from tutor.tui.paint import Row, fit, width_of
from tutor.tui.widgets.panels import count_words

_LABEL = 11
_MARK = 3
_BETWEEN = " │ "


def compare_rows(beside: Beside, width: int, room: int) -> list[Row]:
    """A header, the rows, and Eve's counts; the last and the marks only where it is marked.

    All moments where they fit; else one of each group: the first that differs, or its first.
    The height is the same before and after.
    """
    few = [_telling(beside, group) for group in _groups(beside.rows)]
    shown = beside.rows if len(beside.rows) + 2 <= room else few
    rows = [_header(beside, width)]
    for number, row in enumerate(shown):
        again = number > 0 and shown[number - 1].key == row.key
        rows.append(_row(beside, row, "" if again else names.row(row.key), width))
    return [*rows, _counts(beside, width) if beside.marked else []]


def _groups(rows: Sequence[Moment]) -> list[list[Moment]]:
    groups: list[list[Moment]] = []
    for row in rows:
        if groups and groups[-1][0].key == row.key:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _telling(beside: Beside, group: Sequence[Moment]) -> Moment:
    return next((row for row in group if sign(beside.sides, row, "eve") != "="), group[0])


def _column(beside: Beside, width: int) -> int:
    count = len(beside.sides)
    return max(8, (width - _LABEL - _MARK - len(_BETWEEN) * (count - 1)) // count)


def _header(beside: Beside, width: int) -> Row:
    labels = [
        [Seg(f"{name}  {side.label}", "title")]
        for name, side in zip(NAMES, beside.sides, strict=False)
    ]
    return [Seg(" " * _LABEL, ""), *_cells(labels, _column(beside, width))]


def _row(beside: Beside, row: Moment, label: str, width: int) -> Row:
    cells = [
        side.cell(index, "eve", masked=True) if index is not None else _gap(beside, number, row)
        for number, (side, index) in enumerate(zip(beside.sides, row.sides, strict=True))
    ]
    mark = sign(beside.sides, row, "eve") if beside.marked else " "
    return [
        Seg(label[: _LABEL - 1].ljust(_LABEL), "dim"),
        *_cells(cells, _column(beside, width)),
        Seg(f" {mark}", "dim" if mark == "=" else "strong"),
    ]


def _gap(beside: Beside, number: int, row: Moment) -> Row:
    """Nothing there; with its reason where that side has nothing of the kind at all."""
    if any(other.sides[number] is not None for other in beside.rows if other.key == row.key):
        return [Seg("   ·", "dim")]
    return [Seg(f"({missing_words(beside.sides[number].session, row.key)})", "dim")]


def _cells(cells: Sequence[Row], column: int) -> Row:
    row: list[Seg] = []
    for number, cell in enumerate(cells):
        kept = fit(cell, column)
        row += [Seg(_BETWEEN, "rule")] if number else []
        row += [*kept, Seg(" " * (column - width_of(kept)), "")]
    return row


def _counts(beside: Beside, width: int) -> Row:
    """What Eve knows at the end of each."""
    counts = [[Seg(count_words(side.count), "strong")] for side in beside.sides]
    return [Seg("Eve".ljust(_LABEL), "eve"), *_cells(counts, _column(beside, width))]
