"""The odd things that TCP and captures do, one by one."""

from __future__ import annotations

import time

import pytest

from tests.streams.talk import ACK, ALICE, FIN, RST, SERVER_END, SYN, Talk, check_tiles, run, text
from tutor.base import CLIENT, SERVER, Direction, Endpoint
from tutor.streams import (
    Chunk,
    Closed,
    Conflict,
    Connection,
    Gap,
    Opened,
    Segment,
    StreamItem,
    causal,
)
from tutor.streams.half import MAX_HELD
from tutor.streams.strays import FAR


def segment(
    who: Direction,
    seq: int,
    ack: int,
    flags: int = ACK,
    data: bytes = b"",
    *,
    number: int = 1,
    missing: int = 0,
) -> Segment:
    ends = (ALICE, SERVER_END) if who is CLIENT else (SERVER_END, ALICE)
    return Segment(*ends, seq, ack, flags, data, number, number * 1_000_000, missing)


def numbered(segments: list[Segment]) -> list[Segment]:
    return [s._replace(number=n, time=n * 1_000_000) for n, s in enumerate(segments, 1)]


def only(items: list[StreamItem], *kinds: type) -> list[StreamItem]:
    return [item for item in items if isinstance(item, kinds)]


# who is the client


def test_the_sender_of_the_syn_is_the_client() -> None:
    connection = Connection(SERVER_END)
    connection.feed(segment(CLIENT, 1, 0, SYN))
    assert (connection.client, connection.server) == (ALICE, SERVER_END)


def test_the_receiver_of_the_syn_ack_is_the_client() -> None:
    connection = Connection(SERVER_END)
    connection.feed(segment(SERVER, 1, 8, SYN | ACK))
    assert connection.client == ALICE


@pytest.mark.parametrize(
    ("ports", "known", "client"),
    [
        ((51234, 143), frozenset({143}), 51234),
        ((143, 51234), frozenset({143}), 51234),
        ((2000, 10143), frozenset({10143}), 2000),
        ((10143, 2000), frozenset({10143}), 2000),
        ((51234, 10143), frozenset(), 51234),
        ((25, 143), frozenset({25, 143}), 143),
        ((7000, 7000), frozenset(), 7000),
    ],
)
def test_without_a_syn_ports_tell_the_client(
    ports: tuple[int, int], known: frozenset[int], client: int
) -> None:
    ends = Endpoint("192.0.2.1", ports[0]), Endpoint("192.0.2.2", ports[1])
    connection = Connection(server_ports=known)
    connection.feed(Segment(*ends, 1, 1, ACK, b"x", 1, 1))
    assert connection.client is not None
    assert connection.client.port == client


def test_a_hint_decides_where_no_syn_was_seen() -> None:
    connection = Connection(SERVER_END, frozenset({143}))
    connection.feed(segment(CLIENT, 1, 1, ACK, b"x"))
    assert connection.client == SERVER_END


def test_a_syn_captured_late_still_tells() -> None:
    first = segment(SERVER, 500, 101, ACK, b"* OK\r\n")._replace(number=1)
    connection = Connection(SERVER_END)
    assert connection.feed(first) == []
    connection.feed(segment(CLIENT, 100, 0, SYN, number=2))
    items = connection.feed(segment(CLIENT, 101, 506, ACK, number=3))
    assert connection.client == ALICE
    assert only(items, Chunk) == [Chunk(SERVER, 0, b"* OK\r\n", 1, 1_000_000)]


# how it opens


def test_only_a_syn_is_unanswered() -> None:
    items = run(numbered([segment(CLIENT, 9, 0, SYN)] * 3))
    assert items == [Opened("unanswered", (1,), 1_000_000)]


