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


def relay(sender: str, recipient: str, answer: str, port: int = 25, auth: bool = False) -> set[str]:
    login = ["C: AUTH PLAIN AGEAYg==\r\n", "S: 235 ok\r\n"] if auth else []
    return rules(
        port,
        [
            "S: 220 mail.example.org ESMTP\r\n",
            "C: EHLO x.example.com\r\n",
            "S: 250 mail.example.org\r\n",
            *login,
            f"C: MAIL FROM:<{sender}>\r\n",
            "S: 250 ok\r\n",
            f"C: RCPT TO:<{recipient}>\r\n",
            f"S: {answer}\r\n",
        ],
    )


def test_an_open_relay_takes_mail_from_anybody_for_anybody() -> None:
    assert relay("a@example.com", "b@example.net", "250 ok") == {"open-relay"}


def test_what_is_no_open_relay() -> None:
    assert relay("a@example.com", "b@example.net", "550 no") == set()
    assert relay("a@example.com", "bob@example.org", "250 ok") == set()
    assert relay("alice@example.org", "b@example.net", "250 ok") == set()
    assert relay("a@example.com", "b@example.net", "250 ok", port=587) == set()
    assert "open-relay" not in relay("a@example.com", "b@example.net", "250 ok", auth=True)


def test_logins_sent_at_once_keep_their_own_answers() -> None:
    imap_lines = [
        "S: * OK ready\r\n",
        "C: a LOGIN ann x\r\n",
        "C: b LOGIN bob x\r\n",
        "S: b OK done\r\n",
        "S: a NO\r\n",
    ]
    found = credentials(dialogue.play(143, imap_lines))
    assert [(one.username, one.accepted) for one in found] == [("ann", False), ("bob", True)]
    pop3_lines = [
        "S: +OK ready\r\n",
        "C: USER ann\r\n",
        "C: PASS x\r\n",
        "C: USER bob\r\n",
        "C: PASS y\r\n",
        "S: +OK\r\n-ERR no\r\n+OK\r\n+OK in\r\n",
    ]
    found = credentials(dialogue.play(110, pop3_lines))
    assert [(one.username, one.accepted) for one in found] == [("ann", False), ("bob", True)]
