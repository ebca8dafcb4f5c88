"""Tell IMAP by its first bytes."""

from __future__ import annotations

import re

from tutor.base import CLIENT, Direction
from tutor.protocols.imap.commands import COMMANDS
from tutor.protocols.imap.heads import verb_of

_SERVER = re.compile(
    rb"\* (?:OK|PREAUTH|BYE|CAPABILITY|FLAGS|LIST|LSUB|SEARCH|STATUS|\d{1,10} [A-Z]+)[ \r\n]"
    rb'|[^\x00-\x20"(){}%*+\\\x7f-\xff]{1,64} (?:OK|NO|BAD)[ \r\n]',
    re.IGNORECASE,
)
_CODED = re.compile(rb"[2-5][0-5]\d ")  # ``250 ok``: a reply of SMTP, or a tag of digits
_LONGEST_HEAD = 512


def looks_like(data: bytes, direction: Direction) -> bool | None:
    """Tell whether these first bytes of a direction are IMAP's.

    Returns:
        True and False are certain; None where more bytes are needed.
    """
    end = data.find(b"\n")
    if end < 0 and len(data) < _LONGEST_HEAD:
        return None if _possible(data, direction) else False
    line = data[: end + 1] if end >= 0 else data[:_LONGEST_HEAD]
    if direction is CLIENT:
        return verb_of(line) in COMMANDS
    if _SERVER.match(line) is None:
        return False
    return None if _CODED.match(line) else True


def _possible(data: bytes, direction: Direction) -> bool:
    """Whether text that has no line end yet may become a line of IMAP."""
    if not data:
        return True
    if direction is CLIENT:
        return data[:1].strip() != b"" and data.isascii() and b"\0" not in data
    if data.startswith(b"*"):
        return data[:2] in (b"*", b"* ")
    return data[:1] not in (b"+", b"-") and b"!" <= data[:1] <= b"~"
