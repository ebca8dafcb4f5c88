"""IMAP's command syntax for the lab's server: words, quoted strings, literals, lists (RFC 9051 9).

A command becomes nested Python: bytes for a word or string, a list for parentheses. Brackets stay
in their word (``BODY.PEEK[HEADER.FIELDS (TO)]`` is one word), as clients send them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable
from typing import TypeAlias

Value: TypeAlias = "bytes | list[Value]"

LITERAL = re.compile(rb"\{(\d{1,9})(\+?)\}$")
MAX_LITERAL = 1 << 24
"""Bytes of a literal that the lab takes (16 MiB)."""

_DEEPEST = 8
_MOST_RANGES = 1000
_NUMBER = r"(?:[0-9]{1,10}|\*)"
_SET = re.compile(rf"{_NUMBER}(?::{_NUMBER})?(?:,{_NUMBER}(?::{_NUMBER})?)*")


class Bad(Exception):  # noqa: N818 - it is IMAP's word
    """The command is not of IMAP's grammar."""


class TooMuch(Exception):  # noqa: N818 - it is the client's doing
    """More bytes are on their way than the lab takes, and nobody asks whether it wants them."""


async def whole_command(
    first: bytes,
    line: Callable[[], Awaitable[bytes]],
    octets: Callable[[int], Awaitable[bytes]],
    go_on: Callable[[], Awaitable[None]],
) -> list[Value]:
    """Read a command with its literals.

    Args:
        first: its first line.
        line: reads the next line.
        octets: reads so many bytes.
        go_on: asks for a synchronising literal.

    Raises:
        Bad: it cannot be read.
        TooMuch: a literal too large comes unasked (RFC 7888 4): what follows is no command.
    """
    pieces, literals = [first], []
    room = MAX_LITERAL
    while match := LITERAL.search(pieces[-1]):
        size = int(match[1])
        room -= size + len(pieces[-1])
        if room < 0 and match[2]:
            raise TooMuch
        if room < 0:
            raise Bad("that is too large")
        if not match[2]:
            await go_on()
        literals.append(await octets(size))
        pieces.append(await line())
    return _Words(b"".join(pieces), literals).all()


class _Words:
    """Cuts a line; ``{n}`` stands for the next literal."""

    _TOKEN = re.compile(rb'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|(\{\d+\+?\})|([^\s()"{]+))')

    def __init__(self, text: bytes, literals: list[bytes]) -> None:
        self._text = text.rstrip()
        self._literals = iter(literals)
        self._at = 0

    def all(self) -> list[Value]:
        return self._list(0)

    def _list(self, depth: int) -> list[Value]:
        found: list[Value] = []
        if depth > _DEEPEST:
            raise Bad("too many parentheses")
        while self._at < len(self._text):
            match = self._TOKEN.match(self._text, self._at)
            if match is None:
                raise Bad("that is no IMAP command")
            self._at = match.end()
            opening, closing, quoted, literal, word = match.groups()
            if opening:
                found.append(self._list(depth + 1))
            elif closing:
                if depth == 0:
                    raise Bad("a parenthesis too many")
                return found
            elif literal:
                found.append(self._literal())
            elif word is not None:
                found.append(self._bracketed(word))
            else:
                found.append(re.sub(rb"\\(.)", rb"\1", quoted))
        if depth:
            raise Bad("a parenthesis is missing")
        return found

    def _literal(self) -> bytes:
        for literal in self._literals:
            return literal
        raise Bad("a literal stands at the end of its line")

    def _bracketed(self, word: bytes) -> bytes:
        """A word with a section in brackets goes on to the closing one."""
        if word.count(b"[") == word.count(b"]"):
            return word
        end = self._text.find(b"]", self._at)
        if end < 0:
            raise Bad("a bracket is missing")
        stop = re.compile(rb"[^\s()]*").match(self._text, end)
        assert stop is not None
        rest = self._text[self._at : stop.end()]
        self._at = stop.end()
        return word + rest


def word(value: Value) -> bytes:
    """A value that must be one word or string."""
    if isinstance(value, list):
        raise Bad("a list is not right here")
    return value


def text(value: Value) -> str:
    """The same, as text."""
    return word(value).decode("utf-8", "replace")


def numbers(spec: str, known: list[int]) -> list[int]:
    """The members of a sequence set (``1:3,7,*``) that are in ``known`` (ascending).

    Raises:
        Bad: it is none, or too long.
    """
    if not _SET.fullmatch(spec) or spec.count(",") > _MOST_RANGES:
        raise Bad("that is no sequence set")
    top = known[-1] if known else 0
    wanted: set[int] = set()
    for part in spec.split(","):
        ends = [top if end == "*" else int(end) for end in part.split(":")]
        low, high = bisect_left(known, min(ends)), bisect_right(known, max(ends))
        wanted.update(known[low:high])
    return sorted(wanted)


def quoted(data: str) -> str:
    """A quoted string, or NIL for what is not there."""
    if not data:
        return "NIL"
    plain = re.sub(r"[\x00-\x1f\x7f]+", " ", data)
    safe = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
