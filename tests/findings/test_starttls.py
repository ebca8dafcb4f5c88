"""The rules about STARTTLS and STLS: what shows each, and the near misses that do not."""

from __future__ import annotations

import pytest

from tests import dialogue
from tests.findings.talks import HELLO, SEALED, Lines, named, opened, rules
from tutor.findings import Certainty, findings

Talk = list[str]

IMAP_LOGIN: Talk = ["C: a LOGIN alice s3cret-word\r\n", "S: a OK in\r\n"]
POP3_LOGIN: Talk = ["C: USER alice\r\n", "S: +OK\r\n", "C: PASS s3cret-word\r\n", "S: +OK in\r\n"]
SMTP_LOGIN: Talk = ["C: AUTH PLAIN AGFsaWNlAHMzY3JldA==\r\n", "S: 235 in\r\n"]
LOGINS: dict[int, Talk] = {143: IMAP_LOGIN, 110: POP3_LOGIN, 587: SMTP_LOGIN}


def offer(port: int, word: str) -> Talk:
    """A greeting, and a list with that word."""
    if port == 143:
        return [f"S: * OK [CAPABILITY IMAP4rev1 IDLE {word}] ready\r\n"]
    if port == 110:
        listed = f"S: +OK\r\nUSER\r\n{word}\r\nTOP\r\n.\r\n"
        return ["S: +OK ready\r\n", "C: CAPA\r\n", listed]
    listed = f"S: 250-mail.example.org\r\n250-SIZE 1000\r\n250-{word}\r\n250 AUTH PLAIN\r\n"
    return ["S: 220 mail.example.org ESMTP\r\n", "C: EHLO c.example.org\r\n", listed]


WORDS = {143: "STARTTLS", 110: "STLS", 587: "STARTTLS"}


@pytest.mark.parametrize("port", LOGINS)
def test_a_login_although_tls_was_offered(port: int) -> None:
    talk = [*offer(port, WORDS[port]), *LOGINS[port]]
    (found,) = named("login-despite-starttls", port, talk)
    assert found.certainty is Certainty.OBSERVED
    told = findings(dialogue.play(port, talk))
    (login,) = (each for each in told if each.rule.endswith("-credential"))
    assert (found.step, found.packets) == (login.step, login.packets)


@pytest.mark.parametrize("port", LOGINS)
def test_no_offer_before_the_login_no_blame(port: int) -> None:
    rule = "login-despite-starttls"
    word = "XXXXXXXX" if port != 110 else "XXXX"
    assert not named(rule, port, [*offer(port, word), *LOGINS[port]])
    assert not named(rule, port, [*offer(port, "X-OTHER"), *LOGINS[port]])
    later = [*offer(port, "X-OTHER"), *LOGINS[port], *offer(port, WORDS[port])[1:]]
    assert not named(rule, port, later), "the offer came after the login"


@pytest.mark.parametrize(
    "talk",
    [
        ["S: * OK ready\r\n", "C: x CAPABILITY\r\n", "S: * CAPABILITY IMAP4rev1 starttls\r\n"],
        ["S: * OK ready\r\n", "C: x NOOP\r\n", "S: x OK [CAPABILITY STARTTLS] done\r\n"],
        ["S: * OK ready\r\n", "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] news\r\n"],
        ["S: * OK [CAPABILITY STARTTLS] r\r\n", "C: x CAPABILITY\r\n", "S: * CAPABILITY IDLE\r\n"],
    ],
)
def test_each_way_in_which_imap_offers_it(talk: list[str]) -> None:
    assert "login-despite-starttls" in rules(143, [*talk, *IMAP_LOGIN])


def test_words_that_are_no_offer() -> None:
    helped = ["S: 220 x STARTTLS\r\n", "C: HELP\r\n", "S: 214 HELO EHLO STARTTLS\r\n"]
    assert rules(587, [*helped, *SMTP_LOGIN]) == {"encoded-credential"}
    urged = ["S: 220 x\r\n", "C: HELO a\r\n", "S: 250 STARTTLS\r\n", "C: VRFY a\r\n"]
    must = "S: 530 5.7.0 Must issue a STARTTLS command first\r\n"
    assert rules(587, [*urged, must, *SMTP_LOGIN]) == {"encoded-credential"}


