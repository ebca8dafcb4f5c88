"""Which answer belongs to which command: by tag, whatever the order (RFC 9051 2.2.1, 5.5)."""

from __future__ import annotations

from tests.protocols.checks import assert_tiled, play, script
from tutor.protocols.events import Attempt, Event, Kind, Outcome
from tutor.protocols.imap import ImapObserver


def observed(text: str) -> list[Event]:
    observer, talk = ImapObserver(), script(text)
    events = play(observer, talk)
    assert_tiled(events, observer, talk)
    return events


def verdicts(text: str) -> dict[str | None, bool | None]:
    """User name and outcome of each login."""
    details = [detail for event in observed(text) for detail in event.details]
    names = [detail.username for detail in details if isinstance(detail, Attempt)]
    outcomes = {d.attempt: d.accepted for d in details if isinstance(d, Outcome)}
    return {name: outcomes.get(number) for number, name in enumerate(names)}


def test_logins_sent_at_once_are_answered_by_tag() -> None:
    told = verdicts(
        "S: * OK\nC: a LOGIN ann x\nC: b LOGIN bob x\nC: c LOGIN cat x\nS: b NO\nS: c OK\nS: a BAD"
    )
    assert told == {"ann": False, "bob": False, "cat": True}


def test_a_login_that_is_never_answered_takes_no_other_ones_answer() -> None:
    told = verdicts("S: * OK\nC: a LOGIN ann x\nC: b LOGIN bob x\nS? 9\nS: b OK")
    assert told == {"ann": None, "bob": True}


def test_one_tag_for_two_logins_is_answered_in_order() -> None:
    told = verdicts("S: * OK\nC: a LOGIN ann x\nC: a LOGIN bob x\nS: a NO\nS: a OK")
    assert told == {"ann": False, "bob": True}


def test_a_tag_whose_answer_never_came_may_be_used_again() -> None:
    events = observed("S: * OK\nC: a NOOP\nC: b NOOP\nS: b OK\nC: a LOGIN ann x\nS: a OK")
    assert [event.about for event in events if event.kind is Kind.REPLY] == ["NOOP", "LOGIN"]
    events = observed("S: * OK\nC: a NOOP\nS? 9\nC: a LOGIN ann x\nS: a OK")
    assert [event.about for event in events if event.kind is Kind.REPLY] == ["LOGIN"]


def test_a_login_by_sasl_and_one_by_command_each_get_their_own_answer() -> None:
    told = verdicts("S: * OK\nC: a AUTHENTICATE PLAIN AGFubgB4\nC: b LOGIN bob x\nS: b NO\nS: a OK")
    assert told == {"ann": True, "bob": False}
