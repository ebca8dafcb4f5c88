"""The surfaces that take captured bytes: for each a function of bytes that checks what must hold.

The same functions are run by atheris, by hypothesis, by ``make test`` and by a replay.
"""

from __future__ import annotations

import base64
import os
import tempfile
import zlib
from collections.abc import Callable
from struct import pack
from typing import TypeAlias

from tests.fuzz import checks, words
from tests.fuzz.material import Material, Piece
from tests.sources import wire
from tutor.base import CLIENT, CaptureError, Direction, Endpoint
from tutor.capture import Capture
from tutor.protocols import message
from tutor.protocols.body import Body
from tutor.protocols.deflate import Inflater
from tutor.protocols.dns import frames as dns_frames
from tutor.protocols.dns import parse as dns_parse
from tutor.protocols.imap import ImapObserver
from tutor.protocols.observer import Observer
from tutor.protocols.pop3 import Pop3Observer
from tutor.protocols.sasl import Exchange
from tutor.protocols.smtp import SmtpObserver
from tutor.protocols.tls import KeyLog, TlsObserver
from tutor.protocols.tls.certificates import decompress, first_certificate, parse_certificate
from tutor.render.json_report import dump, report, session_report
from tutor.session import Conversation, Options, Session
from tutor.sources import Packet, dissect
from tutor.streams import Chunk, Conflict, Connection, Gap, Opened, Segment

Target: TypeAlias = Callable[[bytes], None]
TARGETS: dict[str, Target] = {}
LINKS = (0, 1, 12, 14, 101, 108, 113, 228, 229, 276, 9, 147)
_ENDS = (Endpoint("192.0.2.10", 50000), Endpoint("198.51.100.25", 143))
_PORTS = (143, 110, 25, 993, 1080, 4000)
_START = 1_700_000_000_000_000_000


def target(function: Target) -> Target:
    """Register a target by its name."""
    TARGETS[function.__name__] = function
    return function


# files and frames


@target
def files(data: bytes) -> None:
    """A capture file: as it is, with all conversations, or gzipped; a key log beside it."""
    how = data[:1] or b"\0"
    body = data[1:]
    if how[0] & 2:
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        body = packer.compress(body) + packer.flush()
    _capture(body, everything=bool(how[0] & 1))


@target
def frames(data: bytes) -> None:
    """Frames of any link type; each is dissected, and all of them are read as a capture."""
    material = Material(data)
    link = material.choice(LINKS)
    made: list[bytes] = []
    while material.left and len(made) < 64:
        body = material.take(material.number(2) % 2048)
        made.append(body)
        dissect(Packet(1, 0, link, body, len(body) + material.number()))
    _capture(wire.pcap(made, link), everything=True)


def _capture(data: bytes, *, everything: bool) -> None:
    with tempfile.NamedTemporaryFile(suffix=".pcap", dir=_memory()) as file:
        file.write(data)
        file.flush()
        try:
            capture = Capture(file.name, everything=everything)
        except CaptureError:
            return  # refused with one sentence
        with capture:
            capture.load()
            for reveal in (False, True):
                made = report(capture, reveal=reveal, digest=True, everything=everything)
                checks.valid(made)
                assert dump(made).isascii()
            for entry in capture.entries[:20]:
                session = capture.session(entry.id)
                checks.layers(session)
                checks.shown(session)


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@target
def segments(data: bytes) -> None:
    """TCP segments in any order: each byte comes out once, in order, whatever they are."""
    material = Material(data)
    connection = Connection(server_ports=frozenset({143}))
    conversation: Conversation | None = None
    at = [0, 0]
    items = []
    for number in range(1, 200):
        if not material.left:
            break
        segment = _segment(material, number)
        if connection.starts_anew(segment):
            break
        items += connection.feed(segment)
    items += connection.finish()
    for item in items:
        if isinstance(item, Chunk | Gap):
            assert item.offset == at[item.direction], f"{item} does not follow {at}"
            at[item.direction] += len(item.data) if isinstance(item, Chunk) else item.length
        elif isinstance(item, Conflict):
            assert item.offset + len(item.kept) <= at[item.direction]
        if conversation is None and connection.client and connection.server:
            conversation = Conversation(1, connection.client, connection.server)
        if conversation and sum(at) < 1 << 20:
            conversation.take(item)
    if conversation:
        conversation.finish()
        _session(conversation.session, whole=sum(at) < 1 << 20)


