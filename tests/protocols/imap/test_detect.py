"""Tell IMAP from other talk by the first bytes."""

from __future__ import annotations

import pytest

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.imap.detect import looks_like


@pytest.mark.parametrize(
    ("direction", "data", "expected"),
    [
        (SERVER, b"* OK hello\r\n", True),
        (SERVER, b"* PREAUTH hello\r\n", True),
        (SERVER, b"* BYE\r\n", True),
        (SERVER, b"* CAPABILITY IMAP4rev1\r\n", True),
        (SERVER, b"* 23 EXISTS\r\n", True),
        (SERVER, b"a1 OK done\r\n", True),
        (SERVER, b"a1 NO\n", True),
        (SERVER, b"+OK POP3 ready\r\n", False),
        (SERVER, b"220 mail ESMTP\r\n", False),
        (SERVER, b"+OK\r\n", False),
        (SERVER, b"HTTP/1.1 200 OK\r\n", False),
        (SERVER, b"* OK", None),
        (SERVER, b"", None),
        (SERVER, b"\x16\x03\x01", False),
        (SERVER, b"-ERR", False),
        (CLIENT, b"a1 LOGIN alice secret\r\n", True),
        (CLIENT, b". capability\r\n", True),
        (CLIENT, b"1 uid fetch 1 (FLAGS)\n", True),
        (CLIENT, b"EHLO example.org\r\n", False),
        (CLIENT, b"USER alice\r\n", False),
        (CLIENT, b"GET / HTTP/1.1\r\n", False),
        (CLIENT, b"MAIL FROM:<a@example.org>\r\n", False),
        (CLIENT, b"a1 LOG", None),
        (CLIENT, b"", None),
        (CLIENT, b"\x16\x03\x01\x00", False),
        (CLIENT, b"\0\0\0", False),
        (CLIENT, b"x" * 600, False),
    ],
)
def test_first_bytes(direction: Direction, data: bytes, expected: bool | None) -> None:
    assert looks_like(data, direction) is expected
