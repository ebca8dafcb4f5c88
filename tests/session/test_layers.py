"""Layers in layers: compression, SOCKS, HTTP CONNECT, PROXY, TLS in a tunnel."""

from __future__ import annotations

import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import manifest
from tests.dialogue import CLIENT_END, SERVER_ADDRESS, pieces, play
from tests.session.test_conversation import assert_tiled, log, runs
from tutor.base import CLIENT, SERVER, Direction, Endpoint, Role
from tutor.findings import credentials, eve_facts, findings
from tutor.protocols import deflate
from tutor.protocols.events import Anomaly, Kind
from tutor.protocols.registry import suggests_mail
from tutor.render.view import View
from tutor.session import Conversation, Eye, Session, visible
from tutor.streams import Chunk, Gap, Opened

Lines = list[str | bytes]


class Deflater:
    """One end's compression; each text is flushed so that it can be read at once."""

    def __init__(self, side: str, how: int = zlib.Z_SYNC_FLUSH) -> None:
        self._side = side
        self._how = how
        self._machine = zlib.compressobj(wbits=-15)

    def __call__(self, text: str) -> bytes:
        packed = self._machine.compress(text.encode()) + self._machine.flush(self._how)
        return f"{self._side}: ".encode() + packed


def compressed(how: int = zlib.Z_SYNC_FLUSH) -> Lines:
    client, server = Deflater("C", how), Deflater("S", how)
    return [
        "S: * OK ready\r\n",
        "C: a LOGIN ann secret-1\r\n",
        "S: a OK in\r\n",
        "C: b COMPRESS DEFLATE\r\n",
        "S: b OK go\r\n",
        client("c SELECT INBOX\r\n"),
        server("* 3 EXISTS\r\nc OK [READ-WRITE] done\r\n"),
        client("d FETCH 1 BODY[]\r\n"),
        server("* 1 FETCH (BODY[] {27}\r\nSubject: hi\r\n\r\nsee you there)\r\nd OK done\r\n"),
        client("e LOGOUT\r\n"),
        server("* BYE bye\r\ne OK gone\r\n"),
    ]


