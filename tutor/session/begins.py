"""What a direction begins with: TLS or text.

TLS is told by its shape, at the first byte that was captured. Where the beginning was not captured,
the first bytes may be the end of a record: then they are TLS if they are no text, and the other
side has begun TLS, or a record is found behind them, and another at its end. A port alone makes
nothing TLS: other programs use those ports too, as clients.
"""

from __future__ import annotations

from tutor.protocols.observer import tls_shaped
from tutor.protocols.tls.records import record_ahead

LOOKED_AT = 40_000
"""Bytes in which a record must be found: two of the longest, about."""

_LINE = 32  # bytes that tell text from ciphertext


def begins_tls(data: bytes, *, due: bool, cut: bool, final: bool = False) -> bool | None:
    """Tell TLS from text; None where more bytes must tell.

    Args:
        data: the first bytes.
        due: the other side has begun TLS.
        cut: bytes before these were not captured.
        final: no more bytes will come.
    """
    shape = tls_shaped(data, any_record=True)
    if shape is not False or not cut:
        return shape
    text = _text(data)
    if text is None and not final:
        return None
    if text is not False:
        return False
    if due:
        return True
    found = record_ahead(data[:LOOKED_AT])
    return found or (False if final or len(data) >= LOOKED_AT else None)


def _text(data: bytes) -> bool | None:
    """Whether the first bytes are a line of ASCII; None where more must tell."""
    head = data[:_LINE]
    line = head[: head.find(b"\n") + 1] or head
    if any(byte >= 0x80 or (byte < 0x20 and byte not in b"\t\r\n") for byte in line):
        return False
    return True if len(head) == _LINE or line.endswith(b"\n") else None
