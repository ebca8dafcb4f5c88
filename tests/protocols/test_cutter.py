"""Parts made by the cutter tile the line, whatever is asked of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor.base import Part, Role
from tutor.protocols.cutter import Cutter


def test_words_blanks_and_the_line_end() -> None:
    cutter = Cutter(100, b"RCPT  TO:<a> x\r\n")
    assert cutter.word(Role.VERB) == b"RCPT"
    assert cutter.take(Role.ARGUMENT, 3) == b"TO:"
    assert cutter.left == b"<a> x"
    assert cutter.close(Role.PARAMETER) == (
        Part(Role.VERB, 100, 104),
        Part(Role.SPACE, 104, 106),
        Part(Role.ARGUMENT, 106, 109),
        Part(Role.PARAMETER, 109, 114),
        Part(Role.CRLF, 114, 116),
    )


@given(
    st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r", b"\xff"]), max_size=9).map(b"".join),
    st.sampled_from([b"\r\n", b"\n", b"", b"\r\r\n"]),
    st.lists(st.sampled_from(["word", "blanks", "take", "far", "rest"]), max_size=6),
)
def test_parts_tile_the_line(text: bytes, end: bytes, deeds: list[str]) -> None:
    cutter = Cutter(7, text + end)
    for deed in deeds:
        match deed:
            case "word":
                cutter.word(Role.ARGUMENT)
            case "blanks":
                cutter.blanks()
            case "take":
                cutter.take(Role.CODE, 2)
            case "far":
                cutter.take(Role.CODE, 99)
            case _:
                cutter.rest(Role.TEXT)
    at = 7
    for part in cutter.close():
        assert part.start == at < part.end
        at = part.end
    assert at == 7 + len(text + end)
