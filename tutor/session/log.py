"""The log of a session: events in, kept as arrays, given back as values on demand.

A session of 15 MB may have hundreds of thousands of lines. As objects each would cost more than a
kilobyte; here it costs about a hundred bytes: the span as numbers, the parts as roles and lengths
(they tile the span, so lengths are enough), and all that lines have in common only once.
"""

from __future__ import annotations

from array import array
from struct import Struct
from typing import Final

from tutor.base import Direction, Part, Role, Span
from tutor.protocols.events import Detail, Event, Kind

_PART: Final = Struct("<BQ")
_SMALL: Final = Struct("<BB")
_ROLES: Final = tuple(Role)
_KIND_NUMBER: Final = {kind: number for number, kind in enumerate(Kind)}
_ROLE_NUMBER: Final = {role: number for number, role in enumerate(_ROLES)}
_HEAD: Final = 3  # numbers for each event: start, end, and kind, layer and direction in one


class Log:
    """Append-only; ``log[i]`` makes the event anew."""

    __slots__ = ("_heads", "_known", "_parts", "_tails", "_which")

    def __init__(self) -> None:
        self._heads = array("Q")
        self._parts: list[bytes] = []
        self._tails: list[Event] = []  # events with an empty span: what lines have in common
        self._known: dict[Event, int] = {}
        self._which = array("I")

    def __len__(self) -> int:
        return len(self._parts)

    def append(self, event: Event) -> None:
        """Add an event."""
        span = event.span
        code = _KIND_NUMBER[event.kind] << 16 | span.layer << 8 | span.direction
        self._heads.extend((span.start, span.end, code))
        self._parts.append(_pack(event.parts))
        tail = Event(
            event.kind,
            _NOWHERE,
            (),
            event.name,
            event.tag,
            event.about,
            event.state,
            event.anomalies,
            event.details,
        )
        number = self._known.get(tail)
        if number is None:
            number = self._known[tail] = len(self._tails)
            self._tails.append(tail)
        self._which.append(number)

    def details(self, index: int) -> tuple[Detail, ...]:
        """What the event tells; cheap."""
        return self._tails[self._which[index]].details

    def kind(self, index: int) -> Kind:
        """What sort of event it is; cheap."""
        return self._tails[self._which[index]].kind

    def outline(self, index: int) -> Event:
        """The event without its parts: what folds need of very many, at a quarter of the cost."""
        return self._made(index, ())

    def __getitem__(self, index: int) -> Event:
        if index < 0:
            index += len(self)
        return self._made(index, _unpack(self._parts[index], self._heads[index * _HEAD]))

    def _made(self, index: int, parts: tuple[Part, ...]) -> Event:
        start, end, code = self._heads[index * _HEAD : index * _HEAD + _HEAD]
        tail = self._tails[self._which[index]]
        return Event(
            tail.kind,
            Span(code >> 8 & 0xFF, Direction(code & 1), start, end),
            parts,
            tail.name,
            tail.tag,
            tail.about,
            tail.state,
            tail.anomalies,
            tail.details,
        )


_NOWHERE: Final = Span(0, Direction.CLIENT, 0, 0)


def _pack(parts: tuple[Part, ...]) -> bytes:
    """Roles and lengths: two bytes a part where all are short, which the first byte tells."""
    sizes = [(_ROLE_NUMBER[part.role], part.end - part.start) for part in parts]
    short = all(size < 256 for _, size in sizes)
    form = _SMALL if short else _PART
    return bytes([short]) + b"".join(form.pack(role, size) for role, size in sizes)


def _unpack(data: bytes, start: int) -> tuple[Part, ...]:
    form = _SMALL if data[0] else _PART
    parts = []
    for role, size in form.iter_unpack(memoryview(data)[1:]):
        parts.append(Part(_ROLES[role], start, start + size))
        start += size
    return tuple(parts)
