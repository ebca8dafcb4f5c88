"""tshark as an oracle: the same streams, bytes, commands and TLS plaintext, in every capture.

Where we and tshark differ, ``DIFFERENCES`` says why we are right; a difference that it does not
explain fails the test, and so does an explanation that no capture needs any more.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import manifest
from tests.oracle import tshark
from tutor.base import CLIENT, SERVER, Endpoint, Role
from tutor.capture import Capture
from tutor.protocols.events import Kind
from tutor.session import Session

pytestmark = [
    pytest.mark.tshark,
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

NAMES = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}
"""tshark's names of the protocols."""

KNOWN_PORTS = frozenset({25, 110, 143, 465, 587, 993, 995})
"""Ports that tshark knows; of others it is told."""


DNS = 53
"""The port of look-ups: over TCP too they are listed as such, and are no session."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Why tshark counts a command otherwise, and how to see in the capture that it is so.

    Attributes:
        who: ``lacks`` or ``adds``: what tshark does.
        why: what is true.
        holds: whether it explains this word in this packet of this session.
    """

    who: str
    why: str
    holds: Callable[[Session, int, str], bool]


def sent(session: Session, packet: int, *kinds: Kind) -> bool:
    """Whether the packet carried something of these kinds from the client."""
    return any(
        session.event(index).kind in kinds
        and session.event(index).span.direction is CLIENT
        and packet in session.packets(index)
        for index in range(len(session))
    )


def places(session: Session, *kinds: Kind) -> list[int]:
    return [index for index in range(len(session)) if session.event(index).kind in kinds]


def beside_a_message(session: Session, packet: int, word: str) -> bool:
    return sent(session, packet, Kind.MESSAGE)


def chunk(session: Session, packet: int, word: str) -> bool:
    return word == "BDAT"


def after_a_chunk(session: Session, packet: int, word: str) -> bool:
    return any(
        session.event(index).name == "BDAT" and session.packets(index)[-1] < packet
        for index in places(session, Kind.COMMAND)
    )


def after_refused_data(session: Session, packet: int, word: str) -> bool:
    """Whether there was a DATA before it that no message followed."""
    waiting = False
    for index in places(session, Kind.COMMAND, Kind.MESSAGE):
        event = session.event(index)
        if event.kind is Kind.COMMAND and waiting and packet in session.packets(index):
            return True
        waiting = event.kind is Kind.COMMAND and (waiting or event.name == "DATA")
    return False


def deflated(session: Session, packet: int, word: str) -> bool:
    return any(
        session.layers[session.event(index).span.layer].kind == "deflate"
        and packet in session.packets(index)
        for index in places(session, Kind.COMMAND)
    )


def spoke_first(session: Session, packet: int, word: str) -> bool:
    return min(places(session, Kind.COMMAND)) < min(places(session, Kind.GREETING))


def goes_on(session: Session, packet: int, word: str) -> bool:
    return sent(session, packet, Kind.RESPONSE, Kind.MESSAGE)


def behind_another(session: Session, packet: int, word: str) -> bool:
    """Whether it is not the first command of its packet."""
    here = [index for index in places(session, Kind.COMMAND) if session.packets(index)[0] == packet]
    return word in {session.event(index).name for index in here[1:]}


def with_literal(session: Session, packet: int, word: str) -> bool:
    """Whether the packet belongs to a command of several packets that has a literal."""
    return any(
        packet in (where := session.packets(index))
        and where[0] != where[-1]
        and any(part.role is Role.LITERAL_SIZE for part in session.event(index).parts)
        for index in places(session, Kind.COMMAND)
    )


def before_mail(session: Session, packet: int, word: str) -> bool:
    return sent(session, packet, Kind.PREAMBLE)


def after_bare_end(session: Session, packet: int, word: str) -> bool:
    sent_all = session.layers[0].captured(CLIENT)
    return b"\n.\n" in sent_all and b"\r\n.\r\n" not in sent_all


DIFFERENCES = [
    Difference(
        "lacks",
        "Commands may share a packet with a message (RFC 2920 3.1); tshark takes what stands"
        " before or behind it for data.",
        beside_a_message,
    ),
    Difference(
        "lacks",
        "BDAT is a command (RFC 3030 2), also with its chunk in the same packet, or with a size"
        " that the server refuses; tshark then sees data.",
        chunk,
    ),
    Difference(
        "lacks",
        "After a BDAT tshark no longer finds the end of what DATA sends.",
        after_a_chunk,
    ),
    Difference(
        "lacks",
        "After a refused DATA no message follows (RFC 5321 3.3), so the next line is a command;"
        " tshark waits for a dot.",
        after_refused_data,
    ),
    Difference(
        "lacks",
        "After COMPRESS the stream is DEFLATE (RFC 4978 3), and we inflate it; tshark does not.",
        deflated,
    ),
    Difference(
        "lacks",
        "POP3 commands may share a packet (RFC 2449 6.6); tshark reads the first.",
        behind_another,
    ),
    Difference(
        "lacks",
        "The client spoke before the greeting: the server read lines and answered them; tshark"
        " calls it a fragment of DATA.",
        spoke_first,
    ),
    Difference(
        "lacks",
        "The server took LF . LF for the end of the message; tshark waits for CRLF . CRLF.",
        after_bare_end,
    ),
    *(
        Difference(
            who,
            "A command goes on behind a literal that nobody waits for (RFC 7888 4): it is one"
            " command, complete in its last packet; tshark takes each packet's lines for commands.",
            with_literal,
        )
        for who in ("lacks", "adds")
    ),
    Difference(
        "adds",
        "A PROXY header and what is said to a proxy come before the mail protocol; tshark, which"
        " goes by the port, takes their words for commands.",
        before_mail,
    ),
    Difference(
        "adds",
        "A literal and a SASL response belong to the command before them (RFC 9051 4.3, RFC 5034 4)"
        "; tshark reads their lines as commands.",
        goes_on,
    ),
]


