"""What must hold on any wire: tiling, chunking, no exception, no wrong plaintext, two views."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.protocols.tls.sessions import observe
from tests.protocols.tls.strategies import Case, Item, bases, chunked, wires
from tutor.base import Direction
from tutor.protocols.events import Event
from tutor.protocols.tls import KeyLog


def assert_tiled(events: list[Event], wire: list[Item]) -> None:
    for direction in Direction:
        at = 0
        for event in events:
            if event.span.direction is not direction:
                continue
            assert event.span.start == at < event.span.end
            at = event.span.end
            assert [part.start for part in event.parts] + [at] == [
                event.span.start,
                *[part.end for part in event.parts],
            ]
            assert all(part.start < part.end for part in event.parts)
        lengths = [
            data if isinstance(data, int) else len(data) for way, data in wire if way is direction
        ]
        assert at == sum(lengths)


@given(wires())
def test_every_byte_belongs_to_one_event_and_one_part(case: Case) -> None:
    assert_tiled(observe(case.wire).events, case.wire)


@given(st.data())
def test_chunking_does_not_matter(data: st.DataObject) -> None:
    case = data.draw(wires())
    whole = observe(case.wire, case.session.keys)
    cut = observe(data.draw(chunked(case.wire)), case.session.keys)
    assert cut.events == whole.events
    assert cut.plaintext == whole.plaintext
    assert cut.tls.facts == whole.tls.facts


def test_byte_by_byte_is_the_same() -> None:
    for session in bases():
        small: list[Item] = [
            (direction, data[at : at + 1])
            for direction, data in session.wire
            for at in range(len(data))
        ]
        whole, cut = observe(session.wire, session.keys), observe(small, session.keys)
        assert cut.events == whole.events
        assert cut.plaintext == whole.plaintext


@given(wires())
def test_what_is_opened_was_sent_and_what_is_lost_is_told(
    case: Case,
) -> None:
    session, wire = case.session, case.wire
    seen = observe(wire, session.keys)
    for direction in Direction:
        at = 0
        told = True
        for piece in seen.plaintext:
            if piece.direction is not direction:
                continue
            if piece.missing:
                told = True
                continue
            found = session.sent[direction].find(piece.data, at)
            assert found >= 0
            if found > at:
                assert told, "bytes vanished without a word"
            at = found + len(piece.data)
            told = False
    assert seen.tls.facts.decrypted or not seen.plaintext


@given(wires())
def test_a_listeners_view_does_not_depend_on_keys(case: Case) -> None:
    session, wire = case.session, case.wire
    listener, ends = observe(wire), observe(wire, session.keys)
    assert [each.about or each.name for each in ends.events] == [
        each.name for each in listener.events
    ]
    assert [each.span for each in ends.events] == [each.span for each in listener.events]
    assert [each.parts for each in ends.events] == [each.parts for each in listener.events]


@given(st.binary(max_size=3000))
def test_a_key_log_may_hold_anything(data: bytes) -> None:
    assert len(KeyLog.parse(data)) <= len(data.splitlines())
