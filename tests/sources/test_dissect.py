"""From frames of every link to segments and datagrams; what is not looked into is counted."""

from __future__ import annotations

from collections import Counter
from struct import pack

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.sources import wire
from tutor.base import Endpoint
from tutor.sources import Datagram, Packet, dissect
from tutor.streams import Segment

CLIENT, SERVER = Endpoint("192.0.2.10", 51234), Endpoint("198.51.100.25", 143)
CLIENT6, SERVER6 = Endpoint("2001:db8::10", 51234), Endpoint("2001:db8:100::25", 143)
TCP = wire.tcp((51234, 143), 7, 9, 24, b"a NOOP\r\n")
IP4 = wire.ipv4(CLIENT.address, SERVER.address, TCP)
IP6 = wire.ipv6(CLIENT6.address, SERVER6.address, TCP)
SEGMENT = Segment(CLIENT, SERVER, 7, 9, 24, b"a NOOP\r\n", 3, 5)
SEGMENT6 = SEGMENT._replace(source=CLIENT6, target=SERVER6)
MACS = wire.MACS
VLAN, QINQ = b"\x81\x00\x00\x05", b"\x88\xa8\x00\x07"
PPPOE4, PPPOE6 = (
    b"\x88\x64\x11\x00\x00\x01\x00\x40\x00\x21",
    b"\x88\x64\x11\x00\x00\x01\x00\x40\x00\x57",
)


def look(link: int, data: bytes, length: int | None = None) -> tuple[object, dict[str, int]]:
    skipped: Counter[str] = Counter()
    packet = Packet(3, 5, link, data, len(data) if length is None else length)
    return dissect(packet, skipped), dict(skipped)


LINKS = {
    "ethernet": (1, MACS, b"\x08\x00", b"\x86\xdd"),
    "vlan": (1, MACS + VLAN, b"\x08\x00", b"\x86\xdd"),
    "qinq": (1, MACS + QINQ + VLAN, b"\x08\x00", b"\x86\xdd"),
    "pppoe": (1, MACS, PPPOE4, PPPOE6),
    "pppoe in qinq": (1, MACS + VLAN + VLAN, PPPOE4, PPPOE6),
    "mpls": (1, MACS, b"\x88\x47\0\0\x10\x40\0\0\x21\x40", b"\x88\x47\0\0\x21\x40"),
    "null": (0, b"", pack("<I", 2), pack("<I", 30)),
    "null, other byte order": (0, b"", pack(">I", 2), pack(">I", 24)),
    "loop": (108, b"", pack(">I", 2), pack(">I", 28)),
    "raw": (101, b"", b"", b""),
    "raw, as BSD numbers it": (12, b"", b"", b""),
    "raw, as OpenBSD numbers it": (14, b"", b"", b""),
    "raw, version told": (228, b"", b"", b""),
    "raw, version 6 told": (229, b"", b"", b""),
    "cooked": (113, bytes(14), b"\x08\x00", b"\x86\xdd"),
    "cooked vlan": (113, bytes(14) + VLAN, b"\x08\x00", b"\x86\xdd"),
}


@pytest.mark.parametrize("name", LINKS)
def test_every_link_gives_the_same_segment(name: str) -> None:
    link, head, four, six = LINKS[name]
    if "mpls" in name:
        six = b"\x88\x48\0\0\x21\x40"
    assert look(link, head + four + IP4) == (SEGMENT, {})
    assert look(link, head + six + IP6) == (SEGMENT6, {})


def test_cooked_version_2_has_its_protocol_in_front() -> None:
    rest = bytes(18)
    assert look(276, b"\x08\x00" + rest + IP4) == (SEGMENT, {})
    assert look(276, b"\x86\xdd" + rest + IP6) == (SEGMENT6, {})
    assert look(276, b"\x81\x00" + rest + b"\x00\x05\x08\x00" + IP4) == (SEGMENT, {})
    assert look(276, b"\x08\x06" + rest + IP4) == (None, {"not IP": 1})


@pytest.mark.parametrize(
    "headers",
    [
        [(0, b"\0" * 6)],
        [(43, b"\x01" + b"\0" * 13), (60, b"\0" * 6)],
        [(44, b"")],
        [(51, b"\x04" + b"\0" * 22)],
    ],
    ids=["hop by hop", "routing and options", "whole fragment", "authentication"],
)
def test_ipv6_extension_headers(headers: list[tuple[int, bytes]]) -> None:
    body, following = TCP, 6
    for kind, rest in reversed(headers):
        if kind == 44:
            body = bytes([following, 0, 0, 0, 0, 0, 0, 1]) + body
        elif kind == 51:
            body = bytes([following]) + rest + body
        elif len(rest) > 7:
            body = bytes([following]) + rest + b"\0" + body
        else:
            body = bytes([following, 0]) + rest + body
        following = kind
    data = wire.ipv6(CLIENT6.address, SERVER6.address, body, following)
    assert look(101, data) == (SEGMENT6, {})


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (wire.ipv4("192.0.2.1", "192.0.2.2", TCP, fragment=0x2000), "IP fragment"),
        (wire.ipv4("192.0.2.1", "192.0.2.2", TCP, fragment=0x0010), "IP fragment"),
        (wire.ipv6("::1", "::2", b"\x06\0\0\x01\0\0\0\1" + TCP, 44), "IP fragment"),
        (wire.ipv4("192.0.2.1", "192.0.2.2", TCP, 50), "ESP"),
        (wire.ipv6("::1", "::2", TCP, 58), "ICMP"),
        (wire.ipv4("192.0.2.1", "192.0.2.2", TCP, 99), "not TCP or UDP"),
        (IP4[:12], "headers cut off"),
        (IP4[:30], "headers cut off"),
        (IP6[:39], "headers cut off"),
        (b"\x41" + IP4[1:], "damaged IP header"),
        (IP4[:32] + b"\x40" + IP4[33:], "headers cut off"),
        (IP4[:2] + b"\0\x13" + IP4[4:], "damaged IP header"),
        (b"\x20" + IP4[1:], "not IP"),
        (b"", "headers cut off"),
    ],
)
def test_what_is_not_looked_into_has_a_word(data: bytes, word: str) -> None:
    assert look(101, data) == (None, {word: 1})


