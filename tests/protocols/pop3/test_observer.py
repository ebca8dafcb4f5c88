"""What the observer makes of dialogues: from RFCs, and odd ones from the wild.

Each case is a dialogue and what comes of it: side, kind, name, ``<what it is about>``, ``(state)``,
``!anomaly``, ``+what it tells``.
"""

from __future__ import annotations

import pytest

from tests.protocols.script import parts, play
from tests.strategies_pop3_smtp import Talk, assert_tiled, run
from tutor.base import CLIENT, SERVER
from tutor.protocols.pop3 import Pop3Observer

DIALOGUES = {
    "RFC 1939 10: a session": (
        """
S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>
C: APOP mrose c4c9334bac560ecc979e58001b3e22fb
S: +OK mrose's maildrop has 2 messages (320 octets)
C: STAT
S: +OK 2 320
C: LIST
S: +OK 2 messages (320 octets)
S: 1 120
S: 2 200
S: .
C: RETR 1
S: +OK 120 octets
S: Subject: one
S:
S: ..dot
S: +OK no reply
S: .
C: DELE 1
S: +OK message 1 deleted
C: RETR 2
S: +OK 200 octets
S: text only
S: .
C: DELE 2
S: +OK message 2 deleted
C: QUIT
S: +OK dewey POP3 server signing off (maildrop empty)
""",
        """
S greeting +OK (AUTHORIZATION)
C command APOP (AUTHORIZATION) +APOP mrose 'c4c9334bac560ecc979e58001b3e22fb'
S reply +OK <APOP> (TRANSACTION) +accepted
C command STAT (TRANSACTION)
S reply +OK <STAT> (TRANSACTION)
C command LIST (TRANSACTION)
S reply +OK <LIST> (TRANSACTION)
S message LIST (TRANSACTION)
C command RETR (TRANSACTION)
S reply +OK <RETR> (TRANSACTION)
S message RETR (TRANSACTION) +subject one +message sha256:007aeb79661a
C command DELE (TRANSACTION)
S reply +OK <DELE> (TRANSACTION)
C command RETR (TRANSACTION)
S reply +OK <RETR> (TRANSACTION)
S message RETR (TRANSACTION) +message sha256:f899fb5ddfb4
C command DELE (TRANSACTION)
S reply +OK <DELE> (TRANSACTION)
C command QUIT (TRANSACTION)
S reply +OK <QUIT> (UPDATE)
""",
    ),
    "RFC 2449: capabilities, USER and PASS, pipelining": (
        """
S: +OK Dovecot (Debian) ready.
C: CAPA
S: +OK
S: SASL PLAIN login
S: IMPLEMENTATION Dovecot
S: .
C: USER alice
S: +OK
C: PASS correct horse\x20
S: -ERR [AUTH] Authentication failed.
C: PASS\x20
S: -ERR [AUTH] Authentication failed.
C: USER alice
C: PASS pw
C: STAT
C: UIDL 1
C: LIST 7
S: +OK
S: +OK Logged in.
S: +OK 1 12
S: +OK 1 00000001
S: -ERR no such message
C: TOP 1 0
S: +OK
S: Subject: x
S:
S: .
""",
        """
S greeting +OK (AUTHORIZATION) +software Dovecot
C command CAPA (AUTHORIZATION)
S reply +OK <CAPA> (AUTHORIZATION)
S message CAPA (AUTHORIZATION) +offer SASL PLAIN LOGIN, IMPLEMENTATION DOVECOT +software Dovecot
C command USER (AUTHORIZATION) +username alice
S reply +OK <USER> (AUTHORIZATION)
C command PASS (AUTHORIZATION) +USER alice 'correct horse '
S reply -ERR <PASS> (AUTHORIZATION) +refused
C command PASS (AUTHORIZATION) +USER alice ''
S reply -ERR <PASS> (AUTHORIZATION) +refused
C command USER (AUTHORIZATION) +username alice
C command PASS (AUTHORIZATION) +USER alice 'pw'
C command STAT (AUTHORIZATION)
C command UIDL (AUTHORIZATION)
C command LIST (AUTHORIZATION)
S reply +OK <USER> (AUTHORIZATION)
S reply +OK <PASS> (TRANSACTION) +accepted
S reply +OK <STAT> (TRANSACTION)
S reply +OK <UIDL> (TRANSACTION)
S reply -ERR <LIST> (TRANSACTION)
C command TOP (TRANSACTION)
S reply +OK <TOP> (TRANSACTION)
S message TOP (TRANSACTION) +subject x +message sha256:d4637ae71525
""",
    ),
    "RFC 5034 6: a list of mechanisms, then PLAIN": (
        """
S: +OK pop.example.com BlurdyBlurp POP3 server ready
C: AUTH
S: +OK
S: PLAIN
S: CRAM-MD5
S: .
C: AUTH FOO
S: -ERR unknown
C: AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=
S: +OK Maildrop locked and ready
""",
        """
S greeting +OK (AUTHORIZATION)
C command AUTH (AUTHORIZATION)
S reply +OK <AUTH> (AUTHORIZATION)
S message AUTH (AUTHORIZATION)
C command AUTH (AUTHORIZATION)
S reply -ERR <AUTH> (AUTHORIZATION)
C command AUTH (AUTHORIZATION) +PLAIN test 'test' as test
S reply +OK <AUTH> (TRANSACTION) +accepted
""",
    ),
    "RFC 2195: CRAM-MD5": (
        """
S: +OK ready
C: AUTH CRAM-MD5
S: + PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+
C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw
S: +OK CRAM authentication successful
""",
        """
S greeting +OK (AUTHORIZATION)
C command AUTH (AUTHORIZATION)
S continuation + <AUTH> (AUTHORIZATION)
C response sasl <AUTH> (AUTHORIZATION) +CRAM-MD5 tim 'tim b913a602c7eda7a495b4e6e7334d3890'
S reply +OK <AUTH> (TRANSACTION) +accepted
""",
    ),
    "STLS": (
        """
S: +OK ready
C: STLS
S: -ERR no
C: STLS
S: +OK Begin TLS negotiation
C: USER a
S: +OK
""",
        """
S greeting +OK (AUTHORIZATION)
C command STLS (AUTHORIZATION) +tls?
S reply -ERR <STLS> (AUTHORIZATION) +no tls
C command STLS (AUTHORIZATION) +tls?
S reply +OK <STLS> (AUTHORIZATION) +tls
C command USER (AUTHORIZATION) !starttls-not-followed-by-tls +username a
S reply +OK <USER> (AUTHORIZATION) !starttls-not-followed-by-tls
""",
    ),
    "begun in the middle": (
        """
C: UIDL
S: +OK
S: 1 a
S: .
""",
        """
C command UIDL (AUTHORIZATION)
S reply +OK <UIDL> (TRANSACTION)
S message UIDL (TRANSACTION)
""",
    ),
    "begun in the middle of a message": (
        """
S: the rest of a line
S: +OK said somebody
S: .
C: DELE 1
S: +OK
""",
        """
S message (AUTHORIZATION)
C command DELE (AUTHORIZATION)
S reply +OK <DELE> (TRANSACTION)
""",
    ),
    "lists without their dot": (
        """
S: +OK hi
C: LIST
S: +OK
S: 1 120
C: UIDL
S: +OK none
C: CAPA
S: +OK
S: TOP
S: .
C: LIST
S: +OK
S: 1 120
C: QUIT
S: +OK bye
""",
        """
S greeting +OK (AUTHORIZATION)
C command LIST (AUTHORIZATION)
S reply +OK <LIST> (TRANSACTION)
C command UIDL (TRANSACTION)
C command CAPA (TRANSACTION)
S message LIST (TRANSACTION) !missing-dot
S reply +OK <UIDL> (TRANSACTION)
S reply +OK <CAPA> (TRANSACTION)
S message CAPA (TRANSACTION) +offer TOP
C command LIST (TRANSACTION)
S reply +OK <LIST> (TRANSACTION)
C command QUIT (TRANSACTION)
S message LIST (TRANSACTION) !missing-dot
S reply +OK <QUIT> (UPDATE)
""",
    ),
    "a message that the client sends": (
        """
S: +OK hi
C: XTND XMIT
S: +OK go on
C: Subject: x
C:
C: USER not
C: PASS a-login
C: .
S: +OK sent
C: XTND XMIT
S: -ERR no
C: XTND XLST Subject
S: -ERR no
C: QUIT
S: +OK
""",
        """
S greeting +OK (AUTHORIZATION)
C command XTND (AUTHORIZATION)
S reply +OK <XTND> (TRANSACTION)
C message XTND (TRANSACTION) +subject x +message sha256:d4637ae71525
S reply +OK <XTND> (TRANSACTION)
C command XTND (TRANSACTION)
S reply -ERR <XTND> (TRANSACTION)
C command XTND (TRANSACTION)
S reply -ERR <XTND> (TRANSACTION)
C command QUIT (TRANSACTION)
S reply +OK <QUIT> (UPDATE)
""",
    ),
    "a person who corrects a password": (
        """
S: +OK hi
C: USET\x08R ann
S: +OK
C: PASS sec\x7fcret
S: -ERR no
""",
        """
S greeting +OK (AUTHORIZATION)
C command USER (AUTHORIZATION) !typed-over +username ann
S reply +OK <USER> (AUTHORIZATION)
C command PASS (AUTHORIZATION) !typed-over +USER ann 'sec\\x7fcret'
S reply -ERR <PASS> (AUTHORIZATION) +refused
""",
    ),
    "the server alone": (
        """
S: +OK ready
S: +OK
S: +OK listing
S: 1 120
S: .
S: +OK 120 octets
S: From: a@example.org
S:
S: +OK in the message
S: .
S: -ERR no
""",
        """
S greeting +OK (AUTHORIZATION)
S reply +OK (AUTHORIZATION)
S reply +OK (AUTHORIZATION)
S message LIST (AUTHORIZATION)
S reply +OK (AUTHORIZATION)
S message RETR (AUTHORIZATION) +sender a@example.org +message sha256:afe38d3a0482
S reply -ERR (AUTHORIZATION)
""",
    ),
    "odd lines": (
        """
S: +OK ready
C: FOO
S: -ERR unknown
C:
S: -ERR unknown
S: what is this
S: +\x20
S: +OK for nothing
C: PASS only
S: -ERR no user
C: APOP alice
S: -ERR syntax
C: UIDL
S: -ERR later
""",
        """
S greeting +OK (AUTHORIZATION)
C command FOO (AUTHORIZATION) !unknown-command
S reply -ERR <FOO> (AUTHORIZATION)
C command (AUTHORIZATION) !unknown-command !unparsed-line
S reply -ERR (AUTHORIZATION)
S unparsed (AUTHORIZATION) !unparsed-line
S continuation + <AUTH> (AUTHORIZATION) !unexpected-reply
S reply +OK (AUTHORIZATION) !reply-without-command
C command PASS (AUTHORIZATION) +USER None 'only'
S reply -ERR <PASS> (AUTHORIZATION) +refused
C command APOP (AUTHORIZATION)
S reply -ERR <APOP> (AUTHORIZATION)
C command UIDL (AUTHORIZATION)
S reply -ERR <UIDL> (AUTHORIZATION)
""",
    ),
    "login continues after gibberish": (
        """
S: +OK ready
C: AUTH LOGIN
S: + VXNlcm5hbWU6
C: not base64!
S: -ERR bad
C: AUTH LOGIN
S: + VXNlcm5hbWU6
C: YWxpY2U=
S: + UGFzc3dvcmQ6
C:
S: -ERR no
C: quit
S: +OK
""",
        """
S greeting +OK (AUTHORIZATION)
C command AUTH (AUTHORIZATION)
S continuation + <AUTH> (AUTHORIZATION)
C response sasl <AUTH> (AUTHORIZATION) !bad-base64
S reply -ERR <AUTH> (AUTHORIZATION)
C command AUTH (AUTHORIZATION)
S continuation + <AUTH> (AUTHORIZATION)
C response sasl <AUTH> (AUTHORIZATION) +username alice
S continuation + <AUTH> (AUTHORIZATION)
C response sasl <AUTH> (AUTHORIZATION) +AUTH LOGIN alice ''
S reply -ERR <AUTH> (AUTHORIZATION) +refused
C command QUIT (AUTHORIZATION)
S reply +OK <QUIT> (AUTHORIZATION)
""",
    ),
}


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogue(name: str) -> None:
    script, expected = DIALOGUES[name]
    observer = Pop3Observer()
    observer.midway = name.startswith("begun in the middle of")
    assert play(observer, script) == expected.strip("\n").splitlines()


