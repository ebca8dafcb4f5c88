"""Times that no clock ever showed: kept within what the rest of the program can count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor.sources.pcapng import Interface


@given(st.integers(0, (1 << 64) - 1), st.sampled_from([1, 1000, 10**6, 10**9, 1 << 20]),
       st.integers(-(1 << 63), (1 << 63) - 1))  # fmt: skip
def test_any_time_fits_a_signed_64_bit_number(ticks: int, units: int, shift: int) -> None:
    assert 0 <= Interface(1, 0, units, shift).nanoseconds(ticks) < 1 << 63


def test_an_ordinary_time_is_exact() -> None:
    assert Interface(1, 0).nanoseconds(1_700_000_000_123_456) == 1_700_000_000_123_456_000
