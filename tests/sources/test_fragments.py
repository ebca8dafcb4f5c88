"""Fragments of IP become the packets they were, in whatever order and however often they come."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from struct import pack

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.sources import wire
from tutor.base import Endpoint
from tutor.capture import Capture
from tutor.sources import Datagram, Index, Packet, Wanted, dissect, fragments, open_source
from tutor.streams import Segment

SAID = b"a LOGIN alice " + b"correct-horse-" * 20 + b"\r\n"
TCP = wire.tcp((51234, 143), 7, 9, 24, SAID)
IP4 = wire.ipv4("192.0.2.10", "198.51.100.25", TCP)
IP6 = wire.ipv6("2001:db8::10", "2001:db8:100::25", TCP)
OTHER = wire.ipv4("192.0.2.10", "198.51.100.25", TCP.replace(b"alice", b"ALICE"))
LOUD = wire.ipv4("192.0.2.10", "198.51.100.25", TCP.replace(b"horse", b"HORSE"))
WANTED = Wanted(frozenset({143}), lambda head: False)
SEGMENT4 = Segment(
    Endpoint("192.0.2.10", 51234), Endpoint("198.51.100.25", 143), 7, 9, 24, SAID, 1, 0
)
SEGMENT6 = SEGMENT4._replace(
    source=Endpoint("2001:db8::10", 51234), target=Endpoint("2001:db8:100::25", 143)
)


def write(folder: Path, frames: list[bytes], link: int = 101, order: str = "<") -> str:
    path = folder / "a.pcap"
    path.write_bytes(wire.pcap(frames, link, order))
    return str(path)


def found(path: str, wanted: Wanted = WANTED) -> tuple[list[Segment], dict[str, int]]:
    """All segments of wanted flows, and what was skipped."""
    with open_source(path) as source:
        index = Index(source, wanted).run()
        packets = [p for flow in index.flows for p in source.packets_at(flow.offsets)]
        items = [dissect(packet) for packet in packets]
        return [item for item in items if isinstance(item, Segment)], dict(source.skipped)


def at(segment: Segment, number: int) -> Segment:
    """That segment, completed by the ``number``-th packet of a file."""
    return segment._replace(number=number, time=(1_700_000_000 + number - 1) * 10**9 + 7000)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("size", [8, 16, 24, 64, 256])
def test_fragments_become_the_segment_again(tmp_path: Path, size: int, order: str) -> None:
    for packet, segment in ((IP4, SEGMENT4), (IP6, SEGMENT6)):
        pieces = wire.fragments(packet, size)
        path = write(tmp_path, pieces, order=order)
        assert found(path) == ([at(segment, len(pieces))], {})


LINKS = {1: wire.ETHERNET, 113: bytes(14) + b"\x08\x00", 276: b"\x08\x00" + bytes(18)}


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("ng", [False, True])
def test_a_flow_that_is_known_already_takes_fragments_too(
    tmp_path: Path, link: int, ng: bool
) -> None:
    pieces = wire.fragments(IP4, 96)
    frames = [LINKS[link] + packet for packet in (IP4, *pieces, IP4, *reversed(pieces))]
    path = tmp_path / "a"
    path.write_bytes(wire.pcapng(frames, link) if ng else wire.pcap(frames, link))
    segments, skipped = found(str(path))
    assert [segment.number for segment in segments] == [1, 5, 6]  # the last are copies
    assert {segment.payload for segment in segments} == {SAID}
    assert skipped == {}


def test_fragments_behind_vlan_tags(tmp_path: Path) -> None:
    tag = wire.MACS + b"\x81\x00\x00\x05"
    frames = [tag + b"\x08\x00" + piece for piece in wire.fragments(IP4, 128)]
    frames += [tag + b"\x86\xdd" + piece for piece in wire.fragments(IP6, 128)]
    segments, skipped = found(write(tmp_path, [tag + b"\x08\x00" + IP4, *frames], 1))
    assert [segment.payload for segment in segments] == [SAID] * 3
    assert skipped == {}


@given(st.data())
def test_any_cut_any_order_any_copies(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    packet, segment, head = data.draw(st.sampled_from([(IP4, SEGMENT4, 20), (IP6, SEGMENT6, 40)]))
    units = (len(packet) - head + 7) // 8
    inner = sorted(data.draw(st.sets(st.integers(1, units - 1), min_size=1, max_size=9)))
    edges = [0, *inner, units]
    pairs = list(pairwise(edges))
    overlaps = st.tuples(st.integers(0, units - 1), st.integers(1, 9)).map(
        lambda drawn: (drawn[0], min(drawn[0] + drawn[1], units))
    )
    wide = [pair for pair in data.draw(st.lists(overlaps, max_size=4)) if pair != (0, units)]
    order = data.draw(st.permutations(pairs + wide))
    frames = [wire.piece(packet, begin * 8, end * 8) for begin, end in order]
    seen: set[int] = set()
    done = 0
    while len(seen) < units:
        seen |= set(range(*order[done]))
        done += 1
    path = write(tmp_path_factory.mktemp("cut"), frames)
    segments, skipped = found(path)
    assert segments[:1] == [at(segment, done)]
    assert set(skipped) <= {"IP fragment"}
    if not wide:
        assert skipped == {}


def test_of_two_copies_the_first_counts(tmp_path: Path) -> None:
    first, second = wire.fragments(IP4, 152), wire.fragments(OTHER, 152)
    assert first[0] != second[0]
    assert first[1:] == second[1:]
    segments, told = found(write(tmp_path, [first[0], second[0], first[0], *first[1:]]))
    assert [segment.payload for segment in segments] == [SAID]
    assert told == {"IP fragment with other bytes": 1}
    ahead = [wire.piece(LOUD, 80, 160), wire.piece(LOUD, 240, 304)]
    segments, _ = found(write(tmp_path, [*ahead, *first]))
    mixed = IP4[:100] + LOUD[100:180] + IP4[180:260] + LOUD[260:324] + IP4[324:]
    assert [segment.payload for segment in segments] == [mixed[40:]]


def test_a_copy_is_not_remembered_and_the_first_beginning_tells_the_flow(tmp_path: Path) -> None:
    web = IP4[:22] + b"\0\x50" + IP4[24:]
    frames = [wire.piece(IP4, 0, 80), wire.piece(IP4, 0, 80), wire.piece(web, 0, 160)]
    path = write(tmp_path, [*frames, wire.piece(IP4, 160, 400)])
    with open_source(path) as source:
        (flow,) = Index(source, WANTED).run().flows
        assert [len(parts) for parts in flow.offsets.parts.values()] == [3]
        (packet,) = source.packets_at(flow.offsets)
    assert packet == Packet(4, packet.time_ns, 101, IP4[:4] + packet.data[4:8] + IP4[8:], len(IP4))


def test_the_first_end_counts(tmp_path: Path) -> None:
    short = wire.ipv4("192.0.2.10", "198.51.100.25", TCP[:200])
    frames = [wire.piece(short, 152, 304), wire.piece(IP4, 240, 400), wire.piece(IP4, 0, 152)]
    segments, _ = found(write(tmp_path, frames))
    assert [segment.payload for segment in segments] == [SAID[:180]]


def test_nothing_is_longer_than_an_ip_packet_can_be(tmp_path: Path) -> None:
    body = TCP + bytes(66_000)
    head = wire.ipv4("192.0.2.10", "198.51.100.25", b"")
    for end, count in ((65_512, 1), (65_552, 0)):
        whole = head + body[:end]
        segments, _ = found(write(tmp_path, wire.fragments(whole, 60_000)))
        assert len(segments) == count


def test_what_lacks_a_piece_is_counted(tmp_path: Path) -> None:
    pieces = wire.fragments(IP4, 96)
    for lost in range(len(pieces)):
        rest = pieces[:lost] + pieces[lost + 1 :]
        assert found(write(tmp_path, [*rest, IP4])) == (
            [at(SEGMENT4, len(pieces))],
            {"IP fragment": len(rest)},
        )


def test_the_same_number_again_is_another_packet(tmp_path: Path) -> None:
    frames = wire.fragments(IP4, 152) + wire.fragments(OTHER, 152)
    segments, skipped = found(write(tmp_path, frames))
    payloads = [segment.payload for segment in segments]
    assert payloads == [SAID, SAID.replace(b"alice", b"ALICE")]
    assert skipped == {}


def test_pieces_more_than_a_minute_apart_do_not_belong_together(tmp_path: Path) -> None:
    old, new = wire.fragments(IP4, 152), wire.fragments(OTHER, 152)
    arp = wire.ipv4("192.0.2.1", "192.0.2.2", b"", 1)
    for seconds, count in ((50, 1), (70, 0)):  # the clock of the file goes by seconds
        frames = [old[0], *[arp] * seconds, *new[1:]]
        segments, skipped = found(write(tmp_path, frames))
        assert len(segments) == count
        assert ("IP fragment" in skipped) == (not count)


def test_fragments_of_other_numbers_hosts_and_protocols_are_kept_apart(tmp_path: Path) -> None:
    elsewhere = wire.ipv4("192.0.2.11", "198.51.100.25", TCP)
    datagram = wire.ipv4("192.0.2.10", "198.51.100.25", TCP, 17)
    groups = [
        wire.fragments(IP4, 152),
        wire.fragments(OTHER, 152, 8),
        wire.fragments(elsewhere, 152),
        wire.fragments(datagram, 152),
    ]
    frames = [piece for row in zip(*groups, strict=True) for piece in row]
    segments, skipped = found(write(tmp_path, frames))
    assert sorted((s.source.address, s.payload[8:13]) for s in segments) == [
        ("192.0.2.10", b"ALICE"),
        ("192.0.2.10", b"alice"),
        ("192.0.2.11", b"alice"),
    ]
    assert skipped == {"UDP": len(groups[3])}


def test_fragments_of_ipv6_are_kept_apart_by_their_numbers(tmp_path: Path) -> None:
    pairs = zip(wire.fragments(IP6, 152), wire.fragments(IP6, 152, 8), strict=True)
    segments, skipped = found(write(tmp_path, [piece for pair in pairs for piece in pair]))
    assert [segment.payload for segment in segments] == [SAID] * 2
    assert skipped == {}


def test_fragments_of_a_conversation_that_nobody_wants_are_not_counted(tmp_path: Path) -> None:
    web = wire.ipv4("192.0.2.10", "198.51.100.25", wire.tcp((4001, 80), 1, 1, 24, SAID))
    frames = [wire.ETHERNET + packet for packet in (web, *wire.fragments(web, 96) * 2)]
    assert found(write(tmp_path, frames, 1)) == ([], {})


def test_a_flow_on_an_odd_port_is_known_by_what_its_fragments_say(tmp_path: Path) -> None:
    wanted = Wanted(frozenset(), lambda head: head.startswith(b"* OK") if len(head) > 3 else None)
    said = b"* OK " + bytes(range(65, 91)) * 60 + b"\r\n"
    packet = wire.ipv4("198.51.100.25", "192.0.2.10", wire.tcp((10143, 4001), 1, 1, 24, said))
    segments, skipped = found(write(tmp_path, wire.fragments(packet, 1480)), wanted)
    assert [segment.payload for segment in segments] == [said]
    assert skipped == {}


def test_dns_in_fragments_is_a_look_up(tmp_path: Path) -> None:
    answer = b"\0\7" + bytes(3000)
    packet = wire.ipv6("2001:db8::53", "2001:db8::1", wire.udp((53, 5353), answer), 17)
    with open_source(write(tmp_path, wire.fragments(packet, 1232))) as source:
        index = Index(source, WANTED).run()
        assert list(index.lookups.numbers) == [3]
        (one,) = map(dissect, source.packets_at(index.lookups))
    assert isinstance(one, Datagram)
    assert (one.payload, one.number, one.source.port) == (answer, 3, 53)


def test_fragments_in_a_tunnel_and_a_tunnel_in_fragments(tmp_path: Path) -> None:
    def gre(packet: bytes, number: int = 0x4000) -> bytes:
        return wire.ipv4("203.0.113.1", "203.0.113.2", b"\0\0\x08\0" + packet, 47, number)

    inside = [gre(piece) for piece in wire.fragments(IP4, 152)]
    around = wire.fragments(gre(IP4), 152)
    assert found(write(tmp_path, inside)) == ([at(SEGMENT4, len(inside))], {})
    assert found(write(tmp_path, around)) == ([at(SEGMENT4, len(around))], {})
    both = [p for n, one in enumerate(inside) for p in wire.fragments(one, 64, 20 + n)]
    assert found(write(tmp_path, both)) == ([], {"IP fragment": len(both)})


def odd_pieces() -> dict[str, list[bytes]]:
    first, last = wire.fragments(IP4, 152)[0], wire.piece(IP4, 152, 400)
    far = last[:6] + pack(">H", 0x1FFF) + last[8:]
    return {
        "not a multiple of eight": [first[:2] + pack(">H", 171) + first[4:-1], last],
        "far behind": [first, far],
        "nothing in it": [first, last[:2] + pack(">H", 20) + last[4:20]],
        "cut by the snap length": [first, last[:-5]],
    }


@pytest.mark.parametrize("name", odd_pieces())
def test_odd_pieces_are_counted_and_complete_nothing(tmp_path: Path, name: str) -> None:
    assert found(write(tmp_path, odd_pieces()[name])) == ([], {"IP fragment": 2})


def test_the_table_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    early = wire.fragments(IP4, 152, 9999)
    flood = [wire.piece(IP4, 0, 152, number) for number in range(50)]
    for name, bound in (("MAX_OPEN", 10), ("MAX_PIECES", 20)):
        with monkeypatch.context() as patch:
            patch.setattr(fragments, name, bound)
            segments, skipped = found(write(tmp_path, [early[0], *flood, *early[1:]]))
        assert segments == []
        assert skipped == {"IP fragment": 50 + len(early)}
    segments, skipped = found(write(tmp_path, [early[0], *flood, *early[1:]]))
    assert len(segments) == 1
    assert skipped == {"IP fragment": 50}


def test_pieces_of_a_file_that_was_changed_give_nothing(tmp_path: Path) -> None:
    pieces = wire.fragments(IP4, 152)
    path = Path(write(tmp_path, pieces))
    with open_source(str(path)) as source:
        (flow,) = Index(source, WANTED).run().flows
        whole = path.read_bytes()
        assert list(source.packets_at(flow.offsets))
        path.write_bytes(whole.replace(pieces[0], IP4[: len(pieces[0])]))
        assert list(source.packets_at(flow.offsets)) == []
        path.write_bytes(whole[:-5])
        assert list(source.packets_at(flow.offsets)) == []


def test_a_login_in_fragments_is_a_credential_of_the_packet_that_completed_it(
    tmp_path: Path,
) -> None:
    turns = [("s", b"* OK hi\r\n"), ("c", SAID), ("s", b"a OK done\r\n")]
    frames = wire.conversation(("192.0.2.10", 4001), ("198.51.100.25", 143), turns)
    cut = [wire.ETHERNET + piece for piece in wire.fragments(frames[4][14:], 64)]
    with Capture(write(tmp_path, [*frames[:4], *cut, *frames[5:]], 1)) as capture:
        capture.load()
        (entry,) = capture.entries
        assert dict(capture.skipped) == {}
        assert entry.complete
        assert [(c.username, c.packet) for c in entry.credentials] == [("alice", 4 + len(cut))]


@given(st.lists(st.binary(max_size=60), max_size=6), st.integers(0, 1 << 30))
@example([], 0)
def test_joining_what_is_no_fragment_gives_nothing(noise: list[bytes], number: int) -> None:
    packets = [Packet(1, 0, 101, data, len(data)) for data in [*noise, IP4]]
    assert fragments.join(packets, number, 0) is None


@given(st.data())
def test_fragments_with_wrong_bytes_never_raise(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    packet = data.draw(st.sampled_from([IP4, IP6]))
    pieces = [bytearray(piece) for piece in wire.fragments(packet, 64)]
    for _ in range(data.draw(st.integers(1, 6))):
        piece = data.draw(st.sampled_from(pieces))
        piece[data.draw(st.integers(0, 47))] = data.draw(st.integers(0, 255))
    frames = [bytes(piece) for piece in pieces]
    path = write(tmp_path_factory.mktemp("wrong"), frames)
    segments, skipped = found(path, Wanted(frozenset(), lambda head: True, all_flows=True))
    assert len(segments) + sum(skipped.values()) <= len(frames)
