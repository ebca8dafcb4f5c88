"""The first word of a client's line, where POP3 and SMTP have it: told, also while it comes."""

from __future__ import annotations

import re
from collections.abc import Collection

from tutor.protocols.events import Anomaly
from tutor.protocols.telnet import edited

_VERB = re.compile(rb"[A-Za-z][A-Za-z0-9\-]{2,19}\Z")
_WORD = re.compile(rb"[^ \t\r\n]{0,80}")


def first_word(line: bytes) -> bytes:
    """The line up to its first blank, as it was sent."""
    match = _WORD.match(line)
    return match[0] if match else b""


def verb_of(line: bytes) -> str:
    """The line's first word in upper case, "" where it is not of the shape of a verb.

    A word that a person typed and corrected counts as what it was meant to be.
    """
    match = _VERB.match(edited(first_word(line)))
    return match[0].decode("ascii").upper() if match else ""


def typed_over(line: bytes) -> tuple[Anomaly, ...]:
    """Name the Backspace key in a line that a person typed."""
    return (Anomaly.TYPED_OVER,) if edited(line) != line else ()


def begun(head: bytes, verbs: Collection[str]) -> bool:
    """Whether this is an unfinished first line that may still become a command.

    Args:
        head: the client's first bytes.
        verbs: in upper case; the line's first word must be one, or the beginning of one.
    """
    words = head.split(maxsplit=1)
    if b"\n" in head or not words:
        return False
    verb = edited(words[0]).decode("latin-1").upper()
    whole = len(words) > 1 or head[-1:].isspace()
    return verb in verbs if whole else any(known.startswith(verb) for known in verbs)