SMTP: Lines = [
    "S: 220 mx.example.net ESMTP\r\n",
    "C: EHLO there\r\n",
    "S: 250-mx.example.net\r\n250 AUTH PLAIN\r\n",
    "C: AUTH PLAIN AGFubgBzZWNyZXQtMg==\r\n",
    "S: 235 welcome\r\n",
    "C: QUIT\r\n",
    "S: 221 bye\r\n",
]
SOCKS: Lines = [
    b"C: \x05\x02\x00\x02",
    b"S: \x05\x02",
    b"C: \x01\x03bob\x0bproxypasswd",
    b"S: \x01\x00",
    b"C: \x05\x01\x00\x03\x0emx.example.net\x00\x19",
    b"S: \x05\x00\x00\x01\x0a\x00\x00\x01\x30\x39",
]
SOCKS4: Lines = [
    b"C: \x04\x01\x00\x19\xc6\x33\x64\x19bob\x00",
    b"S: \x00\x5a\x00\x19\xc6\x33\x64\x19",
]
SOCKS4A: Lines = [
    b"C: \x04\x01\x00\x19\x00\x00\x00\x01\x00mx.example.net\x00",
    b"S: \x00\x5a\x00\x00\x00\x00\x00\x00",
]
CONNECT: Lines = [
    "C: CONNECT mx.example.net:25 HTTP/1.1\r\nHost: mx.example.net:25\r\n\r\n",
    "S: HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 5\r\n\r\nlogin",
    "C: CONNECT mx.example.net:25 HTTP/1.1\r\nProxy-Authorization: Basic Ym9iOnB3\r\n\r\n",
    "S: HTTP/1.1 200 Connection established\r\n\r\n",
]
TO_IMAP = [line.replace(":25", ":143") for line in CONNECT[2:] if isinstance(line, str)]
PROXY_1: Lines = ["C: PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\n"]
PROXY_2: Lines = [b"C: \r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + bytes(12)]
IMAP_AT_ODDS: Lines = ["S: * OK x\r\n", "C: C1 NOOP\r\n", "S: C1 OK\r\n"]

TALKS: dict[str, tuple[int, Lines]] = {
    "compressed": (143, compressed()),
    "compressed, partial flush": (143, compressed(zlib.Z_PARTIAL_FLUSH)),
    "socks": (1080, SOCKS + SMTP),
    "socks 4": (1080, SOCKS4 + SMTP),
    "socks 4a": (1080, SOCKS4A + SMTP),
    "connect": (8080, CONNECT + SMTP),
    "compression in a tunnel": (3128, [*TO_IMAP, *compressed()]),
    "proxy 1": (25, PROXY_1 + SMTP),
    "proxy 2": (25, PROXY_2 + SMTP),
    "another protocol on the port": (25, IMAP_AT_ODDS),
    "another server on the port": (110, SMTP),
    "a tag like CONNECT": (143, IMAP_AT_ODDS),
}


def said(session: Session) -> list[str]:
    events = [session.event(i) for i in range(len(session)) if visible(session, i, Eye.EVE)]
    return [
        f"{event.span.layer} {'CS'[event.span.direction]} {event.kind} {event.name}"
        for event in events
        if event.kind is not Kind.OPEN
    ]


def feed(port: int, cut: list[tuple[Direction, bytes | int]]) -> Session:
    """A conversation of bytes and, as numbers, gaps."""
    conversation = Conversation(1, CLIENT_END, Endpoint(SERVER_ADDRESS, port))
    conversation.take(Opened("open", (1, 2, 3), 0))
    at = [0, 0]
    for number, (direction, item) in enumerate(cut, 4):
        if isinstance(item, int):
            conversation.take(Gap(direction, at[direction], item, number))
            at[direction] += item
        else:
            conversation.take(Chunk(direction, at[direction], item, number, number))
            at[direction] += len(item)
    conversation.finish()
    return conversation.session


def whole(lines: Lines) -> list[tuple[Direction, bytes]]:
    return [(CLIENT if client else SERVER, data) for client, data in pieces(lines)]


# properties


@pytest.mark.parametrize("name", TALKS)
def test_byte_by_byte_gives_the_same_events(name: str) -> None:
    port, lines = TALKS[name]
    at_once = feed(port, list(whole(lines)))
    single = [(d, data[i : i + 1]) for d, data in whole(lines) for i in range(len(data))]
    assert log(feed(port, list(single))) == log(at_once)
    assert_tiled(at_once)
    assert not [e for e in log(at_once) if getattr(e, "anomalies", ())]


@given(st.sampled_from(sorted(TALKS)), st.randoms(use_true_random=False), st.booleans())
def test_whatever_is_lost_or_garbled_every_layer_is_tiled(
    name: str, random: Random, lose: bool
) -> None:
    port, lines = TALKS[name]
    parts: list[tuple[Direction, bytes | int]] = []
    for direction, data in whole(lines):
        at = 0
        while at < len(data):
            size = random.randint(1, 60)
            piece: bytes | int = data[at : at + size]
            if isinstance(piece, bytes) and random.random() < 0.1:
                piece = len(piece) if lose else random.randbytes(random.randint(1, 9))
            parts.append((direction, piece))
            at += size
    session = feed(port, parts)
    assert_tiled(session)
    single: list[tuple[Direction, bytes | int]] = []
    for direction, item in parts:
        if isinstance(item, int):
            single.append((direction, item))
        else:
            single += [(direction, item[i : i + 1]) for i in range(len(item))]
    assert log(feed(port, single)) == log(session)


@given(st.binary(max_size=300))
def test_anything_behind_compress_is_tiled(noise: bytes) -> None:
    lines: Lines = [*compressed()[:5], b"C: " + noise, b"S: " + noise[::-1]]
    session = feed(143, [item for item in whole(lines) if item[1]])
    assert_tiled(session)


# compression


@pytest.mark.parametrize("how", [zlib.Z_SYNC_FLUSH, zlib.Z_PARTIAL_FLUSH, zlib.Z_FULL_FLUSH])
def test_eve_reads_what_is_compressed(how: int) -> None:
    session = play(143, compressed(how))
    assert said(session)[4:] == [
        "0 S reply OK",
        "1 C command SELECT",
        "1 S untagged EXISTS",
        "1 S reply OK",
        "1 C command FETCH",
        "1 S untagged FETCH",
        "1 S reply OK",
        "1 C command LOGOUT",
        "1 S untagged BYE",
        "1 S reply OK",
    ]
    assert [layer.kind for layer in session.layers] == ["tcp", "deflate"]
    assert (session.protocol, session.security) == ("imap", "plaintext")
    assert "message-in-clear" in {finding.rule for finding in findings(session)}
    assert ("subject", "hi") in {(fact.kind, fact.value) for fact in eve_facts(session)}


def test_what_was_compressed_leads_to_its_packets() -> None:
    session = play(143, compressed())
    for index in range(len(session)):
        event = session.event(index)
        if event.span.layer == 1:
            assert len(session.packets(index)) == 1
            if event.kind is Kind.COMMAND:
                assert session.packets(index) == session.packets(index + 1)
                assert session.event(index + 1).kind is Kind.CARRIED


def test_the_state_lasts_into_compression() -> None:
    session = play(143, compressed())
    first = next(e for i in range(len(session)) if (e := session.event(i)).span.layer == 1)
    assert first.state == "authenticated"


def test_compression_refused_changes_nothing() -> None:
    lines: Lines = [*compressed()[:4], "S: b NO never\r\n", "C: c NOOP\r\n", "S: c OK\r\n"]
    session = play(143, lines)
    assert len(session.layers) == 1
    assert said(session)[-2:] == ["0 C command NOOP", "0 S reply OK"]


def test_after_a_gap_nothing_more_is_inflated() -> None:
    parts: list[tuple[Direction, bytes | int]] = list(whole(compressed()))
    parts[6] = (SERVER, 40)
    session = feed(143, parts)
    assert_tiled(session)
    rest = [e for i in range(len(session)) if (e := session.event(i)).name == "deflate"]
    unread = [event for event in rest if event.kind is Kind.UNPARSED]
    assert {event.span.direction for event in unread} == {SERVER}
    assert [event.anomalies for event in unread] == [(Anomaly.GAP_IN_LINE,), ()]
    assert session.commands == 5
    assert "1 C command LOGOUT" in said(session)


def test_what_is_no_deflate_is_named_once() -> None:
    session = play(143, [*compressed()[:5], b"C: \xff\xff\xff\xff", "S: hm\r\n", b"C: \xff\xff"])
    odd = [e.anomalies for i in range(len(session)) if (e := session.event(i)).anomalies]
    assert odd.count((Anomaly.BAD_DEFLATE,)) >= 1
    assert_tiled(session)


def test_a_bomb_is_bounded_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deflate, "FREE", 1 << 16)
    server = Deflater("S")
    bomb = server("* OK " + "a" * 5_000_000 + "\r\n")
    session = play(143, [*compressed()[:5], bomb, server("* OK still there\r\n")])
    assert session.layers[1].length(SERVER) <= (1 << 16) + deflate.PIECE * 1032
    names = [e.anomalies for i in range(len(session)) if (e := session.event(i)).anomalies]
    assert (Anomaly.INFLATED_TOO_MUCH,) in names
    assert_tiled(session)


