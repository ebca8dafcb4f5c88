"""Recognise mail software by what it says about itself: greetings, and ID (RFC 2971)."""

from __future__ import annotations

import re

from tutor.protocols.imap.mailbox import text

_PRODUCTS = (
    "Apache James|Archiveopteryx|Axigen|BincIMAP|Citadel|CommuniGate Pro|Courier-IMAP|Cyrus IMAP"
    "|Cyrus|DBMail|Domino|Dovecot|Gimap|GreenMail|GroupWise|hMailServer|IceWarp|iPlanet|Kerio"
    "|Macallan|maddy|MailEnable|MDaemon|Merak|MERCUR|Mercury/32|Microsoft Exchange|Perdition"
    "|SmarterMail|Stalwart|Zimbra"
)
_PRODUCT = re.compile(rf"\b(?:{_PRODUCTS})\b", re.IGNORECASE)
_VERSION = re.compile(
    r"[ /-](\d+(?:\.\w+)+)|[^\[\]()]{0,60}?\b(?:v|version )(\d+(?:\.\w+)+)", re.IGNORECASE
)
"""A version directly behind the name, or one that is called so."""


def product(line: bytes) -> str | None:
    """Name the product, with its version where one follows, that a greeting makes evident."""
    greeting = text(line[:1000])
    name = _PRODUCT.search(greeting)
    if name is None:
        return None
    version = _VERSION.match(greeting, name.end())
    return f"{name[0]} {version[1] or version[2]}" if version else name[0]


def identified(fields: list[bytes]) -> str | None:
    """Name and version out of the names and values, by turns, of an ID."""
    pairs = {name.lower(): value for name, value in zip(fields[::2], fields[1::2], strict=False)}
    name, version = pairs.get(b"name"), pairs.get(b"version", b"")
    if not name or name.upper() == b"NIL":
        return None
    known = version if version.upper() != b"NIL" else b""
    return text(b" ".join(part for part in (name, known) if part))
