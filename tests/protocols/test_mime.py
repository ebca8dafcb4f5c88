"""The pieces of a message: header fields, boundaries, attachments, in one block or in several."""

from __future__ import annotations

import time
from base64 import b64encode
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.base import Role
from tutor.protocols.body import Body, facts_of

PICTURE = bytes(range(256)) * 40
LINES = b"\r\n".join(b64encode(PICTURE)[at : at + 76] for at in range(0, 13656, 76))
MESSAGE = (
    b"From: ann@example.org\r\n"
    b"Content-Type: multipart/mixed;\r\n\tboundary=outer\r\n"
    b"\r\n"
    b"For old programs.\r\n"
    b"--outer\r\n"
    b'Content-Type: multipart/alternative; boundary="outer-in"\r\n'
    b"\r\n"
    b"--outer-in\r\n"
    b"\r\n"
    b"hello\r\n"
    b"--outer-in--\r\n"
    b"--outer  \r\n"
    b"Content-Type: image/png\r\n"
    b"Content-Disposition: inline; filename=p.png\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"\r\n" + LINES + b"\r\n"
    b"--outer\r\n"
    b"Content-Type: message/rfc822\r\n"
    b"\r\n"
    b"Subject: within\r\n"
    b"\r\n"
    b"-- \r\ngoodbye\r\n"
    b"--outer--\r\n"
    b"--outer\r\n"
)


def roles(pieces: list[bytes], *, dots: bool = False) -> list[tuple[Role, bytes]]:
    """The parts, those of one role that follow one another joined."""
    body, whole = Body(), b"".join(pieces)
    out: list[tuple[Role, bytes]] = []
    at = 0
    for piece in pieces:
        for part in body.parts(at, piece, dots=dots):
            text = whole[part.start : part.end]
            if out and out[-1][0] is part.role:
                out[-1] = (part.role, out[-1][1] + text)
            else:
                out.append((part.role, text))
        at += len(piece)
    assert b"".join(text for _, text in out) == whole
    return out


def attachments(message: bytes, *, whole: bool = True) -> list[str]:
    return [fact.value for fact in facts_of(message, whole=whole) if fact.kind == "attachment"]


def test_every_piece_has_its_role() -> None:
    expected = [
        (Role.HEADER, MESSAGE[: MESSAGE.index(b"For old")]),
        (Role.BODY, b"For old programs.\r\n"),
        (Role.BOUNDARY, b"--outer\r\n"),
        (Role.HEADER, b'Content-Type: multipart/alternative; boundary="outer-in"\r\n\r\n'),
        (Role.BOUNDARY, b"--outer-in\r\n"),
        (Role.HEADER, b"\r\n"),
        (Role.BODY, b"hello\r\n"),
        (Role.BOUNDARY, b"--outer-in--\r\n--outer  \r\n"),
        (
            Role.HEADER,
            MESSAGE[MESSAGE.index(b"Content-Type: image") : MESSAGE.index(LINES)],
        ),
        (Role.ATTACHMENT, LINES + b"\r\n"),
        (Role.BOUNDARY, b"--outer\r\n"),
        (Role.HEADER, b"Content-Type: message/rfc822\r\n\r\nSubject: within\r\n\r\n"),
        (Role.BODY, b"-- \r\ngoodbye\r\n"),
        (Role.BOUNDARY, b"--outer--\r\n"),
        (Role.BODY, b"--outer\r\n"),
    ]
    assert roles([MESSAGE]) == expected
    assert attachments(MESSAGE) == [f"p.png ({len(PICTURE)} bytes)"]


def test_each_field_is_a_part_of_its_own() -> None:
    parts = Body().parts(0, MESSAGE, dots=False)
    assert [MESSAGE[part.start : part.end] for part in parts[:3]] == [
        b"From: ann@example.org\r\n",
        b"Content-Type: multipart/mixed;\r\n\tboundary=outer\r\n",
        b"\r\n",
    ]


