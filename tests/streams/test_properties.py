"""What must hold of reassembly whatever a capture does to the packets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.streams.talk import (
    ACK,
    ENDS,
    MOD,
    Talk,
    carries,
    check_tiles,
    gaps,
    jostled,
    noise,
    recut,
    run,
    talks,
    text,
)
from tutor.base import CLIENT, SERVER
from tutor.streams import (
    Chunk,
    Closed,
    Conflict,
    Connection,
    Gap,
    Opened,
    Segment,
    StreamItem,
    in_causal_order,
)

BOTH = (CLIENT, SERVER)


def check_whole(talk: Talk, segments: list[Segment], items: list[StreamItem]) -> None:
    for who in BOTH:
        assert text(items, who) == bytes(talk.said[who])
    assert not [item for item in items if isinstance(item, Gap | Conflict)]
    check_provenance(talk, segments, items)


def check_provenance(talk: Talk, segments: list[Segment], items: list[StreamItem]) -> None:
    """Each byte is said to come from the first packet that carried it."""
    by_number = {segment.number: segment for segment in segments}
    for item in items:
        if isinstance(item, Chunk):
            segment = by_number[item.packet]
            assert segment.time == item.time
            for at in range(item.offset, item.offset + len(item.data)):
                assert carries(talk, segment, item.direction, at)


def check_causal(
    talk: Talk, segments: list[Segment], items: list[StreamItem], slack: int = 0
) -> None:
    """Nothing is answered before it was said: what a packet acknowledges comes before its bytes.

    ``slack``: one lost byte looks like a lost FIN until more comes behind it.
    """
    by_number = {segment.number: segment for segment in segments}
    done = [0, 0]
    for item in items:
        if isinstance(item, Chunk | Gap):
            if isinstance(item, Chunk):
                heard = (by_number[item.packet].ack - talk.isn[item.direction.other] - 1) % MOD
                said = len(talk.said[item.direction.other])
                assert done[item.direction.other] + slack >= min(heard, said)
            done[item.direction] = item.offset + (
                len(item.data) if isinstance(item, Chunk) else item.length
            )


@given(talks())
def test_in_order_all_bytes_come_at_once(talk: Talk) -> None:
    connection = Connection()
    items = [item for segment in talk.segments for item in connection.feed(segment)]
    check_whole(talk, talk.segments, items)
    check_causal(talk, talk.segments, items)
    assert isinstance(items[0], Opened)
    assert items[0] == Opened("open", (1, 2, 3), 1_000_000)
    assert [item.direction for item in items if isinstance(item, Closed)] == [CLIENT, SERVER]
    assert connection.complete
    assert connection.finish() == []


@given(st.data())
def test_order_and_duplicates_do_not_matter(data: st.DataObject) -> None:
    talk = data.draw(talks())
    segments = data.draw(jostled(talk.segments))
    items = run(segments)
    check_whole(talk, segments, items)
    check_causal(talk, segments, items)


@given(st.data())
def test_overlapping_retransmissions_do_not_matter(data: st.DataObject) -> None:
    talk = data.draw(talks())
    segments = data.draw(recut(talk))
    check_whole(talk, segments, run(segments))


@given(st.data())
def test_gaps_are_exactly_what_the_capture_lacks(data: st.DataObject) -> None:
    talk = data.draw(talks())
    lost = {
        segment.number
        for segment in talk.segments
        if segment.payload and data.draw(st.integers(0, 2)) == 0
    }
    segments = [segment for segment in talk.segments if segment.number not in lost]
    items = run(segments)
    for who in BOTH:
        missing = {
            at
            for at in range(len(talk.said[who]))
            if not any(carries(talk, segment, who, at) for segment in segments)
        }
        assert gaps(items, who) == missing
        expected = bytes(0 if at in missing else byte for at, byte in enumerate(talk.said[who]))
        assert text(items, who) == expected
    check_provenance(talk, segments, items)
    check_causal(talk, segments, items, slack=1)


@given(st.data())
def test_one_side_alone_is_whole(data: st.DataObject) -> None:
    talk = data.draw(talks())
    who = data.draw(st.sampled_from(BOTH))
    mine = [segment for segment in talk.segments if segment.source == ENDS[who]]
    segments = data.draw(jostled(mine))
    items = run(segments, Connection(ENDS[CLIENT]))
    assert text(items, who) == bytes(talk.said[who])
    assert text(items, who.other) == b""
    assert not [item for item in items if isinstance(item, Gap)]
    check_provenance(talk, segments, items)


@given(st.data())
def test_a_start_in_the_middle_loses_nothing_behind_it(data: st.DataObject) -> None:
    talk = data.draw(talks())
    first = data.draw(st.integers(3, len(talk.segments) - 1))
    segments = talk.segments[first:]
    items = run(segments, Connection(ENDS[CLIENT]))
    for who in BOTH:
        sent = b"".join(s.payload for s in segments if s.source == ENDS[who])
        assert text(items, who) == sent
    assert not [item for item in items if isinstance(item, Gap)]
    assert isinstance(items[0], Opened)
    assert items[0].state == "middle"


@given(noise())
def test_never_raises_and_always_tiles(segments: list[Segment]) -> None:
    connection = Connection()
    items: list[StreamItem] = []
    for segment in segments:
        connection.starts_anew(segment)
        items += connection.feed(segment)
    items += connection.finish()
    check_tiles(items)
    for who in BOTH:
        assert sum(isinstance(i, Closed) and i.direction is who for i in items) <= 2
    assert [i for i, item in enumerate(items) if isinstance(item, Opened)] in ([], [0])
    assert bool(items) == bool(segments)


@given(st.data())
def test_noise_between_the_packets_of_others_is_ignored(data: st.DataObject) -> None:
    talk = data.draw(talks())
    stranger = ENDS[CLIENT]._replace(port=1)
    segments: list[Segment] = []
    for segment in talk.segments:
        segments.append(segment)
        if data.draw(st.booleans()):
            segments.append(segment._replace(source=stranger, flags=ACK, payload=b"x"))
    check_whole(talk, talk.segments, run(segments))


@given(st.data())
def test_two_interfaces_are_laid_into_each_other(data: st.DataObject) -> None:
    """Each end's packets a little out of order, the two ends' in any order."""
    talk = data.draw(talks())
    mine = data.draw(jostled([s for s in talk.segments if s.source == ENDS[CLIENT]]))
    theirs = data.draw(jostled([s for s in talk.segments if s.source == ENDS[SERVER]]))
    order = data.draw(st.permutations([0] * len(mine) + [1] * len(theirs)))
    captured = [(mine, theirs)[which].pop(0) for which in order]
    segments = [s._replace(number=number) for number, s in enumerate(captured, 1)]
    items = run(in_causal_order(segments))
    for who in BOTH:
        assert text(items, who) == bytes(talk.said[who])
    assert not [item for item in items if isinstance(item, Gap | Conflict)]
    check_causal(talk, segments, items)
