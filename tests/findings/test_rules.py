"""The verdicts: each rule on a dialogue that shows it, and silence where nothing shows it."""

from __future__ import annotations

import pytest

from tests import dialogue
from tutor.findings import credentials, eve_facts, findings

IMAP = [
    "S: * OK [CAPABILITY IMAP4rev1 {caps}] ready\r\n",
    "C: a1 LOGIN alice s3cret-word\r\n",
    "S: a1 OK done\r\n",
]


def rules(port: int, lines: list[str]) -> set[str]:
    return {finding.rule for finding in findings(dialogue.play(port, lines))}


def imap(caps: str) -> set[str]:
    return rules(143, [line.format(caps=caps) for line in IMAP])


def test_a_login_in_the_clear() -> None:
    assert imap("AUTH=PLAIN") == {"plaintext-credential"}
    assert imap("STARTTLS") == {"plaintext-credential", "login-despite-starttls"}
    assert imap("LOGINDISABLED") == {"plaintext-credential", "login-despite-logindisabled"}
    assert imap("XXXA") == {"plaintext-credential"}, "too short for STARTTLS"
    assert imap("XXXXXXXB") == {"plaintext-credential", "starttls-mangled"}
    assert imap("XXXXXXXX") == {"plaintext-credential", "starttls-mangled"}


def test_each_mechanism_has_its_rule() -> None:
    plain = ["S: * OK ready\r\n", "C: a1 AUTHENTICATE PLAIN AGFsaWNlAHMzY3JldC13b3Jk\r\n"]
    assert rules(143, [*plain, "S: a1 NO\r\n"]) == {"encoded-credential"}
    apop = [
        "S: +OK <1.2@mail.example.org>\r\n",
        "C: APOP alice c4c9334bac560ecc979e58001b3e22fb\r\n",
    ]
    assert rules(110, apop) == {"hashed-credential"}
    token = ["S: 220 x\r\n", "C: AUTH XOAUTH2 dXNlcj1hbGljZQFhdXRoPUJlYXJlciB0b2tlbgEB\r\n"]
    assert rules(587, token) == {"token-in-clear"}


def test_a_refused_starttls_and_going_on() -> None:
    lines = [
        "S: 220 mail.example.org ESMTP\r\n",
        "C: EHLO c.example.org\r\n",
        "S: 250-mail.example.org\r\n250 STARTTLS\r\n",
        "C: STARTTLS\r\n",
        "S: 454 4.7.0 TLS not available\r\n",
        "C: QUIT\r\n",
        "S: 221 bye\r\n",
    ]
    assert rules(25, lines) == {"starttls-refused"}


def test_accepted_and_then_plain_text() -> None:
    lines = [
        "S: +OK ready\r\n",
        "C: STLS\r\n",
        "S: +OK begin\r\n",
        "C: USER alice\r\n",
        "S: +OK\r\n",
    ]
    assert "starttls-then-plaintext" in rules(110, lines)
    session = dialogue.play(110, lines)
    assert session.security == "plaintext"


def test_a_command_behind_starttls() -> None:
    lines = ["S: * OK ready\r\n", "C: a1 STARTTLS\r\na2 NOOP\r\n", "S: a1 OK begin\r\n"]
    assert "commands-behind-starttls" in rules(143, lines)


def test_a_quiet_session_has_no_verdict() -> None:
    lines = [
        "S: 220 mail.example.org\r\n",
        "C: NOOP\r\n",
        "S: 250 ok\r\n",
        "C: QUIT\r\n",
        "S: 221\r\n",
    ]
    assert rules(25, lines) == set()


@pytest.mark.parametrize(
    ("answer", "accepted"), [("a1 OK done", True), ("a1 NO no", False), (None, None)]
)
def test_the_answer_belongs_to_the_attempt(answer: str | None, accepted: bool | None) -> None:
    lines = ["S: * OK ready\r\n", "C: a1 LOGIN alice s3cret-word\r\n"]
    if answer:
        lines.append(f"S: {answer}\r\n")
    (found,) = credentials(dialogue.play(143, lines))
    assert found.accepted is accepted
    assert found.step == 3  # connection, greeting, LOGIN
    assert found.secret is not None
    assert found.secret.reveal() == "s3cret-word"


def test_eve_learns_step_by_step_and_each_fact_once() -> None:
    lines = [
        "S: * OK ready\r\n",
        "C: a1 LOGIN alice s3cret-word\r\n",
        "S: a1 NO try again\r\n",
        "C: a2 LOGIN alice s3cret-word\r\n",
        "S: a2 OK done\r\n",
    ]
    session = dialogue.play(143, lines)
    counts = [len(eve_facts(session, upto)) for upto in range(len(session) + 1)]
    assert counts == sorted(counts)
    assert counts[0] == 0
    kinds = [fact.kind for fact in eve_facts(session)]
    assert kinds.count("username") == kinds.count("password") == 1
    before = {fact.kind for fact in eve_facts(session, 2)}
    assert "password" not in before
    assert {"address", "port", "time", "protocol"} <= before