@pytest.mark.parametrize(
    ("port", "word"),
    [
        (587, "XXXXXXXX"),
        (587, "XXXXXXXA"),
        (587, "XXXXXXXXA"),
        (587, "********"),
        (587, "X-STARTTLS"),
        (587, "XSTARTTLS"),
        (587, "STARTTLX"),
        (587, "STARTTLZ"),
        (587, "STARTXXX"),
        (143, "XXXXXXXX"),
        (143, "XXXXXXXB"),
        (110, "XXXX"),
        (110, "XXXA"),
        (110, "X-STLS"),
        (110, "STLX"),
    ],
)
def test_an_offer_that_was_overwritten(port: int, word: str) -> None:
    (found,) = named("starttls-mangled", port, offer(port, word))
    assert found.certainty is Certainty.INFERRED


@pytest.mark.parametrize(
    ("port", "word"),
    [
        *((587, w) for w in ("X-EXPS GSSAPI NTLM", "XCLIENT NAME", "XFORWARD", "X-ANONYMOUSTLS")),
        *(
            (587, w)
            for w in ("X-LINK2STATE", "XEXCH50", "XXXX", "XVERP", "X-RCPTLIMIT", "8BITMIME")
        ),
        *((587, w) for w in ("SMTPUTF8", "CHUNKING", "XSHADOW", "XRDST", "XORAREPL", "SUBMITTER")),
        *((143, w) for w in ("XLIST", "X-GM-EXT-1", "XAPPLEPUSHSERVICE", "XYZZY", "X-NETSCAPE")),
        *((143, w) for w in ("CHILDREN", "LITERAL+", "XAOL-OPTION", "XMAGICTRASH")),
        *((110, w) for w in ("SASL", "UIDL", "USER", "LANG", "UTF8", "XTND", "X-MANGLE", "XXX")),
    ],
)
def test_an_ordinary_word_is_no_overwritten_offer(port: int, word: str) -> None:
    assert not named("starttls-mangled", port, offer(port, word))


def test_what_else_the_row_may_have_been() -> None:
    """Beside the offer itself, or in the place of CHUNKING, a row says nothing."""
    row = "S: 250-x\r\n250-{}\r\n250 XXXXXXXA\r\n"
    talk = ["S: 220 x\r\n", "C: EHLO a\r\n"]
    assert not named("starttls-mangled", 25, [*talk, row.format("STARTTLS")])
    assert not named("starttls-mangled", 25, [*talk, row.format("BINARYMIME")])
    both = row.format("BINARYMIME\r\n250-CHUNKING")
    assert named("starttls-mangled", 25, [*talk, both])
    assert named("starttls-mangled", 25, [*talk, row.format("BINARYMIME\r\n250-XXXXXXXB")])


@pytest.mark.parametrize(
    ("port", "ask", "answer"),
    [
        (143, "a STARTTLS", "a NO no"),
        (143, "a STARTTLS", "a BAD what"),
        (110, "STLS", "-ERR no"),
        (587, "STARTTLS", "454 4.7.0 no"),
        (587, "STARTTLS", "502 5.5.1 what"),
        (25, "starttls", "500 what"),
    ],
)
def test_a_refusal(port: int, ask: str, answer: str) -> None:
    talk = [*offer(port, "X-A"), f"C: {ask}\r\n", f"S: {answer}\r\n"]
    (found,) = named("starttls-refused", port, talk)
    assert found.packets == (3 + len(talk),)
    assert rules(port, talk) == {"starttls-refused"}


def test_what_is_no_refusal() -> None:
    assert not rules(143, [*offer(143, "X-A"), "C: a STARTTLS\r\n"]), "no answer was captured"
    inside = opened(
        143,
        [*offer(143, "STARTTLS"), "C: a STARTTLS\r\n", "S: a OK go\r\n"],
        ["C: b CAPABILITY\r\n", "S: b OK\r\n", "C: c STARTTLS\r\n", "S: c BAD there is TLS\r\n"],
    )
    assert inside.security == "starttls"
    assert not findings(inside)


ASK = {143: ("a STARTTLS", "a OK go"), 110: ("STLS", "+OK go"), 587: ("STARTTLS", "220 go")}


def agreed(port: int) -> Talk:
    ask, answer = ASK[port]
    return [*offer(port, WORDS[port]), f"C: {ask}\r\n", f"S: {answer}\r\n"]


