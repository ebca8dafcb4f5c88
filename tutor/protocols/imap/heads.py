"""The beginnings of lines: what tells a command, an answer, untagged data, a continuation.

Tags are ``1*ASTRING-CHAR`` without ``+`` (RFC 9051 9). More than one space may pass: people type.
"""

from __future__ import annotations

import re

from tutor.base import Role
from tutor.protocols.imap.lexer import Unit
from tutor.protocols.imap.tiles import Tiles

_TAG = rb'[^\x00-\x20"(){}%*+\\\x7f-\xff]+'

_ATOM = rb'[^\x00-\x20"(){}%*\\\x7f-\xff]*'
"""Any atom may be a verb: a server answers ``MAIL FROM:<a>`` with the tag MAIL and BAD."""

COMMAND = re.compile(
    rb"(?P<lead>[ \t]*)(?P<tag>" + _TAG + rb")(?P<gap>[ \t]+)"
    rb"(?P<verb>[A-Za-z]" + _ATOM + rb")(?=[ \t\r\n]|\Z)"
    rb"(?:(?<=[ \t][Uu][Ii][Dd])(?P<gap2>[ \t]+)(?P<sub>[A-Za-z]+)(?=[ \t\r\n]|\Z))?"
)
"""``tag SP verb``; ``UID FETCH`` is one verb."""

TAGGED = re.compile(rb"(?P<tag>" + _TAG + rb")(?P<gap> +)(?P<status>(?i:OK|NO|BAD))(?=[ \r\n]|\Z)")
"""An answer that completes a command."""

UNTAGGED = re.compile(
    rb"\*(?P<gap> +)(?:(?P<number>\d{1,20})(?P<gap2> +))?(?P<name>[A-Za-z][A-Za-z0-9.-]*)"
    rb"(?=[ \r\n(]|\Z)"
)
"""``* [number] name``."""

CONTINUATION = re.compile(rb"\+(?=[ \r\n]|\Z)")
"""``+``: go on."""

_ROLES = (
    ("lead", Role.SPACE),
    ("tag", Role.TAG),
    ("gap", Role.SPACE),
    ("verb", Role.VERB),
    ("gap2", Role.SPACE),
    ("sub", Role.VERB),
)


def verb_of(line: bytes) -> str | None:
    """The verb of a line of the shape ``tag SP verb``, in upper case; None for other lines."""
    head = COMMAND.match(line)
    if head is None:
        return None
    sub = b" " + head["sub"] if head["sub"] else b""
    return (head["verb"] + sub).decode("ascii").upper()


def tile_command(tiles: Tiles, unit: Unit) -> int:
    """Add tag and verb; give the offset in the unit behind them."""
    head = COMMAND.match(unit.data)
    if head is None:
        return 0
    for name, role in _ROLES:
        if head[name] is not None:
            tiles.add(role, unit.start + head.end(name))
    return head.end()
