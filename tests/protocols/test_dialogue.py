"""What holds for any talk: nothing raises, all is tiled, chunking does not matter."""

from __future__ import annotations

import time

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
from tutor.base import CLIENT, SERVER, Direction
from tutor.base.span import SECRET_ROLES
from tutor.protocols.dialogue import Dialogue
from tutor.protocols.events import Attempt
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
    talk: Talk = [(Direction(side), piece) for side, piece in data]
    observer = kind()
    assert_tiled(observer, run(observer, talk), talk)


@pytest.mark.parametrize("kind", OBSERVERS)
@given(talk=with_gaps(st.one_of(SMTP, POP3)))
def test_the_bytes_of_a_credential_are_marked_secret(kind: type[Dialogue], talk: Talk) -> None:
    for event in run(kind(), talk):
        for detail in event.details:
            if isinstance(detail, Attempt) and detail.secret and detail.secret.reveal():
                assert {part.role for part in event.parts} & SECRET_ROLES, event


@pytest.mark.parametrize("kind", OBSERVERS)
@pytest.mark.parametrize("unit", [b"! ", b" ", b'"', b"<@", b"a."])
@pytest.mark.parametrize("head", [b"", b"AUTH X", b"MAIL FROM:<", b"BDAT ", b"+OK <", b"220 "])
def test_a_hostile_line_costs_no_more_than_its_length(
    kind: type[Dialogue], unit: bytes, head: bytes
) -> None:
    data = head + unit * (900_000 // len(unit)) + b"\x80 b\r\n"
    for direction in (CLIENT, SERVER):
        observer = kind()
        start = time.process_time()
        observer.feed(direction, data)
        assert time.process_time() - start < 3