def test_a_password_keeps_its_blanks() -> None:
    talk = [(CLIENT, b"PASS  two words \r\n")]
    assert parts(Pop3Observer(), talk) == [("verb", b"PASS"), ("password", b" two words ")]
    assert play(Pop3Observer(), talk) == ["C command PASS (AUTHORIZATION) +USER None ' two words '"]


def test_parts_of_a_greeting_with_a_stamp() -> None:
    greeting = [(SERVER, b"+OK ready <1896.697170952@example.org> hi\r\n")]
    assert parts(Pop3Observer(), greeting) == [
        ("status", b"+OK"),
        ("text", b"ready "),
        ("challenge", b"<1896.697170952@example.org>"),
        ("text", b" hi"),
    ]


@pytest.mark.parametrize(
    ("command", "reply", "expected"),
    [
        (b"STAT", b"+OK 2 320", [("count", b"2"), ("size", b"320")]),
        (b"LIST 2", b"+OK 2 200", [("sequence", b"2"), ("size", b"200")]),
        (b"UIDL 2", b"+OK 2 Qh!z", [("sequence", b"2"), ("unique-id", b"Qh!z")]),
        (b"NOOP", b"+OK 2 320", [("text", b"2 320")]),
        (b"STAT", b"-ERR [IN-USE] 2 3", [("code", b"[IN-USE]"), ("text", b"2 3")]),
    ],
)
def test_parts_of_replies(command: bytes, reply: bytes, expected: list[tuple[str, bytes]]) -> None:
    talk = [(SERVER, b"+OK\r\n"), (CLIENT, command + b"\r\n"), (SERVER, reply + b"\r\n")]
    assert parts(Pop3Observer(), talk)[1:] == expected


