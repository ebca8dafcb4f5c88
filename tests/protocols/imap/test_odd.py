"""Corners where two things meet: gaps and literals, TLS and literals, SASL and commands."""

from __future__ import annotations

import pytest

from tests.protocols.checks import Talk, assert_tiled, bytewise, play, script, stream
from tests.strategies import HELLO
from tutor.base import CLIENT, SERVER, Role, Secret
from tutor.protocols.events import Anomaly, Attempt, Event, Kind, Offer
from tutor.protocols.imap import ImapObserver
from tutor.protocols.observer import MAX_LINE


def observed(talk: Talk) -> list[Event]:
    observer = ImapObserver()
    events = play(observer, talk)
    assert_tiled(events, observer, talk)
    return events


def names(events: list[Event]) -> list[str]:
    return [f"{event.kind} {event.name}".strip() for event in events]


def roles(talk: Talk, role: Role) -> bytes:
    """All bytes of the client that have this role."""
    data = stream(talk, CLIENT)
    events = [event for event in observed(talk) if event.span.direction is CLIENT]
    return b"".join(
        data[p.start : p.end] for event in events for p in event.parts if p.role is role
    )


def test_a_literal_with_two_holes_keeps_its_role() -> None:
    talk = script("C: a LOGIN alice {9}\nS: +\nC| s3\nC? 1\nC| re\nC? 1\nC: t99\nS: a OK")
    assert roles(talk, Role.PASSWORD) == b"s3ret99"
    talk = script("C: a LOGIN {5}\nS: +\nC| a\nC? 1\nC| i\nC? 1\nC: e secret\nS: a OK")
    assert roles(talk, Role.USER) == b"aie"
    assert roles(talk, Role.PASSWORD) == b"secret"
    attempts = [d for e in observed(talk) for d in e.details if isinstance(d, Attempt)]
    assert attempts == [Attempt("LOGIN", None, Secret("secret"))]


def test_a_message_with_holes_is_body_once_its_header_has_ended() -> None:
    talk = script(
        "C: a APPEND x {28}\nS: +\nC: Subject: hi\nC:\nC| bo\nC? 4\nC| dy\nC? 4\nC: .\nS: a OK"
    )
    assert roles(talk, Role.HEADER) == b"Subject: hi\r\n\r\n"
    assert roles(talk, Role.BODY) == b"body."


def test_a_command_may_follow_the_last_sasl_line_at_once() -> None:
    talk = script(
        "S: * OK\nC: a AUTHENTICATE PLAIN\nS: +\nC: AGEAYg==\nC: b CAPABILITY\nS: a OK\nS: b OK"
    )
    assert names(observed(talk))[3:5] == ["response sasl", "command CAPABILITY"]


def test_after_the_verdict_no_line_is_sasl() -> None:
    talk = script("S: * OK\nC: a AUTHENTICATE PLAIN\nS: a NO\nC: AGEAYg==")
    assert names(observed(talk))[-1] == "unparsed"


def test_sasl_lines_without_the_server() -> None:
    talk = script("C: a AUTHENTICATE PLAIN\nC: AGEAYg==\nC: b SELECT INBOX")
    events = observed(talk)
    assert names(events) == ["command AUTHENTICATE", "response sasl", "command SELECT"]
    assert [type(detail) for detail in events[1].details] == [Attempt]


def test_a_gap_over_the_end_of_a_server_literal_ends_its_response() -> None:
    talk = script("S: * OK\nS: * 1 FETCH (BODY[] {9}\nS| ab\nS? 20\nS: x FLAGS ())\nS: * 2 EXISTS")
    events = observed(talk)
    assert names(events) == ["greeting OK", "untagged FETCH", "gap", "unparsed", "untagged EXISTS"]
    assert events[3].anomalies == (Anomaly.GAP_IN_LINE,)


@pytest.mark.parametrize("side", ["C: a APPEND x {2}\nC| ab", "S: * 1 FETCH (BODY[] {2}\nS| ab"])
def test_tls_behind_a_literal(side: str) -> None:
    direction = CLIENT if side[0] == "C" else SERVER
    talk: Talk = [*script(side), (direction, HELLO)]
    observer = ImapObserver()
    assert_tiled(play(observer, talk), observer, talk)
    assert observer.left(direction) == len(stream(talk, direction)) - len(HELLO)


