"""Mailbox names: the modified UTF-7 of RFC 3501 5.1.3, and UTF-8 (RFC 9051 5.1)."""

from __future__ import annotations

import base64
import binascii
import re

_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


def decode(name: bytes) -> str:
    """Give the name as text. What is not proper modified UTF-7 stays as it is; never raises.

    INBOX is INBOX in any case of letters (RFC 9051 5.1).
    """
    if name.upper() == b"INBOX":
        return "INBOX"
    return _SHIFTED.sub(_unshift, text(name))


def text(data: bytes) -> str:
    """UTF-8, or else Latin-1: every byte has a character then."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unshift(match: re.Match[str]) -> str:
    encoded = match[1].replace(",", "/")
    if not encoded:
        return "&"
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError):
        return match[0]