@given(st.lists(st.integers(0, len(MESSAGE)), max_size=4))
def test_the_attachment_is_found_however_the_message_is_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(MESSAGE)]
    body = Body()
    found = roles([MESSAGE[a:b] for a, b in pairwise(edges)])
    files = b"".join(text for role, text in found if role is Role.ATTACHMENT)
    for a, b in pairwise(edges):
        body.parts(a, MESSAGE[a:b], dots=False)
    told = [fact.value for fact in body.told() if fact.kind == "attachment"]
    assert told == [f"p.png ({len(PICTURE)} bytes)"]
    assert files == LINES + b"\r\n"


@pytest.mark.parametrize(
    ("encoding", "text", "size"),
    [
        (b"7bit", b"one\r\n..two\r\n", 9),
        (b"Quoted-Printable", b"=C3=A9t=\r\n=E9\r\n", 4),
        (b"base64", b"YWJj\r\nZA==\r\n", 4),
        (b"", b"", 0),
    ],
)
def test_sizes_are_those_of_the_file(encoding: bytes, text: bytes, size: int) -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    part = b'--b\r\nContent-Type: a/b; name="f"\r\nContent-Transfer-Encoding: ' + encoding
    body = Body()
    body.parts(0, head + part + b"\r\n\r\n" + text + b"--b--\r\n.\r\n", dots=True)
    assert [fact.value for fact in body.told() if fact.kind == "attachment"] == [
        f"f ({size} bytes)"
    ]


def test_where_the_end_was_not_seen_the_size_is_a_lower_bound() -> None:
    assert attachments(MESSAGE[: MESSAGE.index(LINES) + 400])[0].startswith("p.png (at least ")
    alone = b"Content-Disposition: attachment; filename=f\r\n\r\nabc"
    assert attachments(alone) == ["f (3 bytes)"]
    assert attachments(alone, whole=False) == ["f (at least 3 bytes)"]
    body = Body()
    body.parts(0, MESSAGE[:600], dots=False)
    body.lose()
    body.parts(900, MESSAGE[900:], dots=False)
    told = [fact.value for fact in body.told() if fact.kind == "attachment"]
    assert told[0].startswith("p.png (at least ")


@pytest.mark.parametrize(
    "message",
    [
        b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\ntext\r\n",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n\r\ntext\r\n",
        b"Content-Type: text/plain; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n",
        b"hello\r\n--b\r\n",
    ],
)
def test_without_a_boundary_all_is_body(message: bytes) -> None:
    assert Role.BOUNDARY not in [role for role, _ in roles([message])]


def test_a_part_may_lack_its_header_or_the_end_of_it() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    assert roles([head + b"--b\r\ntext at once\r\n--b\r\nX: y\r\n--b--\r\n"])[1:] == [
        (Role.BOUNDARY, b"--b\r\n"),
        (Role.BODY, b"text at once\r\n"),
        (Role.BOUNDARY, b"--b\r\n"),
        (Role.HEADER, b"X: y\r\n"),
        (Role.BOUNDARY, b"--b--\r\n"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 20_000,
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" * 20_000,
        b"--bc\r\n" * 300_000,
        b"--b\r\n" + b"X: y\r\n" * 200_000,
        b"--b\r\n" + b"X" * 1_000_000,
    ],
)
def test_what_an_attacker_sends_costs_little(body: bytes) -> None:
    start = time.perf_counter()
    message = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body
    parts = Body().parts(0, message, dots=False)
    assert len(parts) < 2000
    assert time.perf_counter() - start < 5


def test_where_it_was_not_looked_for_the_end_the_size_is_a_lower_bound() -> None:
    head = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b; name=f\r\n\r\n"
    )
    (told,) = attachments(head + b"--\r\n" * 30_000 + b"--b--\r\n")
    assert told.startswith("f (at least ")