def test_an_empty_literal_and_then_a_gap() -> None:
    talk = script("S: * OK\nC: a LOGIN {0}\nS: +\nC? 4\nS: a NO")
    events = observed(talk)
    assert names(events)[1:] == ["command LOGIN", "continuation literal", "gap", "reply NO"]
    assert play(ImapObserver(), bytewise(talk)) == events


def test_a_parenthesis_too_many() -> None:
    talk = script("C: a FETCH 1) (FLAGS (UID\nC: b SEARCH )) ALL")
    events = observed(talk)
    assert names(events) == ["command FETCH", "command SEARCH"]
    assert roles(talk, Role.ITEM) == b"FLAGSUIDALL"


def test_odd_line_ends_are_named_on_data_with_literals() -> None:
    talk: Talk = [(SERVER, b"* OK\r\n* 1 FETCH (BODY[] {1}\nx FLAGS ())\n* 2 EXISTS\n+ \n")]
    assert [event.anomalies for event in observed(talk)] == [
        (),
        (Anomaly.BARE_LF,),
        (Anomaly.BARE_LF,),
        (Anomaly.BARE_LF,),
    ]


def test_a_line_without_end_behind_a_literal() -> None:
    long = b"y" * (MAX_LINE + 5) + b"\r\n"
    talk: Talk = [*script("C: a APPEND x {1}\nC| z"), (CLIENT, long), *script("C: b NOOP")]
    events = observed(talk)
    assert names(events)[0] == "command APPEND"
    assert names(events)[-1] == "command NOOP"
    assert Anomaly.LINE_TOO_LONG in events[1].anomalies


def test_non_synchronising_literals_are_not_for_servers() -> None:
    events = observed(script("S: * OK\nS: * LIST () NIL {2+}\nS: ab"))
    assert events[1].anomalies == (Anomaly.BAD_LITERAL,)


def test_a_greeting_only_once_and_only_first() -> None:
    events = observed(script("S: * OK one\nS: * OK two"))
    assert [event.kind for event in events] == [Kind.GREETING, Kind.UNTAGGED]
    late = observed(script("C: a NOOP\nS: * OK one"))
    assert late[1].kind is Kind.GREETING
    assert late[1].anomalies == (Anomaly.COMMAND_BEFORE_GREETING,)
    assert observed(script("S: * 1 EXISTS\nS: * OK x"))[1].kind is Kind.UNTAGGED
    assert observed(script("S? 4\nS: x\nS: * OK x"))[2].kind is Kind.UNTAGGED


def test_bye_instead_of_a_greeting() -> None:
    (event,) = observed(script("S: * BYE too busy"))
    assert (event.kind, event.name, event.state) == (Kind.GREETING, "BYE", "logout")
    events = observed(script("C: a LOGOUT\nS: * BYE x"))
    assert events[1].kind is Kind.UNTAGGED


def test_a_piece_of_a_capability_list_is_no_offer() -> None:
    events = observed(script("S: * OK\nS| * CAPABILITY IMAP4rev1 STARTT"))
    assert not [d for e in events for d in e.details if isinstance(d, Offer)]


def test_tls_hides_no_second_greeting() -> None:
    observer = ImapObserver(inside_tls=True)
    events = play(observer, script("S: * OK no greeting\nC: a LOGIN a b\nS: zz OK"))
    assert events[0].kind is Kind.UNTAGGED
    assert events[0].state == "not-authenticated"
    assert events[2].anomalies == (Anomaly.REPLY_WITHOUT_COMMAND,)


def test_layer_and_start_offsets_go_into_spans() -> None:
    observer = ImapObserver(1, (100, 7))
    events = play(observer, script("S: * OK x\nC: a NOOP"))
    assert [(e.span.layer, e.span.start, e.span.end) for e in events] == [(1, 7, 15), (1, 100, 108)]


def test_text_in_the_clear_after_starttls_is_not_claimed_behind_a_gap() -> None:
    talk = script("S: * OK\nC: a STARTTLS\nS: a OK\nC? 9\nC: b NOOP")
    assert Anomaly.STARTTLS_NOT_FOLLOWED_BY_TLS not in observed(talk)[-1].anomalies


def test_what_is_never_answered_is_forgotten_in_the_end() -> None:
    lines = b"".join(b"a%d NOOP\r\nb%d IDLE\r\n" % (n, n) for n in range(2000))
    answers = b"* 1 EXISTS\r\n" * 2000 + b"a1999 OK\r\na0 OK\r\n"
    events = observed([(CLIENT, lines), (SERVER, answers)])
    assert [event.about for event in events[-2:]] == ["NOOP", ""]
    assert events[4000].about == "IDLE"
