"""Cutting records: units that the properties on whole sessions reach only by chance."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from tutor.protocols.tls.records import MAX_OTHER, MOST, Piece, RecordCutter, Shape


def rec(size: int, kind: int = 23, fill: bytes = b"z") -> bytes:
    return bytes([kind, 3, 3]) + size.to_bytes(2) + fill * size


def cut(items: Iterable[bytes | int], *, ssl2: bool = False) -> list[Piece]:
    cutter = RecordCutter(ssl2=ssl2)
    out: list[Piece] = []
    for item in items:
        out += cutter.gap(item) if isinstance(item, int) else cutter.feed(item)
    return out + cutter.finish()


def shapes(items: Iterable[bytes | int], *, ssl2: bool = False) -> list[tuple[Shape, int, int]]:
    return [(piece.shape, piece.start, piece.end) for piece in cut(items, ssl2=ssl2)]


def test_records_follow_one_another() -> None:
    first, second = cut([rec(3, 22, b"a") + rec(0)])
    assert (first.shape, first.type, first.header, first.body) == (
        Shape.RECORD,
        22,
        b"\x16\x03\x03\x00\x03",
        b"aaa",
    )
    assert (second.start, second.end, second.body) == (8, 13, b"")


def test_the_longest_record_and_one_byte_more() -> None:
    assert shapes([rec(MOST)]) == [(Shape.RECORD, 0, MOST + 5)]
    assert cut([rec(MOST + 1)])[0].shape is Shape.OTHER


def test_a_gap_that_ends_inside_the_record_leaves_its_end_known() -> None:
    data = rec(100) + rec(7)
    assert shapes([data[:30], 40, data[70:]]) == [
        (Shape.CUT, 0, 30),
        (Shape.GAP, 30, 70),
        (Shape.REST, 70, 105),
        (Shape.RECORD, 105, 117),
    ]


def test_a_gap_that_ends_with_the_record() -> None:
    data = rec(100) + rec(7)
    assert shapes([data[:30], 75, data[105:]])[2:] == [(Shape.RECORD, 105, 117)]


def test_two_gaps_in_one_record() -> None:
    data = rec(100) + rec(7)
    assert shapes([data[:30], 20, data[50:60], 20, data[80:]])[2:] == [
        (Shape.REST, 50, 60),
        (Shape.GAP, 60, 80),
        (Shape.REST, 80, 105),
        (Shape.RECORD, 105, 117),
    ]


def test_a_gap_beyond_the_record_and_a_header_right_behind_it() -> None:
    data = rec(100) + rec(50) + rec(7)
    assert shapes([data[:30], 130, data[160:]])[2:] == [(Shape.RECORD, 160, 172)]


def test_a_gap_that_ends_in_some_record_is_searched_for_the_next() -> None:
    data = rec(100) + rec(50) + rec(7) + rec(9)
    assert shapes([data[:30], 90, data[120:]])[2:] == [
        (Shape.OTHER, 120, 160),
        (Shape.RECORD, 160, 172),
        (Shape.RECORD, 172, 186),
    ]


def test_what_looks_like_a_header_is_not_believed_alone() -> None:
    fake = b"tail\x17\x03\x03\x00\x04" + b"not a record's end" + rec(7) + rec(9)
    for chunks in ([fake], [fake[:12], fake[12:]], [fake[at : at + 1] for at in range(len(fake))]):
        assert shapes([rec(5), 200, *chunks])[2:] == [
            (Shape.OTHER, 210, 237),
            (Shape.RECORD, 237, 249),
            (Shape.RECORD, 249, 263),
        ]


def test_a_record_right_behind_a_gap_is_given_at_once() -> None:
    cutter = RecordCutter()
    assert [piece.shape for piece in cutter.gap(70)] == [Shape.GAP]
    assert [piece.shape for piece in cutter.feed(rec(7))] == [Shape.RECORD]


def test_half_a_header_at_the_end() -> None:
    assert cut([rec(3) + b"\x17\x03"])[1] == Piece(Shape.CUT, 8, 10, 23, b"\x17\x03", b"", False)
    assert cut([rec(3) + b"\x17\x07"])[1].shape is Shape.OTHER


def test_endless_text_comes_in_pieces_of_a_fixed_size() -> None:
    text = b"no TLS at all\r\n" * 200_000
    whole = shapes([text])
    assert whole[0] == (Shape.OTHER, 0, MAX_OTHER)
    assert whole == shapes([text[at : at + 100_003] for at in range(0, len(text), 100_003)])
    cutter = RecordCutter()
    held = 0
    for at in range(0, len(text), 65_536):
        given_out = cutter.feed(text[at : at + 65_536])
        held = given_out[-1].end if given_out else held
        assert at + 65_536 - held <= MAX_OTHER + 65_536


def test_an_ssl2_hello_only_where_it_may_be() -> None:
    hello = b"\x80\x1c\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x2f" + bytes(16)
    assert shapes([hello + rec(3)], ssl2=True) == [(Shape.SSL2, 0, 30), (Shape.RECORD, 30, 38)]
    assert cut([hello + rec(3)])[0].shape is Shape.OTHER
    assert cut([rec(3) + hello], ssl2=True)[1].shape is Shape.OTHER
    assert cut([b"\xff" * 30], ssl2=True)[0].shape is Shape.OTHER


@given(
    st.lists(
        st.one_of(
            st.integers(1, 300),
            st.binary(max_size=20),
            st.builds(rec, st.integers(0, 60), st.integers(19, 25)),
            st.builds(lambda size, keep: rec(size)[:keep], st.integers(1, 60), st.integers(1, 64)),
        ),
        max_size=12,
    ),
    st.integers(1, 9),
)
def test_pieces_tile_whatever_the_chunks(items: list[bytes | int], size: int) -> None:
    pieces = cut(items)
    at = 0
    for piece in pieces:
        assert piece.start == at < piece.end
        at = piece.end
    assert at == sum(item if isinstance(item, int) else len(item) for item in items)
    small: list[bytes | int] = []
    for item in items:
        if isinstance(item, int):
            small.append(item)
        else:
            small += [item[at : at + size] for at in range(0, len(item), size)]
    assert cut(small) == pieces