@dataclass(frozen=True, slots=True)
class Both:
    """One capture, read by us and by tshark."""

    name: str
    sessions: tuple[Session, ...]
    skipped: Counter[str]
    theirs: list[tshark.Stream]


def read(path: Path) -> Both:
    with Capture(str(path), everything=True) as capture:
        capture.load()
        sessions = tuple(capture.session(entry.id) for entry in capture.entries)
        skipped = Counter(capture.skipped)
    keys = path.with_name(path.name.partition(".pcap")[0] + ".keys")
    ports = {
        session.server.port: NAMES[session.protocol]
        for session in sessions
        if session.protocol in NAMES and session.server.port not in KNOWN_PORTS
    }
    asked = len(sessions) + 2
    theirs = tshark.read(path, keys if keys.is_file() else None, asked, ports)
    return Both(path.name, sessions, skipped, theirs)


def paired(both: Both) -> Iterator[tuple[Session, tshark.Stream]]:
    """Each session with its stream: the same ends, in the order of the file."""
    left = list(both.theirs)
    for session in both.sessions:
        ends = {session.client, session.server}
        found = next((stream for stream in left if set(stream.ends) <= ends), tshark.Stream())
        if found in left:
            left.remove(found)
        yield session, found


def streams(both: Both) -> Iterator[str]:
    """Where the TCP streams, their bytes or their TLS plaintext differ."""
    theirs = sum(DNS not in (end.port for end in stream.ends) for stream in both.theirs)
    ours = len(both.sessions)
    if ours != theirs and not both.skipped:  # what we do not unpack is named and counted
        yield f"{both.name}: {ours} streams, tshark sees {theirs}"
    for session, stream in paired(both):
        for direction, end in ((CLIENT, session.client), (SERVER, session.server)):
            here = f"{both.name} #{session.id} {end.port}"
            if session.layers[0].captured(direction) != stream.ends.get(end, b""):
                yield f"{here}: the bytes differ"
            inside = b"".join(x.captured(direction) for x in session.layers if x.kind == "tls")
            if inside != stream.under_tls(end):
                yield f"{here}: the bytes under TLS differ"


def as_tshark_names(session: Session, index: int) -> str:
    """Our name of a command in tshark's words: four letters in SMTP, no UID in IMAP."""
    name = session.event(index).name.upper()
    return name[:4] if session.protocol == "smtp" else name.removeprefix("UID ")


def commands(both: Both, used: set[str]) -> Iterator[str]:
    """Where the commands differ for no reason of ``DIFFERENCES``; ``used`` takes the reasons."""
    for session, stream in paired(both):
        if session.protocol not in NAMES:
            continue
        ours = Counter(
            (session.packets(index)[-1], as_tshark_names(session, index))
            for index in places(session, Kind.COMMAND)
        )
        theirs = Counter(
            (packet, word[:4] if session.protocol == "smtp" else word)
            for packet, word in stream.commands
        )
        for who, odd in (("lacks", ours - theirs), ("adds", theirs - ours)):
            for packet, word in odd:
                reasons = {
                    known.why
                    for known in DIFFERENCES
                    if known.who == who and known.holds(session, packet, word)
                }
                used |= reasons
                if not reasons:
                    yield f"{both.name} #{session.id}: tshark {who} {word} in packet {packet}"


@pytest.fixture(scope="module")
def readings() -> Iterator[dict[str, Future[Both]]]:
    """Our recordings, being read by two threads while the tests compare."""
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(read, Path(manifest.path(name))) for name in manifest.names()}


@pytest.mark.parametrize("name", manifest.names())
def test_tshark_sees_the_same_in_our_recordings(
    name: str, readings: dict[str, Future[Both]]
) -> None:
    both = readings[name].result()
    assert both.theirs
    assert [*streams(both), *commands(both, set())] == []


@pytest.mark.slow
def test_tshark_sees_the_same_in_other_peoples_captures(
    corpus: Path, readings: dict[str, Future[Both]]
) -> None:
    files = [path for path in sorted((corpus / "files").rglob("*")) if path.is_file()]
    used: set[str] = set()
    with ThreadPoolExecutor(2) as pool:
        all_of_them = [*pool.map(read, files), *(made.result() for made in readings.values())]
    rows = [row for both in all_of_them for row in (*streams(both), *commands(both, used))]
    assert not rows, "\n" + "\n".join(rows)
    assert {known.why for known in DIFFERENCES} - used == set()


def test_the_comparison_notices_what_differs() -> None:
    both = read(Path(manifest.path("imap-first-look.pcapng")))
    (stream,) = both.theirs
    assert [*streams(both), *commands(both, set())] == []
    server = both.sessions[0].server
    stream.ends[server] += b"x"
    stream.inside[Endpoint("", 0)] = b"a LOGOUT"
    stream.commands.append((4, "NOOP"))
    assert len(list(streams(both))) == 3
    assert len(list(commands(both, set()))) == 1
