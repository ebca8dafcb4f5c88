"""Captures that begin in the middle of TLS: also where a record is cut, and on STARTTLS's ports."""

from __future__ import annotations

import ssl
from functools import cache

import pytest

from tests.protocols.tls.sessions import TALK, Session, record
from tutor.base import CLIENT, SERVER, Direction, Endpoint
from tutor.protocols.tls import KeyLog
from tutor.session import Conversation, Options
from tutor.session import Session as Seen
from tutor.session.begins import LOOKED_AT, begins_tls
from tutor.streams import Chunk, Opened

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
PORTS = [(143, "imap"), (993, "imap"), (110, "pop3"), (25, "smtp"), (587, "smtp"), (465, "smtp")]
Wire = list[tuple[Direction, bytes]]


@cache
def recorded(version: ssl.TLSVersion) -> Session:
    return record([*TALK, (SERVER, bytes(range(256)) * 90), (CLIENT, b"a3 NOOP\r\n")], version)


def middle(version: ssl.TLSVersion, cut: int = 0) -> Wire:
    """From some record on, without its first ``cut`` bytes."""
    (way, data), *rest = recorded(version).wire[-6:]
    return [(way, data[cut:]), *rest]


def play(port: int, wire: Wire, keys: KeyLog | None = None, step: int = 1 << 20) -> Seen:
    ends = Endpoint("192.0.2.10", 50000), Endpoint("198.51.100.25", port)
    conversation = Conversation(1, *ends, Options(keys=keys))
    conversation.take(Opened("middle", (), 0))
    offsets = [0, 0]
    for number, (way, data) in enumerate(wire):
        for at in range(0, len(data), step):
            piece = data[at : at + step]
            conversation.take(Chunk(way, offsets[way], piece, number, number))
            offsets[way] += len(piece)
    conversation.finish()
    return conversation.session


@pytest.mark.parametrize(("port", "protocol"), PORTS)
@pytest.mark.parametrize("version", [V12, V13])
@pytest.mark.parametrize("cut", [0, 3, 7])
@pytest.mark.parametrize("sides", [(CLIENT,), (SERVER,), (CLIENT, SERVER)])
def test_it_is_tls_and_no_mail_is_made_up(
    port: int, protocol: str, version: ssl.TLSVersion, cut: int, sides: tuple[Direction, ...]
) -> None:
    wire = [item for item in middle(version, cut) if item[0] in sides]
    session = play(port, wire)
    assert (session.protocol, session.presumed, session.security) == ("tls", protocol, "tls")
    assert (session.commands, session.replies) == (0, 0)


def test_with_keys_the_rest_of_1_3_is_read() -> None:
    session = play(143, middle(V13), recorded(V13).keys)
    assert (session.protocol, session.commands) == ("imap", 2)
    assert session.tls is not None
    assert session.tls.decrypted


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_how_the_bytes_are_cut_does_not_matter(step: int) -> None:
    whole, slowly = (play(143, middle(V12, 7), step=each) for each in (1 << 20, step))
    for way in Direction:
        spans = [
            [each.span for each in map(session.event, range(len(session)))
             if each.span.direction is way]
            for session in (whole, slowly)
        ]  # fmt: skip
        assert spans[0] == spans[1]


def test_a_session_from_its_middle_that_is_text_in_another_alphabet_stays_text() -> None:
    words = "Привет, как дела?\r\n".encode("koi8-r") * 40
    session = play(143, [(SERVER, words + b")\r\na1 OK done\r\n"), (CLIENT, b"a2 NOOP\r\n")])
    assert (session.protocol, session.security, session.commands) == ("imap", "plaintext", 1)


def test_what_is_no_text_is_looked_through_up_to_a_bound() -> None:
    noise = b"\x00\xff" * LOOKED_AT
    assert begins_tls(noise[:100], due=False, cut=True) is None
    assert begins_tls(noise, due=False, cut=True) is False
    assert begins_tls(noise[:100], due=False, cut=True, final=True) is False
    assert begins_tls(noise[:100], due=True, cut=True) is True
    assert begins_tls(noise[:100], due=True, cut=False) is False


@pytest.mark.parametrize("port", [25, 110, 143, 993, 995])
def test_binary_that_nobody_knows_is_no_mail(port: int) -> None:
    """File servers' clients use low ports of their own, the mail ports among them."""
    call = b"\x80\x00\x00\x90" + bytes(range(40)) + b"\n\x00\x00\x01" * 12
    session = play(port, [(CLIENT, call), (SERVER, b"\x80\x00\x00\x20" + bytes(32))])
    assert session.protocol == "other"
    assert session.presumed is None
