"""Collect the parts of an event so that they tile it, whatever is left unsaid."""

from __future__ import annotations

from tutor.base import Part, Role
from tutor.protocols.imap.lexer import Is, Token

_PLAIN = {
    Is.SPACE: Role.SPACE,
    Is.EOL: Role.CRLF,
    Is.SIZE: Role.LITERAL_SIZE,
    Is.PARTIAL: Role.PARTIAL,
    Is.OPEN: Role.ARGUMENT,
    Is.CLOSE: Role.ARGUMENT,
}


class Tiles:
    """Parts in order, from ``start`` on, each beginning where the last one ended."""

    __slots__ = ("_at", "_parts")

    def __init__(self, start: int) -> None:
        self._at = start
        self._parts: list[Part] = []

    def add(self, role: Role, end: int) -> None:
        """The bytes up to ``end`` have this role; nothing happens where there are none."""
        if end > self._at:
            self._parts.append(Part(role, self._at, end))
            self._at = end

    def token(self, token: Token, role: Role) -> None:
        """Add a token whose value has ``role``. Quotes are parts of their own."""
        if token.what is Is.QUOTED:
            self.add(Role.ARGUMENT, token.start + 1)
            self.add(role, token.end - 1)
            self.add(Role.ARGUMENT, token.end)
        else:
            self.add(_PLAIN.get(token.what, role), token.end)

    def done(self, end: int) -> tuple[Part, ...]:
        """Give the parts; what no one named up to ``end`` is ``UNPARSED``."""
        self.add(Role.UNPARSED, end)
        return tuple(self._parts)
