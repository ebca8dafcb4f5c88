"""Both formats, in all their spellings, give the same packets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from struct import pack

import pytest

from tests.sources import wire
from tutor.sources import Index, Packet, Wanted, open_source

FRAMES = wire.conversation(
    ("192.0.2.10", 51234), ("198.51.100.25", 143), [("s", b"* OK hi\r\n"), ("c", b"a NOOP\r\n")]
)
WANTED = Wanted(frozenset({143}), lambda head: False)
SECOND = 1_000_000_000
BASE = 1_700_000_000 * SECOND


def packets(path: Path) -> list[Packet]:
    """All packets of the one flow in a file."""
    with open_source(str(path)) as source:
        index = Index(source, WANTED).run()
        assert source.damaged is None
        (flow,) = index.flows
        return list(source.packets_at(flow.offsets))


def expected(nanoseconds: int = 0) -> list[Packet]:
    return [
        Packet(number, BASE + (number - 1) * SECOND + nanoseconds, 1, frame, len(frame))
        for number, frame in enumerate(FRAMES, 1)
    ]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("nano", "time"), [(False, 7000), (True, 7)])
def test_pcap_in_both_byte_orders_and_units(
    tmp_path: Path, order: str, nano: bool, time: int
) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(wire.pcap(FRAMES, order=order, nano=nano))
    assert packets(path) == expected(time)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_in_both_byte_orders(tmp_path: Path, order: str) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(wire.pcapng(FRAMES, order=order))
    assert packets(path) == expected()


Block = Callable[[bytes, int], bytes]


@pytest.mark.parametrize(
    ("resolution", "ticks"),
    [(b"\x06", 10**6), (b"\x09", 10**9), (b"\x00", 1), (b"\x8a", 1 << 10), (b"\x0a", 10**10)],
    ids=["micro", "nano", "seconds", "binary", "tenths of nano"],
)
def test_pcapng_units_of_time(tmp_path: Path, resolution: bytes, ticks: int) -> None:
    path = tmp_path / "a.pcapng"
    options = wire.option(2, b"eth0") + wire.option(9, resolution)
    blocks = [
        wire.enhanced(frame, (1_700_000_000 + number) * ticks)
        for number, frame in enumerate(FRAMES)
    ]
    path.write_bytes(wire.section() + wire.interface(options=options) + b"".join(blocks))
    assert packets(path) == expected()


def test_pcapng_time_offset(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    options = wire.option(14, pack("<q", 1_700_000_000))
    blocks = [wire.enhanced(frame, number * 10**6) for number, frame in enumerate(FRAMES)]
    path.write_bytes(wire.section() + wire.interface(options=options) + b"".join(blocks))
    assert packets(path) == expected()


def test_pcapng_sections_and_interfaces_of_different_kinds(tmp_path: Path) -> None:
    raw = [frame[14:] for frame in FRAMES]
    data = wire.section("<") + wire.interface(1) + wire.interface(101, snap=0)
    data += wire.enhanced(FRAMES[0], 1, 0) + wire.enhanced(raw[1], 2, 1)
    data += wire.section(">") + wire.interface(101, order=">")
    data += wire.interface(1, wire.option(9, b"\x09", ">"), order=">")
    data += wire.old_packet(raw[2], 3, 0, ">") + wire.enhanced(FRAMES[3], 4, 1, ">")
    data += wire.section("<") + wire.interface(101)
    data += wire.simple(raw[4]) + wire.enhanced(raw[5], 6)
    path = tmp_path / "a.pcapng"
    path.write_bytes(data)
    found = packets(path)
    assert [(p.number, p.time_ns, p.link) for p in found] == [
        (1, 1000, 1),
        (2, 2000, 101),
        (3, 3000, 101),
        (4, 4, 1),
        (5, 0, 101),
        (6, 6000, 101),
    ]
    assert [p.data for p in found] == [
        FRAMES[0], raw[1], raw[2], FRAMES[3], raw[4], raw[5],
    ]  # fmt: skip


def test_pcapng_simple_packets_are_cut_by_the_snap_length(tmp_path: Path) -> None:
    frame = FRAMES[3]
    body = pack("<I", len(frame)) + frame[:60]
    data = wire.section() + wire.interface(1, snap=60) + wire.block(3, body)
    path = tmp_path / "a.pcapng"
    path.write_bytes(data)
    assert packets(path) == [Packet(1, 0, 1, frame[:60], len(frame))]


def test_pcapng_secrets_comments_and_unknown_blocks(tmp_path: Path) -> None:
    long_log = b"CLIENT_RANDOM 00 11\n" * 40_000  # more than a slice
    data = wire.section() + wire.secrets(b"first\n") + wire.interface()
    data += wire.block(4, b"names") + wire.block(0xBAD, bytes(900_000))
    data += wire.secrets(long_log)
    frame = FRAMES[0]
    head = pack("<IIIII", 0, 0, 5, len(frame), len(frame)) + frame + bytes(-len(frame) % 4)
    data += wire.block(6, head + wire.option(1, b"a comment") + wire.option(0, b""))
    data += wire.enhanced(FRAMES[1], 6) + wire.block(5, bytes(8))
    path = tmp_path / "a.pcapng"
    path.write_bytes(data)
    with open_source(str(path)) as source:
        index = Index(source, WANTED).run()
        assert source.secrets == [b"first\n", long_log]
        assert source.packets == 2
        assert source.damaged is None
        assert [p.data for p in source.packets_at(index.flows[0].offsets)] == FRAMES[:2]


def test_pcapng_packet_of_an_interface_that_nobody_described(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(wire.section() + wire.enhanced(FRAMES[0]) + wire.enhanced(FRAMES[1]))
    with open_source(str(path)) as source:
        index = Index(source, WANTED).run()
        assert index.flows == []
        assert source.skipped == {"interface not described": 2}
        assert source.packets == 2


def test_pcapng_packet_of_an_interface_that_nobody_described_among_others(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    blocks = [wire.enhanced(frame, index=7 * (n == 1)) for n, frame in enumerate(FRAMES)]
    path.write_bytes(wire.section() + wire.interface() + b"".join(blocks))
    with open_source(str(path)) as source:
        index = Index(source, WANTED).run()
        assert len(index.flows[0].offsets) == len(FRAMES) - 1
        assert source.skipped == {"interface not described": 1}
        assert source.packets == len(FRAMES)
