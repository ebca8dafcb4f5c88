"""Two-sided talk of the shape of POP3 and SMTP, right and wrong: what properties are fed with.

Random bytes hardly ever reach the interesting places. So talk is put together from turns (a
command and its answer, a login, a message), each of which may go wrong: no answer, a refusal,
an unfinished line, noise, bytes that were not captured.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeAlias

from hypothesis import strategies as st

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.events import Event
from tutor.protocols.observer import Observer

Piece: TypeAlias = tuple[Direction, bytes | int]
"""Bytes of a direction, or the length of a gap."""
Talk: TypeAlias = list[Piece]


def b64(text: bytes) -> bytes:
    return base64.b64encode(text)


ENDS = st.sampled_from([b"\r\n"] * 6 + [b"\n", b"\r", b"\r\r\n", b""])
NOISE = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            b"\r\n",
            b".\r\n",
            b"..\r\n",
            b"\n.\n",
            b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
            b"\x16\x03",
            b"\x80\xb0\xc4\xe3\r\n",
            b"GET / HTTP/1.1\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\n",
            b"a" * 600 + b"\r\n",
        ]
    ),
)
HEADERS = st.lists(
    st.sampled_from(
        [
            b"From: alice@example.org\r\n",
            b"To: bob@example.net, <c@example.net>\r\n",
            b"Subject: =?utf-8?q?Ol=C3=A1?=\r\n",
            b"Message-ID: <1@example.org>\r\n",
            b'Content-Type: multipart/mixed; boundary="b"\r\n',
            b"X: \xff\xfe\r\n",
            b"no colon here\r\n",
        ]
    ),
    max_size=4,
).map(b"".join)
LINES = st.lists(
    st.sampled_from(
        [
            b"hello\r\n",
            b"..\r\n",
            b"QUIT\r\n",
            b"MAIL FROM:<x@example.org>\r\n",
            b"+OK\r\n",
            b"250 ok\r\n",
            b"\n",
            b"--b\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\nQUFB\r\n--b--\r\n",
            b"\x00\xff\r\n",
        ]
    ),
    max_size=5,
).map(b"".join)
MESSAGE = st.builds(lambda head, text: head + b"\r\n" + text, HEADERS, LINES)
DOT = st.sampled_from([b".\r\n"] * 5 + [b".\n", b"", b".", b"."])
SECRET = st.sampled_from([b"correct-horse", b"", b"p w", b"\xc3\xa9\xff", b"\0"])
MECHANISMS = st.sampled_from(
    [b"PLAIN", b"LOGIN", b"login", b"CRAM-MD5", b"SCRAM-SHA-256", b"XOAUTH2", b"NTLM", b"X-Y", b""]
)


@st.composite
def line(draw: st.DrawFn, words: list[bytes]) -> bytes:
    return draw(st.sampled_from(words)) + draw(ENDS)


@st.composite
def sasl(draw: st.DrawFn, challenge: bytes, good: bytes, bad: bytes) -> Talk:
    """AUTH with or without initial response, some rounds, and a verdict or none."""
    text = st.one_of(
        SECRET.map(b64),
        SECRET.map(lambda secret: b64(b"\0alice\0" + secret)),
        st.sampled_from([b"QUIT", b"*", b"=", b"", b"not base64", b64(b"n,,n=alice,r=x")]),
    )
    talk: Talk = []
    first = b"AUTH " + draw(MECHANISMS)
    if draw(st.booleans()):
        first += b" " + draw(text)
    talk.append((CLIENT, first + draw(ENDS)))
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.booleans()):
            talk.append((SERVER, challenge + draw(text) + b"\r\n"))
        talk.append((CLIENT, draw(text) + draw(ENDS)))
    if draw(st.booleans()):
        talk.append((SERVER, draw(st.sampled_from([good, bad]))))
    return talk


_SMTP_COMMANDS = [
    b"EHLO client.example.org",
    b"HELO x",
    b"LHLO x",
    b"MAIL FROM:<alice@example.org> SIZE=10",
    b"mail from: <>",
    b"MAIL FROM:alice@example.org",
    b"RCPT TO:<bob@example.net>",
    b'RCPT TO:<"a b>"@example.net>',
    b"RCPT",
    b"DATA",
    b"RSET",
    b"NOOP",
    b"VRFY bob",
    b"STARTTLS",
    b"QUIT",
    b"HELP me",
    b"XFOO bar",
    b"",
]
_SMTP_REPLIES = [
    b"250 2.1.0 Ok",
    b"250",
    b"250-mail.example.org\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 AUTH PLAIN",
    b"250-a\r\n220 b",
    b"250-a\r\nno code\r\n250 b",
    b"220 mail.example.org ESMTP Postfix",
    b"220 go ahead",
    b"334 " + b64(b"Password:"),
    b"354 go",
    b"421 bye",
    b"454 4.7.0 no TLS",
    b"550 5.1.1 no",
    b"999 odd",
    b"25",
]


@st.composite
def _smtp_message(draw: st.DrawFn) -> Talk:
    answer = draw(st.sampled_from([b"354 go\r\n", b"354 go\r\n", b"554 no\r\n", b""]))
    body = draw(MESSAGE) + draw(DOT)
    talk: Talk = [(CLIENT, b"DATA\r\n"), (SERVER, answer), (CLIENT, body)]
    if draw(st.booleans()):  # does not wait
        talk = [(CLIENT, b"DATA\r\n" + body), (SERVER, answer)]
    return [*talk, (SERVER, b"250 2.0.0 queued\r\n")]


@st.composite
def _smtp_chunks(draw: st.DrawFn) -> Talk:
    talk: Talk = []
    for number in range(draw(st.integers(1, 3))):
        chunk = draw(st.one_of(MESSAGE, st.binary(max_size=30)))
        size = max(0, len(chunk) + draw(st.sampled_from([0, 0, 0, 3, -2])))
        last = b" LAST" if draw(st.booleans()) else b""
        talk.append((CLIENT, b"BDAT %d%s\r\n" % (size, last) + chunk))
        if number == 0 or draw(st.booleans()):
            talk.append((SERVER, b"250 ok\r\n"))
    return talk


def _one(direction: Direction, data: st.SearchStrategy[bytes]) -> st.SearchStrategy[Talk]:
    return data.map(lambda piece: [(direction, piece)])


def _turns(turn: st.SearchStrategy[Talk], opening: list[Talk]) -> st.SearchStrategy[Talk]:
    return st.builds(
        lambda head, rest: head + [piece for pieces in rest for piece in pieces],
        st.sampled_from([*opening, []]),
        st.lists(turn, max_size=7),
    )


SMTP: st.SearchStrategy[Talk] = _turns(
    st.one_of(
        st.tuples(line(_SMTP_COMMANDS), line(_SMTP_REPLIES)).map(
            lambda pair: [(CLIENT, pair[0]), (SERVER, pair[1])]
        ),
        _one(CLIENT, st.lists(line(_SMTP_COMMANDS), max_size=4).map(b"".join)),
        _one(SERVER, st.lists(line(_SMTP_REPLIES), max_size=4).map(b"".join)),
        sasl(b"334 ", b"235 2.7.0 ok\r\n", b"535 5.7.8 no\r\n"),
        _smtp_message(),
        _smtp_chunks(),
        st.tuples(st.sampled_from([CLIENT, SERVER]), NOISE).map(lambda piece: [piece]),
    ),
    [[(SERVER, b"220 mail.example.org ESMTP Postfix\r\n")], [(SERVER, b"220-a\r\n220 b\r\n")]],
)

_POP3_COMMANDS = [
    b"USER alice@example.org",
    b"PASS correct horse ",
    b"PASS",
    b"APOP alice c4c9334bac560ecc979e58001b3e22fb",
    b"STAT",
    b"LIST",
    b"LIST 1",
    b"UIDL",
    b"uidl 1",
    b"RETR 1",
    b"TOP 1 0",
    b"DELE 1",
    b"NOOP",
    b"CAPA",
    b"STLS",
    b"AUTH",
    b"QUIT",
    b"XTND XMIT",
    b"FOO",
    b"",
]
_POP3_REPLIES = [
    b"+OK",
    b"+OK 2 320",
    b"+OK 1 whqtswO00WBw418f9t5JxYwZ",
    b"+OK ready <1896.697170952@example.org>",
    b"-ERR [AUTH] no",
    b"-ERR",
    b"+ ",
    b"+ " + b64(b"Password:"),
    b"+OKAY",
    b"hello",
]
_DATA = st.one_of(
    MESSAGE,
    st.sampled_from([b"1 120\r\n2 200\r\n", b"1 abc\r\n", b"USER\r\nSTLS\r\nSASL PLAIN\r\n", b""]),
)


@st.composite
def _pop3_data(draw: st.DrawFn) -> Talk:
    command = draw(st.sampled_from([b"RETR 1", b"TOP 1 0", b"LIST", b"UIDL", b"CAPA", b"AUTH"]))
    data = b"+OK\r\n" + draw(_DATA) + draw(DOT)
    return [(CLIENT, command + b"\r\n"), (SERVER, data)]


POP3: st.SearchStrategy[Talk] = _turns(
    st.one_of(
        st.tuples(line(_POP3_COMMANDS), line(_POP3_REPLIES)).map(
            lambda pair: [(CLIENT, pair[0]), (SERVER, pair[1])]
        ),
        _one(CLIENT, st.lists(line(_POP3_COMMANDS), max_size=4).map(b"".join)),
        _one(SERVER, st.lists(line(_POP3_REPLIES), max_size=4).map(b"".join)),
        sasl(b"+ ", b"+OK\r\n", b"-ERR no\r\n"),
        _pop3_data(),
        _one(SERVER, st.builds(lambda data, dot: data + dot, _DATA, DOT)),
        st.tuples(st.sampled_from([CLIENT, SERVER]), NOISE).map(lambda piece: [piece]),
    ),
    [[(SERVER, b"+OK Dovecot ready.\r\n")], [(SERVER, b"+OK <1.2@example.org>\r\n")]],
)


@st.composite
def with_gaps(draw: st.DrawFn, talk: st.SearchStrategy[Talk]) -> Talk:
    """The same talk with pieces of it lost."""
    out: Talk = []
    for direction, piece in draw(talk):
        size = len(piece) if isinstance(piece, bytes) else 0
        if size < 2 or draw(st.integers(0, 3)):
            out.append((direction, piece))
            continue
        start = draw(st.integers(0, size - 1))
        end = draw(st.integers(start + 1, size))
        assert isinstance(piece, bytes)
        out += [(direction, piece[:start]), (direction, end - start), (direction, piece[end:])]
    return out


def run(observer: Observer, talk: Sequence[Piece]) -> list[Event]:
    """Feed the talk to the observer; give all events."""
    events: list[Event] = []
    for direction, piece in talk:
        if isinstance(piece, int):
            events += observer.gap(direction, piece)
        else:
            events += observer.feed(direction, piece)
    return events + observer.finish()


def single_bytes(talk: Talk) -> Talk:
    """The same talk, one byte at a time."""
    return [
        (direction, piece[at : at + 1] if isinstance(piece, bytes) else piece)
        for direction, piece in talk
        for at in range(len(piece) if isinstance(piece, bytes) else 1)
    ]


def joined(talk: Talk) -> Talk:
    """The same talk, with neighbours of one direction joined into one piece."""
    out: Talk = []
    for direction, piece in talk:
        if out and isinstance(piece, bytes):
            before, last = out[-1]
            if before is direction and isinstance(last, bytes):
                out[-1] = (direction, last + piece)
                continue
        out.append((direction, piece))
    return out


def assert_tiled(observer: Observer, events: list[Event], talk: Sequence[Piece]) -> None:
    """Every byte up to where TLS begins belongs to one event, and to one part of it."""
    for direction in (CLIENT, SERVER):
        total = sum(
            piece if isinstance(piece, int) else len(piece) for d, piece in talk if d is direction
        )
        at = 0
        for event in events:
            if event.span.direction is not direction:
                continue
            assert event.span.start == at, event
            for part in event.parts:
                assert part.start == at < part.end, event
                at = part.end
            assert event.span.end == at, event
        left = observer.left(direction)
        assert at == (total if left is None else left)
