"""The MIME structure that BODYSTRUCTURE tells: which files are attached (RFC 9051 7.5.2).

It comes in nested lists: of a body with parts, the parts and then its subtype; of a single part
its type, subtype, parameters, id, description, encoding and size, and further fields behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from tutor.protocols import message

Node: TypeAlias = "bytes | list[Node] | None"

_DEEPEST = 30
_MOST = 2000
_PARAMETERS, _SIZE = 2, 6
_FIRST_EXTENSION = 7  # there the MD5 sum is, and then the disposition


class Structure:
    """Collects the tokens of one structure, within a bound."""

    def __init__(self) -> None:
        self._root: list[Node] = []
        self._path = [self._root]
        self._deeper = 0  # lists that are open beyond the deepest one that is kept
        self._count = 0

    def open(self) -> None:
        """A list begins."""
        if self._deeper or len(self._path) > _DEEPEST:
            self._deeper += 1
            return
        inner: list[Node] = []
        self._path[-1].append(inner)
        self._path.append(inner)

    def close(self) -> bool:
        """A list ends. Tell whether the whole structure does."""
        if self._deeper:
            self._deeper -= 1
        elif len(self._path) > 1:
            self._path.pop()
        return len(self._path) == 1

    def value(self, value: bytes | None) -> None:
        """A string or number; None for NIL."""
        self._count += 1
        if not self._deeper and self._count <= _MOST:
            self._path[-1].append(value)

    def attachments(self) -> tuple[str, ...]:
        """The attached files, as ``message.facts`` gives them: ``name (size bytes)``."""
        return tuple(_attachments(self._root[0])) if self._root else ()


def _attachments(node: Node) -> Iterator[str]:
    if not isinstance(node, list) or not node:
        return
    if isinstance(node[0], list):
        for part in node:
            if not isinstance(part, list):
                return  # the subtype: what follows is no part
            yield from _attachments(part)
        return
    name = message.filename(_pairs(_disposition(node)), _pairs(_at(node, _PARAMETERS)))
    size = _at(node, _SIZE)
    if name and isinstance(size, bytes) and size.isdigit():
        yield f"{name} ({int(size[:20])} bytes)"


def _disposition(node: list[Node]) -> Node:
    """The parameters of the disposition: the first extension field of the shape (name (...))."""
    for field in node[_FIRST_EXTENSION:]:
        named = isinstance(field, list) and len(field) == 2 and isinstance(field[0], bytes)
        if isinstance(field, list) and named and not isinstance(field[1], bytes):
            return field[1]
    return None


def _at(node: list[Node], index: int) -> Node:
    return node[index] if index < len(node) else None


def _pairs(node: Node) -> list[tuple[bytes, bytes]]:
    """Names and values by turns."""
    if not isinstance(node, list):
        return []
    words = [word if isinstance(word, bytes) else b"" for word in node]
    return list(zip(words[::2], words[1::2], strict=False))
