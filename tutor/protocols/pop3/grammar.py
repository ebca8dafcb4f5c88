"""What stands in POP3's lines: commands, replies, and the rows of multi-line data (RFC 1939 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.base import Part, Role
from tutor.protocols.body import terminator
from tutor.protocols.cutter import Cutter
from tutor.protocols.events import Anomaly
from tutor.protocols.pop3.commands import COMMANDS, LIMIT
from tutor.protocols.verbs import first_word, typed_over, verb_of

_STATUS = re.compile(rb"(\+OK|-ERR)(?=[ \t\r\n]|\Z)", re.IGNORECASE)
# RFC 2449 8: the response code stands right behind the status, in brackets.
_CODE = re.compile(rb"\[[A-Za-z0-9/\-_. ]{1,64}\]")
_TIMESTAMP = re.compile(rb"<[^<> \t@]+@[^<> \t@]*>")
_TWO_NUMBERS = re.compile(rb"\d+[ \t]+\d+(?=[ \t\r\n]|\Z)")
_NUMBER_AND_ID = re.compile(rb"\d+[ \t]+[!-~]{1,70}[ \t]*\Z")
_MOST_ROWS = 2000
"""Rows that get parts of their own; a maildrop with more gets one part for the rest."""


@dataclass(frozen=True, slots=True)
class Line:
    """A command line that was read; ``arguments`` are the words (or the rest) behind the verb."""

    verb: str
    parts: tuple[Part, ...]
    anomalies: tuple[Anomaly, ...]
    arguments: tuple[bytes, ...]


def read_command(start: int, line: bytes, *, utf8: bool = False) -> Line:
    """Cut a command line into parts; for all verbs but AUTH, which the observer reads.

    ``utf8``: whether the client has switched to UTF-8 (RFC 6856 2.1).
    """
    verb = verb_of(line)
    command = COMMANDS.get(verb)
    cutter = Cutter(start, line)
    cutter.word(Role.VERB) if not command or not command.whole else _verb_and_blank(cutter)
    roles = command.arguments if command else (Role.ARGUMENT,)
    if command and command.whole and cutter.more:
        words: tuple[bytes, ...] = (cutter.rest(roles[0]),)
    else:
        words = cutter.words(roles)
    return Line(verb, cutter.close(), _odd(line, command is not None, utf8), words)


def _verb_and_blank(cutter: Cutter) -> None:
    """One blank only: in ``PASS  x`` the second belongs to the password (RFC 1939 7)."""
    cutter.take(Role.VERB, len(first_word(cutter.line)))
    cutter.take(Role.SPACE, 1)


def _odd(line: bytes, known: bool, utf8: bool) -> tuple[Anomaly, ...]:
    names = [*typed_over(line)] if known else [Anomaly.UNKNOWN_COMMAND, *typed_over(line)]
    if len(line) > LIMIT:
        names.append(Anomaly.LINE_TOO_LONG)
    if not (line.isascii() or utf8):
        names.append(Anomaly.EIGHT_BIT_IN_COMMAND)
    return tuple(names)


def status_of(line: bytes) -> str:
    """``+OK`` or ``-ERR`` where the line begins so (in any case), else ""."""
    match = _STATUS.match(line)
    return match[1].decode("ascii").upper() if match else ""


def is_challenge(line: bytes) -> bool:
    """Whether the line asks for the next SASL line: ``+`` and a blank (RFC 5034 4)."""
    return line.startswith((b"+ ", b"+\r", b"+\n")) or line == b"+"


def read_challenge(start: int, line: bytes) -> tuple[Part, ...]:
    """Cut a line that asks for a SASL line."""
    cutter = Cutter(start, line)
    cutter.take(Role.STATUS, 1)
    cutter.blanks()
    return cutter.close(Role.CHALLENGE)


def read_reply(start: int, line: bytes, about: str, *, greeting: bool) -> tuple[Part, ...]:
    """Cut a reply line into parts.

    Args:
        start: stream offset of the line.
        line: the line with its end.
        about: the verb that it answers; STAT, LIST and UIDL have values behind ``+OK``.
        greeting: whether it is the server's greeting, which may carry APOP's timestamp.
    """
    cutter = Cutter(start, line)
    status = status_of(line)
    cutter.take(Role.STATUS, len(status))
    cutter.blanks()
    if code := _CODE.match(cutter.left):
        cutter.take(Role.CODE, code.end())
        cutter.blanks()
    if greeting and (stamp := _TIMESTAMP.search(cutter.left)):
        cutter.take(Role.TEXT, stamp.start())
        cutter.take(Role.CHALLENGE, stamp.end() - stamp.start())
    elif status == "+OK":
        _values(cutter, about)
    return cutter.close()


def _values(cutter: Cutter, about: str) -> None:
    roles: tuple[Role, ...]
    if about == "STAT" and _TWO_NUMBERS.match(cutter.left):
        roles = (Role.COUNT, Role.SIZE)
    elif about == "LIST" and _TWO_NUMBERS.match(cutter.left):
        roles = (Role.SEQUENCE, Role.SIZE)
    elif about == "UIDL" and _NUMBER_AND_ID.match(cutter.left):
        roles = (Role.SEQUENCE, Role.UNIQUE_ID)
    elif about == "LAST" and cutter.left.strip().isdigit():
        roles = (Role.SEQUENCE,)
    else:
        return
    for role in roles:
        cutter.word(role)


def has_timestamp(line: bytes) -> bool:
    """Whether the greeting offers APOP (RFC 1939 7)."""
    return _TIMESTAMP.search(line) is not None


def read_rows(start: int, block: bytes, roles: tuple[Role, ...]) -> tuple[Part, ...]:
    """Cut multi-line data into its rows: words by ``roles``, the last one to the line's end."""
    parts: list[Part] = []
    end = len(block) - terminator(block)
    at = 0
    for _ in range(_MOST_ROWS):
        after = block.find(b"\n", at, end) + 1 or end
        if at >= end:
            break
        cutter = Cutter(start + at, block[at:after])
        for role in roles[:-1]:
            cutter.word(role)
        parts += cutter.close(roles[-1])
        at = after
    if at < end:
        parts.append(Part(Role.ITEM, start + at, start + end))
    if end < len(block):
        parts.append(Part(Role.TERMINATOR, start + end, start + len(block)))
    return tuple(parts)


def rows(block: bytes) -> tuple[str, ...]:
    """The lines of multi-line data as text, in upper case, without the final dot."""
    content = block[: len(block) - terminator(block)]
    lines = content.decode("latin-1").upper().splitlines()[:_MOST_ROWS]
    return tuple(line.strip() for line in lines if line.strip())


_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_LISTED = re.compile(rb"\d+[ \t]+\d+[ \t]*\r?\n")
_NAMED = re.compile(rb"\d+[ \t]+[!-~]+[ \t]*\r?\n")
_CAPABLE = re.compile(
    rb"(?:TOP|USER|SASL|RESP-CODES|LOGIN-DELAY|PIPELINING|EXPIRE|UIDL|IMPLEMENTATION|STLS|"
    rb"AUTH-RESP-CODE|UTF8|LANG|CAPA)\b",
    re.IGNORECASE,
)


def guess(line: bytes) -> str:
    """Name the command whose data begin with this line, where the command was not captured."""
    if _LISTED.match(line):
        return "LIST"
    if _NAMED.match(line):
        return "UIDL"
    if _CAPABLE.match(line):
        return "CAPA"
    return "RETR" if _HEADER.match(line) else ""
