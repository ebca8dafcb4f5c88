"""Where the pieces of a message are: header fields, MIME boundaries, attachments (RFC 2046 5.1).

A message crosses in one block or in several, and a piece may end anywhere. So this is a walk whose
state lasts from piece to piece. It looks at the beginnings of lines only: its cost is bounded
whatever a message holds, and deep nesting made by an attacker costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from tutor.base import Role
from tutor.protocols.attachment import Attachment
from tutor.protocols.message import NAME_BEGUN, Entity, entity, split

Cut = tuple[Role, int, int]
"""A role, and from where to where in the piece."""

_DEEPEST = 8
_MOST_PARTS = 200
_MOST_FIELDS = 200
_MOST_HEADER = 1 << 16
_MOST_DASHES = 20_000
"""Lines that begin with two hyphens and are looked at."""

_BLANK = (b"\n\r\n", b"\r\n", b"\n")

_MOST_LINE = 200  # a boundary has at most 70 characters (RFC 2046 5.1.1)


def fields(data: bytes, at: int, end: int) -> Iterator[Cut]:
    """Cut a header into its fields, each with the lines that go on with it (RFC 5322 2.2.3)."""
    for _ in range(_MOST_FIELDS):
        if at >= end:
            return
        stop = data.find(b"\n", at, end) + 1 or end
        while data[stop : stop + 1] in (b" ", b"\t") and stop < end:
            stop = data.find(b"\n", stop, end) + 1 or end
        yield Role.HEADER, at, stop
        at = stop
    if at < end:
        yield Role.HEADER, at, end


class Structure:
    """Cuts a message's body; ``enter`` gives it the header first.

    Attributes:
        found: the attachments, in order; the last one may still grow.
    """

    __slots__ = ("_begun", "_boundaries", "_dashes", "_fresh", "_head", "_parts", "_role", "found")

    def __init__(self) -> None:
        self.found: list[Attachment] = []
        self._boundaries: list[bytes] = []  # the innermost last
        self._head: bytearray | None = None  # the header of a part, while it comes
        self._role = Role.BODY
        self._fresh = True  # the next byte begins a line
        self._begun = b""  # a line that the last piece cut, and that may be a boundary
        self._dashes = self._parts = 0

    def enter(self, header: bytes) -> None:
        """The header of the message, or of a part, is whole: what follows it is of that kind."""
        self._head = None
        self._role = Role.BODY
        self._parts += 1
        if self._parts > _MOST_PARTS:
            self._give_up()
            return
        said = entity(header)
        if said is None:
            return
        if said.boundary and len(self._boundaries) < _DEEPEST:
            self._boundaries.append(b"--" + said.boundary)
        elif said.message and not said.encoded:
            self._head = bytearray()
        if not said.boundary:
            self._begin(said)

    def _begin(self, said: Entity) -> None:
        if said.name:
            self.found.append(Attachment(said.name, said.encoding))
        if said.name or not said.readable:
            self._role = Role.ATTACHMENT

    def _give_up(self) -> None:
        """Too much of it: the rest is one piece."""
        self._boundaries.clear()
        for attachment in self.found[-1:]:
            attachment.torn = True

    def lose(self) -> None:
        """Bytes are missing here."""
        self._fresh = False
        self._begun = b""
        for attachment in self.found[-1:]:
            attachment.torn = True

    def finish(self, *, whole: bool) -> tuple[Attachment, ...]:
        """Nothing more comes: all attachments. ``whole``: the end of the message was seen."""
        if self._begun and self._boundary(self._begun):
            self._close()
        for attachment in self.found[-1:]:
            if not attachment.closed and (self._boundaries or not whole):
                attachment.torn = True
        return tuple(self.found)

    # cutting

    def cut(self, data: bytes, at: int, end: int, *, dots: bool) -> Iterator[Cut]:
        """Cut the bytes ``at`` to ``end`` of the next piece; ``dots``: they are stuffed."""
        if self._begun and at < end:
            yield from self._go_on(data, at, end)
            self._fresh = True
            at = min(data.find(b"\n", at, end) + 1 or end, end)
        while at < end:
            limit, ended = (end, False) if self._head is None else self._header_end(data, at, end)
            place, stop = self._delimiter(data, at, limit)
            yield from self._content(data, at, place, dots=dots)
            if place < stop:
                if not self._begun:
                    self._pass(data[place : min(stop, place + _MOST_LINE)])
                yield Role.BOUNDARY, place, stop
            elif ended and self._head is not None:
                self.enter(bytes(self._head))
            at = stop
        self._fresh = not end or data[end - 1 : end] == b"\n"

    def _go_on(self, data: bytes, at: int, end: int) -> Iterator[Cut]:
        """The rest of a line that may be a boundary."""
        stop = data.find(b"\n", at, end) + 1 or end
        line, self._begun = self._begun + data[at:stop][:_MOST_LINE], b""
        if self._boundary(line):
            if data[stop - 1 : stop] == b"\n":
                self._pass(line)
            else:
                self._begun = line
            yield Role.BOUNDARY, at, stop
        else:
            yield self._role, at, stop

    def _content(self, data: bytes, at: int, end: int, *, dots: bool) -> Iterator[Cut]:
        """What stands before the next boundary."""
        for attachment in self.found[-1:]:
            attachment.add(data[at:end], dots=dots)
        if self._head is not None:
            yield from fields(data, at, end)
        elif at < end:
            yield self._role, at, end

    def _header_end(self, data: bytes, at: int, end: int) -> tuple[int, bool]:
        """Where the part's header ends in this piece, and whether it does."""
        assert self._head is not None
        before = len(self._head)
        joined = bytes(self._head) + data[at : min(end, at + _MOST_HEADER)]
        if NAME_BEGUN.match(joined):
            self._head[:] = joined
            return end, False
        size = max(split(joined), before)
        self._head[before:] = joined[before:size]
        blank = joined[:size].endswith((b"\n\r\n", b"\n\n")) or joined[:size] in (b"\r\n", b"\n")
        if size < len(joined) or blank or size > _MOST_HEADER:
            return at + size - before, True
        return end, False

    def _delimiter(self, data: bytes, at: int, end: int) -> tuple[int, int]:
        """Where the next boundary's line begins and ends; both are ``end`` where there is none."""
        fresh, self._fresh = self._fresh, True
        if not self._boundaries:
            return end, end
        place = at if fresh and data.startswith(b"--", at) else data.find(b"\n--", at, end) + 1
        while (place or (fresh and not at)) and data.startswith(b"--", place) and place < end:
            stop = data.find(b"\n", place, end) + 1
            line = data[place : min(stop or end, place + _MOST_LINE)]
            if stop and self._boundary(line):
                return place, stop
            if not stop and self._may_become(line):
                self._begun = line
                return place, end
            self._dashes += 1
            if self._dashes > _MOST_DASHES:
                self._give_up()
                break
            found = data.find(b"\n--", place, end)
            if found < 0:
                break
            place = found + 1
        if data.endswith(b"\n-", at, end) or (fresh and data[at:end] == b"-"):
            self._begun = b"-"
            return end - 1, end
        return end, end

    # boundaries

    def _boundary(self, line: bytes) -> int:
        """Which boundary the line is, counted from 1, the outermost; 0 for none."""
        for number in range(len(self._boundaries), 0, -1):
            marker = self._boundaries[number - 1]
            if line.startswith(marker) and line[len(marker) :].strip(b" \t\r\n") in (b"", b"--"):
                return number
        return 0

    def _may_become(self, line: bytes) -> bool:
        return any(
            marker.startswith(line) or line.startswith(marker) for marker in self._boundaries
        )

    def _pass(self, line: bytes) -> None:
        """A boundary: the part before it ends, and the next one or none begins."""
        self._close()
        number = self._boundary(line)
        marker = self._boundaries[number - 1]
        del self._boundaries[number:]
        self._role = Role.BODY
        self._head = bytearray()
        if line[len(marker) :].startswith(b"--"):
            self._boundaries.pop()
            self._head = None

    def _close(self) -> None:
        for attachment in self.found[-1:]:
            attachment.close()