@pytest.mark.parametrize(
    ("command", "data", "expected"),
    [
        (b"LIST", b"1 120\r\n", [("sequence", b"1"), ("size", b"120")]),
        (b"UIDL", b"1 a b\r\n", [("sequence", b"1"), ("unique-id", b"a b")]),
        (b"CAPA", b"SASL PLAIN\r\n", [("capability", b"SASL PLAIN")]),
        (b"AUTH", b"PLAIN\r\n", [("mechanism", b"PLAIN")]),
        (b"TOP 1 0", b"A: b\r\n\r\n", [("header", b"A: b\r\n"), ("header", b"\r\n")]),
        (b"RETR 1", b"\r\n..x\r\n", [("header", b"\r\n"), ("body", b"..x\r\n")]),
        (b"RETR 1", b"", []),
    ],
)
def test_parts_of_multi_line_data(
    command: bytes, data: bytes, expected: list[tuple[str, bytes]]
) -> None:
    answer = b"+OK\r\n" + data + b".\r\n"
    talk = [(SERVER, b"+OK\r\n"), (CLIENT, command + b"\r\n"), (SERVER, answer)]
    assert parts(Pop3Observer(), talk) == [*expected, ("terminator", b".\r\n")]


def test_a_list_without_end_costs_a_bounded_number_of_parts() -> None:
    rows = b"".join(b"%d 120\r\n" % number for number in range(5000))
    talk = [(CLIENT, b"LIST\r\n"), (SERVER, b"+OK\r\n" + rows + b".\r\n")]
    found = parts(Pop3Observer(inside_tls=True), talk)
    assert found[:2] == [("sequence", b"0"), ("size", b"120")]
    assert found[-2][0] == "item"
    assert len(found) < 5000


