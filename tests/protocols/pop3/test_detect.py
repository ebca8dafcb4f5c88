"""POP3 told from its first bytes, and from what looks like it."""

from __future__ import annotations

import pytest

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.pop3.detect import looks_like

YES = [
    (CLIENT, b"CAPA\r\n"),
    (CLIENT, b"stls\r\n"),
    (CLIENT, b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n"),
    (CLIENT, b"USER alice\r\nPASS x\r\nUIDL\r\n"),
    (CLIENT, b"USER alice\r\nPASS x\r\nRETR 1\r\n"),
    (CLIENT, b"RETR 1\r\n"),
    (SERVER, b"+OK POP3 server ready\r\n"),
    (SERVER, b"+OK hello <1896.697170952@example.org>\r\n"),
    (SERVER, b"+OK Dovecot (Debian) ready.\r\n"),
    (SERVER, b"+OK hello\r\n+OK\r\n"),
    (SERVER, b"+OK hello\r\n-ERR no\r\n"),
]
NOT_YET = [
    (CLIENT, b""),
    (CLIENT, b"US"),
    (CLIENT, b"USER alice\r\n"),
    (CLIENT, b"USER alice\r\nPASS x\r\n"),
    (CLIENT, b"AUTH PLAIN\r\n"),
    (CLIENT, b"QUIT\r\n"),
    (SERVER, b""),
    (SERVER, b"+"),
    (SERVER, b"+OK\r\n"),
    (SERVER, b"+OK\r\n+OK\r\n"),
    (SERVER, b"+OK hello\r\n"),
    (SERVER, b"-ERR unknown command\r\n"),
]
NO = [
    (CLIENT, b"USER alice\r\nPASS x\r\nSYST\r\n"),
    (CLIENT, b"USER alice\r\nPASS x\r\nTYPE I\r\nPASV\r\nRETR 1\r\n"),
    (CLIENT, b"NICK alice\r\nUSER alice 0 * :Alice\r\n"),
    (CLIENT, b"EHLO x\r\n"),
    (CLIENT, b"*1\r\n$4\r\nPING\r\n"),
    (CLIENT, b"PING\r\nSET a 1\r\n"),
    (CLIENT, b"GET / HTTP/1.1\r\n"),
    (CLIENT, b"a1 CAPABILITY\r\n"),
    (CLIENT, b"\x16\x03\x01\x02\x00\x01"),
    (SERVER, b"+PONG\r\n"),
    (SERVER, b"+OKAY\r\n"),
    (SERVER, b"220 ftp.example.org\r\n"),
    (SERVER, b"* OK ready\r\n"),
    (SERVER, b":1\r\n"),
]
CASES = (
    [(side, data, True) for side, data in YES]
    + [(side, data, None) for side, data in NOT_YET]
    + [(side, data, False) for side, data in NO]
)


@pytest.mark.parametrize(("side", "data", "expected"), CASES)
def test_looks_like(side: Direction, data: bytes, expected: bool | None) -> None:
    assert looks_like(data, side) is expected


@pytest.mark.parametrize(("side", "data"), YES)
def test_what_is_certain_was_never_ruled_out_before(side: Direction, data: bytes) -> None:
    for end in range(len(data)):
        assert looks_like(data[:end], side) is not False, data[:end]
