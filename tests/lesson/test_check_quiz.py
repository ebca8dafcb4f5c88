"""``lesson check`` proves what a quiz asks to order, to type and to sort, and wants its hints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lesson.shelf import copied
from tests.lesson.test_check import LESSON, faults, place_of

ASKED = """
  - id: o
    type: order
    ask: What comes first?
    items:
      greeting: The server greets
      login: The client logs in
      login-reply: The server says yes
    hint: Who speaks first?
  - id: t
    type: type
    ask: Which command asks for TLS?
    answer: STARTTLS
    of: switch.verb
    accept: [starttls command]
    because: {STLS: That is POP3.}
    hint: Eight letters.
  - id: s
    type: sort
    ask: What does Eve know?
    capture: tls
    items: {address: Addresses, password: Password, size: How much}
    because: {address: Needed., password: Inside., size: Seen.}
    hint: Packets have an outside.
"""


def planted(tmp_path: Path, text: str) -> Path:
    """Lesson 0 with more questions; their Portuguese is not looked at here."""
    directory = copied(tmp_path)
    file = directory / LESSON
    file.write_text(file.read_text("utf-8") + text.lstrip("\n"), "utf-8")
    return directory


def in_lesson(directory: Path) -> list[str]:
    return [fault for fault in faults(directory) if "pt-BR" not in fault]


def test_all_three_kinds_hold(tmp_path: Path) -> None:
    directory = planted(tmp_path, ASKED)
    assert in_lesson(directory) == []
    missing = [f for f in faults(directory) if "no text for 'quiz.s.because.size'" in f]
    assert len(missing) == 1, "their texts are translated like all others"


PLANTED = [
    # (old, new, where the fault stands, what is said)
    (
        "      login: The client logs in\n      login-reply: The server says yes\n",
        "      login-reply: The server says yes\n      login: The client logs in\n",
        "login: The client logs in",
        "not after 'login-reply': it is step 6, 'login-reply' is step 8",
    ),
    (
        "      login-reply: The server says yes",
        "      hello: The server says yes",
        "hello: The server says yes",
        "'hello' is in another recording than 'login'",
    ),
    (
        "      login: The client logs in",
        "      logon: The client logs in",
        "logon: The client logs in",
        "there is no step 'logon'; did you mean 'login'?",
    ),
    (
        "      login: The client logs in",
        "      login: The server greets",
        "greeting: The server greets",
        "two items say the same",
    ),
    ("      greeting: The server greets\n", "", "login: The client logs in", "at least 3 items"),
    (
        "    answer: STARTTLS\n",
        "    answer: STLS\n",
        "STLS\n    of",
        "the recording says 'STARTTLS'",
    ),
    (
        "    of: switch.verb",
        "    of: switch.verbs",
        "switch.verbs",
        "'switch.verbs' is no step.role: step 'switch' has no verbs",
    ),
    (
        "    because: {STLS: That",
        "    because: {start tls: That",
        "start tls: That",
        "'start tls' is a right answer",
    ),
    (
        "    because: {STLS: That",
        "    because: {Starttls Command: That",
        "Starttls Command: That",
        "'Starttls Command' is a right answer",
    ),
    (
        "    capture: tls\n    items",
        "    capture: tsl\n    items",
        "tsl",
        "'tsl' is not in captures; did you mean 'tls'?",
    ),
    (
        "    items: {address: Addresses, password",
        "    items: {adress: Addresses, password",
        "adress: Addresses",
        "'adress' is no kind of fact; did you mean 'address'?",
    ),
    (
        "    items: {address: Addresses, password: Password,",
        "    items: {address: Addresses, server-name: Password,",
        "{address: Addresses",
        "nothing to sort: Eve knows all of them",
    ),
    (
        "    items: {address: Addresses, password: Password, size: How much}",
        "    items: {subject: Addresses, password: Password, token: How much}",
        "{subject: Addresses",
        "nothing to sort: Eve knows none of them",
    ),
    (
        "    because: {address: Needed., ",
        "    because: {",
        "address: Addresses",
        "the item 'address' needs its own reason in because",
    ),
    (
        "    because: {address: Needed., ",
        "    because: {address: Needed., token: No., ",
        "token: No.",
        "no item 'token'",
    ),
    (
        "items: {address: Addresses,",
        f"items: {{address: {'Addresses ' * 7}x,",
        "Addresses Addresses Addresses Addresses Addresses Addresses Addresses x",
        "too long: 2 lines of 60 columns, 1 fit",
    ),
    ("    hint: Who speaks first?\n", "", "id: o\n", "the question 'o' needs a hint"),
    ("    hint: Eight letters.\n", "", "id: t\n", "the question 't' needs a hint"),
    ("    hint: Packets have an outside.\n", "", "id: s\n", "the question 's' needs a hint"),
    ("  - id: t\n", "  - id: o\n", "o\n    type: type", "'o' is the id of two questions"),
    (
        "    type: sort\n",
        "    type: sorte\n",
        "sorte",
        "'sorte' is not known; did you mean 'sort'?",
    ),
    (
        "    accept: [starttls command]",
        "    acept: [starttls command]",
        "acept:",
        "unknown key 'acept'; did you mean 'accept'?",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "where", "said"), PLANTED, ids=[said[:40] for *_more, said in PLANTED]
)
def test_a_planted_fault_is_found_at_its_place(
    tmp_path: Path, old: str, new: str, where: str, said: str
) -> None:
    assert ASKED.count(old) == 1
    directory = planted(tmp_path, ASKED.replace(old, new))
    file = directory / LESSON
    place = place_of(file, where)
    found = in_lesson(directory)
    assert any(fault.startswith(f"{file}:{place}: ") and said in fault for fault in found), found


def test_a_prediction_of_the_author_needs_a_hint(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    file = directory / LESSON
    text = file.read_text("utf-8")
    line = next(line for line in text.splitlines() if "hint:" in line and "dots made" in line)
    file.write_text(text.replace(f"{line}\n", ""), "utf-8")
    number = text.split("Now Alice logs in")[0].count("\n")
    said = "a prediction needs a hint: 'hint' of its step"
    assert in_lesson(directory) == [f"{file}:{number}:5: {said}"]


DONE_BY_HAND = """
  - id: d
    type: do
    ask: Log in.
    protocol: imap
    wants: [LOGIN, SELECT]
    without: [plaintext-credential]
    contains: [alice@example.org]
    show:
      - a1 LOGIN alice@example.org correct-horse
      - a2 SELECT INBOX
    hint: A tag comes first.