def test_a_syn_answered_by_reset_is_refused() -> None:
    connection = Connection()
    items = run(
        [segment(CLIENT, 9, 0, SYN), segment(SERVER, 0, 10, RST | ACK, number=2)], connection
    )
    assert items == [
        Opened("refused", (1, 2), 1_000_000),
        Closed(SERVER, "reset", 2, 2_000_000),
    ]
    assert not connection.complete


def test_a_server_that_speaks_before_the_third_packet_is_captured() -> None:
    talk = Talk()
    talk.send(CLIENT, SYN)
    talk.send(SERVER, SYN | ACK)
    talk.send(SERVER, ACK, b"220 ready\r\n")
    items = run(talk.segments)
    assert items[0] == Opened("open", (1, 2), 1_000_000)
    assert text(items, SERVER) == b"220 ready\r\n"


def test_data_on_the_syn_is_told_after_the_opening() -> None:
    talk = Talk()
    talk.send(CLIENT, SYN, b"EHLO me\r\n")
    talk.send(SERVER, SYN | ACK)
    talk.send(CLIENT, ACK)
    items = run(talk.segments)
    assert items == [
        Opened("open", (1, 2, 3), 1_000_000),
        Chunk(CLIENT, 0, b"EHLO me\r\n", 1, 1_000_000),
    ]


def test_a_syn_ack_alone_tells_where_both_streams_begin() -> None:
    talk = Talk().open().turns([(CLIENT, b"abc"), (CLIENT, b"def")])
    segments = talk.segments
    order = [segments[1], segments[5], segments[6], segments[3], segments[4]]
    items = run(order)
    assert items[0] == Opened("middle", (2,), 2_000_000)
    assert text(items, CLIENT) == b"abcdef"


def test_a_connection_of_acks_alone_opens_in_the_middle() -> None:
    assert run([segment(CLIENT, 5, 5)]) == [Opened("middle", (), 1_000_000)]


# what is no news


def test_keep_alives_are_no_conflict_and_no_data() -> None:
    talk = Talk().open().turns([(CLIENT, b"a1 IDLE\r\n"), (SERVER, b"+ go\r\n")])
    last = talk.place(CLIENT) - 1
    talk.send(CLIENT, ACK, b"\0", seq=last)
    talk.send(CLIENT, ACK, b"x", seq=last)
    talk.send(CLIENT, ACK, b"", seq=last)
    items = run(talk.segments)
    assert only(items, Conflict, Gap) == []
    assert text(items, CLIENT) == b"a1 IDLE\r\n"


def test_a_window_probe_that_is_taken_later_counts_once() -> None:
    talk = Talk().open()
    start = talk.place(CLIENT)
    talk.send(CLIENT, ACK, b"a")
    talk.send(CLIENT, ACK, b"abc", seq=start)
    talk.said[CLIENT].extend(b"bc")
    talk.send(SERVER, ACK)
    items = run(talk.segments)
    assert [item.data for item in only(items, Chunk) if isinstance(item, Chunk)] == [b"a", b"bc"]
    assert only(items, Conflict) == []


def test_a_lost_fin_is_not_a_lost_byte() -> None:
    talk = Talk().open().turns([(CLIENT, b"QUIT\r\n")]).close()
    segments = [s for s in talk.segments if not (s.flags & FIN and s.source == ALICE)]
    items = run(segments)
    assert only(items, Gap) == []
    assert [item.direction for item in items if isinstance(item, Closed)] == [SERVER]


def test_after_a_lost_fin_the_other_end_is_not_held_back() -> None:
    talk = Talk().open().turns([(CLIENT, b"QUIT\r\n")])
    talk.send(CLIENT, FIN | ACK)
    for line in range(40):
        talk.send(SERVER, ACK, b"%d\r\n" % (line % 10))
    connection = Connection()
    for each in talk.segments:
        if each.flags == FIN | ACK:
            continue
        items = only(connection.feed(each), Chunk)
        if each.number > 30:
            assert [item.packet for item in items if isinstance(item, Chunk)] == [each.number]


# copies that differ