def _segment(material: Material, number: int) -> Segment:
    who = material.number()
    source, end = _ENDS if who & 1 else _ENDS[::-1]
    flags = material.number() & 0x1F
    seq, ack = material.number(2), material.number(2)
    if who & 2:
        seq = 0x100000000 - seq  # numbers wrap
    payload = material.choice(words.IMAP) + b"\r\n" if who & 4 else material.take(who >> 3)
    missing = material.number() if who & 8 else 0
    time = _START + number * 10_000_000
    return Segment(source, end, seq & 0xFFFFFFFF, ack, flags, payload, number, time, missing)


# machines


def _machine(data: bytes, make: type[Observer], vocabulary: list[bytes]) -> None:
    material = Material(data)
    how = material.number()
    inside = bool(how & 1)
    talk = material.pieces(vocabulary)

    class Made(make):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__(inside_tls=inside)

    checks.observed(Made, talk, 1 + (how >> 1) % 5)


@target
def imap(data: bytes) -> None:
    """IMAP, both sides."""
    _machine(data, ImapObserver, words.IMAP)


@target
def pop3(data: bytes) -> None:
    """POP3, both sides."""
    _machine(data, Pop3Observer, words.POP3)


@target
def smtp(data: bytes) -> None:
    """SMTP and LMTP, both sides."""
    _machine(data, SmtpObserver, words.SMTP)


@target
def talk(data: bytes) -> None:
    """A session with all that it may turn to: tunnels, STARTTLS, compression; report and mask."""
    material = Material(data)
    port = material.choice(_PORTS)
    pieces = material.pieces(words.EVERYTHING)
    _session(_converse(port, pieces))


@target
def deflated(data: bytes) -> None:
    """IMAP inside COMPRESS=DEFLATE: well packed talk, and packed talk that was bent."""
    material = Material(data)
    bend, flip = material.number(2), material.number()
    pieces = material.pieces(words.IMAP)
    packers = [zlib.compressobj(6, zlib.DEFLATED, -15) for _ in Direction]
    begin: list[Piece] = [
        (Direction.SERVER, b"* OK ready\r\n"),
        (CLIENT, b"a1 COMPRESS DEFLATE\r\n"),
        (Direction.SERVER, b"a1 OK go\r\n"),
    ]
    for number, (direction, piece) in enumerate(pieces):
        if isinstance(piece, bytes):
            packer = packers[direction]
            piece = packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
            if number == bend and piece:
                piece = bytes([piece[0] ^ flip]) + piece[1:]
        begin.append((direction, piece))
    _session(_converse(143, begin))


def _converse(port: int, pieces: list[Piece], keys: KeyLog | None = None) -> Session:
    server = Endpoint(_ENDS[1].address, port)
    conversation = Conversation(1, _ENDS[0], server, Options(keys=keys))
    conversation.take(Opened("open", (1, 2, 3), _START))
    at = [0, 0]
    for number, (direction, piece) in enumerate(pieces, 4):
        time = _START + number * 1_000_000
        if isinstance(piece, int):
            conversation.take(Gap(direction, at[direction], piece, time))
            at[direction] += piece
        elif piece:
            conversation.take(Chunk(direction, at[direction], piece, number, time))
            at[direction] += len(piece)
    conversation.finish()
    return conversation.session


def _session(session: Session, *, whole: bool = True) -> None:
    if whole:
        checks.layers(session)
    dump(session_report(session, digest=True))
    checks.shown(session)


# TLS


