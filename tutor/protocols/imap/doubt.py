"""Lines that may be of a literal: behind a gap, or where the capture begins in the middle.

A literal's size stands on the line before it (RFC 9051 4.3). Where that line was not captured,
what follows may be a message, and a message may hold any text: "a1 LOGIN alice secret" among it.
Such a line is taken for what it looks like only where something else says that lines are due.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tutor.base import Direction

_NUMBERED = re.compile(r"(.*?)(\d{1,15})\Z", re.DOTALL)
_FURTHEST = 1000
"""Commands that may have been lost between two tags that follow one another."""

_CERTAIN = 4
"""So many lines that look like commands, with tags that follow one another, are some: where the
other end was not captured there is no better sign."""


def counted(tag: str) -> bool:
    """Whether a tag ends in a number, as those do that programs make."""
    return _NUMBERED.match(tag) is not None


def follows(before: str, tag: str) -> bool:
    """Whether a client that counts its tags may send ``tag`` after ``before``: A7, A8."""
    one, other = _NUMBERED.match(before), _NUMBERED.match(tag)
    if one is None or other is None or one[1] != other[1]:
        return False
    return 0 < int(other[2]) - int(one[2]) <= _FURTHEST


@dataclass(slots=True)
class Doubt:
    """What there is reason to doubt in one session.

    Attributes:
        of: per direction, whether its lines may be of a literal.
        last: the tag of the last command or answer that is certain.
        guess: the tag of the last line in doubt that looked like a command.
        chain: how many such lines followed one another, by their tags.
    """

    of: list[bool] = field(default_factory=lambda: [False, False])
    last: str = ""
    guess: str = ""
    chain: int = 0

    def believe(self, direction: Direction, tag: str) -> None:
        """A command or an answer with this tag is certain, so lines are due in ``direction``."""
        self.of[direction] = False
        if not counted(self.last) or follows(self.last, tag):
            self.last = tag

    def command(self, tag: str, *, login: bool, first: bool) -> bool:
        """Whether a line in doubt that looks like a command is one.

        Args:
            tag: its tag.
            login: whether it would log in.
            first: whether it is the first line that came again: packets begin where lines do.
        """
        if counted(self.last):
            return follows(self.last, tag)
        self.chain = self.chain + 1 if follows(self.guess, tag) else 1
        self.guess = tag
        return first or (self.chain >= _CERTAIN and not login)

    def answer(self, tag: str, status: str) -> bool:
        """Whether a line in doubt that looks like an answer to an unseen command is one."""
        if counted(self.last):
            return follows(self.last, tag)
        return counted(tag) and status.isupper()
