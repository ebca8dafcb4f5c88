"""Frames and capture files for tests and the benchmark, made with struct alone."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from struct import Struct, pack

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

_IPV4 = Struct(">BBHHHBBH4s4s")
_TCP = Struct(">HHIIBBHHH")
_RECORD = Struct("<IIII")
MACS = bytes.fromhex("0200c0000201 0200c6336419".replace(" ", ""))
ETHERNET = MACS + b"\x08\x00"
ETHERNET6 = MACS + b"\x86\xdd"


def address(text: str) -> bytes:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return socket.inet_pton(family, text)


def tcp(
    ports: tuple[int, int], seq: int = 0, ack: int = 0, flags: int = ACK, data: bytes = b""
) -> bytes:
    header = _TCP.pack(*ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 0xFFFF, 0, 0)
    return header + data


def udp(ports: tuple[int, int], data: bytes = b"") -> bytes:
    return pack(">HHHH", *ports, 8 + len(data), 0) + data


def ipv4(source: str, target: str, body: bytes, protocol: int = 6, fragment: int = 0x4000) -> bytes:
    total = 20 + len(body)
    ends = address(source), address(target)
    return _IPV4.pack(0x45, 0, total, 1, fragment, 64, protocol, 0, *ends) + body


def ipv6(source: str, target: str, body: bytes, following: int = 6) -> bytes:
    head = pack(">IHBB", 6 << 28, len(body), following, 64)
    return head + address(source) + address(target) + body


def fragments(packet: bytes, size: int, number: int = 7) -> list[bytes]:
    """An IP packet in pieces of ``size`` bytes (a multiple of 8), as RFC 791 and RFC 8200 say."""
    head = 40 if packet[0] >> 4 == 6 else 20
    return [piece(packet, at, at + size, number) for at in range(0, len(packet) - head, size)]


def piece(packet: bytes, begin: int, end: int, number: int = 7) -> bytes:
    """One fragment of an IP packet without options: its bytes from ``begin`` to ``end``."""
    six = packet[0] >> 4 == 6
    head, body = (packet[:40], packet[40:]) if six else (packet[:20], packet[20:])
    more, part = end < len(body), body[begin:end]
    if six:
        fragment = pack(">BBHI", head[6], 0, begin | more, number)
        return head[:4] + pack(">H", 8 + len(part)) + b"\x2c" + head[7:] + fragment + part
    place = (begin // 8) | more << 13
    return head[:2] + pack(">HHH", 20 + len(part), number, place) + head[8:] + part


def frame(
    client: str, server: str, ports: tuple[int, int], seq: int, ack: int, flags: int, data: bytes
) -> bytes:
    """An Ethernet frame with a TCP segment over IPv4 or IPv6."""
    segment = tcp(ports, seq, ack, flags, data)
    if ":" in client:
        return ETHERNET6 + ipv6(client, server, segment)
    return ETHERNET + ipv4(client, server, segment)


def conversation(
    client: tuple[str, int], server: tuple[str, int], turns: Iterable[tuple[str, bytes]]
) -> list[bytes]:
    """Frames of a whole TCP connection; a turn is ``c`` or ``s`` and what it says."""
    ends = {"c": (client, server), "s": (server, client)}
    seqs = {"c": 1000, "s": 5000}

    def say(who: str, flags: int, data: bytes = b"") -> bytes:
        (here, port), (there, other) = ends[who]
        peer = "s" if who == "c" else "c"
        ack = seqs[peer] if flags & ACK else 0
        made = frame(here, there, (port, other), seqs[who], ack, flags, data)
        seqs[who] += len(data) + bool(flags & (SYN | FIN))
        return made

    frames = [say("c", SYN), say("s", SYN | ACK), say("c", ACK)]
    for who, data in turns:
        frames.append(say(who, PSH | ACK, data))
    frames += [say("c", FIN | ACK), say("s", FIN | ACK), say("c", ACK)]
    return frames


def record(time_us: int, data: bytes, length: int | None = None) -> bytes:
    """A little-endian pcap record."""
    whole = len(data) if length is None else length
    return _RECORD.pack(time_us // 1_000_000, time_us % 1_000_000, len(data), whole) + data


def pcap_header(
    link: int = 1, order: str = "<", magic: int = 0xA1B2C3D4, snap: int = 262144
) -> bytes:
    return pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, link)


def pcap(frames: Iterable[bytes], link: int = 1, order: str = "<", *, nano: bool = False) -> bytes:
    """A pcap file; packet *n* is at second 1700000000 + n."""
    out = [pcap_header(link, order, 0xA1B23C4D if nano else 0xA1B2C3D4)]
    for number, data in enumerate(frames):
        out.append(pack(order + "IIII", 1_700_000_000 + number, 7, len(data), len(data)) + data)
    return b"".join(out)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    size = 12 + len(body)
    return pack(order + "II", kind, size) + body + pack(order + "I", size)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = "<", length: int = -1) -> bytes:
    """A section header; ``length`` is that of the blocks behind it, -1 where it is not told."""
    return block(0x0A0D0D0A, pack(order + "IHHq", 0x1A2B3C4D, 1, 0, length), order)


def interface(link: int = 1, options: bytes = b"", order: str = "<", snap: int = 0) -> bytes:
    end = option(0, b"", order) if options else b""
    return block(1, pack(order + "HHI", link, 0, snap) + options + end, order)


def enhanced(data: bytes, ticks: int = 0, index: int = 0, order: str = "<") -> bytes:
    size = len(data)
    head = pack(order + "IIIII", index, ticks >> 32, ticks & 0xFFFFFFFF, size, size)
    return block(6, head + data, order)


def simple(data: bytes, order: str = "<") -> bytes:
    return block(3, pack(order + "I", len(data)) + data, order)


def old_packet(data: bytes, ticks: int = 0, index: int = 0, order: str = "<") -> bytes:
    size = len(data)
    head = pack(order + "HHIIII", index, 0, ticks >> 32, ticks & 0xFFFFFFFF, size, size)
    return block(2, head + data, order)


def secrets(data: bytes, order: str = "<") -> bytes:
    return block(10, pack(order + "II", 0x544C534B, len(data)) + data, order)


def pcapng(frames: Iterable[bytes], link: int = 1, order: str = "<") -> bytes:
    """A pcapng file; packet *n* is at second 1700000000 + n."""
    out = [section(order), interface(link, order=order)]
    for number, data in enumerate(frames):
        out.append(enhanced(data, (1_700_000_000 + number) * 1_000_000, order=order))
    return b"".join(out)