def test_compression_in_compression_ends_somewhere() -> None:
    lines: Lines = ["S: * PREAUTH x\r\n"]
    ends: list[tuple[Deflater, Deflater]] = []
    for level in range(9):
        asks, answers = f"a{level} COMPRESS DEFLATE\r\n", f"a{level} OK\r\n"
        lines += [_wrap("C", asks, ends, 0), _wrap("S", answers, ends, 1)]
        ends.append((Deflater("C"), Deflater("S")))
    session = play(143, lines)
    assert len(session.layers) < 9
    assert_tiled(session)


def _wrap(side: str, text: str, ends: list[tuple[Deflater, Deflater]], which: int) -> bytes:
    data = text.encode()
    for pair in reversed(ends):
        machine = pair[which]._machine
        data = machine.compress(data) + machine.flush(zlib.Z_SYNC_FLUSH)
    return f"{side}: ".encode() + data


# tunnels


@pytest.mark.parametrize(
    ("name", "count"), [("socks", 6), ("connect", 5), ("socks 4", 2), ("socks 4a", 2)]
)
def test_mail_through_a_proxy(name: str, count: int) -> None:
    port, lines = TALKS[name]
    session = play(port, lines)
    kind = {"socks": "socks", "connect": "http-connect"}.get(name, "socks4")
    words = said(session)
    assert all(word.endswith(f"preamble {kind}") for word in words[:count])
    assert words[count:] == [
        "1 S greeting 220",
        "1 C command EHLO",
        "1 S reply 250",
        "1 C command AUTH",
        "1 S reply 235",
        "1 C command QUIT",
        "1 S reply 221",
    ]
    assert (session.protocol, session.security, session.commands) == ("smtp", "plaintext", 3)
    assert session.server.port == port
    (found,) = credentials(session)
    assert (found.username, found.strength, found.accepted) == ("ann", "encoded", True)


