"""SMTP told from its first bytes, and from what looks like it."""

from __future__ import annotations

import pytest

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.smtp.detect import looks_like

YES = [
    (CLIENT, b"EHLO client.example.org\r\n"),
    (CLIENT, b"helo x\r\nMAIL FROM:<a@example.org>\r\n"),
    (CLIENT, b"LHLO x\n"),
    (CLIENT, b"MAIL FROM:<a@example.org>"),
    (CLIENT, b"rcpt to: <a@example.org>"),
    (CLIENT, b"NOOP\r\nEHLO x\r\n"),
    (SERVER, b"220 mail.example.org ESMTP Postfix\r\n"),
    (SERVER, b"220-mail.example.org LMTP\r\n"),
    (SERVER, b"250-mail.example.org\r\n250-PIPELINING\r\n"),
    (SERVER, b"220 hello\r\n250-mail.example.org\r\n250 STARTTLS\r\n"),
]
NOT_YET = [
    (CLIENT, b""),
    (CLIENT, b"EHL"),
    (CLIENT, b"QUIT\r\n"),
    (CLIENT, b"AUTH TLS\r\n"),
    (SERVER, b""),
    (SERVER, b"22"),
    (SERVER, b"220 mail.example.org ready\r\n"),
    (SERVER, b"220 (vsFTPd 3.0.3)\r\n"),
    (SERVER, b"250 2.1.0 Ok\r\n"),
]
NO = [
    (CLIENT, b"USER alice\r\nPASS x\r\n"),
    (CLIENT, b"GET / HTTP/1.1\r\n"),
    (CLIENT, b"POST / HTTP/1.1\r\nHost: x\r\n\r\nEHLO x\r\n"),
    (CLIENT, b"a1 LOGIN alice x\r\n"),
    (CLIENT, b"<stream:stream to='example.org'>"),
    (CLIENT, b"*1\r\n$4\r\nPING\r\n"),
    (CLIENT, b"\x16\x03\x01\x02\x00\x01"),
    (CLIENT, b"NICK alice\r\nUSER alice 0 * :Alice\r\n"),
    (CLIENT, b"HELOISE wrote\r\n"),
    (SERVER, b"+OK\r\n"),
    (SERVER, b"* OK ready\r\n"),
    (SERVER, b"SSH-2.0-OpenSSH_9.2\r\n"),
    (SERVER, b"HTTP/1.1 200 OK\r\n"),
    (SERVER, b"2200 nights\r\n"),
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
