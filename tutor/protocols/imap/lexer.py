"""Cut IMAP lines and literals into tokens (RFC 9051 4, 9).

A *unit* is one logical line: lines joined by the literals between them. Nothing is refused here:
what is no proper token becomes an atom, because an observer must show also what was mistyped.
Two manners of reading are needed. In general parentheses group. In the arguments of LOGIN and
AUTHENTICATE they do not: people type passwords with parentheses and quotes in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from tutor.protocols.events import Anomaly

LARGEST_LITERAL = (1 << 63) - 1
"""RFC 9051 4: a literal's size is a number64."""


class Is(StrEnum):
    """What a token is."""

    SPACE = "space"
    ATOM = "atom"
    QUOTED = "quoted"
    SIZE = "size"  # {310} or {310+} or ~{310}; the line end and the literal follow as tokens
    LITERAL = "literal"
    OPEN = "open"
    CLOSE = "close"
    SECTION = "section"  # BODY[HEADER.FIELDS (FROM)]: one name, although it has spaces
    PARTIAL = "partial"  # <0.2048> behind a section
    EOL = "eol"


VALUES = frozenset({Is.ATOM, Is.QUOTED, Is.LITERAL, Is.SECTION})
"""Tokens that are an argument or a datum of their own."""


class Token(NamedTuple):
    """A token at stream offsets ``start`` to ``end``; ``text`` is its bytes as sent."""

    what: Is
    start: int
    end: int
    text: bytes

    @property
    def value(self) -> bytes:
        """The bytes meant: quotes and their backslashes taken away (RFC 9051 4.3)."""
        if self.what is Is.QUOTED:
            return re.sub(rb"\\(.)", rb"\1", self.text[1:-1], flags=re.DOTALL)
        return self.text


class Marker(NamedTuple):
    """What the end of a line announces: a literal of ``size`` bytes (RFC 9051 4.3, RFC 7888)."""

    size: int
    waits: bool  # synchronising: the client waits for "+" before it goes on


class Unit:
    """One logical line as it grows: its bytes, and which of them are literals."""

    __slots__ = ("data", "literals", "odd", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.data = bytearray()
        self.literals: list[tuple[int, int]] = []  # offsets into data
        self.odd: list[Anomaly] = []

    @property
    def end(self) -> int:
        """Stream offset behind the last byte."""
        return self.start + len(self.data)

    def line(self, text: bytes) -> None:
        """Add text."""
        self.data += text

    def literal(self, content: bytes) -> None:
        """Add a literal's bytes, or such as came of them."""
        self.literals.append((len(self.data), len(self.data) + len(content)))
        self.data += content


_COMMON = (
    rb"(?P<space>[ \t]+)"
    rb"|(?P<size>~?\{\d{1,20}\+?\}(?=\r*\n|\Z))"
    rb"|(?P<eol>\r*\n)"
)
_GROUPED = re.compile(
    _COMMON
    + rb'|(?P<quoted>"(?:[^"\\\r\n]|\\[^\r\n])*")'
    + rb"|(?P<open>\()|(?P<close>\))"
    + rb"|(?P<section>(?i:BODY|BODY\.PEEK|BINARY|BINARY\.PEEK|BINARY\.SIZE)\[[^\]\r\n]*\])"
    + rb"|(?P<partial><\d{1,20}(?:\.\d{1,20})?>)"
    + rb"|(?P<atom>(?:[^ \t()\r\n]|\r(?!\r*\n))+)"
    + rb"|(?P<rest>[\s\S])"
)
_WORDS = re.compile(
    _COMMON
    + rb'|(?P<quoted>"(?:[^"\\\r\n]|\\[^\r\n])*"(?=[ \t\r\n"]|\Z))'
    + rb"|(?P<atom>(?:[^ \t\r\n]|\r(?!\r*\n))+)"
    + rb"|(?P<rest>[\s\S])"
)
_KINDS = {what.value: what for what in Is}


def tokens(unit: Unit, at: int = 0, *, words: bool = False) -> Iterator[Token]:
    """Cut ``unit`` from offset ``at`` (into its data) on; literals stay whole."""
    data = bytes(unit.data)
    for start, end in unit.literals:
        yield from _text_tokens(data[at:start], unit.start + at, words=words)
        yield Token(Is.LITERAL, unit.start + start, unit.start + end, data[start:end])
        at = end
    yield from _text_tokens(data[at:], unit.start + at, words=words)


def _text_tokens(text: bytes, start: int, *, words: bool) -> Iterator[Token]:
    for match in (_WORDS if words else _GROUPED).finditer(text):
        what = _KINDS.get(match.lastgroup or "", Is.ATOM)
        yield Token(what, start + match.start(), start + match.end(), match.group())


_MARKER = re.compile(rb"(?:\A|[ (])~?\{(\d{1,20})(\+?)\}\r*\n\Z")
_BAD_MARKER = re.compile(rb" ~?\{[^ {}\r\n]*\}\r*\n\Z")


def marker(line: bytes) -> Marker | None:
    """Tell whether a literal follows ``line``, which ends with its line end."""
    match = _MARKER.search(line, max(0, len(line) - 40))
    if match is None or int(match[1]) > LARGEST_LITERAL:
        return None
    return Marker(int(match[1]), not match[2])


def bad_marker(line: bytes) -> bool:
    """Tell whether ``line`` ends like one that announces a literal, but with no valid size."""
    return marker(line) is None and _BAD_MARKER.search(line, max(0, len(line) - 80)) is not None