@target
def tls(data: bytes) -> None:
    """TLS records of both ends, with a key log and without, in two ways of cutting."""
    material = Material(data)
    cut = 1 + material.number() % 7
    keys = KeyLog.parse(material.take(material.number(2)))
    pieces = material.pieces([words.CLIENT_HELLO, b"\x14\x03\x03\x00\x01\x01"])
    seen = [_tls(pieces, keys), _tls(checks.chopped(pieces, cut), keys)]
    assert seen[0] == seen[1], f"chunks of {cut} bytes change the events"
    _session(_converse(993, pieces, keys))


def _tls(pieces: list[Piece], keys: KeyLog) -> tuple[object, ...]:
    observer = TlsObserver(keys=keys)
    events = []
    for direction, piece in pieces:
        if isinstance(piece, int):
            events += observer.gap(direction, piece)
        elif piece:
            events += observer.feed(direction, piece)
    events += observer.finish()
    checks.tiled(events, (0, 0), checks.lengths(pieces))
    text = [bytearray(), bytearray()]
    for plain in observer.take_plaintext():
        text[plain.direction] += plain.data
    by_side = [[e for e in events if e.span.direction is side] for side in Direction]
    return by_side, text, observer.facts.version, observer.facts.cipher


@target
def certificate(data: bytes) -> None:
    """Certificates, bare and as Certificate messages of both shapes."""
    parse_certificate(data)
    for shape in (False, True):
        found = first_certificate(data, tls13=shape)
        if found:
            parse_certificate(found)
    decompress(data)


@target
def keylog(data: bytes) -> None:
    """A key log: what is read twice is the same, and lines may come in any pieces."""
    keys = KeyLog.parse(data)
    assert keys == KeyLog.parse(data)
    assert len(keys | keys) == len(keys)
    assert "0" * 32 not in repr(keys)


# what stands in lines and messages


@target
def sasl(data: bytes) -> None:
    """A SASL exchange: mechanism, and then lines."""
    material = Material(data)
    names = "PLAIN LOGIN CRAM-MD5 DIGEST-MD5 NTLM SCRAM-SHA-256 XOAUTH2 OAUTHBEARER EXTERNAL X"
    exchange = Exchange(
        material.choice([*names.split(), "GSSAPI", "ANONYMOUS", "SCRAM-SHA-1-PLUS"])
    )
    while material.left:
        size = material.number()
        line = material.take(size)
        if size & 1:
            line = base64.b64encode(line)
        match size % 7:
            case 0:
                exchange.challenge(line)
            case 1:
                exchange.lose()
            case _:
                exchange.respond(line)


@target
def mail(data: bytes) -> None:
    """A message, whole and in pieces: header and body tile, facts come."""
    material = Material(data)
    size = 1 + material.number()
    dots = bool(material.number() & 1)
    text = material.rest()
    at = message.split(text)
    assert 0 <= at <= len(text)
    message.facts(text[:at], text[at:])
    body = Body()
    end = 0
    for start in range(0, len(text), size):
        for part in body.parts(start, text[start : start + size], dots=dots):
            assert part.start == end < part.end
            end = part.end
        body.told(final=False)
    assert end == len(text)
    body.told()


@target
def dns(data: bytes) -> None:
    """DNS messages: one, and a stream of them."""
    dns_parse(data)
    for piece in dns_frames(data):
        dns_parse(piece)
    datagram = pack(">HHHH", 4000, 53, 8 + len(data), 0) + data
    if len(data) < 60000:
        body = wire.ETHERNET + wire.ipv4("192.0.2.1", "192.0.2.2", datagram, protocol=17)
        _capture(wire.pcap([body, body]), everything=False)


@target
def deflate(data: bytes) -> None:
    """Raw DEFLATE: however it is cut, the same bytes come out."""
    whole, pieces = Inflater(), Inflater()
    out = b""
    used = 0
    for at in range(0, len(data), 3):
        text, taken = pieces.feed(data[at : at + 3])
        out += text
        used += taken
        if taken < len(data[at : at + 3]):
            break
    assert (out, used) == whole.feed(data)
