"""What a client or server says of itself with ID (RFC 2971)."""

from __future__ import annotations

from tutor.protocols.imap.mailbox import text


def identified(fields: list[bytes]) -> str | None:
    """Name and version out of the names and values, by turns, of an ID."""
    pairs = {name.lower(): value for name, value in zip(fields[::2], fields[1::2], strict=False)}
    name, version = pairs.get(b"name"), pairs.get(b"version", b"")
    if not name or name.upper() == b"NIL":
        return None
    known = version if version.upper() != b"NIL" else b""
    return text(b" ".join(part for part in (name, known) if part))
