"""The index finds the flows that are wanted, in one pass, however that is cut into slices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources import wire
from tutor.base import Endpoint
from tutor.sources import Flow, Index, Source, Wanted, dissect, flows, open_source
from tutor.sources import index as index_module
from tutor.sources.flow import REJECTED
from tutor.streams import Segment

SERVER = "198.51.100.25"
MAIL = [("s", b"* OK hi\r\n"), ("c", b"a LOGOUT\r\n"), ("s", b"* BYE\r\na OK\r\n")]
WEB = [("c", b"GET / HTTP/1.1\r\n\r\n"), ("s", b"HTTP/1.1 200 OK\r\n\r\n")]
TLS = [("c", b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"), ("s", b"\x16\x03\x03\x00\x01\x02")]


def looks_like(head: bytes) -> bool | None:
    if b"* OK ".startswith(head[:5]):
        return True if len(head) >= 5 else None
    return False


WANTED = Wanted(frozenset({143, 25}), looks_like)


def flow(port: int, server: int, turns: Sequence[tuple[str, bytes]] = MAIL) -> list[bytes]:
    return wire.conversation(("192.0.2.10", port), (SERVER, server), turns)


def interleaved(*groups: list[bytes]) -> list[bytes]:
    return [frame for row in zip_longest(*groups) for frame in row if frame is not None]


def save(path: Path, frames: list[bytes], *, ng: bool = False) -> str:
    path.write_bytes(wire.pcapng(frames) if ng else wire.pcap(frames))
    return str(path)


def frames_of(source: Source, found: Flow) -> list[bytes]:
    return [packet.data for packet in source.packets_at(found.offsets)]


def payload(source: Source, found: Flow) -> bytes:
    segments = (dissect(packet) for packet in source.packets_at(found.offsets))
    return b"".join(s.payload for s in segments if isinstance(s, Segment))


@pytest.mark.parametrize("ng", [False, True])
def test_flows_are_found_by_port_and_by_their_first_bytes(tmp_path: Path, ng: bool) -> None:
    by_port, by_look, web = flow(4001, 143), flow(4002, 10143), flow(4003, 80, WEB)
    frames = interleaved(by_port, by_look, web)
    with open_source(save(tmp_path / "a", frames, ng=ng)) as source:
        index = Index(source, WANTED).run()
        assert [found.why for found in index.flows] == ["port", "look"]
        assert [frames_of(source, found) for found in index.flows] == [by_port, by_look]
        assert [found.first for found in index.flows] == [1, 2]
        assert list(index.flows[0].offsets.numbers)[:3] == [1, 4, 7]
        ends = Endpoint("192.0.2.10", 4001), Endpoint(SERVER, 143)
        assert index.flows[0].endpoints == ends
        assert source.packets == len(frames)


def test_flows_over_ipv6_and_tags_are_found_too(tmp_path: Path) -> None:
    six = wire.conversation(("2001:db8::1", 4001), ("2001:db8::25", 143), MAIL)
    tag = b"\x81\x00\x00\x05"
    tagged = [f[:12] + tag + f[12:] for f in flow(4002, 143)]
    tagged6 = [
        f[:12] + tag + f[12:]
        for f in wire.conversation(("2001:db8::2", 4001), ("2001:db8::25", 10143), MAIL)
    ]
    twice = [f[:12] + tag + tag + f[12:] for f in flow(4003, 143)]
    groups = [six, tagged, tagged6, twice]
    with open_source(save(tmp_path / "a", interleaved(*groups))) as source:
        index = Index(source, WANTED).run()
        found = sorted(index.flows, key=lambda each: each.first)
        assert [frames_of(source, each) for each in found] == groups


def test_tls_is_kept_only_where_it_is_wanted(tmp_path: Path) -> None:
    name = save(tmp_path / "a", interleaved(flow(4001, 8443, TLS), flow(4002, 80, WEB)))
    with open_source(name) as source:
        assert Index(source, WANTED).run().flows == []
    with open_source(name) as source:
        wanted = Wanted(frozenset(), looks_like, all_tls=True)
        (found,) = Index(source, wanted).run().flows
        assert found.why == "tls"
        assert len(found.offsets) == len(flow(4001, 8443, TLS))


def test_all_flows_are_listed_once_where_that_is_wanted(tmp_path: Path) -> None:
    groups = [flow(4001, 80, WEB), flow(4002, 10143), flow(4003, 81, [])]
    with open_source(save(tmp_path / "a", interleaved(*groups))) as source:
        index = Index(source, Wanted(frozenset(), looks_like, all_flows=True)).run()
        assert [found.why for found in index.flows] == ["other", "look", "other"]
        assert [frames_of(source, found) for found in index.flows] == groups


def test_a_greeting_in_single_bytes_on_an_odd_port_is_recognised(tmp_path: Path) -> None:
    turns = [("s", bytes([byte])) for byte in b"* OK hi\r\n"]
    frames = flow(4001, 10143, turns)
    with open_source(save(tmp_path / "a", frames)) as source:
        (found,) = Index(source, WANTED).run().flows
        assert frames_of(source, found) == frames


def test_dns_is_kept_apart_and_tunnels_are_counted(tmp_path: Path) -> None:
    def udp(ports: tuple[int, int]) -> bytes:
        return wire.ETHERNET + wire.ipv4("192.0.2.1", "192.0.2.53", wire.udp(ports, b"?" * 30), 17)

    def udp6(ports: tuple[int, int]) -> bytes:
        return wire.ETHERNET6 + wire.ipv6("2001:db8::1", "2001:db8::2", wire.udp(ports), 17)

    gre = wire.ETHERNET + wire.ipv4("192.0.2.1", "192.0.2.2", bytes(40), 47)
    fragment = wire.ETHERNET + wire.ipv4("192.0.2.1", "192.0.2.2", udp((1, 53))[34:], 17, 0x2000)
    arp = wire.MACS + b"\x08\x06" + bytes(46)
    frames = [udp((5000, 53)), udp((53, 5000)), udp6((5001, 53)), udp((1, 4789)), udp((1, 443))]
    frames += [gre, fragment, arp, *flow(4001, 53, [("c", b"\0\x1dquery")])]
    with open_source(save(tmp_path / "a", frames)) as source:
        index = Index(source, WANTED).run()
        assert list(index.lookups.numbers) == [1, 2, 3]
        assert [found.why for found in index.lookup_flows] == ["dns"]
        assert index.flows == []
        counts = {"VXLAN": 1, "UDP": 1, "GRE": 1, "IP fragment": 1, "not IP": 1}
        assert source.skipped == counts


@pytest.mark.parametrize("ng", [False, True])
def test_short_packets_at_the_end_are_counted_too(tmp_path: Path, ng: bool) -> None:
    frames = [*flow(4001, 143), wire.MACS + b"\x08\x06", b"", b"x"]
    with open_source(save(tmp_path / "a", frames, ng=ng)) as source:
        Index(source, WANTED).run()
        assert source.packets == len(frames)
        assert source.damaged is None
        assert source.skipped == {"headers cut off": 3}


def test_a_reused_port_stays_one_flow(tmp_path: Path) -> None:
    frames = flow(4001, 143) + flow(4001, 143)
    with open_source(save(tmp_path / "a", frames)) as source:
        (found,) = Index(source, WANTED).run().flows
        assert len(found.offsets) == len(frames)


def test_undecided_flows_are_forgotten_oldest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows, "MAX_UNDECIDED", 10)
    early, late = flow(3000, 10143), flow(5000, 10143)
    scan = [flow(4000 + port, 80, [])[0] for port in range(50)]
    frames = early[:3] + scan + late[:3] + early[3:] + late[3:]
    with open_source(save(tmp_path / "a", frames)) as source:
        index = Index(source, WANTED).run()
        assert sorted(len(found.offsets) for found in index.flows) == [
            len(early) - 3,
            len(late),
        ]


def test_rejected_flows_are_forgotten_and_only_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows, "MAX_REJECTED", 10)
    webs = [flow(4000 + port, 80, WEB) for port in range(60)]
    mail = flow(3000, 10143)
    frames = [frame for web in webs for frame in web] + mail
    with open_source(save(tmp_path / "a", frames)) as source:
        index = Index(source, WANTED).run()
        assert [frames_of(source, found) for found in index.flows] == [mail]
        assert len(index._table.known) < 60


def test_a_flow_that_never_says_anything_does_not_grow(tmp_path: Path) -> None:
    ack = flow(4001, 9999, [])[2]
    with open_source(save(tmp_path / "a", [ack] * 1000)) as source:
        index = Index(source, WANTED).run()
        assert index.flows == []
        assert set(index._table.known.values()) == {REJECTED}


@settings(max_examples=20)
@given(st.integers(0, 400), st.booleans(), st.integers(1, 3000))
def test_how_it_is_cut_into_slices_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, extra: int, ng: bool, budget: int
) -> None:
    groups = [flow(4001, 143), flow(4002, 10143), flow(4003, 80, WEB), flow(4004, 25)]
    frames = interleaved(*groups)
    path = tmp_path_factory.mktemp("index") / "a"
    with pytest.MonkeyPatch.context() as patch, open_source(save(path, frames, ng=ng)) as source:
        patch.setattr(index_module, "SLICE", 160 + extra)
        index = Index(source, WANTED)
        while index.advance(budget):
            pass
        found = sorted(index.flows, key=lambda each: each.first)
        assert [frames_of(source, each) for each in found] == [groups[0], groups[1], groups[3]]
        assert source.damaged is None
        assert source.packets == len(frames)


@pytest.mark.parametrize("ng", [False, True])
def test_it_goes_on_where_a_file_has_grown(tmp_path: Path, ng: bool) -> None:
    frames = interleaved(flow(4001, 143), flow(4002, 10143))
    path = tmp_path / "a"
    whole = wire.pcapng(frames) if ng else wire.pcap(frames)
    path.write_bytes(whole[:200])
    with open_source(str(path), follow=True) as source:
        index = Index(source, WANTED)
        for end in range(200, len(whole) + 50, 50):
            assert not index.advance()
            assert source.damaged is None
            with path.open("ab") as more:
                more.write(whole[end : end + 50])
        assert not index.advance()
        assert [payload(source, found) for found in index.flows] == [
            b"".join(data for _, data in MAIL)
        ] * 2


@pytest.mark.parametrize("ng", [False, True])
def test_a_file_cut_anywhere_gives_all_whole_packets(tmp_path: Path, ng: bool) -> None:
    frames = flow(4001, 143)
    whole = wire.pcapng(frames) if ng else wire.pcap(frames)
    first = len(wire.section() + wire.interface()) if ng else 24
    ends, at = [], first
    for frame in frames:
        at += len(wire.enhanced(frame)) if ng else 16 + len(frame)
        ends.append(at)
    path = tmp_path / "a"
    for cut in range(first, len(whole) + 1, 7):
        path.write_bytes(whole[:cut])
        with open_source(str(path)) as source:
            index = Index(source, WANTED).run()
            count = sum(end <= cut for end in ends)
            assert source.packets == count
            assert sum(len(found.offsets) for found in index.flows) == count
            begin = ([first, *ends])[count]
            if cut == begin:
                assert source.damaged is None
            else:
                unit = "block" if ng else "packet"
                plural = "" if count == 1 else "s"
                assert source.damaged == (
                    f"the file ends inside a {unit} that begins at byte {begin};"
                    f" read {count} packet{plural}"
                )


def test_a_packet_of_impossible_size_is_told_with_its_offset(tmp_path: Path) -> None:
    frames = flow(4001, 143)
    good = wire.pcap(frames)
    bad = wire.record(1, b"x" * 10).replace(b"\x0a\0\0\0", b"\xff\xff\xff\x7f")
    path = tmp_path / "a"
    path.write_bytes(good + bad + good)
    with open_source(str(path)) as source:
        Index(source, WANTED).run()
        assert source.damaged == (
            f"a packet claims to have 2147483647 bytes at byte {len(good)};"
            f" read {len(frames)} packets"
        )


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (b"\x06\0\0\0\x08\0\0\0" + bytes(40), "a block claims to have 8 bytes"),
        (b"\x06\0\0\0\xf0\xff\xff\xff" + bytes(40), "a block claims to have 4294967280 bytes"),
        (b"\x06\0\0\0\0\0\x08\0" + bytes(40), "a packet block claims to have 524288 bytes"),
        (wire.block(1, b"\1"), "an interface description is too short"),
        (b"\x0a\x0d\x0d\x0a" + bytes(40), "a section begins with an unknown byte order"),
    ],
)
def test_damaged_blocks_are_told_with_their_offset(
    tmp_path: Path, block: bytes, words: str
) -> None:
    frames = flow(4001, 143)
    good = wire.pcapng(frames)
    path = tmp_path / "a"
    path.write_bytes(good + block)
    with open_source(str(path)) as source:
        index = Index(source, WANTED).run()
        assert source.damaged is not None
        assert source.damaged.startswith(f"{words} at byte {len(good)}")
        assert not index.advance()


def test_a_block_to_be_skipped_that_is_cut_is_told(tmp_path: Path) -> None:
    good = wire.pcapng(flow(4001, 143))
    path = tmp_path / "a"
    path.write_bytes(good + wire.block(99, bytes(5000))[:3000])
    with open_source(str(path)) as source:
        Index(source, WANTED).run()
        assert source.damaged is not None
        assert f"at byte {len(good) + 3000}" in source.damaged


@given(st.binary(max_size=300), st.booleans(), st.sampled_from([0, 1, 101, 113, 276, 77]))
def test_no_bytes_make_it_raise(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, ng: bool, link: int
) -> None:
    path = tmp_path_factory.mktemp("noise") / "a"
    head = wire.section() + wire.interface(link) if ng else wire.pcap_header(link)
    path.write_bytes(head + noise)
    with open_source(str(path)) as source:
        index = Index(source, Wanted(frozenset(range(65536)), looks_like)).run()
        for found in index.flows:
            for packet in source.packets_at(found.offsets):
                dissect(packet)


@given(st.data())
def test_no_wrong_byte_in_a_capture_makes_it_raise(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    ng = data.draw(st.booleans())
    frames = interleaved(flow(4001, 143), flow(4002, 10143))
    whole = bytearray(wire.pcapng(frames) if ng else wire.pcap(frames))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(24, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("wrong") / "a"
    path.write_bytes(whole)
    with open_source(str(path)) as source:
        index = Index(source, WANTED).run()
        for found in index.flows:
            for packet in source.packets_at(found.offsets):
                dissect(packet)
