"""The log gives back what was put in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests import manifest
from tests.session.test_conversation import first
from tutor.base import Direction, Part, Role, Secret, Span
from tutor.protocols.events import Anomaly, Attempt, Event, Fact, Kind, Outcome
from tutor.session.log import Log

WORD = st.text(max_size=6)
DETAIL = st.one_of(
    st.builds(Fact, WORD, WORD),
    st.builds(Outcome, st.booleans()),
    st.builds(Attempt, WORD, WORD, st.builds(Secret, WORD)),
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    start = draw(st.integers(0, 1 << 40))
    place = start
    parts = []
    for _ in range(draw(st.integers(0, 5))):
        end = place + draw(st.integers(0, 70_000))
        parts.append(Part(draw(st.sampled_from(Role)), place, end))
        place = end
    layer, direction = draw(st.integers(0, 3)), draw(st.sampled_from(Direction))
    return Event(
        draw(st.sampled_from(Kind)),
        Span(layer, direction, start, place),
        tuple(parts),
        draw(WORD),
        draw(WORD),
        draw(WORD),
        draw(WORD),
        tuple(draw(st.lists(st.sampled_from(Anomaly), max_size=2))),
        tuple(draw(st.lists(DETAIL, max_size=2))),
    )


@given(st.lists(events(), max_size=20))
def test_what_went_in_comes_out(items: list[Event]) -> None:
    log = Log()
    for item in items:
        log.append(item)
    assert [log[index] for index in range(len(log))] == items


def test_a_real_session_as_well() -> None:
    session = first(manifest.names()[0])
    log = Log()
    for index in range(len(session)):
        log.append(session.event(index))
    assert all(log[index] == session.event(index) for index in range(len(session)))