"""


def test_a_task_to_be_done_by_hand_holds(tmp_path: Path) -> None:
    assert in_lesson(planted(tmp_path, DONE_BY_HAND)) == []


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ("wants: [LOGIN, S", "wants: [LOGON, S", "LOGON", "imap has no command 'LOGON'"),
        ("protocol: imap", "protocol: nntp", "nntp", "pop3"),
        ("wants: [LOGIN, SELECT]", "wants: []", "wants", "at least 1"),
        ("[plaintext-credential]", "[plain-text]", "plain-text", "'plain-text' is no finding"),
        ("a2 SELECT", "a2 EXAMINE", "a1 LOGIN", "no line with SELECT where it is wanted"),
        ("[LOGIN, SELECT]", "[SELECT, LOGIN]", "a1 LOGIN", "no line with LOGIN where it is wanted"),
        ("correct-horse", "x" * 60, "xxx", "more than 76 columns"),
        ("LOGIN alice@example.org", "LOGIN alice@real.name", "real.name", "like a real account"),
        ("[alice@example.org]", "[alice@real.name]", "real.name", "looks like a real account"),
        ("    hint: A tag comes first.\n", "", "id: d", "hint"),
    ],
)
def test_what_is_wrong_with_one_is_said(
    tmp_path: Path, old: str, new: str, where: str, why: str
) -> None:
    assert DONE_BY_HAND.count(old) == 1
    directory = planted(tmp_path, DONE_BY_HAND.replace(old, new))
    found = in_lesson(directory)
    assert len(found) == 1, found
    assert why in found[0]
    line = int(found[0].split(":")[1])
    text = (directory / LESSON).read_text("utf-8").splitlines()
    assert any(where in near for near in text[line - 1 : line + 1]), (found, text[line - 1])


def test_what_may_be_pointed_at_stands_in_one_recording(tmp_path: Path) -> None:
    directory = planted(
        tmp_path,
        """
  - id: p
    type: point
    ask: Which is the name?
    answer: login.user
    because: {login.user: Yes., switch.verb: That is a command.}
    hint: It comes first.
""",
    )
    found = in_lesson(directory)
    assert len(found) == 1
    assert "'switch.verb' is in another recording than 'login.user'" in found[0]
