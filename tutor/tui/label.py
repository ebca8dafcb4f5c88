"""Captured lines as rows: arrow and side, text, highlight with labels beneath, mark at the edge.

Shared by the transcript and the ladder. A label stands beneath the part that it names:
``└user┘└──password──┘``; one that has no room beside its neighbour goes one row lower.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from rich.cells import cell_len

from tutor.base import Role
from tutor.lesson.look import looked
from tutor.render.lines import Line, Seg
from tutor.tui.paint import fit
from tutor.tui.wrap import chop
from tutor.words import _

_NOT_LABELLED = frozenset({"space", "crlf", "text", "dim", "mask", "unparsed", "terminator"})

_NO_TAG = ("tag", "*")
"""IMAP's asterisk stands where there is no tag: it is highlighted, and not called one."""

_ONCE = frozenset(
    {"header", "body", "boundary", "attachment", "code", "token", "challenge", "response"}
)
"""What goes on over many lines, and needs one label."""

SECRETS = (
    Role.USER,
    Role.AUTHZID,
    Role.PASSWORD,
    Role.TOKEN,
    Role.RESPONSE,
    Role.CHALLENGE,
)
"""What is highlighted where a lesson does not say: what a login shows."""

_HEADS = (Role.VERB, Role.STATUS, Role.CODE)


def default_look(line: Line) -> frozenset[str]:
    """The roles to highlight in a line of which no lesson speaks."""
    there = {segment.role for segment in line.segments}
    found = {role.value for role in SECRETS} & there
    if found:
        return frozenset(found)
    return frozenset({role.value for role in _HEADS} & there)


def secret(row: Sequence[Seg]) -> bool:
    """Whether a row shows what a login shows."""
    return any(segment.role.split("+")[0] in SECRETS for segment in row)


def highlight(segments: Sequence[Seg], look: Collection[str]) -> list[Seg]:
    """Put the one highlight of the screen on the parts that are looked at."""
    return [
        Seg(text, f"{role}+look") if looked(look, role.split("+")[0], text) else Seg(text, role)
        for text, role in segments
    ]


def label_rows(
    row: Sequence[Seg],
    margin: int,
    width: int,
    name: Callable[[str], str],
    said: set[str] | None = None,
) -> list[list[Seg]]:
    """The labels beneath the highlighted parts of a row.

    Args:
        row: the row, with ``+look`` on what is highlighted.
        margin: cells before the row's first segment.
        width: cells that a label row may take.
        name: the word for a role.
        said: what the rows above have labelled already, and this row adds to: a header of five
            lines is labelled once, or the labels would push the body off the screen.
    """
    rows: list[tuple[int, list[Seg]]] = []
    at = margin
    for part in _joined(row):
        size = cell_len(part.text)
        base, _plus, modifier = part.role.partition("+")
        again = said is not None and base in _ONCE and base in said
        named = base not in _NOT_LABELLED and (base, part.text) != _NO_TAG
        if "look" in modifier and named and size and not again:
            _place(rows, at, size, name(base), width)
            if said is not None:
                said.add(base)
        at += size
    return [segments for _end, segments in rows]


def _joined(row: Sequence[Seg]) -> list[Seg]:
    out: list[Seg] = []
    for seg in row:
        if out and out[-1].role == seg.role:
            out[-1] = Seg(out[-1].text + seg.text, seg.role)
        else:
            out.append(seg)
    return out


def _place(rows: list[tuple[int, list[Seg]]], at: int, size: int, word: str, width: int) -> None:
    if not word:
        return
    box = max(size, cell_len(word) + 2)
    start = max(0, min(at, width - box))
    text = f"└{word.center(box - 2, '─')}┘"
    for number, (end, segments) in enumerate(rows):
        if end <= start:
            segments += [Seg(" " * (start - end), ""), Seg(text, "label")]
            rows[number] = (start + box, segments)
            return
    rows.append((start + box, [Seg(" " * start, ""), Seg(text, "label")]))


MOST_WRAPPED = 3
"""Rows of one captured line, unless what is highlighted stands further on."""


def mark_found(segments: Sequence[Seg], text: str) -> list[Seg]:
    """Mark what was searched for, in whichever case it stands."""
    if not text:
        return list(segments)
    pattern = re.compile(f"({re.escape(text)})", re.IGNORECASE)
    out: list[Seg] = []
    for segment in segments:
        for number, piece in enumerate(pattern.split(segment.text)):
            if piece:
                out.append(Seg(piece, f"{segment.role}+found" if number % 2 else segment.role))
    return out


def body(
    line: Line, width: int, look: Collection[str], *, whole: bool, found: str = ""
) -> list[list[Seg]]:
    """The text of a line in rows: one, cut at the edge, or with ``whole`` as many as it needs.

    No more than ``MOST_WRAPPED``, or as far as something is highlighted or was found; the last
    one then says so.
    """
    segments = mark_found(highlight(line.segments, look), found)
    if not whole:
        return [segments]
    rows = chop(segments, width)
    signs = ("+look", "+found")
    rows_shown = [
        n for n, row in enumerate(rows) for seg in row if any(s in seg.role for s in signs)
    ]
    kept = max([MOST_WRAPPED, *(n + 1 for n in rows_shown)])
    if len(rows) > kept:
        rest = [seg for row in rows[kept - 1 :] for seg in row]
        rows = [*rows[: kept - 1], fit(rest, width)]
    return rows


def mark(line: Line, protection: str, *, wordy: bool) -> list[Seg]:
    """The mark at the right edge, with its word where there is room."""
    glyph = line.mark
    if not glyph:
        return []
    role = "safe" if glyph in ("~", "··") else "mark"
    word = mark_word(glyph, protection) if wordy else ""
    return [Seg(f" {word} {glyph}" if word else f" {glyph}", role)]


def mark_word(glyph: str, protection: str) -> str:
    """The word that goes with a mark."""
    if protection == "token":
        return _("token")
    return {
        "!!": _("readable"),
        "b64": _("encoded"),
        "#": _("hashed"),
        "~": _("protected"),
        "··": _("not visible"),
    }.get(glyph, "")
