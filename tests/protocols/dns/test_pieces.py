"""A message in pieces: they tile it, whatever the message, and say what is in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.capture.test_lookups import message, name
from tutor.base import Role
from tutor.protocols.dns import ANSWER, QUESTION, parse, pieces

MX = b"\x00\x0a" + name("mail.example.net")
ANSWERED = message(7, "example.net", "MX", MX, b"\x00\x00\x00", reply=True)
ADDRESSES = message(9, "mail.example.net", "A", b"\xc0\x00\x02\x01", reply=True)


def test_a_question_and_its_answers() -> None:
    said = [(piece.section, piece.role, piece.text) for piece in pieces(ANSWERED) if piece.text]
    assert said == [
        (QUESTION, Role.DOMAIN, "example.net"),
        (QUESTION, Role.TYPE, "MX"),
        (ANSWER, Role.DOMAIN, "example.net"),
        (ANSWER, Role.TYPE, "MX"),
        (ANSWER, Role.PREFERENCE, "10"),
        (ANSWER, Role.HOST, "mail.example.net"),
        (ANSWER, Role.DOMAIN, "example.net"),
        (ANSWER, Role.TYPE, "MX"),
        (ANSWER, Role.PREFERENCE, "0"),
        (ANSWER, Role.HOST, "."),
    ]
    assert [piece.text for piece in pieces(ADDRESSES)][-1] == "192.0.2.1"


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """A message with some of its bytes changed, cut or longer."""
    data = bytearray(draw(st.sampled_from([ANSWERED, ADDRESSES, message(1, "a.example", "TXT")])))
    for _ in range(draw(st.integers(0, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(
            st.sampled_from([0, 1, 2, 4, 15, 192, 255])
        )
    cut = draw(st.integers(12, len(data)))
    return bytes(data[:cut]) + draw(st.binary(max_size=8))


@given(bent())
def test_pieces_tile_whatever_can_be_parsed(data: bytes) -> None:
    if parse(data) is None:
        return
    at = 0
    for piece in pieces(data):
        assert piece.start == at
        assert piece.end > at
        at = piece.end
    assert at == len(data)
