"""Two sessions aligned by what a step is; what Eve sees in place of what is inside TLS."""

from __future__ import annotations

import pytest

from tests.lesson.shelf import opened
from tutor.lesson.compare import align, alike, carrier, groups, moments, uncommon
from tutor.protocols.events import Kind
from tutor.session import Eye, visible

PAIRS = [("clear", "tls"), ("clear", "starttls"), ("tls", "starttls"), ("clear", "clear")]


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_every_event_stands_in_one_row_in_its_order(left: str, right: str) -> None:
    sessions = opened("00-first-look").sessions
    rows = align((sessions[left], sessions[right]))
    for side, key in ((0, left), (1, right)):
        indices = [index for row in rows for index in row.sides[side]]
        session = sessions[key]
        shown = [n for n in range(len(session)) if visible(session, n, Eye.ENDPOINTS)]
        assert indices == shown
        for row in rows:
            indices = list(row.sides[side])
            assert indices == sorted(indices)


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_what_stands_side_by_side_is_the_same_thing(left: str, right: str) -> None:
    sessions = opened("00-first-look").sessions
    for row in align((sessions[left], sessions[right])):
        # TLS says goodbye before TCP does: both are the end
        if all(row.sides) and row.key != "end":
            one, two = (
                sessions[left].event(row.sides[0][0]),
                sessions[right].event(row.sides[1][0]),
            )
            assert (one.kind, one.name) == (two.kind, two.name)


def test_the_script_is_the_same_in_the_clear_and_under_tls() -> None:
    sessions = opened("00-first-look").sessions
    rows = {row.key: row for row in align((sessions["clear"], sessions["tls"]))}
    for key in ("connect", "greeting", "capability", "login", "select", "fetch", "logout"):
        assert rows[key].sides[0], key
        assert rows[key].sides[1], key
    assert rows["tls"].sides[0] == ()
    assert "protected" not in rows


def test_only_the_rows_that_are_asked_for() -> None:
    sessions = opened("00-first-look").sessions
    rows = align((sessions["clear"], sessions["starttls"]), ["login", "starttls"])
    assert [row.key for row in rows] == ["starttls", "login"]
    assert rows[0].sides[0] == ()


def test_without_keys_there_are_records_only(tmp_path: object) -> None:
    from pathlib import Path

    from tests import manifest
    from tutor.capture import Capture

    assert isinstance(tmp_path, Path)
    lonely = tmp_path / "alone.pcapng"
    lonely.write_bytes(Path(manifest.path("imap-first-look-tls.pcapng")).read_bytes())
    with Capture(str(lonely)) as capture:
        capture.load()
        session = capture.session(1)
    names = [key for key, _indices in groups(session)]
    assert (names[0], names[-1]) == ("connect", "end")
    assert set(names[1:-1]) == {"tls", "protected"}


@pytest.mark.parametrize("key", ["tls", "starttls"])
def test_each_event_inside_tls_has_the_records_that_carried_it(key: str) -> None:
    session = opened("00-first-look").sessions[key]
    inside = 0
    for index in range(len(session)):
        event = session.event(index)
        records = carrier(session, index)
        if event.span.layer == 0:
            assert records == (index,)
            continue
        inside += 1
        assert records
        for number in records:
            record = session.event(number)
            assert record.kind is Kind.RECORD
            assert number < index
            assert record.span.direction is event.span.direction
            assert set(session.packets(number)) >= set(session.packets(index))
    assert inside > 10


def test_three_sides_keep_their_order_and_leave_nothing_out() -> None:
    sessions = opened("00-first-look").sessions
    three = [sessions[key] for key in ("clear", "tls", "starttls")]
    rows = align(three)
    for side, session in enumerate(three):
        indices = [index for row in rows for index in row.sides[side]]
        assert indices == [n for n in range(len(session)) if visible(session, n, Eye.ENDPOINTS)]
    by_key = {row.key: row for row in rows}
    assert [bool(side) for side in by_key["login"].sides] == [True, True, True]
    assert [bool(side) for side in by_key["starttls"].sides] == [False, False, True]
    shown = moments(three)
    for side, session in enumerate(three):
        told = [m.sides[side] for m in shown if m.sides[side] is not None]
        assert told == [n for n in range(len(session)) if visible(session, n, Eye.ENDPOINTS)]
    logins = [
        tuple(s.event(i).name for s, i in zip(three, m.sides, strict=True) if i is not None)
        for m in shown
        if m.key == "login"
    ]
    assert ("LOGIN",) * 3 in logins
    assert ("OK",) * 3 in logins


def test_one_word_less_in_a_list_is_not_the_same() -> None:
    sessions = opened("13-starttls-removed").sessions
    legs = (sessions["near"], sessions["far"])
    words = {row.key: uncommon(legs, row) for row in align(legs)}
    assert {key: found for key, found in words.items() if found} == {
        "greeting": ("STARTTLS",),
        "capability": ("STARTTLS",),
    }
    different = [moment.key for moment in moments(legs) if not alike(legs, moment)]
    assert different == ["greeting", "capability"]


def test_another_answer_is_not_the_same_and_another_tag_is() -> None:
    sessions = opened("11-prove-it").sessions
    twice = (sessions["cram"], sessions["again"])
    rows = [moment for moment in moments(twice) if not alike(twice, moment)]
    assert [moment.key for moment in rows] == ["authenticate", "authenticate"]
    lists = opened("10-base64-is-not-encryption").sessions
    tags = (lists["imap"], lists["at-once"])
    greeted = [moment for moment in moments(tags, ["capability"]) if alike(tags, moment)]
    assert len(greeted) == len(moments(tags, ["capability"]))


def test_another_request_under_the_same_name_is_not_the_same() -> None:
    sessions = opened("08-headers-first").sessions
    visits = (sessions["before"], sessions["back"])
    shown = moments(visits, ["select", "uid-fetch"])
    told = [moment for moment in shown if None not in moment.sides]
    different = {
        tuple(s.event(i).name for s, i in zip(visits, m.sides, strict=True) if i is not None)
        for m in told
        if not alike(visits, m)
    }
    # the answers to SELECT tell how many there are, and the next UID
    assert different == {
        ("EXISTS", "EXISTS"),
        ("OK", "OK"),
        ("UID FETCH", "UID FETCH"),
        ("FETCH", "FETCH"),
    }
    fetches = [moment for moment in shown if moment.first and moment.key == "uid-fetch"]
    assert len(fetches) == 2, "each command begins a row of its own"
