"""SEARCH in the lab's IMAP server: the keys of RFC 9051 6.4.4 and 3501 6.4.4, as predicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from tutor.lab.imap_fetch import header
from tutor.lab.imap_words import Bad, Value, numbers, text
from tutor.lab.store import Message


@dataclass(frozen=True, slots=True)
class Found:
    """A message as a session sees it: its number there, and whether it is recent to it."""

    number: int
    message: Message
    recent: bool


Test: TypeAlias = Callable[[Found], bool]

_DEEPEST = 8
_FLAGS = ("Answered", "Deleted", "Draft", "Flagged", "Seen")
_FIELDS = ("FROM", "TO", "CC", "BCC", "SUBJECT")


def search(values: list[Value], rows: list[Found]) -> list[Found]:
    """The rows that fit all keys.

    Raises:
        Bad: a key is not known, or lacks its argument.
    """
    if not values:
        raise Bad("search for what?")
    words = iter(values)
    if text(values[0]).upper() == "CHARSET" if not isinstance(values[0], list) else False:
        words = iter(values[2:])
    test = _Keys(words, rows).all(0)
    return [row for row in rows if test(row)]


class _Keys:
    """Reads keys from a list of values."""

    def __init__(self, values: Iterator[Value], rows: list[Found]) -> None:
        self._values = values
        self._rows = rows

    def all(self, depth: int) -> Test:
        """Keys up to the end: all of them must fit."""
        tests = [self._key(value, depth) for value in self._values]
        return lambda row: all(test(row) for test in tests)

    def _next(self) -> Value:
        for value in self._values:
            return value
        raise Bad("a search key lacks its argument")

    def _word(self) -> str:
        return text(self._next())

    def _key(self, value: Value, depth: int) -> Test:
        if depth > _DEEPEST:
            raise Bad("too deep a search")
        if isinstance(value, list):
            return _Keys(iter(value), self._rows).all(depth + 1)
        name = text(value).upper()
        if name == "NOT":
            test = self._key(self._next(), depth + 1)
            return lambda row: not test(row)
        if name == "OR":
            one, other = (self._key(self._next(), depth + 1) for _ in range(2))
            return lambda row: one(row) or other(row)
        return self._flag(name) or self._content(name) or self._measure(name) or self._set(name)

    def _flag(self, name: str) -> Test | None:
        for flag in _FLAGS:
            if name in (flag.upper(), f"UN{flag.upper()}"):
                return _has(f"\\{flag}", wanted=not name.startswith("UN"))
        match name:
            case "ALL":
                return lambda _row: True
            case "RECENT":
                return lambda row: row.recent
            case "OLD":
                return lambda row: not row.recent
            case "NEW":
                return lambda row: row.recent and "\\Seen" not in row.message.flags
            case "KEYWORD" | "UNKEYWORD":
                return _has(self._word(), wanted=name == "KEYWORD")
        return None

    def _content(self, name: str) -> Test | None:
        if name in _FIELDS or name == "HEADER":
            field = self._word() if name == "HEADER" else name
            wanted = self._word().casefold()
            return lambda row: any(wanted in line for line in header(row.message, field))
        if name in ("BODY", "TEXT"):
            sought = self._word().encode().lower()
            whole = name == "TEXT"
            return lambda row: sought in _text(row.message, whole=whole).lower()
        return None

    def _measure(self, name: str) -> Test | None:
        if name in ("LARGER", "SMALLER"):
            size = int(self._word())
            sign = 1 if name == "LARGER" else -1
            return lambda row: sign * (len(row.message.data) - size) > 0
        kind = name.removeprefix("SENT")
        if kind in ("BEFORE", "ON", "SINCE"):
            day = datetime.strptime(self._word(), "%d-%b-%Y").replace(tzinfo=UTC).date()
            when = _sent if kind != name else _arrived
            return lambda row: _compare(when(row.message), day, kind)
        return None

    def _set(self, name: str) -> Test:
        if name == "UID":
            ids = set(numbers(self._word(), [row.message.uid for row in self._rows]))
            return lambda row: row.message.uid in ids
        if not name[:1].isdigit() and name[:1] != "*":
            raise Bad("no such search key")
        places = set(numbers(name, [row.number for row in self._rows]))
        return lambda row: row.number in places


def _has(flag: str, *, wanted: bool) -> Test:
    return lambda row: (flag in row.message.flags) == wanted


def _text(message: Message, *, whole: bool) -> bytes:
    return message.data if whole else message.data.partition(b"\r\n\r\n")[2]


def _arrived(message: Message) -> date | None:
    return datetime.fromtimestamp(message.arrived, UTC).date()


def _sent(message: Message) -> date | None:
    for line in header(message, "DATE"):
        try:
            return parsedate_to_datetime(line).date()
        except (ValueError, TypeError, IndexError):
            return None
    return None


def _compare(when: date | None, day: date, kind: str) -> bool:
    if when is None:
        return False
    return {"BEFORE": when < day, "ON": when == day, "SINCE": when >= day}[kind]
