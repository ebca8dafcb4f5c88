"""Write large captures fast: TCP, UDP and IP fragments with struct alone, packet by packet."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from struct import Struct, pack
from typing import BinaryIO

SYN, RST, FIN, PSH, ACK = 2, 4, 1, 8, 16
SEGMENT = 1400

_HEADER = pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
_ETHERNET = bytes(12) + b"\x08\x00"
_FRAME = Struct("<IIII14sBB").size  # where a record's IP length stands
_IP = Struct(">BBHHHBBHII")
_TCP = Struct(">HHIIBBHHH")
_RECORD = Struct("<IIII")
CLIENT_IP, SERVER_IP = 0xC000020A, 0xC6336419
START = 1_700_000_000


class Pcap:
    """A pcap being written; packet *n* is *n* milliseconds after the start."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._count = 0
        file.write(_HEADER)

    def frame(self, data: bytes) -> None:
        """An Ethernet frame."""
        self._count += 1
        seconds, millis = divmod(self._count, 1000)
        head = _RECORD.pack(START + seconds, millis * 1000, len(data), len(data))
        self._file.write(head + data)

    def ip(self, source: int, target: int, protocol: int, body: bytes, fragment: int = 0) -> None:
        """An IPv4 packet; ``fragment`` is the raw flags-and-offset field."""
        size = 20 + len(body)
        head = _IP.pack(
            0x45, 0, size, self._count & 0xFFFF, fragment, 64, protocol, 0, source, target
        )
        self.frame(_ETHERNET + head + body)

    def udp(self, source: int, target: int, ports: tuple[int, int], data: bytes) -> None:
        """A UDP datagram."""
        self.ip(source, target, 17, pack(">HHHH", *ports, 8 + len(data), 0) + data)


class Tcp:
    """One TCP connection in a capture: each side says bytes, in segments of a size."""

    def __init__(self, pcap: Pcap, port: int, client: int = CLIENT_IP, source: int = 50000) -> None:
        self._pcap = pcap
        self._ends = ((client, source), (SERVER_IP, port))
        self.seq = [1000, 5000]

    def segment(self, who: int, flags: int, data: bytes = b"", seq: int | None = None) -> None:
        """One segment as it is; ``seq`` where it is not the next."""
        (here, port), (there, other) = self._ends[who], self._ends[1 - who]
        number = self.seq[who] if seq is None else seq
        ack = self.seq[1 - who] if flags & ACK else 0
        head = _TCP.pack(
            port, other, number & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0
        )
        self._pcap.ip(here, there, 6, head + data)
        if seq is None:
            self.seq[who] += len(data) + bool(flags & (SYN | FIN))

    def open(self) -> None:
        """The three-way handshake."""
        self.segment(0, SYN)
        self.segment(1, SYN | ACK)
        self.segment(0, ACK)

    def say(self, who: int, data: bytes, size: int = SEGMENT) -> None:
        """Bytes, cut into segments, each acknowledged."""
        for at in range(0, len(data), size):
            self.segment(who, PSH | ACK, data[at : at + size])

    def client(self, data: bytes) -> None:
        """The client says this."""
        self.say(0, data)

    def server(self, data: bytes) -> None:
        """The server says this."""
        self.say(1, data)

    def stream(self, who: int, pieces: Iterable[bytes]) -> None:
        """Very many bytes: pieces of any size, joined into full segments."""
        held = bytearray()
        for piece in pieces:
            held += piece
            whole = len(held) // SEGMENT * SEGMENT
            if whole:
                self.say(who, bytes(held[:whole]))
                del held[:whole]
        self.say(who, bytes(held))

    def close(self) -> None:
        """Both ends close."""
        self.segment(0, FIN | ACK)
        self.segment(1, FIN | ACK)


def repeat(piece: bytes, size: int, block: int = 1 << 16) -> Iterator[bytes]:
    """``piece`` again and again, ``size`` bytes of it."""
    many = piece * max(1, block // len(piece))
    while size > 0:
        yield many[:size]
        size -= len(many)


def zipped(path: Path, pieces: Iterable[bytes]) -> None:
    """A gzip file of these pieces."""
    with gzip.open(path, "wb", 9) as file:
        for piece in pieces:
            file.write(piece)
