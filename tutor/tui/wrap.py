"""Break text into rows: captured text so that nothing is lost, our own text between words.

Our own texts know two marks, as in lesson files: ``**strong**`` and `` `code` ``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from rich.cells import cell_len, get_character_cell_size

from tutor.render.lines import Seg

_MARKS = re.compile(r"(\*\*.+?\*\*|`[^`]+`)")
_WORDS = re.compile(r"\s+|\S+")


def chop(row: Iterable[Seg], width: int) -> list[list[Seg]]:
    """Cut a row into rows of at most ``width`` cells: after a blank near the edge, else anywhere.

    Every cell is kept, a blank at the end of a row too, so that places can still be counted.
    """
    cells = [(char, role) for text, role in row for char in text]
    rows: list[list[Seg]] = []
    start = 0
    while start < len(cells):
        end = _reach(cells, start, max(1, width))
        if end < len(cells):
            end = _blank_before(cells, start, end)
        rows.append(_joined(cells[start:end]))
        start = end
    return rows or [[]]


def chop_lines(text: str, role: str, width: int) -> list[list[Seg]]:
    """The same for several lines, each of which begins a row."""
    return [row for line in text.split("\n") for row in chop([Seg(line, role)], width)]


def _reach(cells: list[tuple[str, str]], start: int, width: int) -> int:
    """Where a row that begins at ``start`` is full."""
    left = width
    for at in range(start, len(cells)):
        left -= get_character_cell_size(cells[at][0])
        # a character wider than the row stands alone
        if left < 0 and at > start:
            return at
    return len(cells)


def _blank_before(cells: list[tuple[str, str]], start: int, end: int) -> int:
    """The last place before ``end`` where a word begins, if it leaves half of the row or more."""
    for at in range(end, start + (end - start) // 2, -1):
        if cells[at - 1][0] == " " and cells[at][0] != " ":
            return at
    return end


def _joined(cells: list[tuple[str, str]]) -> list[Seg]:
    """Characters as segments, one for each run of a role."""
    runs = groupby(cells, key=lambda cell: cell[1])
    return [Seg("".join(char for char, _role in run), role) for role, run in runs]


def marked(text: str, role: str = "") -> list[Seg]:
    """Read the two marks of our own texts."""
    out: list[Seg] = []
    for piece in _MARKS.split(text):
        if piece.startswith("**") and len(piece) > 4:
            out.append(Seg(piece[2:-2], "strong"))
        elif piece.startswith("`") and len(piece) > 2:
            out.append(Seg(piece[1:-1], "code"))
        elif piece:
            out.append(Seg(piece, role))
    return out


def flow(text: str, width: int, role: str = "", indent: int = 0) -> list[list[Seg]]:
    """Our own text between words, in rows; an empty line begins a paragraph.

    Lines of a paragraph are joined, since lesson files break them wherever they like.
    """
    rows: list[list[Seg]] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if rows:
            rows.append([])
        joined = " ".join(paragraph.split())
        rows += _fill(marked(joined, role), width, indent)
    return rows


def _fill(segments: list[Seg], width: int, indent: int) -> list[list[Seg]]:
    margin = [Seg(" " * indent, "")] if indent else []
    row: list[Seg] = []
    rows: list[list[Seg]] = [row]
    left = width
    for word in _words(segments):
        size = sum(cell_len(seg.text) for seg in word)
        if word[0].text.isspace():
            if row:
                row.append(Seg(" ", word[0].role))
                left -= 1
            continue
        if size > left and row:
            row = [*margin]
            rows.append(row)
            left = width - indent
        if size > left:
            pieces = chop(word, left)
            row += pieces[0]
            for piece in pieces[1:]:
                row = [*margin, *piece]
                rows.append(row)
            left = width - sum(cell_len(seg.text) for seg in row)
            continue
        row += word
        left -= size
    return [_tidy(row) for row in rows]


def _words(segments: list[Seg]) -> list[list[Seg]]:
    """Words and blanks; what stands against a word is part of it, though its role is another."""
    words: list[list[Seg]] = []
    for text, role in segments:
        for piece in _WORDS.findall(text):
            if words and not piece.isspace() and not words[-1][0].text.isspace():
                words[-1].append(Seg(piece, role))
            else:
                words.append([Seg(piece, role)])
    return words


def _tidy(row: list[Seg]) -> list[Seg]:
    """Join neighbours of one role and drop the space at the end."""
    while row and row[-1].text.isspace():
        row.pop()
    out: list[Seg] = []
    for seg in row:
        if out and out[-1].role == seg.role:
            out[-1] = Seg(out[-1].text + seg.text, seg.role)
        else:
            out.append(seg)
    return out
