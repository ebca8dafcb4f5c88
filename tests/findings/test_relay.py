"""Open relays, as far as names and look-ups in a capture can tell."""

from __future__ import annotations

import pytest

from tests import dialogue
from tests.findings.talks import Lines, named
from tutor.capture.exchanges import Exchanges
from tutor.findings import Certainty, findings
from tutor.session import Options


def talk(
    sender: str,
    *recipients: tuple[str, str],
    greeting: str = "220 mail.example.org ESMTP",
    hello: str = "250 mail.example.org",
    login: Lines = (),
) -> list[str | bytes]:
    """One transaction; each recipient with its answer."""
    asked = [
        line
        for address, answer in recipients
        for line in (f"C: RCPT TO:<{address}>\r\n", f"S: {answer}\r\n")
    ]
    return [
        f"S: {greeting}\r\n",
        "C: EHLO x.example.com\r\n",
        f"S: {hello}\r\n",
        *login,
        f"C: MAIL FROM:<{sender}>\r\n",
        "S: 250 ok\r\n",
        *asked,
    ]


YES, NO = "250 ok", "550 5.7.1 no"
FOREIGN = ("b@example.net", YES)
LOGIN = ["C: AUTH PLAIN AGEAYg==\r\n", "S: 235 in\r\n"]


def shown(lines: Lines, port: int = 25) -> bool:
    return bool(named("open-relay", port, lines))


def test_an_open_relay_takes_mail_from_anybody_for_anybody() -> None:
    lines = talk("a@example.com", ("bob@example.org", YES), FOREIGN, ("c@example.net", YES))
    (found,) = named("open-relay", 25, lines)
    assert found.certainty is Certainty.INFERRED
    assert found.packets == (12,), "the reply that took the first foreign recipient"
    assert shown(talk("a@example.com", ("b@example.net", "251 will forward")))
    assert shown(talk("a@example.com", FOREIGN, hello="502 what"))
    failed = ["C: AUTH PLAIN AGEAYg==\r\n", "S: 535 no\r\n"]
    assert shown(talk("a@example.com", FOREIGN, login=failed)), "it tried to log in, and failed"


@pytest.mark.parametrize(
    "lines",
    [
        talk("a@example.com", ("b@example.net", NO)),
        talk("a@example.com", ("b@example.net", "450 4.2.0 later")),
        talk("a@example.com", ("bob@example.org", YES)),
        talk("a@example.com", ("bob@lists.example.org", YES)),
        talk("alice@example.org", FOREIGN),
        talk("alice@sub.example.org", FOREIGN),
        talk("", FOREIGN),
        talk("a", FOREIGN),
        talk("a@example.com", ("postmaster", YES)),
        talk("a@example.com", ("b@[192.0.2.1]", YES)),
        talk("a@example.net", FOREIGN),
        talk("a@example.com", FOREIGN, login=LOGIN),
        talk("a@example.com", FOREIGN, login=LOGIN[:1]),
    ],
)
def test_what_is_no_open_relay(lines: Lines) -> None:
    assert not shown(lines)


@pytest.mark.parametrize("port", [24, 465, 587, 2525])
def test_other_ports_take_mail_from_those_who_log_in(port: int) -> None:
    assert not shown(talk("a@example.com", FOREIGN), port)


@pytest.mark.parametrize(
    ("greeting", "hello"),
    [
        ("220 ready", "250 ok"),
        ("220 [192.0.2.25] ESMTP", "250 ok"),
        ("220 192.0.2.25 ESMTP", "250 ok"),
        ("220 mail ESMTP Postfix", "250 mail"),
        ("220 localhost ESMTP", "250 localhost"),
        ("220 localhost.localdomain ESMTP", "250 localhost.localdomain"),
        ("220 ex01.corp.local ESMTP", "250 ex01.corp.local Hello"),
        ("220 host.lan ESMTP", "250 mx.example.net Hello"),
        ("220 mail.example.org ESMTP", "250-mx.example.net Hello\r\n250 SIZE"),
    ],
)
def test_a_server_whose_names_do_not_tell_its_domains(greeting: str, hello: str) -> None:
    assert not shown(talk("a@example.com", FOREIGN, greeting=greeting, hello=hello))


def test_the_null_sender_after_another_one() -> None:
    first = talk("a@example.com", ("bob@example.org", YES))
    bounce = ["C: RSET\r\n", "S: 250 ok\r\n", "C: MAIL FROM:<>\r\n", "S: 250 ok\r\n"]
    more = ["C: RCPT TO:<b@example.net>\r\n", "S: 250 ok\r\n"]
    assert not shown([*first, *bounce, *more])
    assert shown([*first, *more])


def test_pipelined_each_recipient_has_its_own_answer() -> None:
    lines = talk("a@example.com")
    asked = "C: RCPT TO:<x>\r\nRCPT TO:<b@example.net>\r\nRCPT TO:<bob@example.org>\r\n"
    assert not shown([*lines, asked, "S: 250 ok\r\n550 no\r\n250 ok\r\n"])
    assert shown([*lines, asked, "S: 550 no\r\n250 ok\r\n550 no\r\n"])


def test_a_look_up_in_the_capture_may_say_that_the_server_takes_that_mail() -> None:
    lines = talk("a@example.com", FOREIGN)
    known = Exchanges()

    def again() -> set[str]:
        session = dialogue.play(25, lines, Options(takes_mail=known.takes_mail))
        return {found.rule for found in findings(session)}

    assert again() == {"open-relay"}
    known.add("Example.NET", "MX", ["10 MX.example.com", "20 mx2.example.com"])
    known.add("mx2.example.com", "A", ["192.0.2.99"])
    assert again() == {"open-relay"}, "another address"
    known.add("mx.example.com", "A", [dialogue.SERVER_ADDRESS])
    assert again() == set()


def test_a_domain_without_mx_takes_its_own_mail() -> None:
    known = Exchanges()
    known.add("example.net", "MX", [])
    known.add("example.net", "AAAA", ["2001:db8::25"])
    assert known.takes_mail("2001:db8::25", "example.net")
    assert not known.takes_mail("192.0.2.1", "example.net")
    assert not known.takes_mail("2001:db8::25", "example.com")
