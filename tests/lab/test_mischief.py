"""Mallory's deeds as pure functions: what she changes, and that she touches nothing else."""

from __future__ import annotations

import pytest

from tutor.lab.mischief import Mallory, Mode
from tutor.lab.own import Refused, only_the_lab


def through(protocol: str, mode: Mode, *lines: bytes) -> bytes:
    mallory = Mallory(protocol, mode)
    return b"".join(mallory.from_server(line) for line in lines)


EHLO = (b"250-mail.example.org\r\n", b"250-SIZE 100\r\n", b"250 STARTTLS\r\n")


def test_the_offer_is_removed_and_the_reply_still_ends() -> None:
    shown = through("smtp", Mode.REMOVED, *EHLO)
    assert shown == b"250-mail.example.org\r\n250 SIZE 100\r\n"


def test_the_offer_is_written_over_in_place() -> None:
    shown = through("smtp", Mode.MANGLED, *EHLO)
    assert shown.endswith(b"250 XXXXXXXX\r\n")
    assert len(shown) == sum(map(len, EHLO))


def test_pop3_and_imap() -> None:
    assert through("pop3", Mode.REMOVED, b"USER\r\n", b"STLS\r\n", b".\r\n") == b"USER\r\n.\r\n"
    line = b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"
    assert through("imap", Mode.REMOVED, line) == b"* OK [CAPABILITY IMAP4rev1] ready\r\n"
    assert b"XXXXXXXX" in through("imap", Mode.MANGLED, line)


@pytest.mark.parametrize("protocol", ["smtp", "imap", "pop3"])
@pytest.mark.parametrize("mode", [Mode.HONEST, Mode.DELAY, Mode.WRONG_NAME])
def test_these_modes_touch_no_line(protocol: str, mode: Mode) -> None:
    lines = (*EHLO, b"STLS\r\n", b"* CAPABILITY STARTTLS\r\n")
    assert through(protocol, mode, *lines) == b"".join(lines)


@pytest.mark.parametrize(
    ("protocol", "line", "answer"),
    [
        ("smtp", b"STARTTLS\r\n", b"454 "),
        ("pop3", b"STLS\r\n", b"-ERR "),
        ("imap", b"a1 STARTTLS\r\n", b"a1 NO "),
    ],
)
def test_refused_and_injected(protocol: str, line: bytes, answer: bytes) -> None:
    refused = Mallory(protocol, Mode.REFUSED).from_client(line)
    assert refused.on == b""
    assert refused.back.startswith(answer)
    injected = Mallory(protocol, Mode.INJECTED).from_client(line)
    assert injected.on.startswith(line)
    assert len(injected.on) > len(line)
    assert injected.back == b""


@pytest.mark.parametrize("mode", [Mode.REMOVED, Mode.MANGLED])
def test_a_messages_text_is_no_list_of_capabilities(mode: Mode) -> None:
    for line in (b"My CAPABILITY is STARTTLS.\r\n", b"see [CAPABILITY STARTTLS]\r\n"):
        assert through("imap", mode, line) == line
    assert b"STARTTLS" not in through("imap", mode, b"a1 OK [CAPABILITY STARTTLS] in\r\n")
    assert b"STARTTLS" not in through("imap", mode, b"* CAPABILITY IMAP4rev1 STARTTLS\r\n")


def test_a_messages_text_is_passed_on() -> None:
    mallory = Mallory("smtp", Mode.REMOVED)
    assert mallory.from_client(b"Please use STARTTLS.\r\n").on == b"Please use STARTTLS.\r\n"
    assert mallory.from_server(b"250 ok\r\n") == b"250 ok\r\n"


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "10.0.0.1", "mail.example.org", "2001:db8::1", "0.0.0.0", "localhost"]
)
def test_only_the_lab_itself_may_be_attacked(host: str) -> None:
    with pytest.raises(Refused, match="loopback"):
        only_the_lab("127.0.0.1", host)


def test_the_lab_itself_may() -> None:
    only_the_lab("127.0.0.1", "127.0.0.2", "::1")