def test_a_gap_in_a_password_leaves_it_unknown() -> None:
    talk: Talk = [(CLIENT, b"USER alice\r\nPASS se"), (CLIENT, 3), (CLIENT, b"t\r\nSTAT\r\n")]
    assert play(Pop3Observer(), talk) == [
        "C command USER (AUTHORIZATION) +username alice",
        "C command PASS (AUTHORIZATION) !gap-in-line +USER alice None",
        "C gap (AUTHORIZATION)",
        "C unparsed (AUTHORIZATION) !gap-in-line",
        "C command STAT (AUTHORIZATION)",
    ]


def test_a_gap_in_a_message() -> None:
    talk: Talk = [
        (CLIENT, b"RETR 1\r\n"),
        (SERVER, b"+OK\r\nSubject: x\r\n\r\nab"),
        (SERVER, 3),
        (SERVER, b"c\r\n.\r\n"),
        (CLIENT, b"QUIT\r\n"),
        (SERVER, b"+OK\r\n"),
    ]
    assert [line.partition(" +")[0] for line in play(Pop3Observer(inside_tls=True), talk)] == [
        "C command RETR (AUTHORIZATION)",
        "S reply",
        "S message RETR (TRANSACTION) !gap-in-line",
        "S gap (TRANSACTION)",
        "S message RETR (TRANSACTION)",
        "C command QUIT (TRANSACTION)",
        "S reply",
    ]


