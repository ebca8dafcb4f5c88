"""What holds for every IMAP conversation, however odd."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tests import strategies
from tests.protocols.checks import assert_tiled, bytewise, play
from tests.strategies import Talk
from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.events import Attempt, Event, Kind, Outcome
from tutor.protocols.imap import ImapObserver

TALKS = strategies.imap_talk()


def observed(
    talk: Talk, *, inside_tls: bool = False, midway: bool = False
) -> tuple[ImapObserver, list[Event]]:
    observer = ImapObserver(inside_tls=inside_tls)
    observer.midway = midway
    return observer, play(observer, talk)


@given(TALKS, st.booleans())
def test_events_tile_each_direction_and_parts_tile_events(talk: Talk, inside_tls: bool) -> None:
    observer, events = observed(talk, inside_tls=inside_tls)
    assert_tiled(events, observer, talk)


@given(TALKS.flatmap(lambda talk: st.tuples(st.just(talk), strategies.cut(talk))))
def test_how_the_bytes_are_cut_does_not_matter(talks: tuple[Talk, Talk]) -> None:
    whole, pieces = talks
    assert observed(pieces)[1] == observed(whole)[1]


@given(TALKS)
def test_byte_by_byte_gives_the_same_events(talk: Talk) -> None:
    assert observed(list(bytewise(talk)))[1] == observed(talk)[1]


@given(TALKS.flatmap(strategies.gappy), st.booleans())
def test_gaps_anywhere_do_not_break_the_tiling(talk: Talk, midway: bool) -> None:
    observer, events = observed(talk, midway=midway)
    assert_tiled(events, observer, talk)
    assert observed(list(bytewise(talk)), midway=midway)[1] == events
    gaps = [event for event in events if event.kind is Kind.GAP]
    assert sum(event.span.length for event in gaps) == sum(x for _, x in talk if isinstance(x, int))


@given(st.lists(st.tuples(st.sampled_from([CLIENT, SERVER]), st.binary(max_size=40)), max_size=8))
@example([(CLIENT, b"a LOGIN {99999999999999999999}\r\n")])
@example([(SERVER, b"* 99999999999999999999999999999 FETCH (BODY[]<9999> {1}\r\n")])
@example([(SERVER, b"* 1 FETCH (BODY[]<99999999999999999999> {2}\r\nab)\r\n")])
def test_no_bytes_raise(talk: list[tuple[Direction, bytes]]) -> None:
    observer, events = observed(list(talk))
    assert_tiled(events, observer, list(talk))


@given(st.one_of(TALKS, TALKS.flatmap(strategies.gappy)))
def test_an_outcome_names_an_attempt_before_it_once(talk: Talk) -> None:
    attempts = 0
    answered: set[int] = set()
    for event in observed(talk)[1]:
        for detail in event.details:
            if isinstance(detail, Attempt):
                attempts += 1
            elif isinstance(detail, Outcome):
                assert detail.attempt < attempts, event
                assert detail.attempt not in answered, event
                answered.add(detail.attempt)


@given(st.sampled_from(["{6}", "{6+}", "~{6}"]), st.integers(0, 6), st.integers(1, 6))
def test_a_password_with_a_hole_is_not_told(form: str, start: int, length: int) -> None:
    secret = b"s3cret"
    end = min(len(secret), start + length)
    talk: Talk = [
        (SERVER, b"* OK hello\r\n"),
        (CLIENT, b"a1 LOGIN alice " + form.encode() + b"\r\n"),
    ]
    if start < end:
        talk += [(CLIENT, secret[:start]), (CLIENT, end - start)]
    talk += [(CLIENT, secret[end if start < end else 0 :] + b"\r\n"), (SERVER, b"a1 OK in\r\n")]
    events = observed([run for run in talk if run[1]])[1]
    attempts = [d for event in events for d in event.details if isinstance(d, Attempt)]
    outcomes = [d for event in events for d in event.details if isinstance(d, Outcome)]
    assert [attempt.username for attempt in attempts] == ["alice"]
    assert [outcome.accepted for outcome in outcomes] == [True]
    told = attempts[0].secret
    assert (told is None) == (start < end)
