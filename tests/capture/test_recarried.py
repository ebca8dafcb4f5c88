"""Every recording in other clothes: in tunnels and pieces, twice, in the wrong order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests import manifest
from tests.sources import wire
from tests.sources.carried import OUTER6, ether, kind
from tests.sources.ways import bare, untimed
from tutor.capture import Capture
from tutor.render.json_report import report
from tutor.sources import Index, Packet, Wanted, open_source

MOST = 3000
"""Packets of a recording; the few that are larger are left out."""

Timed = tuple[int, bytes]
_NUMBERS = count(1)


def ip_packets(path: str) -> list[Timed]:
    """The IP packets of TCP and DNS in a capture of Ethernet, without padding."""
    wanted = Wanted(frozenset(), lambda head: None, all_flows=True)
    found: dict[int, Packet] = {}
    with open_source(path) as source:
        index = Index(source, wanted).run()
        for records in [*(f.offsets for f in [*index.flows, *index.lookup_flows]), index.lookups]:
            found |= {packet.number: packet for packet in source.packets_at(records)}
    packets = [found[number] for number in sorted(found)]
    return [(packet.time_ns, unpadded(packet.data[14:])) for packet in packets if packet.link == 1]


def unpadded(data: bytes) -> bytes:
    six = data[0] >> 4 == 6
    return data[
        : 40 + int.from_bytes(data[4:6], "big") if six else int.from_bytes(data[2:4], "big")
    ]


def deep(packet: bytes) -> list[bytes]:
    """GRE with a key over IPv6, in pieces, each behind two VLAN tags."""
    outer = wire.ipv6(*OUTER6, b"\x20\0" + kind(packet) + b"key!" + packet, 47)
    tags = wire.MACS + b"\x88\xa8\0\5\x81\0\0\6\x86\xdd"
    return [tags + piece for piece in wire.fragments(outer, 256, next(_NUMBERS))]


def deeply(packets: list[Timed]) -> Iterable[Timed]:
    return [(time, frame) for time, packet in packets for frame in deep(packet)]


def twice(packets: list[Timed]) -> Iterable[Timed]:
    return [(time, ether(packet)) for time, packet in packets for _ in range(2)]


def swapped(packets: list[Timed]) -> Iterable[Timed]:
    pairs = [packets[at : at + 2] for at in range(0, len(packets), 2)]
    return [(time, ether(packet)) for pair in pairs for time, packet in pair[::-1]]


def pcapng(frames: Iterable[Timed]) -> bytes:
    head = wire.section() + wire.interface(1, wire.option(9, b"\x09"))
    return head + b"".join(wire.enhanced(frame, time) for time, frame in frames)


def told(path: Path, keys: tuple[str, ...]) -> Any:
    with Capture(str(path), keys=keys) as capture:
        capture.load()
        made = report(capture, reveal=True, digest=True)
    for key in ("file", "skipped"):
        made.pop(key)
    made = bare(made, untimed)
    made["lookups"].sort(key=repr)  # they come in the order of their questions
    return made


@pytest.mark.parametrize("change", [deeply, twice, swapped])
@pytest.mark.parametrize("name", manifest.names())
def test_a_recording_is_told_the_same(
    name: str, change: Callable[[list[Timed]], Iterable[Timed]], tmp_path: Path
) -> None:
    recording = Path(manifest.path(name))
    keys = recording.with_suffix(".keys")
    packets = ip_packets(str(recording))
    if not packets or len(packets) > MOST:
        pytest.skip("it has no such packets, or too many")
    paths = tmp_path / "plain.pcapng", tmp_path / "other.pcapng"
    paths[0].write_bytes(pcapng((time, ether(packet)) for time, packet in packets))
    paths[1].write_bytes(pcapng(change(packets)))
    used = (str(keys),) if keys.is_file() else ()
    assert told(paths[1], used) == told(paths[0], used)