def test_a_copy_with_other_bytes_is_reported_and_the_first_kept() -> None:
    talk = Talk().open()
    start = talk.place(CLIENT)
    talk.send(CLIENT, ACK, b"USER alice\r\n")
    talk.send(CLIENT, ACK, b"USER mallory\r\n"[:12], seq=start)
    items = run(talk.segments)
    assert text(items, CLIENT) == b"USER alice\r\n"
    assert only(items, Conflict) == [
        Conflict(CLIENT, 0, b"USER alice\r\n", b"USER mallory", 5, 5_000_000, settled=False)
    ]


def test_a_conflict_after_the_acknowledgement_is_settled() -> None:
    talk = Talk().open().turns([(CLIENT, b"USER alice\r\n")])
    talk.send(CLIENT, ACK, b"USER bob12\r\n", seq=talk.isn[CLIENT] + 1)
    (found,) = only(run(talk.segments), Conflict)
    assert isinstance(found, Conflict)
    assert found.settled


def test_copies_that_wait_behind_a_hole_are_compared_too() -> None:
    talk = Talk().open()
    base = talk.place(CLIENT)
    talk.send(CLIENT, ACK, b"cdef", seq=base + 2)
    talk.send(CLIENT, ACK, b"cXef", seq=base + 2)
    talk.send(CLIENT, ACK, b"ab", seq=base)
    items = run(talk.segments)
    assert text(items, CLIENT) == b"abcdef"
    (found,) = only(items, Conflict)
    assert isinstance(found, Conflict)
    assert (found.offset, found.kept, found.other) == (2, b"cdef", b"cXef")
    assert items.index(found) > max(i for i, item in enumerate(items) if isinstance(item, Chunk))


def test_copies_are_compared_with_the_last_quarter_of_a_megabyte() -> None:
    talk = Talk().open()
    start = talk.place(CLIENT)
    talk.turns([(CLIENT, bytes(1448)) for _ in range(400)])
    talk.send(CLIENT, ACK, b"x" * 10, seq=start)
    talk.send(CLIENT, ACK, b"x" * 10, seq=talk.place(CLIENT) - 250_000)
    (found,) = only(run(talk.segments), Conflict)
    assert isinstance(found, Conflict)
    assert found.offset == 400 * 1448 - 250_000


# what is missing


def test_bytes_cut_by_the_snap_length_are_a_gap() -> None:
    talk = Talk().open()
    start = talk.place(CLIENT)
    cut = segment(CLIENT, start, 5001, ACK, b"abc", number=4, missing=7)
    after = segment(CLIENT, start + 10, 5001, ACK | FIN, b"xyz", number=5)
    items = run([*talk.segments, cut, after])
    assert only(items, Chunk, Gap, Closed) == [
        Chunk(CLIENT, 0, b"abc", 4, 4_000_000),
        Gap(CLIENT, 3, 7, 4_000_000),
        Chunk(CLIENT, 10, b"xyz", 5, 5_000_000),
        Closed(CLIENT, "fin", 5, 5_000_000),
    ]


def test_a_packet_captured_after_its_answer_comes_first() -> None:
    talk = Talk().open().turns([(CLIENT, b"NOOP\r\n"), (SERVER, b"+OK\r\n")])
    segments = talk.segments
    order = [*segments[:3], segments[4], segments[5], segments[3], *segments[6:]]
    items = only(run(order), Chunk, Gap)
    assert [type(item) for item in items] == [Chunk, Chunk]
    assert [item.direction for item in items if isinstance(item, Chunk)] == [CLIENT, SERVER]


def test_a_hole_is_believed_after_some_packets_not_only_at_the_end() -> None:
    talk = Talk().open().turns([(CLIENT, b"lost!\r\n"), (SERVER, b"heard\r\n")])
    talk.turns([(SERVER, b"%d" % n) for n in range(10)])
    connection = Connection()
    items = [
        item for s in talk.segments if s.payload != b"lost!\r\n" for item in connection.feed(s)
    ]
    assert [type(item) for item in items[:3]] == [Opened, Gap, Chunk]
    assert text(items, SERVER).startswith(b"heard\r\n0123")