def test_a_gap_that_hides_the_end_of_a_message() -> None:
    talk: Talk = [
        (CLIENT, b"RETR 1\r\n"),
        (SERVER, b"+OK\r\nSubject: x\r\n\r\nab"),
        (SERVER, 30),
        (CLIENT, b"NOOP\r\n"),
        (SERVER, b"+OK\r\n"),
    ]
    assert play(Pop3Observer(inside_tls=True), talk)[-1] == ("S reply +OK <NOOP> (TRANSACTION)")


def test_a_list_with_an_argument_has_one_line() -> None:
    talk = [(CLIENT, b"LIST 1\r\nUIDL 1\r\n"), (SERVER, b"+OK 1 2\r\n+OK 1 x\r\n")]
    kinds = [line.split()[1] for line in play(Pop3Observer(inside_tls=True), talk)]
    assert kinds == ["command", "command", "reply", "reply"]


def test_an_old_server_without_a_list_of_mechanisms() -> None:
    talk = "S: +OK\nC: AUTH\nS: +OK\nC: QUIT\nS: +OK bye"
    assert play(Pop3Observer(), talk)[-1] == "S reply +OK <QUIT> (AUTHORIZATION)"


def test_what_is_cut_off_is_no_command() -> None:
    assert play(Pop3Observer(), [(CLIENT, b"PASS se")]) == [
        "C unparsed PASS (AUTHORIZATION) !truncated +USER None None"
    ]


def test_data_that_had_ended_more_than_once_before_the_end_are_all_given() -> None:
    talk: Talk = [
        (CLIENT, b"LIST\r\n"),
        (SERVER, b"+OK\r\n\r\n+OK\r\n."),
        (CLIENT, b"LIST\r\n"),
        (SERVER, b"+OK\r\n"),
        (CLIENT, b"USER alice@example.org\r\n"),
        (SERVER, b"+OK\r\n"),
        (SERVER, b"+OK\r\n"),
    ]
    observer = Pop3Observer()
    assert_tiled(observer, run(observer, talk), talk)
