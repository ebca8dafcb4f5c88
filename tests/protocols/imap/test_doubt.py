"""Behind a gap, and from the middle on, a line may be of a message: nothing is made of it then."""

from __future__ import annotations

import pytest

from tests.protocols.checks import Talk, assert_tiled, bytewise, play, script
from tutor.protocols.events import Attempt, Event, Fact, Kind
from tutor.protocols.imap import ImapObserver
from tutor.protocols.imap.doubt import follows

IN = "S: * OK x\nC: a1 LOGIN ann x\nS: a1 OK in\n"
QUOTED = """\
C: Subject: how to log in
C:
C: a1 LOGIN bait secret
C: a2 AUTHENTICATE PLAIN AGJhaXQAc2VjcmV0
C: x SELECT INBOX
C: y APPEND z {400}
"""


def observed(text: str, *, midway: bool = False) -> list[Event]:
    def fed(talk: Talk) -> list[Event]:
        observer = ImapObserver()
        observer.midway = midway
        events = play(observer, talk)
        assert_tiled(events, observer, talk)
        return events

    talk = script(text)
    assert fed(bytewise(talk)) == fed(talk)
    return fed(talk)


def names(text: str, *, midway: bool = False) -> list[str]:
    return [f"{event.kind} {event.name}".strip() for event in observed(text, midway=midway)]


def logins(text: str, *, midway: bool = False) -> list[str | None]:
    details = [detail for event in observed(text, midway=midway) for detail in event.details]
    return [detail.username for detail in details if isinstance(detail, Attempt)]


def test_tags_that_are_counted() -> None:
    assert follows("A0007", "A0008")
    assert follows("1.9", "1.20")
    assert not follows("A0008", "A0007")
    assert not follows("A0008", "B0009")
    assert not follows("A1", "A1002")
    assert not follows("a", "b")


@pytest.mark.parametrize("plus", ["S: + OK\n", ""])
def test_a_message_whose_announcement_was_lost_holds_no_commands(plus: str) -> None:
    text = IN + "C? 30\n" + plus + QUOTED + "S: a2 OK done\nC: a3 NOOP\nS: a3 OK"
    found = names(text)
    assert found[-9:] == [*["unparsed"] * 6, "reply OK", "command NOOP", "reply OK"]
    assert logins(text) == ["ann"]


def test_a_capture_that_begins_in_a_message_has_no_commands_of_it() -> None:
    text = QUOTED + "S: c7 OK done\nC: c8 NOOP\nS: c8 OK"
    found = names(text, midway=True)
    assert found == [*["unparsed"] * 6, "reply OK", "command NOOP", "reply OK"]
    assert logins(text, midway=True) == []


def test_behind_a_gap_a_counted_tag_tells_a_command() -> None:
    assert names(IN + "C? 30\nC: rest\nC: a3 NOOP")[-2:] == ["unparsed", "command NOOP"]
    assert names(IN + "C? 30\nC: a3 NOOP\nC: a4 NOOP")[-2:] == ["command NOOP"] * 2
    assert names(IN + "C? 30\nC: a NOOP\nC: a9 NOOP")[-2:] == ["unparsed", "command NOOP"]


def test_a_login_that_follows_the_start_or_a_gap_before_any_login_is_one() -> None:
    assert logins("C: x LOGIN ann x\nS: x OK", midway=True) == ["ann"]
    assert logins("S: * OK x\nC: a NOOP\nC? 9\nC: y\nC: b LOGIN ann x\nS: b OK") == ["ann"]
    assert logins("S: * OK x\nC: a NOOP\nC? 9\nC: b LOGIN ann x\nS: b OK") == ["ann"]
    assert logins("C: CA\nC: x LOGIN ann x\nS: x OK") == ["ann"], "a typing error, no middle"


def test_a_login_that_was_lost_is_told_by_its_answer() -> None:
    text = (
        "S: * OK x\nC: a NOOP\nS: a OK\nC? 40\nS: b OK in\nS: + go\n"
        "C: y\nC: c LOGIN bait x\nS: d OK"
    )
    assert logins(text) == []
    assert observed(text)[4].state == ""


def test_idle_may_end_although_its_beginning_was_lost() -> None:
    text = IN + "C? 9\nS: + idling\nC: DONE\nS: a2 OK\nC: a3 NOOP\nS: a3 OK"
    assert names(text)[-5:-1] == [
        "continuation unknown",
        "response DONE",
        "reply OK",
        "command NOOP",
    ]


def test_what_a_message_says_is_no_data_of_the_server() -> None:
    text = IN + (
        "C: a2 FETCH 1:2 BODY[]\nS? 40\nS: Subject: x\nS: * 5 EXISTS\nS: * LIST () NIL fake\n"
        "S: zz OK I say\nS: there no more\nS: + go\nS: )\nS: * 2 FETCH (BODY[] {3}\nS| abc\nS: )\n"
        "S: a2 OK done\nS: * 1 EXISTS"
    )
    events = observed(text)
    assert [event.kind for event in events[5:12]] == [Kind.UNPARSED] * 7
    assert [event.name for event in events[12:]] == ["FETCH", "OK", "EXISTS"]
    assert "mailbox" not in [d.kind for e in events for d in e.details if isinstance(d, Fact)]


def test_a_server_that_had_nothing_to_quote_is_believed_at_once() -> None:
    text = IN + "C: a2 LIST NIL *\nS? 9\nS: x\nS: * LIST () NIL real\nS: a2 OK"
    assert names(text)[-2:] == ["untagged LIST", "reply OK"]
    assert names("S? 9\nS: ready\nC: a CAPABILITY\nS: * CAPABILITY IMAP4rev1")[-1] == (
        "untagged CAPABILITY"
    )


def test_a_server_from_the_middle_of_a_message_on() -> None:
    text = "S: there no more\nS: * OK bait\nS: A7 OK done\nS: * 1 EXISTS"
    assert names(text, midway=True) == ["unparsed", "unparsed", "reply OK", "untagged EXISTS"]
    assert names("S: * 1 EXISTS\nS: a OK", midway=True) == ["untagged EXISTS", "reply OK"]
    assert names("C: a NOOP\nS: x\nS: a OK", midway=True)[1:] == ["unparsed", "reply OK"]


def test_one_side_alone_shows_that_a_login_came_before() -> None:
    events = observed("C: a LOGIN x y\nC: b SELECT z\nC? 4\nC: x\nC: c LOGIN bait x")
    assert [event.state for event in events] == ["not-authenticated", *["authenticated"] * 4]
    assert events[-1].kind is Kind.UNPARSED
    events = observed("S: * OK x\nS: a OK [CAPABILITY IDLE] in\nS: * 1 EXISTS")
    assert [event.state for event in events] == ["not-authenticated", "", ""]


def test_where_nothing_is_certain_a_row_of_counted_tags_is() -> None:
    row = "C: x\n" + "".join(f"C: a{number} NOOP\n" for number in range(1, 7))
    assert names(row, midway=True) == [*["unparsed"] * 4, *["command NOOP"] * 3]
    assert names(row.replace("a3", "b3"), midway=True) == ["unparsed"] * 7
    assert logins(row.replace("a4 NOOP", "a4 LOGIN ann x"), midway=True) == []
