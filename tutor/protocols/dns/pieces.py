"""One DNS message cut into pieces that tile it: what each byte is for, and what it says in words.

The bytes of a name are labels and pointers (RFC 1035 4.1.4), those of an address plain numbers;
nobody can read them. So each piece has a text beside its bytes, as a zone file would write it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from tutor.base import Role
from tutor.protocols.dns.message import TYPES, BadMessageError, read_name, read_value

QUESTION, ANSWER, BEHIND = "question", "answer", "behind"

_PREFERENCE: Final = 2  # bytes
_HEADER: Final = struct.Struct("!HHHHHH")
_VALUES: Final = {
    "A": Role.ADDRESS,
    "AAAA": Role.ADDRESS,
    "CNAME": Role.HOST,
    "NS": Role.HOST,
    "PTR": Role.HOST,
}


class Piece(NamedTuple):
    """Bytes ``start`` to ``end`` of a message.

    Attributes:
        role: what they are for.
        start, end: where they are.
        text: what they say; "" where a reader needs no word of it.
        section: ``question``, ``answer``, ``behind`` (authority, additional), "" for the header.
        row: number of its question or record in the message, -1 for the header.
    """

    role: Role
    start: int
    end: int
    text: str = ""
    section: str = ""
    row: int = -1


_HEAD: Final = (
    Piece(Role.TAG, 0, 2),
    Piece(Role.FLAG, 2, 3),
    Piece(Role.CODE, 3, 4),
    Piece(Role.COUNT, 4, _HEADER.size),
)
"""RFC 1035 4.1.1: id; two bytes of flags, of which the last half byte is the code; counts."""


def pieces(data: bytes) -> tuple[Piece, ...]:
    """Cut a message that ``parse`` could read; what is broken behind its answers is unparsed."""
    found = list(_HEAD)
    counts = _HEADER.unpack_from(data)[2:]
    at, row = _HEADER.size, 0
    sections = (QUESTION, ANSWER, BEHIND, BEHIND)
    try:
        for section, count in zip(sections, counts, strict=True):
            for _ in range(count):
                cut = tuple(_entry(data, at, section, row))
                found += cut
                at, row = cut[-1].end, row + 1
    except (BadMessageError, struct.error, IndexError):
        pass
    if at < len(data):
        found.append(Piece(Role.UNPARSED, at, len(data)))
    return tuple(piece for piece in found if piece.end > piece.start)


def _entry(data: bytes, at: int, section: str, row: int) -> Iterator[Piece]:
    """A question or a record (RFC 1035 4.1.2, 4.1.3)."""
    name, behind = read_name(data, at)
    (kind,) = struct.unpack_from("!H", data, behind)
    word = TYPES.get(kind, f"TYPE{kind}")
    shown = section != BEHIND
    yield Piece(Role.DOMAIN, at, behind, (name or ".") if shown else "", section, row)
    yield Piece(Role.TYPE, behind, behind + 2, word if shown else "", section, row)
    yield Piece(Role.CLASS, behind + 2, behind + 4, "", section, row)
    if section == QUESTION:
        return
    _, size = struct.unpack_from("!IH", data, behind + 4)
    start = behind + 10
    if start + size > len(data):
        raise BadMessageError
    yield Piece(Role.TTL, behind + 4, behind + 8, "", section, row)
    yield Piece(Role.SIZE, behind + 8, start, "", section, row)
    for piece in _said(data, kind, start, start + size):
        yield piece._replace(section=section, row=row, text=piece.text if shown else "")


def _said(data: bytes, kind: int, start: int, end: int) -> Iterator[Piece]:
    """What a record says."""
    text = read_value(data, kind, start, end)
    if TYPES.get(kind) == "MX" and end - start > _PREFERENCE:
        preference, _blank, host = text.partition(" ")
        yield Piece(Role.PREFERENCE, start, start + _PREFERENCE, preference)
        yield Piece(Role.HOST, start + _PREFERENCE, end, host)
    else:
        yield Piece(_VALUES.get(TYPES.get(kind, ""), Role.ARGUMENT), start, end, text)
