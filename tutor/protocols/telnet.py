"""A person at a telnet program: what the program says for itself, and corrected typing.

A telnet program that believes to speak with a telnet server negotiates first (RFC 854, RFC 855):
``IAC`` and a verb, before what the person types. And a line that is sent letter by letter holds the
Backspace key as a byte, 08 or 7F; a mail server gets it like any other.
"""

from __future__ import annotations

import re

IAC = 0xFF
"""Interpret as command: it begins every word of telnet's own; no mail protocol's line does so."""

_MOST = 512
_WORD = re.compile(
    rb"\xff(?:[\xfb-\xfe][\x00-\xff]"  # WILL, WON'T, DO, DON'T and an option
    rb"|\xfa[^\xff]{0,200}(?:\xff\xff[^\xff]{0,200}){0,4}\xff\xf0"  # a subnegotiation
    rb"|[\xf1-\xf9])",  # others are alone
    re.DOTALL,
)
_BEGUN = re.compile(rb"\xff(?:[\xfb-\xfe]?|\xfa[^\xff]*(?:\xff\xff[^\xff]*)*\xff?)\Z", re.DOTALL)
_ERASE = b"\b\x7f"


def negotiation(data: bytes | bytearray) -> int | None:
    """How many bytes at the beginning are telnet's own words; None where more bytes must tell."""
    match = _WORD.match(data)
    if match:
        return match.end()
    return None if len(data) < _MOST and _BEGUN.match(data) else 0


def without(data: bytes) -> bytes:
    """What comes behind telnet's words; nothing where they are not whole yet."""
    at = 0
    while data[at : at + 1] == b"\xff":
        size = negotiation(data[at : at + _MOST])
        if size is None:
            return b""
        if not size:
            break
        at += size
    return data[at:]


def edited(typed: bytes) -> bytes:
    """What the person meant: each Backspace takes the letter before it away."""
    if not any(key in typed for key in _ERASE):
        return typed
    out = bytearray()
    for byte in typed:
        if byte in _ERASE:
            del out[-1:]
        else:
            out.append(byte)
    return bytes(out)