def test_other_frames_have_a_word_too() -> None:
    assert look(1, MACS + b"\x08\x06" + bytes(28)) == (None, {"not IP": 1})
    assert look(1, MACS) == (None, {"headers cut off": 1})
    assert look(147, bytes(40)) == (None, {"link type 147": 1})
    assert look(253, bytes(40)) == (None, {"Netlink (link type 253)": 1})


def test_ip_options_shift_the_segment() -> None:
    data = b"\x46" + pack(">BH", 0, len(IP4) + 4) + IP4[4:20] + b"\1\1\1\0" + IP4[20:]
    assert look(101, data) == (SEGMENT, {})


def test_tcp_options_are_no_payload() -> None:
    header = bytearray(TCP[:20])
    header[12] = 0x80
    tcp = bytes(header) + b"\1" * 12 + TCP[20:]
    assert look(101, wire.ipv4(CLIENT.address, SERVER.address, tcp)) == (SEGMENT, {})


def test_padding_of_a_short_frame_is_no_payload() -> None:
    assert look(1, wire.ETHERNET + IP4 + b"\0" * 9) == (SEGMENT, {})


def test_padding_that_a_router_counted_into_ip_but_not_into_pppoe_is_no_payload() -> None:
    ack = wire.ipv4(CLIENT.address, SERVER.address, wire.tcp((51234, 143), 7, 9, 16) + bytes(6))
    pppoe = b"\x88\x64\x11\x00\x00\x01" + pack(">H", 2 + 40) + b"\x00\x21"
    bare = SEGMENT._replace(flags=16, payload=b"")
    assert look(1, MACS + pppoe + ack) == (bare, {})


def test_what_the_snap_length_cut_is_told() -> None:
    cut = SEGMENT._replace(payload=b"a N", missing=5)
    assert look(101, IP4[:-5], len(IP4)) == (cut, {})
    assert look(101, IP6[:-5], len(IP6))[0] == cut._replace(source=CLIENT6, target=SERVER6)
    nothing = SEGMENT._replace(payload=b"", missing=8)
    assert look(101, IP4[:36], len(IP4)) == (nothing, {})


def test_a_length_of_zero_means_offloading() -> None:
    assert look(101, IP4[:2] + b"\0\0" + IP4[4:]) == (SEGMENT, {})
    assert look(101, IP6[:4] + b"\0\0" + IP6[6:]) == (SEGMENT6, {})


def test_udp_is_a_datagram() -> None:
    body = wire.udp((5353, 53), b"query") + b"trailer"
    data = wire.ipv4("192.0.2.1", "192.0.2.53", body, 17)
    ends = Endpoint("192.0.2.1", 5353), Endpoint("192.0.2.53", 53)
    assert look(101, data) == (Datagram(*ends, b"query", 3, 5), {})


def test_addresses_are_written_as_rfc_5952_says() -> None:
    found, _ = look(101, wire.ipv6("2001:DB8:0:0:1:0:0:1", "::ffff:192.0.2.1", TCP))
    assert isinstance(found, Segment)
    assert found.source.address == "2001:db8::1:0:0:1"
    assert found.target.address == "::ffff:192.0.2.1"


links = st.sampled_from([0, 1, 12, 101, 108, 113, 228, 276, 9999])


@given(links, st.binary(max_size=120))
@example(1, MACS + b"\x81\x00" * 30)
def test_any_bytes_give_a_segment_or_a_word(link: int, data: bytes) -> None:
    found, skipped = look(link, data)
    assert (found is None) == (sum(skipped.values()) == 1)


@given(links, st.data())
def test_a_frame_with_a_few_wrong_bytes_never_raises(link: int, data: st.DataObject) -> None:
    frame = bytearray(data.draw(st.sampled_from([IP4, IP6, wire.ETHERNET + IP4, bytes(16) + IP6])))
    for _ in range(data.draw(st.integers(1, 5))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(frame)))
    found, skipped = look(link, bytes(frame[:end]))
    assert (found is None) == (sum(skipped.values()) == 1)
