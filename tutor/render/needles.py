"""Where a known secret comes back in other bytes, however it is spelled there.

A server may echo a secret, a person may type it again, a bounce may quote it. It is looked for as
text in any case, quoted, in base64 (also in the midst of other bytes), hexadecimal,
quoted-printable, percent-encoded, and escaped as JSON and HTML have it.

A search for ``a`` would blacken every page, and tell the secret by what is black. So secrets of one
or two bytes are not looked for, and a short one that might be part of an ordinary word (``cat``,
``test``, ``1234``) only as a whole word.
"""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from tutor.base import MASK, Secret, sanitise_bytes
from tutor.findings import Credential

SHORTEST = 3
"""Bytes of the shortest secret that is looked for."""

_ORDINARY = 8
"""From this length on letters alone, or digits alone, are no ordinary word."""

_HEAD = SHORTEST
_FEWEST_IN_BASE64 = 4
_ENCODED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_")


class _Spelled:
    """A set of spellings, found by their first bytes and then by each length that is among them."""

    def __init__(self) -> None:
        self._all: set[bytes] = set()
        self._lengths: dict[bytes, list[int]] = {}  # first bytes -> lengths, the longest first

    def add(self, text: bytes) -> None:
        self._all.add(text)
        lengths = self._lengths.setdefault(text[:_HEAD], [])
        if len(text) not in lengths:
            lengths.append(len(text))
            lengths.sort(reverse=True)

    def heads(self) -> Iterable[bytes]:
        """The first bytes of all spellings."""
        return self._lengths

    def at(self, data: bytes, at: int) -> Iterator[bytes]:
        """The spellings that stand at this place, the longest first."""
        for length in self._lengths.get(data[at : at + _HEAD], ()):
            if (text := data[at : at + length]) in self._all:
                yield text


class Needles:
    """Spellings of secrets, found in one walk over the bytes; grows as secrets become known."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._texts = _Spelled()  # in lower case
        self._codes = _Spelled()  # base64, where case counts
        self._places: re.Pattern[bytes] | None = None
        self._any = False
        for secret in secrets:
            self.add(secret.reveal().encode("utf-8", "surrogateescape"))

    def __bool__(self) -> bool:
        return self._any

    def add(self, raw: bytes) -> None:
        """A secret is known."""
        if len(raw) < SHORTEST:
            return
        self._any = True
        self._places = None
        for text in _spellings(raw):
            self._texts.add(text.lower())
        for code in _codes(raw):
            self._codes.add(code)

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """The ranges of ``data`` that spell a secret: in order, none overlapping another."""
        if not self:
            return []
        found: list[tuple[int, int]] = []
        folded = data.lower()
        jump, at = self._jump(), 0
        while match := jump.search(folded, at):
            start, end = self._at(data, folded, match.start())
            at = match.start() + 1
            if end >= at:
                while found and start < found[-1][1]:
                    start = min(start, found.pop()[0])
                found.append((start, end))
                at = end
        return found

    def _jump(self) -> re.Pattern[bytes]:
        """Finds the places where a spelling may begin: by two bytes, so that it stays small."""
        if self._places is None:
            seconds: dict[int, set[int]] = {}
            for head in (*self._texts.heads(), *self._codes.heads()):
                first, second = head.lower()[:2]
                seconds.setdefault(first, set()).add(second)
            self._places = re.compile(b"|".join(map(_pair, seconds, seconds.values())))
        return self._places

    def _at(self, data: bytes, folded: bytes, at: int) -> tuple[int, int]:
        """The longest spelling at this place; of base64 the whole word around it."""
        stand = (len(text) for text in self._texts.at(folded, at) if _stands(data, at, text))
        end = at + next(stand, 0)
        code = next(self._codes.at(data, at), b"")
        return _word(data, at, max(end, at + len(code))) if code else (at, end)


def _pair(first: int, seconds: set[int]) -> bytes:
    """A pattern of one byte, and of those that may follow it."""
    return b"\\x%02x[%s]" % (first, b"".join(b"\\x%02x" % second for second in sorted(seconds)))


def of(logins: Iterable[Credential]) -> Needles:
    """The secrets of a session's logins, to hide them in names: people type one for the other."""
    return Needles(login.secret for login in logins if login.secret is not None)


def hide(text: str, needles: Needles) -> str:
    """Mask every one of the secrets in ``text``; the rest stays as it is, not sanitised."""
    data = text.encode("utf-8", "surrogateescape")
    pieces, at = [], 0
    for start, end in needles.find(data):
        pieces += [data[at:start].decode("utf-8", "surrogateescape"), MASK]
        at = end
    return "".join([*pieces, data[at:].decode("utf-8", "surrogateescape")]) if pieces else text


def written(data: bytes, ranges: Iterable[tuple[int, int]]) -> str:
    """The bytes as text, sanitised, the ranges masked."""
    out, at = [], 0
    for start, end in ranges:
        out += [sanitise_bytes(data[at:start]), MASK]
        at = end
    return "".join([*out, sanitise_bytes(data[at:])])


def _spellings(raw: bytes) -> set[bytes]:
    """The ways to write the bytes as text."""
    text = raw.decode("utf-8", "replace")
    quoted = raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    escaped = json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], html.escape(text)
    found = {raw, quoted, raw.hex().encode(), quopri.encodestring(raw).replace(b"=\n", b"")}
    found |= {word.encode("utf-8", "replace") for word in escaped}
    found |= {quote(raw, safe="").encode(), quote(raw, safe="").replace("%20", "+").encode()}
    if not raw.isascii():
        found |= _latin(text)
    return {spelling for spelling in found if len(spelling) >= SHORTEST}


def _latin(text: str) -> set[bytes]:
    """What was no UTF-8 was kept as Latin-1: the bytes as they were."""
    try:
        return {text.encode("latin-1")}
    except UnicodeEncodeError:
        return set()


def _codes(raw: bytes) -> set[bytes]:
    """The base64 digits that the bytes alone decide, wherever they stand among others."""
    found = set()
    for before in range(3):
        digits = base64.b64encode(bytes(before) + raw).rstrip(b"=")
        core = digits[-(-before * 8 // 6) : len(digits) - ((before + len(raw)) % 3 != 0)]
        if len(core) >= _FEWEST_IN_BASE64:
            found |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return found


_WORD = re.compile(rb"[A-Za-z0-9]")


def _stands(data: bytes, start: int, text: bytes) -> bool:
    """Whether it may be hidden here: what could be part of an ordinary word must be a word."""
    if len(text) >= _ORDINARY or not (text.isalpha() or text.isdigit()):
        return True
    end = start + len(text)
    return not (_WORD.match(data[max(0, start - 1) : start]) or _WORD.match(data[end : end + 1]))


def _word(data: bytes, start: int, end: int) -> tuple[int, int]:
    while start > 0 and data[start - 1] in _ENCODED:
        start -= 1
    while end < len(data) and data[end] in _ENCODED:
        end += 1
    return start, end