def test_a_hole_is_believed_after_half_a_second_too() -> None:
    talk = Talk().open().turns([(CLIENT, b"lost!\r\n"), (SERVER, b"heard\r\n")])
    segments = [s for s in talk.segments if s.payload != b"lost!\r\n"]
    late = segments[-1]._replace(time=segments[-1].time + 600_000_000)
    connection = Connection()
    for each in segments[:-1]:
        assert only(connection.feed(each), Chunk, Gap) == []
    assert [type(item) for item in connection.feed(late)] == [Gap, Chunk]


def test_a_reset_lets_go_of_all_that_waits() -> None:
    talk = Talk().open().turns([(CLIENT, b"lost!\r\n"), (SERVER, b"heard\r\n")])
    talk.send(SERVER, RST)
    connection = Connection()
    items: list[StreamItem] = []
    for each in talk.segments:
        if each.payload != b"lost!\r\n":
            items = connection.feed(each)
    assert [type(item) for item in items] == [Gap, Chunk, Closed]


def test_at_the_end_both_sides_come_in_the_order_of_their_packets() -> None:
    server = segment(SERVER, 103, 0, 0, b"second", number=2)
    client = segment(CLIENT, 203, 0, 0, b"first", number=1)
    starts = [
        segment(SERVER, 100, 0, 0, b"s", number=3),
        segment(CLIENT, 200, 0, 0, b"c", number=4),
    ]
    connection = Connection(ALICE)
    for each in (client, server, *starts):
        assert connection.feed(each) == []
    items = only(connection.finish(), Chunk)
    assert [item.direction for item in items if isinstance(item, Chunk)] == [
        SERVER,
        SERVER,
        CLIENT,
        CLIENT,
    ]


def test_a_forged_acknowledgement_makes_no_hole() -> None:
    talk = Talk().open()
    forged = segment(SERVER, 5001, talk.place(CLIENT) + 9000, number=4)
    talk.turns([(CLIENT, b"one"), (SERVER, b"two"), (CLIENT, b"three"), (SERVER, b"four")] * 3)
    items = run([*talk.segments[:3], forged, *talk.segments[3:]])
    assert only(items, Gap) == []
    assert text(items, CLIENT) == bytes(talk.said[CLIENT])
    assert text(items, SERVER) == bytes(talk.said[SERVER])


def test_without_acknowledgements_a_hole_waits_until_too_much_waits_behind_it() -> None:
    connection = Connection(ALICE)
    connection.feed(segment(CLIENT, 0, 0, SYN))
    assert only(connection.feed(segment(CLIENT, 1, 0, ACK, b"a", number=2)), Chunk)
    items: list[StreamItem] = []
    sent, number = 0, 3
    while not items:
        items = connection.feed(segment(CLIENT, 12 + sent, 0, ACK, bytes(60000), number=number))
        sent, number = sent + 60000, number + 1
    assert MAX_HELD < sent < MAX_HELD + 120000
    assert items[0] == Gap(CLIENT, 1, 10, 3_000_000)


def test_a_stray_far_away_is_dropped_but_two_tell_of_a_missing_stretch() -> None:
    talk = Talk().open()
    near = segment(CLIENT, 1001, 5001, ACK, b"abc", number=4)
    far = segment(CLIENT, 1001 + 2 * FAR, 5001, ACK, b"xyz", number=5)
    assert only(run([*talk.segments, near, far]), Gap) == []
    beyond = far._replace(seq=far.seq + 3, number=6)
    items = run([*talk.segments, near, far, beyond])
    check_tiles(items)
    (gap,) = only(items, Gap)
    assert isinstance(gap, Gap)
    assert gap.length == 2 * FAR


