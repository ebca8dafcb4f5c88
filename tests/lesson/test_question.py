"""Answers to each kind of question: right, wrong, half given, and what is said to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lesson.shelf import opened
from tutor.findings import eve_facts
from tutor.lesson.authored import known_kinds, quiz
from tutor.lesson.model import OrderQuiz, SortQuiz, TypeQuiz
from tutor.lesson.question import NOTHING, Option, Question, disordered, folded
from tutor.lesson.typed import how, understood

LOGIN = ("greeting", "capability", "login", "login-reply")


def order(items: tuple[str, ...] = LOGIN) -> Question:
    texts = {key: f"text of {key}" for key in items}
    return quiz(opened("00-first-look"), OrderQuiz(id="o", type="order", ask="?", items=texts))


def word() -> Question:
    item = TypeQuiz(
        id="t",
        type="type",
        ask="?",
        answer="STARTTLS",
        of="switch.verb",
        accept=("START TLS now",),
        because={"STLS": "That is POP3."},
    )
    return quiz(opened("00-first-look"), item)


def sort() -> Question:
    return quiz(opened("00-first-look"), SORT)


SORT = SortQuiz(
    id="s",
    type="sort",
    ask="?",
    capture="tls",
    items={"address": "addresses", "password": "password", "server-name": "name of the server"},
    because={"address": "Packets need them.", "password": "Inside.", "server-name": "In front."},
)


# order


def test_an_order_is_right_in_one_way_only() -> None:
    question = order()
    assert question.answer.key == ",".join(LOGIN)
    assert question.right(",".join(LOGIN))
    assert not question.right(",".join(reversed(LOGIN)))
    assert question.solution() == tuple(f"{n}. text of {key}" for n, key in enumerate(LOGIN, 1))


def test_an_order_names_the_first_place_that_is_wrong() -> None:
    reason = order().reason("greeting,capability,login-reply,login")
    assert reason == "Place 3 is the first that is wrong. It belongs to: text of login"
    assert order().reason(",".join(LOGIN)) == ""
    assert order().reason("") == ""


@pytest.mark.parametrize(
    "half", ["", "greeting", "greeting,capability,login", "greeting,greeting,login,login-reply"]
)
def test_half_an_order_is_no_answer(half: str) -> None:
    assert not order().takes(half)


@given(st.text(max_size=12), st.integers(2, 6))
def test_items_never_stand_in_order_already(name: str, count: int) -> None:
    options = [Option(str(n), str(n)) for n in range(count)]
    mixed = disordered(options, name)
    assert list(mixed) != options
    assert sorted(mixed, key=lambda option: option.key) == options


# a typed word


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("STARTTLS", True),
        ("  start tls ", True),
        ("starttlsnow", True),
        ("STLS", False),
        ("START", False),
        ("STARTTLSX", False),
    ],
)
def test_a_word_counts_whatever_its_case_and_blanks(typed: str, right: bool) -> None:
    assert word().takes(typed)
    assert word().right(typed) is right


def test_a_wrong_word_has_the_reason_that_the_author_gave() -> None:
    assert word().reason("stls") == "That is POP3."
    assert word().reason("SSL") == ""
    assert word().reason("") == ""
    assert not word().takes("  ")


# sorting


def test_what_eve_knows_is_computed_and_not_written() -> None:
    bound = opened("00-first-look")
    kinds = {fact.kind for fact in eve_facts(bound.sessions["tls"])}
    assert set(known_kinds(bound, SORT)) == {"address", "server-name"} == kinds & set(SORT.items)
    clear = SORT.model_copy(update={"capture": "clear"})
    assert set(known_kinds(bound, clear)) == {"address", "password"}


@pytest.mark.parametrize(
    ("sorted_", "right"),
    [
        ("address,server-name", True),
        ("server-name,address", True),
        ("address", False),
        ("address,server-name,password", False),
        (NOTHING, False),
    ],
)
def test_sorting_is_right_as_a_set(sorted_: str, right: bool) -> None:
    assert sort().takes(sorted_)
    assert sort().right(sorted_) is right


@pytest.mark.parametrize("half", ["", "address,address", "address,subject", "nonsense"])
def test_what_does_not_sort_is_no_answer(half: str) -> None:
    assert not sort().takes(half)


def test_each_item_on_the_wrong_side_has_its_reason() -> None:
    lines = sort().reason("address,password").splitlines()
    assert sorted(lines) == [
        "name of the server: Eve knows it. In front.",
        "password: Eve does not know it. Inside.",
    ]
    assert sort().reason("server-name,address") == ""
    assert sort().solution()[1] == "Eve does not know: password."


# typed as a line


def typed(question: Question, keys: str) -> str:
    """The numbers that mean these keys."""
    at = {option.key: str(n) for n, option in enumerate(question.options, 1)}
    return " ".join(at[key] for key in keys.split(","))


def test_numbers_mean_what_stands_there() -> None:
    assert understood(order(), typed(order(), ",".join(LOGIN))) == (",".join(LOGIN), "")
    assert understood(sort(), typed(sort(), "password")) == ("password", "")
    assert understood(sort(), "0") == (NOTHING, "")
    assert understood(word(), " stls ") == ("stls", "")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1 2 3", "Not all are there yet. Missing: 4."),
        ("1 2 2 3", "2 stands there twice."),
        ("1 2 3 5", "'5' is no number from 1 to 4."),
        ("1 2 x 3", "'x' is no number from 1 to 4."),
        ("0", "'0' is no number from 1 to 4."),
        ("1 2 ² 4", "'²' is no number from 1 to 4."),
        ("-1", "'-1' is no number from 1 to 4."),
        (",", "',' is no number from 1 to 4."),
    ],
)
def test_what_is_not_understood_is_said(line: str, why: str) -> None:
    assert understood(order(), line) == ("", why)


def test_one_number_is_asked_for_where_one_is_right() -> None:
    bound = opened("00-first-look")
    assert understood(quiz(bound, bound.lesson.quiz[0]), "1 2") == ("", "Only one number, please.")


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_the_example_of_an_order_is_not_the_answer(count: int) -> None:
    steps = ("connect", *LOGIN, "message")[:count]
    question = order(steps)
    example = how(question).removeprefix("Type the numbers in order, such as ").partition(",")[0]
    answer, why = understood(question, example)
    assert why == ""
    assert question.takes(answer)
    assert not question.right(answer)


@given(st.text(max_size=20))
def test_no_line_breaks_it(line: str) -> None:
    for question in (order(), sort(), word()):
        answer, why = understood(question, line)
        assert not (answer and why)
        assert not answer or question.takes(answer)
        assert answer or why or not line.strip()


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = folded(text)
    assert not any(char.isspace() for char in once)
    assert folded(once) == once
