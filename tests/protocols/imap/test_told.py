"""What a listener learns of messages: true of each, and each told once."""

from __future__ import annotations

import pytest

from tests.protocols.checks import assert_tiled, play, script
from tutor.protocols.events import Fact
from tutor.protocols.imap import ImapObserver

STRUCTURE = (
    '(("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "a b.txt") NIL NIL "7BIT" 1152 23)'
    '("APPLICATION" "PDF" ("NAME" "other") "<9@c>" NIL "BASE64" 4554 NIL'
    ' ("attachment" ("FILENAME*" "utf-8\'\'caf%C3%A9.pdf" "SIZE" "3300")) NIL)'
    '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 342 ("Mon, 1 Jan 2024" "inner" NIL NIL NIL NIL NIL'
    ' NIL NIL "<i@x>") ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 3 1) 5 NIL'
    ' ("attachment" ("FILENAME" "=?utf-8?q?f=C3=B6.eml?=")))'
    '("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL ("inline" NIL) "en") "MIXED" ("BOUNDARY" "x"))'
)
ENVELOPE = (
    '("Mon, 7 Feb 1994" "=?utf-8?q?caf=C3=A9?=" (("F" NIL "fred" "x.org")) NIL NIL'
    ' ((NIL NIL "jo" "y.org")(NIL NIL "grp" NIL)(NIL NIL NIL NIL)) NIL NIL NIL "<id@x>")'
)


def facts(text: str) -> list[str]:
    observer, talk = ImapObserver(), script("S: * PREAUTH\n" + text)
    events = play(observer, talk)
    assert_tiled(events, observer, talk)
    details = [detail for event in events for detail in event.details]
    return [f"{d.kind} {d.value}" for d in details if isinstance(d, Fact)]


@pytest.mark.parametrize("item", ["BODYSTRUCTURE", "BODY"])
def test_a_structure_names_the_attached_files(item: str) -> None:
    assert facts(f"S: * 1 FETCH ({item} {STRUCTURE} UID 4)") == [
        "attachment a b.txt (1152 bytes)",
        "attachment café.pdf (4554 bytes)",
        "attachment fö.eml (342 bytes)",
    ]


@pytest.mark.parametrize(
    "structure", ["(" * 99 + ")" * 99, '("a")', "(NIL NIL)", "()", "NIL", "(((", ")))", '"x"']
)
def test_no_structure_is_too_odd(structure: str) -> None:
    assert facts(f"S: * 1 FETCH (BODYSTRUCTURE {structure})") == []


def test_an_envelope_and_the_text_are_one_message() -> None:
    text = f'S: * 7 FETCH (ENVELOPE {ENVELOPE} BODY[TEXT] "hi" BODY[1] "hi")'
    assert facts(text) == [
        "sender fred@x.org",
        "recipient jo@y.org",
        "subject café",
        "message id@x",
    ]


def test_a_header_and_the_text_are_one_message() -> None:
    text = 'S: * 7 FETCH (RFC822.TEXT "hi" BODY[HEADER.FIELDS (MESSAGE-ID)] {19}\n'
    assert facts(text + "S: Message-ID: <i@x>\nS| \nS: )") == ["message i@x"]
    text = text.replace("[HEADER", "[2.HEADER")
    assert facts(text + "S: Message-ID: <i@x>\nS| \nS: )") == ["message #7"]


def test_a_text_is_of_the_message_whose_header_came_before() -> None:
    header = "S: * 7 FETCH (BODY[HEADER] {19}\nS: Message-ID: <i@x>\nS| \nS: )\n"
    piece = 'S: * 7 FETCH (BODY[TEXT] "hi")'
    assert facts(header + piece) == ["message i@x"]
    assert facts(header + "S: * 2 EXPUNGE\n" + piece) == ["message #7"]
    assert facts("C: a SELECT x\n" + header + "S: a OK\n" + piece)[1:] == ["message #7"]


def test_a_header_alone_is_no_message_and_has_no_size() -> None:
    header = 'Content-Type: text/x; name="x.pdf"'
    for section in ("2.MIME", "HEADER"):
        text = f"S: * 1 FETCH (BODY[{section}] {{38}}\nS: {header}\nS:\nS: )"
        assert facts(text) == ["attachment x.pdf"]


def test_of_a_part_of_a_message_no_size_is_claimed() -> None:
    text = (
        "S: * 1 FETCH (BODY[]<0> {50}\nS: Message-ID: <i@x>\nS: Content-Type: x; name=y\n"
        "S:\nS: ab\nS| \nS: )"
    )
    assert facts(text) == ["message i@x", "attachment y (at least 4 bytes)"]
    cut = "S: * 1 FETCH (BODY[]<0> {20}\nS: Subject: hi\nS| From\nS:  )"
    assert [fact.split()[0] for fact in facts(cut)] == ["subject", "message"]
    assert facts('S: * 1 FETCH (BODY[]<20> "Subject: hi")') == []


def test_where_nothing_came_nothing_is_told() -> None:
    assert facts('S: * 1 FETCH (BODY[] "" BODY[TEXT] NIL RFC822 NIL BODY[HEADER] "")') == []
    assert facts("C: a APPEND x {0+}\nC:") == ["mailbox x"]


def test_pieces_put_together_are_one_message() -> None:
    text = (
        "C: a APPEND x CATENATE (URL /u TEXT {12+}\nC: Subject: z\nC|  TEXT {3+}\nC: \nC| abc\nC: )"
    )
    assert [fact.split()[0] for fact in facts(text)] == ["mailbox", "subject", "message"]
    two = "C: a APPEND x (\\Seen) {3+}\nC| abc\nC:  (\\Draft) {3+}\nC| def\nC:"
    assert [fact.split()[0] for fact in facts(two)] == ["mailbox", "message", "message"]


def test_an_empty_name_is_no_mailbox() -> None:
    text = 'C: a GETMETADATA "" /x\nC: b STATUS "" (MESSAGES)\nS: * LIST () "/" ""\nC: c SELECT'
    assert facts(text) == []
    assert facts('S: * LIST () "/" "Tr&AOQ-sh"\nC: a COPY 1 inbox') == [
        "mailbox Träsh",
        "mailbox INBOX",
    ]