@pytest.mark.parametrize("port", ASK)
def test_accepted_and_then_the_client_speaks_in_the_clear(port: int) -> None:
    talk = [*agreed(port), *LOGINS[port]]
    (found,) = named("starttls-then-plaintext", port, talk)
    assert found.packets == (4 + len(agreed(port)),)
    assert "login-despite-starttls" in rules(port, talk)


@pytest.mark.parametrize("port", ASK)
def test_accepted_and_the_hello_is_answered_in_the_clear(port: int) -> None:
    answer = {143: "* BAD what", 110: "-ERR what", 587: "500 what"}[port]
    (found,) = named("starttls-then-plaintext", port, [*agreed(port), HELLO, f"S: {answer}\r\n"])
    assert found.packets == (5 + len(agreed(port)),)


@pytest.mark.parametrize("port", ASK)
def test_accepted_and_nothing_or_tls_or_noise_follows(port: int) -> None:
    assert not rules(port, agreed(port))
    assert not rules(port, [*agreed(port), HELLO, SEALED])
    assert not rules(port, [*agreed(port), b"C: \x00\x01\xff\xfe\x80\r\n"])


@pytest.mark.parametrize("port", ASK)
def test_text_between_the_request_and_its_answer(port: int) -> None:
    ask, answer = ASK[port]
    more = {143: "b NOOP", 110: "USER alice", 587: "MAIL FROM:<a@example.org>"}[port]
    injected: Lines = [f"C: {ask}\r\n{more}\r\n", f"S: {answer}\r\n", HELLO, SEALED]
    (found,) = named("commands-behind-starttls", port, [*offer(port, WORDS[port]), *injected])
    assert found.packets == (4 + len(offer(port, WORDS[port])),)


@pytest.mark.parametrize("port", ASK)
def test_a_client_that_does_not_wait_with_its_hello(port: int) -> None:
    ask, answer = ASK[port]
    early: Lines = [f"C: {ask}\r\n".encode() + HELLO[3:], f"S: {answer}\r\n", SEALED]
    assert not rules(port, [*offer(port, WORDS[port]), *early])


@pytest.mark.parametrize("port", ASK)
def test_the_clients_side_alone_does_not_tell_what_came_before_the_answer(port: int) -> None:
    alone = [line for line in [*agreed(port), *LOGINS[port]] if str(line).startswith("C")]
    assert {rule for rule in rules(port, alone) if "tls" in rule} == set()


@pytest.mark.parametrize("port", ASK)
def test_a_login_and_then_tls(port: int) -> None:
    bad = {143: "S: a NO no\r\n", 110: "S: -ERR no\r\n", 587: "S: 535 no\r\n"}[port]
    tried = [*LOGINS[port][:-1], bad]
    ask, answer = ASK[port]
    talk: list[str | bytes] = [
        *offer(port, "X-A"),
        *tried,
        f"C: {ask}\r\n",
        f"S: {answer}\r\n",
        HELLO,
    ]
    assert not named("auth-before-tls", port, talk), "it has not begun: an answer may be text"
    (found,) = named("auth-before-tls", port, [*talk, SEALED])
    assert found.packets == (2 + len([*offer(port, "X-A"), *tried]),)
    plain = {143: "S: * BAD what\r\n", 110: "S: -ERR what\r\n", 587: "S: 500 what\r\n"}[port]
    assert not named("auth-before-tls", port, [*talk, plain])


def test_an_unknown_mechanism_before_tls_is_a_login_too() -> None:
    talk = [*offer(143, "X-A"), "C: a AUTHENTICATE X-OWN c2VjcmV0\r\n", "S: a NO no\r\n"]
    rest: Lines = ["C: b STARTTLS\r\n", "S: b OK go\r\n", HELLO, SEALED]
    assert rules(143, [*talk, *rest]) == {"auth-before-tls"}
    nobody = [line.replace("X-OWN", "ANONYMOUS") for line in talk]
    assert not rules(143, [*nobody, *rest])


LOGIN = ["C: c LOGIN alice s3cret-word\r\n", "S: c OK in\r\n"]


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        (["C: b CAPABILITY\r\n", "S: * CAPABILITY IMAP4rev1\r\nb OK\r\n", *LOGIN], False),
        (LOGIN, True),
        (["C: b NOOP\r\n", "S: b OK\r\n", *LOGIN], True),
        (["C: b LOGOUT\r\n", "S: b OK\r\n"], False),
        (["S: * CAPABILITY IMAP4rev1\r\n", *LOGIN], False),
        (["S: * OK [CAPABILITY IMAP4rev1] hi\r\n", *LOGIN], False),
        (["C: b AUTHENTICATE PLAIN\r\n", "S: + \r\n"], True),
    ],
)
def test_old_capabilities_after_tls_in_imap(inside: list[str], kept: bool) -> None:
    found = {f.rule for f in findings(opened(143, agreed(143), inside))}
    assert found == ({"capabilities-not-renewed"} if kept else set())