@pytest.mark.parametrize("secret", ["proxypasswd", "Ym9iOnB3", "secret-2", "AGFubgBzZWNyZXQtMg"])
def test_what_the_proxy_was_told_is_masked(secret: str) -> None:
    for name in ("socks", "connect"):
        session = play(*TALKS[name])
        view = View(session)
        for index in range(len(session)):
            assert secret not in "".join(line.text for line in view.lines(index))


def test_a_tunnel_to_no_mail_port_is_left_alone() -> None:
    web: Lines = ["C: CONNECT www.example.net:443 HTTP/1.1\r\n\r\n", "S: HTTP/1.1 200 OK\r\n\r\n"]
    session = play(8080, web)
    assert (session.protocol, len(session.layers)) == ("other", 1)


def test_starttls_in_a_tunnel() -> None:
    inside = [(d, data) for d, data in runs("smtp-submission-starttls.pcapng")]
    head = [*whole([line.replace("25", "587") for line in CONNECT[2:] if isinstance(line, str)])]
    plain = feed(587, list(inside))
    session = feed(8080, [*head, *inside])
    assert (session.protocol, session.security) == ("smtp", "starttls")
    assert session.tls is not None
    assert plain.tls is not None
    assert session.tls.sni == plain.tls.sni
    assert session.commands == plain.commands
    assert [layer.kind for layer in session.layers[:2]] == ["tcp", "tunnel"]
    assert_tiled(session)


def test_implicit_tls_in_a_tunnel() -> None:
    inside = [(d, data) for d, data in runs("imap-first-look-tls.pcapng")]
    socks = [*SOCKS[:4], b"C: \x05\x01\x00\x01\x0a\x00\x00\x01\x03\xe1", SOCKS[5]]
    session = feed(1080, [*whole(socks), *inside])
    assert (session.protocol, session.presumed, session.security) == ("tls", "imap", "tls")


@pytest.mark.parametrize("name", ["proxy 1", "proxy 2"])
def test_a_load_balancers_words_stand_before_the_clients(name: str) -> None:
    session = play(*TALKS[name])
    assert said(session)[:2] == ["0 C preamble proxy", "0 S greeting 220"]
    assert session.commands == 3
    assert len(session.layers) == 1


def test_proxy_words_before_imap() -> None:
    session = play(143, [PROXY_1[0], *IMAP_AT_ODDS])
    event = session.event(1)
    assert (event.kind, event.name) == (Kind.PREAMBLE, "proxy")
    assert [part.role for part in event.parts[:3]] == [Role.VERB, Role.SPACE, Role.PARAMETER]
    assert session.protocol == "imap"
    assert said(session)[-1] == "0 S reply OK"


# which flows are kept


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        (b"CONNECT mx.example.net:25 HTTP/1.1\r\n", True),
        (b"CONNECT mx.example.net:443 HTTP/1.1\r\n", False),
        (b"CONNECT mx.exa", None),
        (b"\x05\x01\x00", None),
        (b"\x05\x01\x00\x05\x01\x00\x01\x0a\x00\x00\x01\x00\x8f", True),
        (b"\x05\x01\x00\x05\x01\x00\x01\x0a\x00\x00\x01\x01\xbb", False),
        (b"\x05\x00\x05\x00\x00\x01\x0a\x00\x00\x01\x30\x39", None),
        (b"\x05\x02\x01\x00", None),
        (b"\x04\x01\x00\x19\x0a\x00\x00\x01", None),
        (b"\x04\x01\x00\x19\x0a\x00\x00\x01\x00", True),
        (b"\x04\x01\x01\xbb\x0a\x00\x00\x01\x00", False),
        (b"\x04\x02\x00\x19\x0a\x00\x00\x01\x00", False),
        (b"\x00\x5a\x00\x19", None),
        (b"\x00\x01", False),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\n", None),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 80\r\nGET / HTTP/1.1\r\n\r\n", False),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\nEHLO there\r\n", True),
        (b"\x05\xff\xff", False),
    ],
)
def test_only_a_mail_port_makes_a_tunnel_mail(head: bytes, kept: bool | None) -> None:
    assert suggests_mail(head) is kept


def test_the_compressed_recording_is_read_to_its_end() -> None:
    assert "imap-compress.pcapng" in manifest.names()
    session = feed(143, list(runs("imap-compress.pcapng")))
    assert said(session)[-1] == "1 S reply OK"
    assert not [e for i in range(len(session)) if (e := session.event(i)).kind is Kind.UNPARSED]
