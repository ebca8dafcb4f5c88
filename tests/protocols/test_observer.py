"""The frame: lines, counted blocks, dot blocks, gaps, the TLS seam."""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.protocols.checks import Talk, assert_tiled, bytewise, play, script
from tests.strategies import HELLO, cut, gappy
from tutor.base import CLIENT, SERVER, Direction, Part, Role, Span
from tutor.protocols.events import Anomaly, Event, Kind
from tutor.protocols.observer import MAX_LINE, Observer, tls_shaped

OLD_HELLO = b"\x80\x1c\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x05" + bytes(16)


class Echo(Observer):
    """Says what it is given. ``take N``, ``dots``, ``cancel`` and ``hold`` are its commands."""

    protocol: ClassVar[str] = "echo"

    def __init__(self) -> None:
        super().__init__()
        self.held: list[bytes] = [b"", b""]
        self.cancelled: list[bool] = []

    def on_line(
        self, direction: Direction, start: int, line: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        words = line.split()
        if words[:1] == [b"hold"]:
            self.held[direction] += line
            return
        self._say(direction, "line", start, line, anomalies)
        if words[:1] == [b"take"] and len(words) == 2 and words[1].isdigit():
            self.take(direction, int(words[1]))
        elif words == [b"dots"]:
            self.take_dots(direction)
        elif words == [b"cancel"]:
            self.cancelled.append(self.cancel_block(direction.other))

    def on_block(
        self, direction: Direction, start: int, block: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        if block:
            self._say(direction, "block", start, block, anomalies)

    def on_partial(
        self, direction: Direction, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        if rest or self.held[direction]:
            name = "part-of-block" if self.in_block(direction) else "part"
            self._say(direction, name, start, rest, anomalies)

    def on_tls(self, direction: Direction) -> None:
        if self.held[direction]:
            at = self._sides[direction].base
            self._say(direction, "part", at, b"", ())

    def _say(
        self,
        direction: Direction,
        name: str,
        start: int,
        data: bytes,
        anomalies: tuple[Anomaly, ...],
    ) -> None:
        begin = start - len(self.held[direction])
        self.held[direction] = b""
        span = Span(self.layer, direction, begin, start + len(data))
        parts = (Part(Role.TEXT, span.start, span.end),)
        self.emit(Event(Kind.UNPARSED, span, parts, name, anomalies=anomalies))


def heard(talk: Talk) -> list[str]:
    observer = Echo()
    events = play(observer, talk)
    assert_tiled(events, observer, talk)
    return [_short(event) for event in events]


def _short(event: Event) -> str:
    side = "CS"[event.span.direction]
    words = [side, event.name or event.kind.value, str(event.span.length), *event.anomalies]
    return " ".join(words)


def test_lines_end_with_lf() -> None:
    talk = [*script("C: one\nS: two\nC| thr"), (CLIENT, b"ee\nfo\rur\r\nfi\0ve\n")]
    assert heard(talk) == [
        "C line 5",
        "S line 5",
        "C line 6 bare-lf",
        "C line 7 bare-cr",
        "C line 6 bare-lf nul-byte",
    ]


def test_what_is_unfinished_comes_at_the_end() -> None:
    assert heard(script("C| half")) == ["C part 4 truncated"]
    assert heard(script("S: take 9\nS| abc")) == ["S line 8", "S part-of-block 3 truncated"]


def test_counted_blocks() -> None:
    talk = script("C: take 5\nC| ab\nS: x\nC| cde\nC: next\nC: take 0\nC: last")
    assert heard(talk) == [
        "C line 8",
        "S line 3",
        "C block 5",
        "C line 6",
        "C line 8",
        "C line 6",
    ]


def test_a_block_is_not_cut_into_lines() -> None:
    assert heard(script("C: take 10\nC: hold\nC: on\nC: x"))[1:] == ["C block 10", "C line 3"]


@pytest.mark.parametrize(
    ("block", "size"),
    [("C: .", 3), ("C: a\nC: ..\nC: .", 10), ("C: a\nC: .b\nC: .", 10)],
)
def test_dot_blocks(block: str, size: int) -> None:
    assert heard(script(f"C: dots\n{block}\nC: next"))[1:] == [f"C block {size}", "C line 6"]


def test_dot_blocks_with_bare_lf() -> None:
    talk = [*script("C: dots"), (CLIENT, b"a\n.\n"), *script("C: next")]
    assert heard(talk)[1:] == ["C block 4 bare-lf", "C line 6"]


def test_held_lines_are_given_back_at_the_end_and_before_a_gap() -> None:
    assert heard(script("S: hold\nS: hold")) == ["S part 12 truncated"]
    assert heard(script("S: hold\nS? 7\nS: x")) == [
        "S part 6 gap-in-line",
        "S gap 7",
        "S part 3 gap-in-line",
    ]


def test_a_gap_within_a_block_counts() -> None:
    assert heard(script("C: take 9\nC| ab\nC? 3\nC| cdef\nC: x")) == [
        "C line 8",
        "C part-of-block 2 gap-in-line",
        "C gap 3",
        "C block 4",
        "C line 3",
    ]


def test_a_gap_over_the_end_of_a_block_leaves_the_rest_of_a_line() -> None:
    assert heard(script("C: take 4\nC? 6\nC: rest\nC: x"))[1:] == [
        "C gap 6",
        "C part 6 gap-in-line",
        "C line 3",
    ]


def test_a_block_that_is_refused_does_not_come() -> None:
    observer = Echo()
    events = play(observer, script("C: take 4\nS: cancel\nC: abc"))
    assert observer.cancelled == [True]
    assert [event.name for event in events] == ["line", "line", "line"]


def test_a_block_that_has_begun_cannot_be_refused() -> None:
    observer = Echo()
    events = play(observer, script("C: take 4\nC| a\nS: cancel\nC| bcd"))
    assert observer.cancelled == [False]
    assert [event.name for event in events] == ["line", "line", "block"]


def test_a_line_without_end_comes_in_pieces() -> None:
    talk: Talk = [(CLIENT, b"x" * (MAX_LINE + 5) + b"\r\n"), *script("C: y")]
    assert heard(talk) == [
        f"C part {MAX_LINE} line-too-long",
        "C part 7 line-too-long",
        "C line 3",
    ]


# -- TLS ----------------------------------------------------------------------------------------


def test_tls_at_the_start_of_a_line_ends_the_text_of_that_direction() -> None:
    observer = Echo()
    events = play(observer, [*script("C: x"), (CLIENT, HELLO), *script("S: y")])
    assert [event.name for event in events] == ["line", "line"]
    assert observer.left(CLIENT) == 3
    assert observer.left(SERVER) is None
    assert observer.leftover(CLIENT) == HELLO
    assert observer.leftover(CLIENT) == b""


def test_a_gap_where_the_other_end_speaks_tls_hands_over() -> None:
    observer = Echo()
    talk: Talk = [
        *script("S: y"),
        (CLIENT, HELLO),
        (SERVER, 40),
        (SERVER, b"\x17\x03\x03\x00\x01a\n"),
    ]
    events = play(observer, talk)
    assert_tiled(events, observer, talk)
    assert observer.left(SERVER) == 43
    assert observer.leftover(SERVER) == b"\x17\x03\x03\x00\x01a\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", None),
        (b"\x16", None),
        (b"\x16\x03\x01", None),
        (HELLO, True),
        (b"\x16\x03\x03\x00\x05\x02", True),
        (b"\x16\x02", False),
        (b"\x16\x03\x09", False),
        (b"\x16\x03\x01\xff\xff\x01", False),
        (b"\x16\x03\x01\x00\x05\x07", False),
        (b"* OK", False),
        (b"\x17\x03\x03\x00\x05\x01", False),
        (OLD_HELLO[:1], None),
        (OLD_HELLO[:10], None),
        (OLD_HELLO, True),
        (OLD_HELLO[:6] + b"\x04" + OLD_HELLO[7:], False),  # the lengths do not add up
        (b"\xc3\xa1 LOGIN a b\r\n", False),
        (b"\x80\x2e\x01\x05\x01", False),
    ],
)
def test_shape_of_a_handshake(data: bytes, expected: bool | None) -> None:
    assert tls_shaped(data) is expected
    assert tls_shaped(bytearray(data)) is expected


# -- properties ---------------------------------------------------------------------------------

LINES = b"take 5\r\n|take 0\r\n|dots\r\n|.\r\n|cancel\r\n|hold\r\n|abc\r\n|x\n|\r|\x16|\x16\x03|.."
PIECES = st.sampled_from([*LINES.split(b"|"), HELLO])
RUNS = st.tuples(st.sampled_from([CLIENT, SERVER]), st.lists(PIECES, max_size=4).map(b"".join))
TALKS: st.SearchStrategy[strategies.Talk] = st.lists(RUNS, max_size=6).map(list)


@given(TALKS.flatmap(lambda talk: st.tuples(st.just(talk), cut(talk))))
def test_chunks_do_not_matter(talks: tuple[Talk, Talk]) -> None:
    assert heard(talks[1]) == heard(talks[0])


@given(TALKS.flatmap(gappy))
def test_gaps_are_tiled(talk: Talk) -> None:
    if any(isinstance(item, int) for _, item in talk):
        plain = Echo()
        play(plain, [run for run in talk if not isinstance(run[1], int)])
        if plain.left(CLIENT) is not None or plain.left(SERVER) is not None:
            return  # where TLS has begun, the session asks the observer no more
    assert heard(list(bytewise(talk))) == heard(talk)