@pytest.mark.parametrize(
    ("port", "inside", "kept"),
    [
        (587, ["C: EHLO c\r\n", "S: 250-x\r\n250 AUTH PLAIN\r\n", *SMTP_LOGIN], False),
        (587, [*SMTP_LOGIN], True),
        (587, ["C: MAIL FROM:<a@example.org>\r\n", "S: 250 ok\r\n"], True),
        (587, ["C: QUIT\r\n", "S: 221 bye\r\n"], False),
        (110, ["C: CAPA\r\n", "S: +OK\r\nUSER\r\n.\r\n", *POP3_LOGIN], False),
        (110, [*POP3_LOGIN], True),
    ],
)
def test_old_capabilities_after_tls_elsewhere(port: int, inside: list[str], kept: bool) -> None:
    found = {f.rule for f in findings(opened(port, agreed(port), inside))}
    assert found == ({"capabilities-not-renewed"} if kept else set())


def test_who_had_no_list_before_has_none_to_go_on_with() -> None:
    bare = ["S: * OK ready\r\n", "C: a STARTTLS\r\n", "S: a OK go\r\n"]
    assert not findings(opened(143, bare, LOGIN))
    assert not findings(opened(993, [], LOGIN)), "TLS from the first byte"


OFF = "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n"


@pytest.mark.parametrize(
    ("talk", "shown"),
    [
        ([OFF, "C: c LOGIN alice pw\r\n", "S: c NO no\r\n"], True),
        ([OFF, "C: c LOGIN {5}\r\n", "S: c NO no\r\n"], True),
        ([OFF, "C: c login alice pw\r\n"], True),
        ([OFF, "C: c AUTHENTICATE PLAIN AGEAYg==\r\n", "S: c NO no\r\n"], False),
        ([OFF, "C: b CAPABILITY\r\n", "S: * CAPABILITY IDLE\r\nb OK\r\n", *LOGIN], False),
        (
            ["S: * OK r\r\n", *LOGIN, "C: d CAPABILITY\r\n", "S: * CAPABILITY LOGINDISABLED\r\n"],
            False,
        ),
    ],
)
def test_login_where_login_is_disabled(talk: list[str], shown: bool) -> None:
    found = named("login-despite-logindisabled", 143, talk)
    assert bool(found) is shown
    assert all(f.step == 3 for f in found)


def test_logindisabled_is_gone_with_tls_unless_said_again() -> None:
    before = [OFF, "C: a STARTTLS\r\n", "S: a OK go\r\n"]
    rule = "login-despite-logindisabled"
    assert rule not in {f.rule for f in findings(opened(143, before, LOGIN))}
    again = ["C: b CAPABILITY\r\n", "S: * CAPABILITY LOGINDISABLED\r\nb OK\r\n", *LOGIN]
    assert rule in {f.rule for f in findings(opened(143, before, again))}


@pytest.mark.parametrize(
    ("port", "talk"),
    [
        (993, ["S: * OK ready\r\n"]),
        (993, [HELLO, "S: * BAD what\r\n"]),
        (465, [HELLO, "S: 220 mail.example.org ESMTP\r\n"]),
        (465, ["C: EHLO a\r\n"]),
        (995, ["S: +OK ready\r\n", "C: USER alice\r\n", "S: +OK\r\n"]),
    ],
)
def test_plain_text_on_a_port_for_tls(port: int, talk: Lines) -> None:
    (found,) = named("plaintext-on-tls-port", port, talk)
    assert found.certainty is Certainty.OBSERVED


def test_tls_on_its_port_and_plain_text_on_others() -> None:
    assert not findings(opened(993, [], ["S: * OK ready\r\n", *LOGIN]))
    assert not rules(143, ["S: * OK ready\r\n"])
    proxy = b"C: PROXY TCP4 192.0.2.1 192.0.2.2 4000 993\r\n" + HELLO[3:]
    assert not rules(993, [proxy, SEALED])
