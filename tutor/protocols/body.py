"""A message that crosses in one block or in several pieces: its parts, and what it tells.

SMTP sends it as a dot block or as counted chunks, POP3 as multi-line data; a gap may cut it in
two. Header and body are told apart across the pieces (RFC 5322 2.1).
"""

from __future__ import annotations

import re

from tutor.base import Part, Role
from tutor.protocols.events import Anomaly, Fact
from tutor.protocols.message import LOOKED_AT, facts, split, unstuff

_NAME_BEGUN = re.compile(rb"[!-9;-~]{1,76}\Z")
"""A piece may end in the name of its first field."""

_MOST_HEADER = 1 << 22
"""A header that does not end within this many bytes of a piece ends there."""

_BLANK = (b"\n\r\n", b"\n\n")


class Body:
    """One message, fed piece by piece."""

    __slots__ = ("_header", "_header_told", "_in_text", "_text", "_told")

    def __init__(self) -> None:
        self._header = bytearray()
        self._header_told = False
        self._text = bytearray()
        self._in_text = False
        self._told: list[Fact] = []

    def parts(self, start: int, data: bytes, *, dots: bool) -> tuple[Part, ...]:
        """Cut the next piece into HEADER, BODY and TERMINATOR.

        Args:
            start: stream offset of the piece.
            data: its bytes, dots stuffed as they crossed.
            dots: whether a line with a lone dot ends the piece.
        """
        end = len(data) - terminator(data) if dots else len(data)
        at = 0 if self._in_text else self._header_end(data, end)
        room = LOOKED_AT + 1 - len(self._text)
        if room > 0:
            self._text += data[at : min(at + room, end)]
        cuts = ((Role.HEADER, 0, at), (Role.BODY, at, end), (Role.TERMINATOR, end, len(data)))
        return tuple(Part(role, start + a, start + b) for role, a, b in cuts if a < b)

    def told(self, *, final: bool = True) -> tuple[Fact, ...]:
        """What the message tells so far and was not told before.

        The header's facts come as soon as it is whole, those of the body with the ``final`` piece.
        """
        if not (final or (self._in_text and self._header and not self._header_told)):
            return ()
        self._header_told = True
        body = unstuff(bytes(self._text)) if final else b""
        new = [fact for fact in facts(bytes(self._header), body) if fact not in self._told]
        self._told += new
        return tuple(new)

    def _header_end(self, data: bytes, end: int) -> int:
        """Where in this piece, whose text ends at ``end``, the header ends."""
        header, before = self._header, len(self._header)
        header += data[: min(end, _MOST_HEADER)]  # a piece may be large: do not copy all of it
        whole = len(header)
        at = whole if _NAME_BEGUN.match(header) else max(split(header, before), before)
        del header[at:]
        ended = header.endswith(_BLANK) or bytes(header[:3]) in (b"", b"\n", b"\r\n")
        self._in_text = whole > before and (at < whole or ended or at > LOOKED_AT)
        return at - before


def terminator(block: bytes) -> int:
    """How many bytes at the block's end are the lone dot and its line end (0 where it lacks)."""
    for ending in (b".\r\n", b".\n"):
        if block == ending or block.endswith(b"\n" + ending):
            return len(ending)
    return 0


def bare_lf(block: bytes) -> tuple[Anomaly, ...]:
    """Name line ends without CR inside a block (RFC 5321 2.3.8 forbids them)."""
    return (Anomaly.BARE_LF,) if block.count(b"\n") != block.count(b"\r\n") else ()
