"""A message in one piece or several."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.base import Role
from tutor.protocols.body import Body, bare_lf, terminator
from tutor.protocols.events import Anomaly, Fact

MESSAGE = b"Subject: x\r\nTo: bob@example.net\r\n\r\nhello\r\n\r\nA: b\r\n"
HEADER_END = MESSAGE.index(b"hello")


def header_length(pieces: list[bytes]) -> int:
    body = Body()
    at = total = 0
    for piece in pieces:
        parts = body.parts(at, piece, dots=False)
        assert [part.start for part in parts[:1]] == ([at] if piece else [])
        total += sum(part.end - part.start for part in parts if part.role is Role.HEADER)
        at += len(piece)
    return total


@given(st.lists(st.integers(0, len(MESSAGE)), max_size=5))
def test_the_header_ends_at_the_same_place_however_it_is_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(MESSAGE)]
    pieces = [MESSAGE[a:b] for a, b in pairwise(edges)]
    assert header_length(pieces) == HEADER_END


def test_facts_of_the_header_come_first_and_each_once() -> None:
    body = Body()
    body.parts(0, MESSAGE[:10], dots=False)
    assert body.told(final=False) == ()
    body.parts(10, MESSAGE[10:], dots=False)
    early = body.told(final=False)
    assert Fact("subject", "x") in early
    assert body.told() == ()


def test_stuffed_dots_do_not_count_in_an_attachment() -> None:
    body = Body()
    head = b"Content-Disposition: attachment; filename=dots\r\n\r\n"
    body.parts(0, head + b"..\r\n..\r\n.\r\n", dots=True)
    assert Fact("attachment", "dots (6 bytes)") in body.told()


@pytest.mark.parametrize(
    ("block", "size"),
    [
        (b".\r\n", 3),
        (b"a\r\n.\r\n", 3),
        (b"a\n.\n", 2),
        (b"a.\r\n", 0),
        (b"", 0),
        (b"a\r\n..\r\n", 0),
    ],
)
def test_terminator(block: bytes, size: int) -> None:
    assert terminator(block) == size


def test_bare_lf() -> None:
    assert bare_lf(b"a\r\nb\r\n") == ()
    assert bare_lf(b"a\nb\r\n") == (Anomaly.BARE_LF,)
