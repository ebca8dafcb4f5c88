"""Tokens, literal markers, mailbox names, ID."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.protocols.imap.identity import identified
from tutor.protocols.imap.lexer import Is, Unit, bad_marker, marker, tokens
from tutor.protocols.imap.mailbox import decode


def unit(*pieces: bytes) -> Unit:
    """Text and literals by turns."""
    made = Unit(100)
    for number, piece in enumerate(pieces):
        if number % 2:
            made.literal(piece)
        else:
            made.line(piece)
    return made


def cut(text: bytes, *, words: bool = False) -> list[tuple[str, bytes]]:
    found = tokens(unit(text), words=words)
    return [(token.what.value, token.text) for token in found if token.what is not Is.SPACE]


def test_grouped_tokens() -> None:
    assert cut(b'1:* (FLAGS BODY.PEEK[HEADER.FIELDS (A B)]<0.9> "a \\" b") x"y\r\n') == [
        ("atom", b"1:*"),
        ("open", b"("),
        ("atom", b"FLAGS"),
        ("section", b"BODY.PEEK[HEADER.FIELDS (A B)]"),
        ("partial", b"<0.9>"),
        ("quoted", b'"a \\" b"'),
        ("close", b")"),
        ("atom", b'x"y'),
        ("eol", b"\r\n"),
    ]


def test_words_do_not_group() -> None:
    assert cut(b'a(b "c d" "e"f {g} ~\r~ "\n', words=True) == [
        ("atom", b"a(b"),
        ("quoted", b'"c d"'),
        ("atom", b'"e"f'),
        ("atom", b"{g}"),
        ("atom", b"~\r~"),
        ("atom", b'"'),
        ("eol", b"\n"),
    ]


def test_literals_are_tokens_of_their_own() -> None:
    found = list(tokens(unit(b"A {3}\r\n", b"(x ", b" {0+}\r\n", b"", b")\r\n")))
    shown = [(token.what.value, token.text) for token in found if token.what is not Is.SPACE]
    assert shown == [
        ("atom", b"A"),
        ("size", b"{3}"),
        ("eol", b"\r\n"),
        ("literal", b"(x "),
        ("size", b"{0+}"),
        ("eol", b"\r\n"),
        ("literal", b""),
        ("close", b")"),
        ("eol", b"\r\n"),
    ]
    assert found[0].start == 100
    assert all(a.end == b.start for a, b in pairwise(found))


@given(st.binary(max_size=60), st.booleans())
def test_no_byte_is_lost(text: bytes, words: bool) -> None:
    assert b"".join(token.text for token in tokens(unit(text), words=words)) == text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"a LOGIN {5}\r\n", (5, True)),
        (b"a LOGIN {5+}\n", (5, False)),
        (b"BODY[] ~{12}\r\n", (12, True)),
        (b"{3}\r\n", (3, True)),
        (b"({3}\r\n", (3, True)),
        (b"a LOGIN x{5}\r\n", None),
        (b"a LOGIN {5} \r\n", None),
        (b"a LOGIN {-5}\r\n", None),
        (b"a LOGIN {9223372036854775807}\r\n", (9223372036854775807, True)),
        (b"a LOGIN {9223372036854775808}\r\n", None),
        (b"a LOGIN {5}", None),
    ],
)
def test_marker(line: bytes, expected: tuple[int, bool] | None) -> None:
    assert marker(line) == expected


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        (b"a LOGIN {}\r\n", True),
        (b"a LOGIN {five}\r\n", True),
        (b"a LOGIN {99999999999999999999}\r\n", True),
        (b"a LOGIN {5}\r\n", False),
        (b"a LOGIN x{five}\r\n", False),
        (b"a LOGIN {a b}\r\n", False),
    ],
)
def test_bad_marker(line: bytes, bad: bool) -> None:
    assert bad_marker(line) is bad


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"inbox", "INBOX"),
        (b"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),  # RFC 3501 5.1.3
        (b"R&-D", "R&D"),
        (b"&Jjo!", "&Jjo!"),
        (b"&A-", "&A-"),
        (b"&2AA-", "&2AA-"),  # half of a surrogate pair
        ("Entwürfe".encode(), "Entwürfe"),
        (b"\xff\xfe", "ÿþ"),
    ],
)
def test_mailbox_names(name: bytes, text: str) -> None:
    assert decode(name) == text


@given(st.binary(max_size=40))
def test_mailbox_names_never_raise(name: bytes) -> None:
    assert isinstance(decode(b"&" + name + b"-"), str)


def test_identification() -> None:
    assert identified([b"Name", b"X", b"version", b"1"]) == "X 1"
    assert identified([b"name", b"X"]) == "X"
    assert identified([b"name", b"NIL"]) is None
    assert identified([b"version"]) is None
