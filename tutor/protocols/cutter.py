"""Cut a line into parts from left to right, so that they tile it by construction."""

from __future__ import annotations

import re

from tutor.base import Part, Role

_MOST_WORDS = 100
_BLANKS = re.compile(rb"[ \t]*")
_WORD = re.compile(rb"[^ \t]*")


class Cutter:
    """A line, a place in it, and the parts up to that place.

    Args:
        start: stream offset of the line's first byte.
        line: the line, its line end included (it may be missing).
    """

    __slots__ = ("at", "end", "line", "parts", "start")

    def __init__(self, start: int, line: bytes) -> None:
        self.start = start
        self.line = line
        self.at = 0
        self.end = len(line.rstrip(b"\r\n"))
        self.parts: list[Part] = []

    @property
    def left(self) -> bytes:
        """What is not cut yet, without the line end."""
        return self.line[self.at : self.end]

    @property
    def more(self) -> bool:
        """Whether anything is left; cheaper than looking at it."""
        return self.at < self.end

    def words(self, roles: tuple[Role, ...]) -> tuple[bytes, ...]:
        """Make a part of each word that is left, by ``roles``; the last role repeats.

        Of a line with words without end, the rest becomes one part.
        """
        found: list[bytes] = []
        while self.more:
            role = roles[min(len(found), len(roles) - 1)]
            found.append(self.word(role) if len(found) < _MOST_WORDS else self.rest(role))
        return tuple(found)

    def to(self, role: Role, end: int) -> bytes:
        """Make a part of the bytes up to ``end`` (an offset in the line); none where empty."""
        end = min(end, self.end)
        piece = self.line[self.at : end]
        if piece:
            self.parts.append(Part(role, self.start + self.at, self.start + end))
            self.at = end
        return piece

    def take(self, role: Role, size: int) -> bytes:
        """Make a part of the next ``size`` bytes."""
        return self.to(role, self.at + size)

    def blanks(self) -> bytes:
        """Make a part of the spaces and tabs that come next."""
        return self._match(Role.SPACE, _BLANKS)

    def word(self, role: Role) -> bytes:
        """Make a part of what comes up to the next blank, and one of the blanks behind it."""
        piece = self._match(role, _WORD)
        self.blanks()
        return piece

    def rest(self, role: Role) -> bytes:
        """Make a part of all that is left before the line end."""
        return self.to(role, self.end)

    def close(self, role: Role = Role.TEXT) -> tuple[Part, ...]:
        """Give all parts; what was left over gets ``role``, the line end its own."""
        self.rest(role)
        if self.end < len(self.line):
            end = self.start + len(self.line)
            self.parts.append(Part(Role.CRLF, self.start + self.end, end))
        return tuple(self.parts)

    def _match(self, role: Role, pattern: re.Pattern[bytes]) -> bytes:
        match = pattern.match(self.line, self.at, self.end)
        return self.to(role, match.end()) if match else b""
