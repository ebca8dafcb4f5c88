"""Break text into rows: captured text wherever the edge is, our own text between words.

Our own texts know two marks, as in lesson files: ``**strong**`` and `` `code` ``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len, get_character_cell_size

from tutor.render.lines import Seg

_MARKS = re.compile(r"(\*\*.+?\*\*|`[^`]+`)")
_WORDS = re.compile(r"\s+|\S+")


def chop(row: Iterable[Seg], width: int) -> list[list[Seg]]:
    """Cut a row into rows of at most ``width`` cells, anywhere."""
    rows: list[list[Seg]] = [[]]
    left = max(1, width)
    for text, role in row:
        start = 0
        for at, char in enumerate(text):
            size = get_character_cell_size(char)
            if size > left:
                if at > start:
                    rows[-1].append(Seg(text[start:at], role))
                rows.append([])
                start, left = at, max(1, width)
            left -= size
        if start < len(text):
            rows[-1].append(Seg(text[start:], role))
    return rows


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
    for text, role in segments:
        for word in _WORDS.findall(text):
            size = cell_len(word)
            if word.isspace():
                if row:
                    row.append(Seg(" ", role))
                    left -= 1
                continue
            if size > left and row:
                row = [*margin]
                rows.append(row)
                left = width - indent
            if size > left:
                pieces = chop([Seg(word, role)], left)
                row += pieces[0]
                for piece in pieces[1:]:
                    row = [*margin, *piece]
                    rows.append(row)
                left = width - sum(cell_len(seg.text) for seg in row)
                continue
            row.append(Seg(word, role))
            left -= size
    return [_tidy(row) for row in rows]


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
