"""What the pieces of untagged data are for."""

from __future__ import annotations

import pytest

from tests.protocols.checks import assert_tiled, play, script, transcript
from tutor.protocols.imap import ImapObserver

SHAPES = {
    '* ESEARCH (TAG "q") UID MIN 4 COUNT 2 ALL 4:5 MODSEQ 7': (
        "item=ESEARCH parameter=TAG parameter=q item=UID item=MIN unique-id=4 item=COUNT count=2"
        " item=ALL unique-id=4:5 item=MODSEQ count=7"
    ),
    "* ESEARCH ALL 4": "item=ESEARCH item=ALL sequence=4",
    '* QUOTA "" (STORAGE 2 10 MESSAGE 1 5)': (
        "item=QUOTA item=STORAGE count=2 count=10 item=MESSAGE count=1 count=5"
    ),
    '* NAMESPACE (("" "/")("#s/" "/" "X" ("A" "B"))) NIL (("u" NIL))': (
        "item=NAMESPACE argument=/ mailbox=#s/ argument=/ argument=X argument=A argument=B"
        " argument=NIL mailbox=u argument=NIL"
    ),
    "* STATUS x (MESSAGES 1 MAILBOXID (F2))": (
        "item=STATUS mailbox=x item=MESSAGES count=1 item=MAILBOXID argument=F2"
    ),
    '* METADATA x (/a "b" /c NIL)': (
        "item=METADATA mailbox=x parameter=/a argument=b parameter=/c argument=NIL"
    ),
}


def last(text: str) -> str:
    """The roles of the last event, brackets and quotes left out."""
    observer, talk = ImapObserver(), script("S: * PREAUTH\n" + text)
    events = play(observer, talk)
    assert_tiled(events, observer, talk)
    lines = [line for line in transcript(events, talk) if "=>" not in line]
    words = lines[-1].split()
    return " ".join(
        w for w in words if w not in ('argument="', "argument=(", "argument=)", "tag=*")
    )


@pytest.mark.parametrize("line", SHAPES)
def test_data_by_its_shape(line: str) -> None:
    assert last(f"S: {line}") == SHAPES[line]


@pytest.mark.parametrize("name", ["SEARCH", "SORT"])
def test_what_a_uid_command_finds_are_unique_ids(name: str) -> None:
    found = f"S: * {name} 4 5 (MODSEQ 9)"
    assert last(f"C: a UID {name} ALL\n{found}") == (
        f"item={name} unique-id=4 unique-id=5 item=MODSEQ count=9"
    )
    assert last(f"C: a {name} ALL\n{found}") == (
        f"item={name} sequence=4 sequence=5 item=MODSEQ count=9"
    )
