"""Joining handshake messages: one record may hold several, one message may span records.

A message is a type, a length in 3 bytes, and the body (RFC 8446 4, RFC 5246 7.4).
"""

from __future__ import annotations

from typing import NamedTuple

from tutor.protocols.tls.names import HANDSHAKE_NAMES

_HEADER = 4
_MOST = 1 << 18  # no real message is longer; a length beyond it is noise


class Message(NamedTuple):
    """A complete handshake message.

    ``at`` is the offset of its body in the fragment that completed it, negative where the message
    began in an earlier one.
    """

    type: int
    body: bytes
    at: int


class MessageJoiner:
    """Fragments of one direction and one set of keys in, messages out."""

    __slots__ = ("_held", "_needed")

    def __init__(self) -> None:
        self._held = bytearray()
        self._needed = _HEADER  # bytes until something can be read

    def feed(self, fragment: bytes) -> list[Message]:
        """Take the next fragment; give the messages it completes."""
        before = len(self._held)
        self._held += fragment
        if len(self._held) < self._needed:
            return []  # so a message in a thousand fragments is not read a thousand times
        data = bytes(self._held)
        self.clear()
        out: list[Message] = []
        at = 0
        while len(data) - at >= _HEADER:
            size = int.from_bytes(data[at + 1 : at + _HEADER])
            if size > _MOST:
                return out  # noise: begin anew with the next record
            end = at + _HEADER + size
            if end > len(data):
                self._needed = _HEADER + size
                break
            out.append(Message(data[at], data[at + _HEADER : end], at + _HEADER - before))
            at = end
        self._held += data[at:]
        return out

    def clear(self) -> None:
        """Forget a message that was begun: bytes are missing."""
        self._held.clear()
        self._needed = _HEADER

    @property
    def begun(self) -> bool:
        """Whether part of a message is held."""
        return bool(self._held)


def looks_plain(fragment: bytes) -> bool:
    """Tell whether a handshake fragment begins like a readable message, not like ciphertext."""
    if len(fragment) < _HEADER:
        return False
    return fragment[0] in HANDSHAKE_NAMES and int.from_bytes(fragment[1:_HEADER]) < 1 << 16