FETCH = "S: * 1 FETCH ({})\r\na OK done\r\n"
MAIL = [
    *("S: 220 mail.example.org\r\n", "C: EHLO c\r\n", "S: 250 mail.example.org\r\n"),
    *("C: MAIL FROM:<a@example.org>\r\n", "S: 250 ok\r\n"),
    *("C: RCPT TO:<b@example.org>\r\n", "S: 250 ok\r\n"),
]
DATA = [*MAIL, "C: DATA\r\n", "S: 354 go\r\n"]


@pytest.mark.parametrize(
    "item",
    [
        "BODY[] {15}\r\nSubject: hi\r\n\r\n",
        "BODY[TEXT] hello",
        'BODY[1] "hello"',
        "BODY[]<100> {3}\r\nabc",
        "BODY[HEADER] {15}\r\nSubject: hi\r\n\r\n",
        "BODY[HEADER.FIELDS (SUBJECT)] {15}\r\nSubject: hi\r\n\r\n",
        'FLAGS (\\Seen) RFC822.HEADER "Subject: x"',
        "BINARY[1] ~{3}\r\nabc",
        'PREVIEW "hello"',
    ],
)
def test_a_fetched_section_is_a_message_in_the_clear(item: str) -> None:
    talk = ["S: * OK ready\r\n", "C: a FETCH 1 X\r\n", FETCH.format(item)]
    (found,) = findings(dialogue.play(143, talk))
    assert (found.rule, found.step, found.packets) == ("message-in-clear", 4, (6,))


@pytest.mark.parametrize(
    "item",
    [
        'ENVELOPE ("d" "s" NIL NIL NIL NIL NIL NIL NIL "<1@example.org>")',
        "BODY[] {0}\r\n",
        'BODY[TEXT] ""',
        "BODY[] NIL",
        'BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL "words" "7BIT" 10 1)',
        "RFC822.SIZE 100 UID 4 FLAGS (\\Seen)",
    ],
)
def test_a_fetch_without_content(item: str) -> None:
    talk = ["S: * OK ready\r\n", "C: a FETCH 1 X\r\n", FETCH.format(item)]
    assert not findings(dialogue.play(143, talk))


@pytest.mark.parametrize(
    ("port", "talk", "step"),
    [
        (25, [*DATA, "C: Subject: hi\r\n\r\nhello\r\n.\r\n", "S: 250 ok\r\n"], 11),
        (25, [*DATA, "C: Subject: hi\r\n\r\nhello\r\n.\r\n", "S: 554 no\r\n"], 11),
        (25, [*DATA, "C: Subject: hi\r\nFrom: al"], 11),
        (25, [*DATA, "C: .\r\n", "S: 250 ok\r\n"], None),
        (25, [*MAIL, "C: DATA\r\n", "S: 554 no\r\n", "C: QUIT\r\n"], None),
        (25, [*MAIL, "C: BDAT 5\r\nHello", "S: 250\r\n", "C: BDAT 0 LAST\r\n"], 10),
        (25, [*MAIL, "C: BDAT 0 LAST\r\n", "S: 250 ok\r\n"], None),
        (110, ["S: +OK r\r\n", "C: RETR 1\r\n", "S: +OK\r\nA: b\r\n\r\nhi\r\n.\r\n"], 5),
        (110, ["S: +OK r\r\n", "C: TOP 1 0\r\n", "S: +OK\r\nA: b\r\n\r\n.\r\n"], 5),
        (110, ["S: +OK r\r\n", "C: RETR 1\r\n", "S: -ERR no\r\n"], None),
        (110, ["S: +OK r\r\n", "C: LIST\r\n", "S: +OK\r\n1 120\r\n.\r\n"], None),
        (110, ["S: +OK r\r\n", "C: UIDL\r\n", "S: +OK\r\n1 abc\r\n.\r\n"], None),
        (143, ["S: * OK r\r\n", "C: a APPEND x {4+}\r\nA: b\r\n", "S: a OK\r\n"], 3),
        (143, ["S: * OK r\r\n", "C: a APPEND x {4}\r\n", "S: a NO no\r\n"], None),
    ],
)
def test_where_a_message_crosses(port: int, talk: list[str], step: int | None) -> None:
    found = [f for f in findings(dialogue.play(port, talk)) if f.rule == "message-in-clear"]
    assert [each.step for each in found] == ([step] if step else [])
