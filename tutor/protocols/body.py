"""A message that crosses in one block or in several pieces: its parts, and what it tells.

SMTP sends it as a dot block or as counted chunks, POP3 as multi-line data; a gap may cut it in
two. Header and body are told apart across the pieces (RFC 5322 2.1).
"""

from __future__ import annotations

from collections.abc import Iterator

from tutor.base import Part, Role
from tutor.protocols.events import Anomaly, Fact
from tutor.protocols.message import LOOKED_AT, NAME_BEGUN, facts, split, unstuff
from tutor.protocols.mime import Cut, Structure, fields

_MOST_HEADER = 1 << 22
"""A header that does not end within this many bytes of a piece ends there."""

_BLANK = (b"\n\r\n", b"\n\n")


class Body:
    """One message, fed piece by piece."""

    __slots__ = ("_header", "_header_told", "_in_text", "_structure", "_text", "_told")

    def __init__(self) -> None:
        self._header = bytearray()
        self._header_told = False
        self._text = bytearray()
        self._in_text = False
        self._structure = Structure()
        self._told: list[Fact] = []

    def parts(self, start: int, data: bytes, *, dots: bool, last: bool = False) -> tuple[Part, ...]:
        """Cut the next piece: HEADER fields, BODY, BOUNDARY, ATTACHMENT, TERMINATOR.

        Args:
            start: stream offset of the piece.
            data: its bytes, dots stuffed as they crossed.
            dots: whether a line with a lone dot ends the piece.
            last: whether nothing of the message follows.
        """
        end = len(data) - terminator(data) if dots else len(data)
        cuts = list(self._cuts(data, end, dots=dots, last=last))
        cuts.append((Role.TERMINATOR, end, len(data)))
        return tuple(Part(role, start + a, start + b) for role, a, b in cuts if a < b)

    def _cuts(self, data: bytes, end: int, *, dots: bool, last: bool) -> Iterator[Cut]:
        at, begun = 0, self._in_text
        if not begun:
            at = self._header_end(data, end, last=last)
            yield from fields(data, 0, at)
        if self._in_text and not begun:
            self._structure.enter(bytes(self._header))
        room = LOOKED_AT + 1 - len(self._text)
        if room > 0:
            self._text += data[at : min(at + room, end)]
        yield from self._structure.cut(data, at, end, dots=dots)

    def lose(self) -> None:
        """Bytes of it are missing here."""
        self._structure.lose()

    def told(self, *, final: bool = True, whole: bool = True) -> tuple[Fact, ...]:
        """What the message tells so far and was not told before.

        The header's facts come as soon as it is whole, those of the body with the ``final`` piece.
        ``whole``: that piece ends with the end of the message.
        """
        if not (final or (self._in_text and self._header and not self._header_told)):
            return ()
        self._header_told = True
        body = unstuff(bytes(self._text)) if final else b""
        found = list(facts(bytes(self._header), body))
        if final:
            files = self._structure.finish(whole=whole)
            found += [Fact("attachment", str(one)) for one in files]
        new = [fact for fact in dict.fromkeys(found) if fact not in self._told]
        self._told += new
        return tuple(new)

    def _header_end(self, data: bytes, end: int, *, last: bool) -> int:
        """Where in this piece, whose text ends at ``end``, the header ends."""
        header, before = self._header, len(self._header)
        header += data[: min(end, _MOST_HEADER)]  # a piece may be large: do not copy all of it
        whole = len(header)
        begun = not last and NAME_BEGUN.match(header)
        at = whole if begun else max(split(header, before), before)
        del header[at:]
        ended = header.endswith(_BLANK) or bytes(header[:3]) in (b"", b"\n", b"\r\n")
        self._in_text = whole > before and (at < whole or ended or at > LOOKED_AT)
        return at - before


def parts_of(start: int, content: bytes) -> tuple[Part, ...]:
    """The parts of a message that crossed as it is, at stream offset ``start``."""
    return Body().parts(start, content, dots=False, last=True)


def facts_of(content: bytes, *, whole: bool = True) -> tuple[Fact, ...]:
    """What such a message tells."""
    body = Body()
    body.parts(0, content, dots=False, last=True)
    return body.told(whole=whole)


def terminator(block: bytes) -> int:
    """How many bytes at the block's end are the lone dot and its line end (0 where it lacks)."""
    for ending in (b".\r\n", b".\n"):
        if block == ending or block.endswith(b"\n" + ending):
            return len(ending)
    return 0


def bare_lf(block: bytes) -> tuple[Anomaly, ...]:
    """Name line ends without CR inside a block (RFC 5321 2.3.8 forbids them)."""
    return (Anomaly.BARE_LF,) if block.count(b"\n") != block.count(b"\r\n") else ()
