"""First inputs for each target, made of our own recordings, cut small."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests import manifest
from tests.fuzz import words
from tests.fuzz.material import Piece, Writer
from tests.fuzz.targets import LINKS, TARGETS
from tutor.capture import Capture
from tutor.session import Session
from tutor.sources import Index, Wanted, open_source

_SMALL = 24_000
_TALK = 3000
_PER_PROTOCOL = 12


@cache
def _sessions() -> tuple[Session, ...]:
    """Every session of the recordings; without keys, so that layer 0 is what crossed."""
    found = []
    for name in manifest.names():
        with Capture(manifest.path(name), everything=True) as capture:
            capture.load()
            found += [capture.session(entry.id) for entry in capture.entries]
    return tuple(found)


def _talk(session: Session, layer: int, most: int = _TALK) -> list[Piece]:
    """The bytes of a layer, in the order of the events, cut after so many."""
    out: list[Piece] = []
    total = 0
    for index in range(len(session)):
        span = session.event(index).span
        if span.layer != layer or not span.length:
            continue
        out.append((span.direction, session.data(span)))
        total += span.length
        if total > most:
            break
    return out


def _machine(protocol: str) -> Iterator[bytes]:
    """Talk of that protocol: plain, and what came out of TLS or DEFLATE."""
    made = 0
    for session in _sessions():
        if session.protocol != protocol or made >= _PER_PROTOCOL:
            continue
        made += 1
        yield Writer().number(made).pieces(_talk(session, len(session.layers) - 1)).done()


def _talks() -> Iterator[bytes]:
    for number, session in enumerate(_sessions()):
        if number % 5 == 0:
            yield Writer().number(number).pieces(_talk(session, 0)).done()


def _deflated() -> Iterator[bytes]:
    for seed in _machine("imap"):
        yield b"\0\0\0" + seed[1:]


def _tls() -> Iterator[bytes]:
    for name in manifest.names():
        keys = Path(manifest.path(name)).with_suffix(".keys")
        if not keys.exists():
            continue
        with Capture(manifest.path(name)) as capture:
            capture.load()
            for entry in capture.entries[:1]:
                text = keys.read_bytes()[:4000]
                wire = _talk(capture.session(entry.id), 0, 6000)
                yield Writer().number(1).number(len(text), 2).raw(text).pieces(wire).done()


def _files() -> Iterator[bytes]:
    for number, name in enumerate(manifest.names()):
        data = Path(manifest.path(name)).read_bytes()
        if number % 3 == 0:
            yield bytes([number & 3]) + data[:_SMALL]


def _frames() -> Iterator[bytes]:
    for number, name in enumerate(manifest.names()):
        if number % 6:
            continue
        with open_source(manifest.path(name)) as source:
            index = Index(source, Wanted(frozenset(), lambda _: None, all_flows=True)).run()
            writer = Writer().number(LINKS.index(1))
            for flow in index.flows[:1]:
                for packet in list(source.packets_at(flow.offsets))[:12]:
                    writer.number(len(packet.data), 2).raw(packet.data).number(0)
            yield writer.done()


def _segments() -> Iterator[bytes]:
    shake = b"\x00\x02\0\1\0\0\x01\x12\0\1\0\2\x00\x10\0\2\0\2"
    yield shake + b"\x04\x18\0\2\0\2\x00\x05\x18\0\2\0\x10\x01"
    yield bytes(range(1, 200))


def _certificates() -> Iterator[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificate

    from tests.protocols.tls.sessions import certificate

    for kind in ("ec", "rsa"):
        pem, _ = certificate(kind)
        yield load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def _keylogs() -> Iterator[bytes]:
    yield b"# c\nCLIENT_RANDOM " + b"ab" * 32 + b" " + b"cd" * 48 + b"\r\n"
    yield b"SERVER_TRAFFIC_SECRET_0 " + b"ab" * 32 + b" " + b"cd" * 32 + b"\nRSA x y\n\n"


def _sasl() -> Iterator[bytes]:
    for number in range(12):
        yield bytes([number, 21]) + b"\0alice\0s3cret-word" + b"x" * 3 + b"\x05alice\x09secretpwd"


def _mails() -> Iterator[bytes]:
    yield b"\x40\x01" + b"\r\n".join(words.MESSAGE * 2) + b"\r\n\r\nx\r\n.\r\n"
    yield b"\x05\x00" + b"From: a@x\nSubject: hi\n\nbody\n"


def _dns() -> Iterator[bytes]:
    name = b"\x07example\x03net\0"
    yield b"\0\1\x01\0\0\1\0\0\0\0\0\0" + name + b"\0\x0f\0\1"
    answer = b"\xc0\x0c\0\x0f\0\1\0\0\0\5\0\t\0\x0a\x04mail\xc0\x0c"
    yield b"\0\1\x81\x80\0\1\0\1\0\0\0\0" + name + b"\0\x0f\0\1" + answer


def _deflate() -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    yield packer.compress(b"a1 NOOP\r\n" * 40) + packer.flush()


_MAKERS: dict[str, Callable[[], Iterator[bytes]]] = {
    "files": _files,
    "frames": _frames,
    "segments": _segments,
    "imap": lambda: _machine("imap"),
    "pop3": lambda: _machine("pop3"),
    "smtp": lambda: _machine("smtp"),
    "talk": _talks,
    "deflated": _deflated,
    "tls": _tls,
    "certificate": _certificates,
    "keylog": _keylogs,
    "sasl": _sasl,
    "mail": _mails,
    "dns": _dns,
    "deflate": _deflate,
}
assert _MAKERS.keys() == TARGETS.keys()


@cache
def seeds(name: str) -> tuple[bytes, ...]:
    """The first inputs of a target."""
    return tuple(_MAKERS[name]())


def mutated(seed: bytes, luck: random.Random) -> bytes:
    """A seed after a few random changes: flips, cuts, copies, noise."""
    data = bytearray(seed)
    for _ in range(luck.choice([1, 1, 2, 4, 8])):
        at = luck.randrange(len(data) + 1)
        size = luck.choice([1, 1, 2, 8, 40])
        match luck.randrange(6):
            case 0 if at < len(data):
                data[at] ^= 1 << luck.randrange(8)
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = data[at : at + size]
            case 3:
                data[at:at] = luck.choice(words.EVERYTHING)
            case 4:
                data[at : at + size] = luck.randbytes(size)
            case _:
                begin = luck.randrange(len(data) + 1)
                data[at:at] = data[begin : begin + size]
    return bytes(data)


def dictionary() -> str:
    """The vocabulary in the form that libFuzzer reads."""
    found = dict.fromkeys(word for word in words.EVERYTHING if 0 < len(word) < 60)
    return "".join(f'"{_escaped(word)}"\n' for word in found)


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)
