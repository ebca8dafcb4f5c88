"""Two sessions side by side, aligned by what a step *is*, not by its number or time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tutor.base import Span
from tutor.protocols.events import Kind
from tutor.session import Eye, Session, visible


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in one row: the event indices of each side, empty where it has no such thing.

    ``key`` is ``connect``, ``greeting``, ``tls``, ``end``, or a command in lower case.
    """

    key: str
    left: tuple[int, ...]
    right: tuple[int, ...]


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


def align(left: Session, right: Session, keys: Sequence[str] | None = None) -> tuple[Row, ...]:
    """The two sessions in rows; with ``keys`` only those rows.

    Rows keep the order of both sides; what only one side has stands alone in its row.
    """
    a, b = groups(left), groups(right)
    matcher = SequenceMatcher(None, [key for key, _ in a], [key for key, _ in b], autojunk=False)
    rows: list[Row] = []
    for what, a1, a2, b1, b2 in matcher.get_opcodes():
        if what == "equal":
            pairs = zip(a[a1:a2], b[b1:b2], strict=True)
            rows += [Row(key, mine, other) for (key, mine), (_key, other) in pairs]
        else:
            rows += [Row(key, indices, ()) for key, indices in a[a1:a2]]
            rows += [Row(key, (), indices) for key, indices in b[b1:b2]]
    return tuple(row for row in rows if keys is None or row.key in keys)


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
