"""A file in a message, and how large it is when its transfer encoding is undone (RFC 2045 6)."""

from __future__ import annotations

from binascii import a2b_qp

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(byte for byte in range(256) if byte not in _BASE64)


class Attachment:
    """One file, counted while it comes.

    Attributes:
        name: as the sender says.
        torn: bytes of it are missing, so that its size is a lower bound.
        closed: its end was seen.
    """

    __slots__ = ("_count", "_encoding", "_tail", "closed", "name", "torn")

    def __init__(self, name: str, encoding: str) -> None:
        self.name = name
        self.torn = self.closed = False
        self._encoding = encoding
        self._count = 0
        self._tail = b""  # the last line end: it may belong to the boundary behind it

    @property
    def size(self) -> int:
        """Bytes of the file itself, as far as they have come."""
        return self._count * 3 // 4 if self._encoding == "base64" else self._count

    def add(self, data: bytes, *, dots: bool) -> None:
        """Count the next bytes; ``dots``: their dots are stuffed (RFC 5321 4.5.2)."""
        if self.closed or not data:
            return
        if self._encoding == "base64":
            self._count += len(data.translate(None, _NOT_BASE64))
            return
        fresh = not self._count or self._tail.endswith(b"\n")
        quoted = self._encoding == "quoted-printable"
        self._count += len(a2b_qp(data) if quoted else data)
        if dots:
            self._count -= data.count(b"\n..") + (fresh and data.startswith(b".."))
        self._tail = (self._tail + data[-2:])[-2:]

    def close(self) -> None:
        """A boundary came: the line end before it is not the file's (RFC 2046 5.1.1)."""
        if not self.closed and self._encoding != "base64":
            ending = 2 if self._tail == b"\r\n" else self._tail.endswith(b"\n")
            self._count -= min(ending, self._count)
        self.closed = True

    def __str__(self) -> str:
        return f"{self.name} ({'at least ' if self.torn else ''}{self.size} bytes)"
