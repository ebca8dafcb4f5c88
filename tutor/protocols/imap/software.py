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
_PRODUCT = re.compile(
    rf"\b({_PRODUCTS})\b(?:[^\d\[\]()]{{0,40}}?(?:IMAP4\w*)?[^\d\[\]()]{{0,40}}?"
    r"(?:version |[ /v-])(\d+(?:\.\w+)+))?",
    re.IGNORECASE,
)


def product(line: bytes) -> str | None:
    """Name the product, with its version where it follows, that a greeting makes evident."""
    match = _PRODUCT.search(text(line[:1000]))
    if match is None:
        return None
    return f"{match[1]} {match[2]}" if match[2] else match[1]


def identified(fields: list[bytes]) -> str | None:
    """Name and version out of the names and values, by turns, of an ID."""
    pairs = {name.lower(): value for name, value in zip(fields[::2], fields[1::2], strict=False)}
    name, version = pairs.get(b"name"), pairs.get(b"version", b"")
    if not name or name.upper() == b"NIL":
        return None
    known = version if version.upper() != b"NIL" else b""
    return text(b" ".join(part for part in (name, known) if part))
