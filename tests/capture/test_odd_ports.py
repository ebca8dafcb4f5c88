"""Mail on ports that nobody expects, from its start or from the middle, and what only looks so."""

from __future__ import annotations

import pytest

from tests.sources import wire
from tests.sources.ways import TURNS, Wire, analyze

SMTP = (
    ("s", b"220 mx.example.net ready\r\n"),
    ("c", b"EHLO laptop.example.org\r\n"),
    ("s", b"250-mx\r\n250 AUTH PLAIN\r\n"),
    ("c", b"AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=\r\n"),
    ("s", b"235 ok\r\n"),
    ("c", b"MAIL FROM:<alice@example.org>\r\n"),
    ("s", b"250 ok\r\n"),
    ("c", b"RCPT TO:<bob@example.net>\r\n"),
    ("s", b"250 ok\r\n"),
    ("c", b"DATA\r\n"),
    ("s", b"354 go on\r\n"),
)
POP3 = (
    ("s", b"+OK ready\r\n"),
    ("c", b"USER alice\r\n"),
    ("s", b"+OK\r\n"),
    ("c", b"PASS correct-horse\r\n"),
    ("s", b"+OK 2 messages\r\n"),
    ("c", b"STAT\r\n"),
    ("s", b"+OK 2 320\r\n"),
)
LOGIN = {"imap": 1, "pop3": 3, "smtp": 3}
"""Which turn carries the secret."""
STARTS = [
    (name, turns, start)
    for name, turns in (("imap", TURNS), ("pop3", POP3), ("smtp", SMTP))
    for start in range(len(turns) - 1)
]


@pytest.mark.parametrize(("name", "turns", "start"), STARTS)
def test_mail_is_found_from_any_turn_on(
    name: str, turns: tuple[tuple[str, bytes], ...], start: int
) -> None:
    frames = Wire(port=10_999).open().say(turns).close().frames[3 + start :]
    (found,) = analyze(wire.pcap(frames))["sessions"]
    assert found["protocol"] == name
    secrets = [credential["secret"] for credential in found["credentials"]]
    assert secrets == ["correct-horse"] * (start <= LOGIN[name])


BAIT = {
    "FTP": [
        ("s", b"220 ready\r\n"),
        ("c", b"USER alice\r\n"),
        ("s", b"331 password\r\n"),
        ("c", b"PASS correct-horse\r\n"),
        ("s", b"230 ok\r\n"),
        ("c", b"QUIT\r\n"),
    ],
    "FTP with TLS": [("s", b"220 hi\r\n"), ("c", b"AUTH TLS\r\n"), ("s", b"234 go\r\n")],
    "Redis": [
        ("c", b"AUTH secret\r\n"),
        ("s", b"+OK\r\n"),
        ("c", b"PING\r\n"),
        ("s", b"+PONG\r\n"),
    ],
    "IRC": [("c", b"PASS x\r\nNICK a\r\nUSER a 0 * :A\r\n"), ("s", b":irc.example 001 a :hi\r\n")],
    "NNTP": [("s", b"200 news\r\n"), ("c", b"LIST\r\n"), ("s", b"215 Newsgroups in form\r\n.\r\n")],
    "HTTP": [("c", b"GET / HTTP/1.1\r\n\r\n"), ("s", b"HTTP/1.1 200 OK\r\n\r\n+OK\r\n")],
}


@pytest.mark.parametrize("name", BAIT)
def test_what_only_looks_like_mail_is_not_listed(name: str) -> None:
    whole = Wire(port=10_999).open().say(BAIT[name]).close().frames
    for start in range(3 + len(BAIT[name])):
        assert analyze(wire.pcap(whole[start:]))["sessions"] == [], start
