"""Everything that an IP packet may travel in: links, tags, tunnels, extension headers, pieces."""

from __future__ import annotations

from collections.abc import Callable
from struct import pack

from tests.sources.wire import ETHERNET, ETHERNET6, MACS, fragments, ipv4, ipv6, udp

Carry = Callable[[bytes], list[bytes]]
"""From an IP packet to the frames that carry it."""

OUTER, OUTER6 = ("203.0.113.1", "203.0.113.2"), ("2001:db8:a::1", "2001:db8:a::2")
COOKED = pack(">HHH8s", 0, 1, 6, b"\2\0\0\0\0\1\0\0")
COOKED2 = pack(">HIHBB8s", 0, 1, 1, 0, 6, b"\2\0\0\0\0\1\0\0")
SNAP = b"\xaa\xaa\x03\0\0\0"


def six(packet: bytes) -> bool:
    return packet[0] >> 4 == 6


def kind(packet: bytes) -> bytes:
    return b"\x86\xdd" if six(packet) else b"\x08\x00"


def ether(packet: bytes) -> bytes:
    return (ETHERNET6 if six(packet) else ETHERNET) + packet


def snap(packet: bytes) -> bytes:
    return SNAP + kind(packet) + packet


def ppp(packet: bytes) -> bytes:
    return (b"\0\x57" if six(packet) else b"\0\x21") + packet


def pppoe(packet: bytes) -> bytes:
    return b"\x11\0\0\1" + pack(">H", len(packet) + 2) + ppp(packet)


def family(order: str, inet6: int) -> Callable[[bytes], bytes]:
    return lambda packet: pack(order + "I", inet6 if six(packet) else 2) + packet


def tagged(tag: bytes) -> Callable[[bytes], bytes]:
    return lambda packet: MACS + tag + b"\0\5\x81\0\0\6" + kind(packet) + packet


def dot11(control: bytes, size: int) -> Callable[[bytes], bytes]:
    return lambda packet: control + bytes(size - 2) + snap(packet)


def outer(body: bytes, protocol: int) -> bytes:
    return ETHERNET + ipv4(*OUTER, body, protocol)


def outer6(body: bytes, protocol: int) -> bytes:
    return ETHERNET6 + ipv6(*OUTER6, body, protocol)


def in_udp(port: int, header: bytes) -> Callable[[bytes], bytes]:
    return lambda packet: outer(udp((40_000, port), header + packet), 17)


def options(packet: bytes) -> bytes:
    """IPv4 with a Router Alert option (RFC 2113)."""
    if six(packet):
        return ether(packet)
    head = b"\x46" + packet[1:2] + pack(">H", len(packet) + 4) + packet[4:20]
    return ETHERNET + head + b"\x94\x04\0\0" + packet[20:]


def behind(protocol: int, header: bytes) -> Callable[[bytes], bytes]:
    """Another header of 8-byte units between IP and TCP; ``header`` names what is behind it."""

    def made(packet: bytes) -> bytes:
        if six(packet):
            size = len(packet) - 40 + len(header)
            head = packet[:4] + pack(">HB", size, protocol) + packet[7:40]
            return ETHERNET6 + head + header + packet[40:]
        if protocol != 51:
            return ether(packet)
        size = len(packet) + len(header)
        head = packet[:2] + pack(">H", size) + packet[4:9] + b"\x33" + packet[10:20]
        return ETHERNET + head + header + packet[20:]

    return made


def without_length(packet: bytes) -> bytes:
    """What an offloading card is given: the length is left to it."""
    return ether(
        packet[:4] + b"\0\0" + packet[6:] if six(packet) else packet[:2] + b"\0\0" + packet[4:]
    )


def pieces(size: int, *, backwards: bool = False, twice: bool = False) -> Carry:
    number = iter(range(1, 1 << 16))

    def made(packet: bytes) -> list[bytes]:
        cut = fragments(packet, size, next(number))
        if twice:
            cut = [each for each in cut for _ in range(2)]
        return [ether(each) for each in (cut[::-1] if backwards else cut)]

    return made


def one(make: Callable[[bytes], bytes]) -> Carry:
    return lambda packet: [make(packet)]


