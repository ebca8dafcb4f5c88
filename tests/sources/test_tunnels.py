"""What travels inside IP: GRE, IP in IP, 6in4; and where no end of it is seen."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import wire
from tests.sources.test_fragments import IP4, IP6, SEGMENT4, SEGMENT6, at, found, write
from tutor.sources import Index, Packet, Wanted, dissect, open_source
from tutor.streams import Segment

OUTER = "203.0.113.1", "203.0.113.2"
OUTER6 = "2001:db8:a::1", "2001:db8:a::2"


def gre(inner: bytes, kind: int = 0x0800, flags: int = 0, optional: bytes = b"") -> bytes:
    return wire.ipv4(*OUTER, pack(">HH", flags, kind) + optional + inner, 47)


FRAME = wire.ETHERNET + IP4
FRAME6 = wire.MACS + b"\x81\x00\x00\x05\x86\xdd" + IP6
TUNNELS = {
    "gre": (gre(IP4), gre(IP6, 0x86DD)),
    "gre over ipv6": (
        wire.ipv6(*OUTER6, pack(">HH", 0, 0x0800) + IP4, 47),
        wire.ipv6(*OUTER6, pack(">HH", 0, 0x86DD) + IP6, 47),
    ),
    "gre with a checksum": (
        gre(IP4, flags=0x8000, optional=bytes(4)),
        gre(IP6, 0x86DD, 0x8000, bytes(4)),
    ),
    "gre with a key and a number": (
        gre(IP4, flags=0x3000, optional=bytes(8)),
        gre(IP6, 0x86DD, 0x3000, bytes(8)),
    ),
    "gre with everything": (
        gre(IP4, flags=0xB000, optional=bytes(12)),
        gre(IP6, 0x86DD, 0xB000, bytes(12)),
    ),
    "nvgre": (
        gre(FRAME, 0x6558, 0x2000, b"\0\0\7\0"),
        gre(FRAME6, 0x6558, 0x2000, b"\0\0\7\0"),
    ),
    "mpls in gre": (
        gre(b"\0\0\x10\x40\0\0\x21\x40" + IP4, 0x8847),
        gre(b"\0\0\x21\x40" + IP6, 0x8847),
    ),
    "ip in ip, 6in4": (wire.ipv4(*OUTER, IP4, 4), wire.ipv4(*OUTER, IP6, 41)),
    "4in6, 6in6": (wire.ipv6(*OUTER6, IP4, 4), wire.ipv6(*OUTER6, IP6, 41)),
    "behind an extension header": (
        wire.ipv6(*OUTER6, b"\x04\0" + bytes(6) + IP4, 60),
        wire.ipv6(*OUTER6, b"\x29\0" + bytes(6) + IP6, 60),
    ),
    "four deep": (
        wire.ipv4(*OUTER, gre(wire.ipv6(*OUTER6, gre(IP4), 4), 0x86DD), 4),
        wire.ipv4(*OUTER, gre(wire.ipv6(*OUTER6, gre(IP6, 0x86DD), 4), 0x86DD), 4),
    ),
}


@pytest.mark.parametrize("name", TUNNELS)
def test_a_tunnel_gives_the_segment_inside(tmp_path: Path, name: str) -> None:
    for packet, segment in zip(TUNNELS[name], (SEGMENT4, SEGMENT6), strict=True):
        assert found(write(tmp_path, [packet])) == ([at(segment, 1)], {})
        ethernet = wire.ETHERNET if packet[0] >> 4 == 4 else wire.ETHERNET6
        padded = ethernet + packet + b"\0\0\0"
        assert found(write(tmp_path, [padded], 1)) == ([at(segment, 1)], {})


COUNTED = {
    "ERSPAN": gre(bytes(8) + FRAME, 0x88BE, 0x1000, bytes(4)),
    "PPTP": gre(b"\xff\x03\0\x21" + IP4, 0x880B, 0x3001, bytes(8)),
    "GRE": gre(b"hello", 0x0000),
    "IP in IP": wire.ipv4(*OUTER, b"\x05hello", 4),
    "tunnels in tunnels": wire.ipv4(*OUTER, TUNNELS["four deep"][0], 4),
    "not IP": gre(wire.MACS + b"\x08\x06" + bytes(28), 0x6558),
    "headers cut off": gre(IP4[:12]),
    "damaged IP header": gre(b"\x41" + IP4[1:]),
}


@pytest.mark.parametrize("word", COUNTED)
def test_what_is_not_unpacked_is_named(tmp_path: Path, word: str) -> None:
    assert found(write(tmp_path, [COUNTED[word]] * 3)) == ([], {word: 3})


def test_source_routes_in_gre_are_not_followed(tmp_path: Path) -> None:
    routed = [gre(IP4, flags=0x4000, optional=bytes(size)) for size in (0, 4, 8)]
    later = gre(IP4, flags=0x0002)
    assert found(write(tmp_path, [*routed, later])) == ([], {"GRE": 4})


@pytest.mark.parametrize(("inner", "whole"), [(IP4, SEGMENT4), (IP6, SEGMENT6)])
def test_an_inner_packet_ends_where_the_outer_one_does(inner: bytes, whole: Segment) -> None:
    outer = wire.ipv4(*OUTER, inner[:-9], 41)
    segment = dissect(Packet(1, 0, 101, outer + bytes(9), len(outer) + 9))
    assert segment == whole._replace(payload=whole.payload[:-9])


def test_the_snap_length_may_cut_the_inner_packet() -> None:
    outer = gre(IP4)
    segment = dissect(Packet(1, 0, 101, outer[:-9], len(outer)))
    assert segment == SEGMENT4._replace(payload=SEGMENT4.payload[:-9], missing=9)


@given(st.sampled_from([p for pair in TUNNELS.values() for p in pair]), st.data())
def test_a_tunnel_with_wrong_bytes_gives_a_segment_or_a_word(
    packet: bytes, data: st.DataObject
) -> None:
    wrong = bytearray(packet)
    for _ in range(data.draw(st.integers(1, 5))):
        wrong[data.draw(st.integers(0, 119))] = data.draw(st.integers(0, 255))
    cut = bytes(wrong[: data.draw(st.integers(0, len(wrong)))])
    skipped: Counter[str] = Counter()
    item = dissect(Packet(1, 0, 101, cut, len(packet)), skipped)
    assert (item is None) == (sum(skipped.values()) == 1)


def test_a_capture_in_gre_is_looked_into_and_has_no_mail(corpus: Path) -> None:
    path = str(corpus / "files/arkime+arkime/gre-sample.pcap")
    with open_source(path) as source:
        index = Index(source, Wanted(frozenset(), lambda head: None, all_flows=True)).run()
        assert [len(flow.offsets) for flow in index.flows] == [22]
        assert dict(source.skipped) == {"ICMP": 10, "UDP": 6}


def test_a_capture_whose_fragments_make_nothing_whole_says_so(corpus: Path) -> None:
    path = str(corpus / "files/zeek+zeek/fragmented-3.pcap")
    assert found(path, Wanted(frozenset(), lambda head: True, all_flows=True)) == (
        [],
        {"IP fragment": 5},
    )


@pytest.mark.tshark
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_finds_the_same_segments(tmp_path: Path) -> None:
    frames = [p for name, pair in TUNNELS.items() if name != "four deep" for p in pair]
    for packet in (IP4, IP6, TUNNELS["gre"][0], TUNNELS["ip in ip, 6in4"][1]):
        for size in (64, 200):
            pieces = wire.fragments(packet, size, len(frames))
            frames += [pieces[-1], *pieces[:-1]] if size == 64 else pieces
    path = write(tmp_path, frames)
    fields = ("-T", "fields", "-e", "frame.number", "-e", "tcp.payload", "-Y", "tcp")
    command = ["tshark", "-r", path, "-o", "tcp.desegment_tcp_streams:false", *fields]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    theirs = [line.split("\t") for line in lines if line]
    segments, skipped = found(path)
    ours = sorted((segment.number, segment.payload) for segment in segments)
    assert ours == [(int(number), bytes.fromhex(payload)) for number, payload in theirs]
    assert len(ours) == 2 * (len(TUNNELS) - 1) + 8
    assert skipped == {}
