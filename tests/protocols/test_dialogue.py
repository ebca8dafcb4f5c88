"""What holds for any talk: nothing raises, all is tiled, chunking does not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies_pop3_smtp import (
    POP3,
    SMTP,
    Talk,
    assert_tiled,
    joined,
    run,
    single_bytes,
    with_gaps,
)
from tutor.protocols.dialogue import Dialogue
from tutor.protocols.pop3 import Pop3Observer
from tutor.protocols.smtp import SmtpObserver

OBSERVERS: list[type[Dialogue]] = [SmtpObserver, Pop3Observer]


@pytest.mark.parametrize("kind", OBSERVERS)
@given(talk=st.one_of(SMTP, POP3), inside=st.booleans())
def test_every_byte_belongs_to_a_part(kind: type[Dialogue], talk: Talk, inside: bool) -> None:
    observer = kind(inside_tls=inside)
    assert_tiled(observer, run(observer, talk), talk)


@pytest.mark.parametrize("kind", OBSERVERS)
@given(talk=with_gaps(st.one_of(SMTP, POP3)))
def test_lost_bytes_do_not_break_the_tiling(kind: type[Dialogue], talk: Talk) -> None:
    observer = kind()
    if any(observer.left(d) is not None for d, _ in talk):
        return
    assert_tiled(observer, run(observer, talk), talk)


@pytest.mark.parametrize("kind", OBSERVERS)
@given(talk=st.one_of(SMTP, POP3))
def test_chunking_does_not_matter(kind: type[Dialogue], talk: Talk) -> None:
    expected = run(kind(), joined(talk))
    assert run(kind(), single_bytes(talk)) == expected
    assert run(kind(), talk) == expected


@pytest.mark.parametrize("kind", OBSERVERS)
@given(talk=with_gaps(st.one_of(SMTP, POP3)))
def test_chunking_does_not_matter_around_gaps(kind: type[Dialogue], talk: Talk) -> None:
    assert run(kind(), single_bytes(talk)) == run(kind(), joined(talk))


@pytest.mark.parametrize("kind", OBSERVERS)
@given(data=st.lists(st.tuples(st.sampled_from([0, 1]), st.binary(max_size=40)), max_size=6))
def test_plain_noise_does_not_raise(kind: type[Dialogue], data: list[tuple[int, bytes]]) -> None:
    from tutor.base import Direction

    talk: Talk = [(Direction(side), piece) for side, piece in data]
    observer = kind()
    assert_tiled(observer, run(observer, talk), talk)
