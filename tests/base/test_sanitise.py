"""The sanitiser: nothing that a terminal would act on comes out, whatever goes in."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tutor.base import sanitise, sanitise_bytes

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def harmless(text: str) -> bool:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in FORBIDDEN:
            return False
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > 2:
            return False
    return True


@given(st.text())
def test_any_text_comes_out_harmless(text: str) -> None:
    assert harmless(sanitise(text))


@given(st.binary())
def test_any_bytes_come_out_harmless(data: bytes) -> None:
    assert harmless(sanitise_bytes(data))


@given(st.text())
def test_what_was_sanitised_stays_as_it_is(text: str) -> None:
    once = sanitise(text)
    assert sanitise(once) == once


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"])))
def test_ordinary_text_is_not_touched(text: str) -> None:
    assert sanitise(text) == text


def test_each_kind_of_trick_becomes_visible() -> None:
    assert sanitise_bytes(b"\x1b]52;c;eA==\x07") == "\u241b]52;c;eA==\u2407"
    assert sanitise("a\u009b31m") == "a<U+009B>31m"
    assert sanitise("\u202eevil") == "<U+202E>evil"
    assert sanitise("\U000e0041") == "<U+E0041>"
    assert sanitise("line\u2028two\u200b") == "line<U+2028>two<U+200B>"
    assert sanitise("e" + "\u0301" * 4) == "e\u0301\u0301<U+0301><U+0301>"
    assert sanitise_bytes(b"caf\xe9 \xff") == "caf<E9> <FF>"
    assert sanitise_bytes("ação".encode()) == "ação"
    assert sanitise("\x7f\r\n\t") == "\u2421\u240d\u240a\u2409"
