"""Bytes as a hex dump: offset, sixteen bytes, the same as text. Masked bytes show as ``··``."""

from __future__ import annotations

from tutor.base import Role
from tutor.render.lines import Line, Seg
from tutor.render.mask import Mask
from tutor.session import Session

_ROW = 16


def hex_lines(session: Session, index: int, mask: Mask | None, most: int = 64) -> list[Line]:
    """The hex dump of an event's bytes, sixteen a line, each byte with the role of its part.

    With a ``mask``, what it hides is hidden; None reveals.
    """
    event = session.event(index)
    span = event.span
    span = span._replace(end=min(span.end, span.start + most * _ROW))
    data = session.data(span)
    roles = [Role.UNPARSED] * len(data)
    for part in event.parts:
        for at in range(part.start - span.start, min(part.end - span.start, len(data))):
            roles[at] = part.role
    hidden: set[int] = set()
    for start, end in mask.hidden(event, span.start, span.end) if mask else ():
        hidden.update(range(start - span.start, end - span.start))
    lines = []
    for number, start in enumerate(range(0, len(data), _ROW)):
        row = range(start, min(start + _ROW, len(data)))
        codes = [Seg(" ··" if at in hidden else f" {data[at]:02x}", roles[at].value) for at in row]
        text = [Seg("·" if at in hidden else _char(data[at]), roles[at].value) for at in row]
        pad = " " * (3 * (_ROW - len(row)) + 2)
        segments = (Seg(f"{span.start + start:06x} ", "dim"), *codes, Seg(pad, "dim"), *text)
        lines.append(Line(index + 1, number, "", "", segments))
    return lines


def _char(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else "."
