"""Whatever a client sends, a server of the lab neither falls nor hangs, and says little of it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.lab.imap import Imap
from tutor.lab.peer import MAX_LINE, Gone, Peer
from tutor.lab.pop3 import Pop3
from tutor.lab.store import Store, first_messages

_SECONDS = 5.0

_IMAP = (
    b"CAPABILITY NOOP ID LOGOUT STARTTLS LOGIN AUTHENTICATE LIST LSUB STATUS SELECT EXAMINE APPEND"
    b" FETCH STORE SEARCH UID COPY EXPUNGE CLOSE UNSELECT CREATE INBOX 1 1:* * 2:1,1 99999999999"
    b" (FLAGS) (FLAGS (a FLAGS +FLAGS -FLAGS.SILENT \\Seen \\Deleted () ( ) BODY[] BODY.PEEK[1]"
    b" BODY[HEADER.FIELDS (TO)] BODY[2.MIME]<0.5> ENVELOPE BODYSTRUCTURE FULL RFC822 NOT OR ALL"
    b' SUBJECT SINCE 1-Jan-2020 "lunch" "" "\\" {3} {3+} {0+} PLAIN CRAM-MD5 SCRAM-SHA-256 = bj1h'
    b" alice@example.org correct-horse KEYWORD HEADER CHARSET ~ [ ] NIL"
).split(b" ")
_POP3 = (
    b"CAPA STLS USER PASS APOP AUTH STAT LIST UIDL RETR TOP DELE RSET NOOP QUIT 1 2 -1 0 999 x"
    b" PLAIN XOAUTH2 SCRAM-SHA-256 = bj1h alice@example.org correct-horse"
).split(b" ")
_ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r\r\n", b""])


def _lines(words: list[bytes]) -> st.SearchStrategy[bytes]:
    word = st.one_of(st.sampled_from(words), st.sampled_from(words), st.binary(max_size=6))
    line = st.builds(
        lambda parts, end: b" ".join(parts) + end, st.lists(word, min_size=1, max_size=6), _ENDS
    )
    return st.lists(line, max_size=12).map(b"".join)


class _Sink:
    """A writer that keeps what is written, and refuses TLS."""

    def __init__(self) -> None:
        self.data = b""
        self.transport = self

    def write(self, data: bytes) -> None:
        self.data += data

    async def drain(self) -> None: ...

    def close(self) -> None: ...

    def pause_reading(self) -> None: ...

    async def start_tls(self, context: object) -> None:
        raise OSError


async def _serve(kind: type[Imap | Pop3], data: bytes) -> bytes:
    store = Store()
    for address, message in first_messages():
        box = store.mailbox(address)
        assert box is not None
        box.deliver(message)
    reader, sink = asyncio.StreamReader(limit=MAX_LINE), _Sink()
    reader.feed_data(data)
    reader.feed_eof()
    peer = Peer(reader, cast("Any", sink), cast("Any", object()), secure=False)
    try:
        async with asyncio.timeout(_SECONDS):
            await kind(peer, store).run()
    except Gone:
        pass
    return sink.data


@settings(max_examples=150)
@given(_lines(_IMAP))
def test_imap(data: bytes) -> None:
    known = b"a LOGIN alice@example.org correct-horse\r\nb SELECT INBOX\r\n"
    tagged = b"".join(b"t " + line for line in data.splitlines(keepends=True))
    for prelude in (b"", known):
        told = asyncio.run(_serve(Imap, prelude + tagged))
        assert b"SERVERBUG" not in told
        assert len(told) < 1 << 18


@settings(max_examples=100)
@given(_lines(_POP3))
def test_pop3(data: bytes) -> None:
    for prelude in (b"", b"USER alice@example.org\r\nPASS correct-horse\r\n"):
        told = asyncio.run(_serve(Pop3, prelude + data))
        assert len(told) < 1 << 18
