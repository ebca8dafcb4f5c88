"""What a message tells, and where its header ends."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.protocols.body import facts_of
from tutor.protocols.message import facts, is_field, split, unstuff

HEADER = b"""From: =?utf-8?q?Al=C3=AD?= <alice@example.org>\r
To: bob@example.net, "Last, First" <carol@example.net>\r
Cc: bob@example.net\r
Subject: =?utf-8?q?Ol=C3=A1=2C?=\r
 =?iso-8859-1?q?_p=E3o?=\r
Message-ID: <1@example.org>\r
Content-Type: multipart/mixed; boundary="outer"\r
\r
"""
BODY = b"""preamble\r
--outer\r
Content-Type: multipart/alternative; boundary=inner\r
\r
--inner\r
Content-Type: text/plain\r
\r
hello\r
--inner--\r
--outer\r
Content-Disposition: attachment; filename*=utf-8''p%C3%A3o.txt\r
Content-Transfer-Encoding: base64\r
\r
cGFv\r
--outer\r
Content-Type: application/pdf; name="=?utf-8?q?a=C3=A7=C3=A3o=2Epdf?="\r
\r
%PDF\r
--outer--\r
"""


def told(header: bytes, body: bytes = b"") -> list[tuple[str, str]]:
    return [(fact.kind, fact.value) for fact in facts_of(header + body)]


def test_what_a_message_tells() -> None:
    assert told(HEADER, BODY) == [
        ("sender", "alice@example.org"),
        ("recipient", "bob@example.net"),
        ("recipient", "carol@example.net"),
        ("subject", "Ol\u00e1, p\u00e3o"),
        ("message", "1@example.org"),
        ("attachment", "p\u00e3o.txt (3 bytes)"),
        ("attachment", "a\u00e7\u00e3o.pdf (4 bytes)"),
    ]


def test_a_message_without_name_gets_a_digest() -> None:
    (fact,) = facts(b"", b"hello\r\n")
    assert fact.kind == "message"
    assert fact.value.startswith("sha256:")
    assert facts(b"", b"hello\r\n") != facts(b"", b"other\r\n")
    assert facts(b"X: 1\r\n\r\n", b"a") == facts(b"X: 1\r\n\r\n", b"b")


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (b"A: b\r\n\r\nbody", 8),
        (b"A: b\n\nbody\r\n\r\n", 6),
        (b"\r\nbody", 2),
        (b"\nbody", 1),
        (b"hello\r\n\r\nbody", 0),
        (b"From ann Sat Jan  1 00:00:00 2000\r\nA: b\r\n\r\nbody", 43),
        (b"From ann to bob\r\n\r\nbody", 0),
        (b"A: b\r\n", 6),
        (b"", 0),
    ],
)
def test_split(data: bytes, at: int) -> None:
    assert split(data) == at


def test_dots_are_taken_away() -> None:
    assert unstuff(b"..a\r\n..\r\nb..c\r\n.d\r\n") == b".a\r\n.\r\nb..c\r\n.d\r\n"


def test_is_field() -> None:
    assert is_field(b"Subject: x\r\n")
    assert is_field(b"X:\r\n")
    assert not is_field(b"hello world: x\r\n")
    assert not is_field(b": x\r\n")
    assert not is_field(b"\r\n")


@pytest.mark.parametrize(
    "header",
    [
        b"From: " + b"(" * 5000 + b"\r\n\r\n",
        b"To: " + b"a@b," * 5000 + b"\r\n\r\n",
        b"Subject: =?x-none?b?////?= =?utf-8?b?!?=\r\n\r\n",
        b"From: a@[\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary*0*=x'y'%FF\r\n\r\n",
        b"Content-Disposition: attachment; filename*=bad''%E9\r\n\r\n",
        b"Subject: \xff\xfe\r\nFrom: \xff <a@b>\r\n\r\n",
    ],
)
def test_garbled_headers_do_not_raise(header: bytes) -> None:
    assert "message" in dict(told(header, BODY))


def test_nesting_without_end_is_bounded() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    body = b"".join(b"--b\r\n" + inner for _ in range(5000))
    start = time.perf_counter()
    assert told(inner, body)
    assert time.perf_counter() - start < 5


PIECES = st.sampled_from(
    [
        b"From: ",
        b"Subject: ",
        b"=?utf-8?",
        b"q?",
        b"b?",
        b"?=",
        b"\r\n",
        b"\r\n ",
        b"<a@b>",
        b'"',
        b"Content-Type: multipart/mixed; ",
        b"boundary=",
        b"--",
        b"b",
        b"filename*0*=",
        b"''",
        b"%",
        b"\xff",
        b"\0",
        b"(",
        b",",
        b";",
        b"Content-Disposition: attachment; ",
    ]
)


@given(st.lists(PIECES, max_size=30).map(b"".join), st.lists(PIECES, max_size=30).map(b"".join))
def test_nothing_raises(header: bytes, body: bytes) -> None:
    told = any(fact.kind == "message" for fact in facts_of(header + body))
    assert told is bool(header or body)
    assert 0 <= split(header + body) <= len(header + body)
