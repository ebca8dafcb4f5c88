"""Sessions side by side, aligned by what a step *is*, not by its number or time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from tutor.base import Role, Span
from tutor.protocols.events import Kind, Offer
from tutor.session import Eye, Session, visible

_TELLING = frozenset({Role.CHALLENGE, Role.SEQUENCE, Role.UNIQUE_ID, Role.ITEM, Role.COUNT})
"""Parts that make two events with one name say different things: what is asked for, how many."""


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in one row: the event indices of each side, empty where it has no such thing.

    ``key`` is ``connect``, ``greeting``, ``tls``, ``end``, or a command in lower case.
    """

    key: str
    sides: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of each side that stand beside each other; None where a side has no such thing.

    ``first`` says that a row begins with it: a second command of one kind begins one of its own.
    """

    key: str
    sides: tuple[int | None, ...]
    first: bool = False


@dataclass(slots=True)
class _Group:
    key: str
    indices: list[int] = field(default_factory=list)


def groups(session: Session) -> list[tuple[str, tuple[int, ...]]]:
    """A session as groups: a command together with what answers it, as the endpoints see it."""
    made: list[_Group] = []
    for index in range(len(session)):
        if not visible(session, index, Eye.ENDPOINTS):
            continue
        key = _key(session, index)
        if key is None and made:
            made[-1].indices.append(index)
            continue
        if key in ("tls", "end", "protected") and made and made[-1].key == key:
            made[-1].indices.append(index)
            continue
        made.append(_Group(key or "other", [index]))
    return [(group.key, tuple(group.indices)) for group in made]


def _key(session: Session, index: int) -> str | None:
    """The key of the group that begins with this event; None where it goes on with the last."""
    event = session.event(index)
    match event.kind:
        case Kind.OPEN:
            return "connect"
        case Kind.CLOSE:
            return "end"
        case Kind.GREETING:
            return "greeting"
        case Kind.COMMAND:
            return event.name.lower().replace(" ", "-")
        case Kind.RECORD if event.name == "application-data":
            return "protected"
        case Kind.RECORD if event.name.startswith("alert"):
            return "end"
        case Kind.RECORD:
            return "tls"
        case _:
            return None


def align(sessions: Sequence[Session], keys: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Two sessions or more in rows; with ``keys`` only those rows.

    Rows keep the order of every side; what only some sides have stands with the others empty.
    """
    rows: list[Row] = []
    for number, session in enumerate(sessions):
        found = groups(session)
        nothing: tuple[tuple[int, ...], ...] = ((),) * number
        old, new = [row.key for row in rows], [key for key, _indices in found]
        merged: list[Row] = []
        for what, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if what == "equal":
                pairs = zip(rows[a1:a2], found[b1:b2], strict=True)
                merged += [Row(row.key, (*row.sides, own)) for row, (_key, own) in pairs]
            else:
                merged += [Row(row.key, (*row.sides, ())) for row in rows[a1:a2]]
                merged += [Row(key, (*nothing, own)) for key, own in found[b1:b2]]
        rows = merged
    return tuple(row for row in rows if keys is None or row.key in keys)


def moments(sessions: Sequence[Session], keys: Sequence[str] | None = None) -> list[Moment]:
    """The rows event by event: in each row by what an event is, such as ``OK`` beside ``OK``."""
    return [
        replace(moment, first=number == 0)
        for row in align(sessions, keys)
        for number, moment in enumerate(within(sessions, row))
    ]


def within(sessions: Sequence[Session], row: Row) -> list[Moment]:
    """One row event by event."""
    made: list[Moment] = []
    for number, (session, indices) in enumerate(zip(sessions, row.sides, strict=True)):
        nothing: tuple[int | None, ...] = (None,) * number
        old = [_standing(sessions, moment) for moment in made]
        new = [_sort(session, index) for index in indices]
        merged: list[Moment] = []
        for _what, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            for before, index in zip_longest(made[a1:a2], indices[b1:b2]):
                sides = before.sides if before is not None else nothing
                merged.append(Moment(row.key, (*sides, index)))
        made = merged
    return made


def _standing(sessions: Sequence[Session], moment: Moment) -> tuple[str, str]:
    """What stands in a moment: what the first side that has an event there says."""
    return next(
        _sort(session, index)
        for session, index in zip(sessions, moment.sides, strict=False)
        if index is not None
    )


def _sort(session: Session, index: int) -> tuple[str, str]:
    event = session.event(index)
    return (event.kind.value, event.name)


def alike(sessions: Sequence[Session], moment: Moment) -> bool:
    """Whether all sides have an event there, and it says the same; tags, names, times set aside.

    ``OK`` beside ``NO`` is not the same, nor are two lists of capabilities with other words, nor
    two challenges, nor ``FETCH 1 (FLAGS)`` beside ``FETCH 2:* (BODY[])``.
    """
    said = {
        (*_sort(session, index), _offered(session, index), _told(session, index))
        for session, index in zip(sessions, moment.sides, strict=True)
        if index is not None
    }
    return None not in moment.sides and len(said) == 1


def uncommon(sessions: Sequence[Session], row: Row) -> tuple[str, ...]:
    """Capabilities that not all sides have, where all of them list some; in alphabetic order."""
    found: set[str] = set()
    for moment in within(sessions, row):
        lists = [
            _offered(session, index) if index is not None else frozenset()
            for session, index in zip(sessions, moment.sides, strict=True)
        ]
        if all(lists):
            found |= frozenset().union(*lists) - frozenset.intersection(*lists)
    return tuple(sorted(found))


def _offered(session: Session, index: int) -> frozenset[str]:
    details = session.event(index).details
    return frozenset(
        word for detail in details if isinstance(detail, Offer) for word in detail.capabilities
    )


def _told(session: Session, index: int) -> tuple[bytes, ...]:
    event = session.event(index)
    return tuple(
        session.part(event, number)
        for number, part in enumerate(event.parts)
        if part.role in _TELLING
    )


def carrier(session: Session, index: int) -> tuple[int, ...]:
    """The records that carried an event inside TLS: what Eve sees in its place."""
    span = session.event(index).span
    if not session.inside_tls(span.layer):
        return (index,)
    outer = [span]
    while session.inside_tls(outer[0].layer):
        layer = session.layers[outer[0].layer]
        if layer.parent is None:
            break
        outer = [
            Span(layer.parent, span.direction, start, end)
            for each in outer
            for start, end in layer.carriers(span.direction, each.start, each.end)
        ]
        if not outer:
            return ()
    found = []
    for before in range(index - 1, -1, -1):
        record = session.event(before)
        if record.kind is not Kind.RECORD or record.span.direction is not span.direction:
            continue
        if any(record.span.start < o.end and o.start < record.span.end for o in outer):
            found.append(before)
        elif found or all(record.span.end <= o.start for o in outer):
            break
    return tuple(reversed(found))