_LINKS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "Ethernet": (1, ether),
    "Ethernet with padding and a checksum": (1, lambda p: ether(p).ljust(60, b"\xee") + b"FCS!"),
    **{
        f"loopback {link}, {order}, IPv6 is {inet6}": (link, family(order, inet6))
        for link in (0, 108)
        for order in "<>"
        for inet6 in (10, 24, 28, 30)
    },
    **{f"raw IP {link}": (link, lambda packet: packet) for link in (12, 14, 101, 228, 229)},
    "SLL": (113, lambda p: COOKED + kind(p) + p),
    "SLL with a tag": (113, lambda p: COOKED + b"\x81\0\0\5" + kind(p) + p),
    "SLL with LLC": (113, lambda p: COOKED + b"\0\4" + snap(p)),
    "SLL2": (276, lambda p: kind(p) + COOKED2 + p),
    "SLL2 with a tag": (276, lambda p: b"\x81\0" + COOKED2 + b"\0\5" + kind(p) + p),
    "PPP": (9, ppp),
    "PPP with address and control": (9, lambda p: b"\xff\3" + ppp(p)),
    "PPP with half a protocol": (9, lambda p: ppp(p)[1:]),
    "PPP in HDLC": (50, lambda p: b"\xff\3" + ppp(p)),
    "Cisco PPP": (50, lambda p: b"\x0f\0" + kind(p) + p),
    "PPPoE alone": (51, pppoe),
    "Cisco HDLC": (104, lambda p: b"\x0f\0" + kind(p) + p),
    "802.11": (105, dot11(b"\x08\x01", 24)),
    "802.11 between access points": (105, dot11(b"\x08\x03", 30)),
    "802.11 QoS": (105, dot11(b"\x88\x02", 26)),
    "radiotap": (127, lambda p: b"\0\0\x08\0\0\0\0\0" + dot11(b"\x08\x02", 24)(p)),
    "radiotap with padding": (
        127,
        lambda p: (
            b"\0\0\x19\0\x03\0\0\x80\0\0\0\0" + bytes(12) + b"\x20" + dot11(b"\x88\x01", 28)(p)
        ),
    ),
    "PPI": (192, lambda p: b"\0\0\x08\0\x69\0\0\0" + dot11(b"\x08\x02", 24)(p)),
    "VLAN": (1, lambda p: MACS + b"\x81\0\0\5" + kind(p) + p),
    **{f"QinQ {tag}": (1, tagged(bytes.fromhex(tag))) for tag in ("8100", "88a8", "9100", "9200")},
    "three tags": (1, lambda p: MACS + b"\x88\xa8\0\5\x88\xa8\0\6\x81\0\0\7" + kind(p) + p),
    "802.3 with SNAP": (1, lambda p: MACS + pack(">H", len(p) + 8) + snap(p)),
    "a tag and SNAP": (1, lambda p: MACS + b"\x81\0\0\5" + pack(">H", len(p) + 8) + snap(p)),
    "MPLS": (1, lambda p: MACS + b"\x88\x47\0\0\x10\0\0\0\x21\x40" + p),
    "Ethernet in MPLS": (1, lambda p: MACS + b"\x88\x47\0\0\x21\x40\0\0\0\0" + ether(p)),
    "PPPoE": (1, lambda p: MACS + b"\x88\x64" + pppoe(p)),
    "PPPoE with a tag": (1, lambda p: MACS + b"\x81\0\0\5\x88\x64" + pppoe(p)),
    "PPPoE with padding": (1, lambda p: MACS + b"\x88\x64" + pppoe(p) + bytes(9)),
    "IP in IPv4": (1, lambda p: outer(p, 41 if six(p) else 4)),
    "IP in IPv6": (1, lambda p: outer6(p, 41 if six(p) else 4)),
    "GRE": (1, lambda p: outer(b"\0\0" + kind(p) + p, 47)),
    "GRE over IPv6": (1, lambda p: outer6(b"\0\0" + kind(p) + p, 47)),
    "GRE with everything": (1, lambda p: outer(b"\xb0\0" + kind(p) + bytes(12) + p, 47)),
    "NVGRE": (1, lambda p: outer(b"\x20\0\x65\x58\0\0\7\0" + ether(p), 47)),
    "three tunnels": (
        1,
        lambda p: outer(ipv6(*OUTER6, ipv4(*OUTER, p, 41 if six(p) else 4), 4), 41),
    ),
    "IPv4 options": (1, options),
    "hop-by-hop options": (1, behind(0, b"\6\0\1\4\0\0\0\0")),
    "a routing header": (1, behind(43, b"\6\2" + bytes(22))),
    "destination options": (1, behind(60, b"\6\0\1\4\0\0\0\0")),
    "a fragment that is whole": (1, behind(44, b"\6\0\0\0\0\0\0\5")),
    "an authentication header": (1, behind(51, b"\6\4" + bytes(22))),
    "no length": (1, without_length),
}

CARRIED: dict[str, tuple[int, Carry]] = {
    **{name: (link, one(make)) for name, (link, make) in _LINKS.items()},
    "pieces of 8 bytes": (1, pieces(8)),
    "pieces backwards": (1, pieces(24, backwards=True)),
    "pieces twice": (1, pieces(16, twice=True)),
}
"""By name: the link type, and how an IP packet looks on it."""

NAMED: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "VXLAN": (1, in_udp(4789, b"\x08\0\0\0\0\0\1\0" + ETHERNET)),
    "GENEVE": (1, in_udp(6081, b"\0\0\x65\x58\0\0\1\0" + ETHERNET)),
    "GTP": (1, in_udp(2152, b"\x30\xff\0\0\0\0\0\1")),
    "ESP": (1, lambda p: outer(bytes(8) + p, 50)),
    "ERSPAN": (1, lambda p: outer(b"\x10\0\x88\xbe\0\0\0\1" + bytes(8) + ether(p), 47)),
    "PPTP": (1, lambda p: outer(b"\x30\1\x88\x0b" + bytes(8) + ppp(p), 47)),
    "MACsec": (1, lambda p: MACS + b"\x88\xe5" + bytes(8) + kind(p) + p),
    "MPLS": (1, lambda p: MACS + b"\x88\x47\0\0\x21\x40\x10" + p),
    "compressed PPP": (9, lambda p: b"\0\x2d" + p),
    "encrypted 802.11": (105, dot11(b"\x08\x41", 24)),
    "aggregated or fragmented 802.11": (
        105,
        lambda p: dot11(b"\x88\x01", 24)(p)[:24] + b"\x80" + p,
    ),
    "802.11": (105, dot11(b"\x80\0", 24)),
    "Frame Relay (link type 107)": (107, lambda p: b"\x18\x41\3\xcc" + p),
    "link type 226": (226, lambda packet: packet),
}
"""By the word for what is not unpacked."""
