"""The inflater: whatever the pieces, the same text and the same end."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from tutor.protocols.deflate import FREE, PIECE, Inflater


def raw(text: bytes, how: int = zlib.Z_SYNC_FLUSH) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(text) + machine.flush(how)


def inflate(data: bytes, size: int) -> tuple[bytes, int]:
    """What comes out of pieces of ``size`` bytes, and how many bytes went in."""
    inflater, out, taken = Inflater(), b"", 0
    for at in range(0, len(data), size):
        piece = data[at : at + size]
        text, used = inflater.feed(piece)
        out, taken = out + text, taken + used
        if used < len(piece):
            break
    assert (inflater.given, inflater.taken) == (len(out), taken)
    return out, taken


@given(st.binary(max_size=200), st.binary(max_size=40), st.integers(2, 50))
def test_the_same_comes_out_of_any_pieces(text: bytes, noise: bytes, size: int) -> None:
    data = raw(text) + noise
    assert inflate(data, size) == inflate(data, 1) == inflate(data, len(data))
    assert inflate(data, size)[0].startswith(text)


def test_what_stands_behind_the_end_is_not_taken() -> None:
    data = raw(b"all", zlib.Z_FINISH)
    assert inflate(data + b"more", 3) == (b"all", len(data))
    inflater = Inflater()
    inflater.feed(data)
    assert inflater.ended
    assert inflater.feed(b"more") == (b"", 0)


def test_little_may_hold_much_up_to_a_bound() -> None:
    inflater = Inflater()
    data = raw(bytes(4 * FREE))
    for at in range(0, len(data), PIECE):
        inflater.feed(data[at : at + PIECE])
        if inflater.too_much:
            break
    assert inflater.too_much
    modest = Inflater()
    modest.feed(raw(bytes(FREE // 2)))
    assert not modest.too_much
