"""Questions that build their own wrong answers, pointing, and typed answers."""

from __future__ import annotations

import pytest

from tests.dialogue import play
from tests.lesson.shelf import opened
from tutor.lesson.authored import prediction, quiz
from tutor.lesson.auto import RIGHT
from tutor.lesson.bind import Bound, bind
from tutor.lesson.model import DecodeQuiz, Lesson, PointQuiz
from tutor.lesson.player import Mode, Player
from tutor.session import Session


def bound_to(session: Session, *anchors: dict[str, object]) -> Bound:
    """A lesson of these steps, the last of which is predicted."""
    steps = [
        {"id": f"s{n}", "at": {"capture": "one", **anchor}, "say": "x"}
        for n, anchor in enumerate(anchors)
    ]
    steps[-1]["predict"] = {"ask": "What next?", "options": "auto"}
    lesson = Lesson.model_validate(
        {
            "format": 1,
            "id": "made",
            "title": "Made",
            "level": "beginner",
            "minutes": 5,
            "goals": ["x"],
            "captures": {"one": {"file": "x.pcap"}},
            "steps": steps,
        }
    )
    return bind(lesson, {"one": session})


def options(session: Session, *anchors: dict[str, object]) -> dict[str, str]:
    bound = bound_to(session, *anchors)
    question = prediction(bound, bound.lesson.steps[-1])
    assert question.answer.key == RIGHT
    for option in question.options:
        assert option.line
        assert question.reasons[option.key]
    return {option.key: option.text for option in question.options}


IMAP = play(
    143,
    [
        "S: * OK ready\r\n",
        "C: A0099 SELECT INBOX\r\n",
        "S: * 3 EXISTS\r\n",
        "S: A0099 OK [READ-WRITE] done\r\n",
        "C: x LOGIN {3}\r\n",
        "S: + OK\r\n",
        "C: bob {1}\r\n",
        "S: + \r\n",
        "C: x\r\n",
        "S: x NO [AUTHENTICATIONFAILED] wrong\r\n",
    ],
)


def test_imap_is_mistaken_for_a_wrong_tag_no_tag_and_other_protocols() -> None:
    assert options(IMAP, {"client": "SELECT"}, {"reply_to": "s0"}) == {
        "right": "A0099 OK [READ-WRITE] done",
        "untagged": "* OK [READ-WRITE] done",
        "other-tag": "A0100 OK [READ-WRITE] done",
        "pop3": "+OK done",
        "smtp": "250 done",
    }


def test_a_refusal_is_mistaken_for_a_refusal() -> None:
    made = options(IMAP, {"client": "LOGIN"}, {"reply_to": "s0"})
    assert made["right"] == "x NO [AUTHENTICATIONFAILED] wrong"
    assert made["pop3"] == "-ERR wrong"
    assert made["smtp"] == "550 wrong"
    assert made["other-tag"].startswith("x1 NO ")


def test_a_continuation_is_mistaken_for_an_end() -> None:
    made = options(IMAP, {"client": "LOGIN"}, {"server": "continuation", "nth": 1})
    assert made == {
        "right": "+ OK",
        "tagged": "x OK Ready",
        "untagged": "* OK Ready",
        "smtp": "334",
    }


def test_a_greeting_of_each_protocol() -> None:
    imap = options(IMAP, {"server": "greeting"})
    assert imap == {
        "right": "* OK ready",
        "tagged": "a1 OK ready",
        "pop3": "+OK ready",
        "smtp": "220 ready",
    }
    pop3 = options(play(110, ["S: +OK hello\r\n", "C: QUIT\r\n"]), {"server": "greeting"})
    assert pop3["smtp"] == "220 hello"
    smtp = options(play(25, ["S: 220 mail.example.org ESMTP\r\n"]), {"server": "greeting"})
    assert smtp["other-code"] == "250 mail.example.org ESMTP"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("+OK", {"right": "+OK", "untagged": "* OK", "tagged": "a1 OK", "smtp": "250 OK"}),
        (
            "-ERR no such message",
            {
                "right": "-ERR no such message",
                "untagged": "* NO no such message",
                "tagged": "a1 NO no such message",
                "smtp": "550 no such message",
            },
        ),
    ],
)
def test_pop3(reply: str, expected: dict[str, str]) -> None:
    session = play(110, ["S: +OK hi\r\n", "C: DELE 1\r\n", f"S: {reply}\r\n"])
    assert options(session, {"client": "DELE"}, {"reply_to": "s0"}) == expected


def test_smtp_varies_the_code_too() -> None:
    session = play(
        25,
        ["S: 220 hi\r\n", "C: DATA\r\n", "S: 354 go on\r\n"],
    )
    made = options(session, {"client": "DATA"}, {"reply_to": "s0"})
    assert made["other-code"] == "250 go on"
    assert made["pop3"] == "+OK go on"
    session = play(25, ["S: 220 hi\r\n", "C: QUIT\r\n", "S: 221 2.0.0 Bye\r\n"])
    assert options(session, {"client": "QUIT"}, {"reply_to": "s0"})["tagged"] == "a1 OK Bye"
    session = play(25, ["S: 220 hi\r\n", "C: RSET\r\n", "S: 250 2.0.0 Done\r\n"])
    made = options(session, {"client": "RSET"}, {"reply_to": "s0"})
    assert made["other-code"] == "354 2.0.0 Done", "an enhanced code does not tell the right one"


def test_a_hostile_line_is_harmless_in_an_option() -> None:
    session = play(143, ["S: * OK \x1b]52;c;eA==\x07 [/nope]\r\n"])
    for text in options(session, {"server": "greeting"}).values():
        assert "\x1b" not in text
        assert "\x07" not in text


# pointing


def test_pointing_offers_each_text_once_and_what_the_author_names() -> None:
    bound = opened("09-plaintext-login")
    item = next(q for q in bound.lesson.quiz if q.id == "trap")
    question = quiz(bound, item)
    texts = [option.text for option in question.options]
    assert len(texts) == len(set(texts)) == 5
    assert question.answer.text == "winter apples"
    assert question.answer.role == "password"
    keys = {option.key for option in question.options}
    assert "count.literal-size" in keys, "the trap that the author names is always there"
    for option in question.options:
        assert question.right(option.key) is (option is question.answer)
        if option is not question.answer:
            assert question.reasons[option.key]


def test_the_point_is_shown_when_it_is_answered() -> None:
    player = Player(opened("00-first-look"))
    while player.scene.id != "point":
        player.dont_know() if player.scene.asking else player.go_on()
    assert player.scene.index is None
    player.answer("login.user")
    scene = player.scene
    assert scene.mode is Mode.QUIZ_VERDICT
    assert scene.verdict is not None
    assert "user name" in scene.verdict.reason
    assert scene.index == player.bound.at["login"]


# typing


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("alice correct", True),
        ("  alice   correct ", True),
        ("alice\0correct", True),
        ("Alice correct", False),
        ("", False),
    ],
)
def test_a_typed_answer_counts_whatever_the_blanks(typed: str, right: bool) -> None:
    item = DecodeQuiz(id="d", type="decode", ask="?", of="login.user", answer="alice correct")
    question = quiz(opened("00-first-look"), item)
    assert question.kind == "decode"
    assert question.right(typed) is right


def test_point_quiz_takes_any_known_part() -> None:
    item = PointQuiz(id="p", type="point", ask="?", answer="login.user")
    assert quiz(opened("00-first-look"), item).answer.text == "alice@example.org"