# the end


def test_a_fin_that_overtakes_data_waits_for_it() -> None:
    talk = Talk().open().turns([(CLIENT, b"abc"), (CLIENT, b"def")]).close()
    data = [s for s in talk.segments if s.payload]
    fin = next(s for s in talk.segments if s.flags & FIN)
    items = run([*talk.segments[:3], fin, *data])
    assert [type(item) for item in items] == [Opened, Chunk, Chunk, Closed]


def test_a_fin_that_data_goes_beyond_was_none() -> None:
    talk = Talk().open()
    forged = segment(CLIENT, talk.place(CLIENT) + 4, 5001, FIN | ACK, number=4)
    talk.turns([(CLIENT, b"abc"), (CLIENT, b"def"), (CLIENT, b"ghi")])
    items = run([*talk.segments[:3], forged, *talk.segments[3:]])
    assert text(items, CLIENT) == b"abcdefghi"
    assert only(items, Closed) == []


def test_data_behind_the_fin_is_not_part_of_the_stream() -> None:
    talk = Talk().open().turns([(CLIENT, b"QUIT\r\n")]).close()
    late = segment(CLIENT, talk.place(CLIENT) + 4, 5002, ACK, b"ghost", number=99)
    assert text(run([*talk.segments, late]), CLIENT) == b"QUIT\r\n"


def test_a_reset_ends_it_at_once() -> None:
    talk = Talk().open().turns([(CLIENT, b"abc")])
    talk.send(SERVER, RST)
    connection = Connection()
    items = run(talk.segments, connection)
    assert items[-1] == Closed(SERVER, "reset", 6, 6_000_000)
    assert connection.complete


# port reuse


def closed() -> tuple[Talk, Connection]:
    talk = Talk().open().turns([(CLIENT, b"abc")]).close()
    connection = Connection()
    run(talk.segments, connection)
    return talk, connection


def test_another_syn_starts_anew_but_a_repeated_one_does_not() -> None:
    _, connection = closed()
    assert connection.starts_anew(segment(CLIENT, 777777, 0, SYN))
    assert not connection.starts_anew(segment(CLIENT, 1000, 0, SYN))
    assert not connection.starts_anew(segment(SERVER, 5000, 1001, SYN | ACK))
    assert connection.starts_anew(segment(SERVER, 6000, 777778, SYN | ACK))
    assert not connection.starts_anew(segment(CLIENT, 777777, 0, ACK))


def test_nothing_is_anew_before_the_first_segment() -> None:
    assert not Connection().starts_anew(segment(CLIENT, 1, 0, SYN))


def test_a_syn_after_the_middle_of_another_connection_starts_anew() -> None:
    talk = Talk().open().turns([(CLIENT, b"abc"), (SERVER, b"def")] * 3)
    connection = Connection(ALICE)
    for each in talk.segments[3:]:
        connection.feed(each)
    assert connection.starts_anew(segment(CLIENT, 777777, 0, SYN))


def test_many_small_copies_cost_no_more_than_many_segments() -> None:
    """One byte a segment and each captured twice: a copy is not compared with all there is."""
    talk = Talk().open().turns([(SERVER, bytes(60_000))], size=1)
    twice = numbered([s for s in talk.segments for _ in range(2)])
    start = time.process_time()
    items = run(twice)
    assert text(items, SERVER) == bytes(60_000)
    assert time.process_time() - start < 20  # it was more than two minutes


def test_a_flow_that_is_too_large_keeps_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk().open().turns([(SERVER, b"hello" * 40), (CLIENT, b"there" * 40)])
    odd = numbered([s for s in talk.segments if s.source == SERVER_END] + talk.segments)
    assert list(causal.in_causal_order(odd)) != odd
    monkeypatch.setattr(causal, "MOST", 1000)
    assert list(causal.in_causal_order(odd)) == odd
