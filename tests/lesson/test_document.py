"""YAML with places: stricter than YAML, bounded, and every fault with line and column."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.lesson.document import MOST_BYTES, Document, LessonFaults, parse, read_document


def read(text: str) -> Document:
    return parse(Document("x.yaml"), text)


def said(text: str) -> list[str]:
    return [str(fault) for fault in read(text).faults]


def test_each_key_and_value_has_its_place() -> None:
    document = read("a: 1\nb:\n  - c: two\n    d: [3, 4]\n")
    assert document.data == {"a": 1, "b": [{"c": "two", "d": [3, 4]}]}
    assert document.keys[("b", 0, "d")] == (4, 5)
    assert document.values[("b", 0, "d", 1)] == (4, 12)
    assert document.values[("a",)] == (1, 4)


def test_a_fault_is_put_at_the_nearest_place_there_is() -> None:
    document = read("a:\n  b: 1\n")
    document.fault(("a", "c", "d"), "no")
    assert [str(fault) for fault in document.faults] == ["x.yaml:2:3: no"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3:1: duplicate key 'a', first in line 1"),
        ("a: &x 1\nb: *x\n", "x.yaml:1:4: anchors and aliases are not allowed: write it out"),
        ("a: !!set {}\n", "x.yaml:1:4: tags such as tag:yaml.org,2002:set are not allowed"),
        ("a: 1\n---\nb: 1\n", "x.yaml:2:1: a second document: one file, one document"),
        ("? [a]\n: 1\n", "x.yaml:1:3: a key must be a plain word"),
        ("a: [1\nb: 2\n", "x.yaml:2:2: not YAML: did not find expected ',' or ']'"),
        ("", "x.yaml:1:1: the file is empty"),
        ("# only a remark\n", "x.yaml:1:1: the file is empty"),
        ("a: 1\nb: \x07\n", "x.yaml:2:1: a character that YAML does not allow"),
        ("[" * 40 + "]" * 40, "x.yaml:1:13: too deep"),
    ],
)
def test_what_is_not_allowed(text: str, expected: str) -> None:
    assert said(text)[0] == expected


def test_a_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(c + 1)}: &{chr(c + 1)} [{','.join(['*' + chr(c)] * 9)}]\n" for c in range(97, 115)
    )
    assert "anchors and aliases" in said(bomb)[0]


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    assert "too deep" in said("[" * (sys.getrecursionlimit() * 2))[0]


def test_many_values_are_too_many() -> None:
    assert "too many values" in said("[" + "1," * 30_000 + "]")[0]


def test_dates_stay_text() -> None:
    assert read("a: 2026-01-02\n").data == {"a": "2026-01-02"}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing = read_document(tmp_path / "none.yaml")
    assert "cannot be read: No such file or directory" in str(missing.faults[0])
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MOST_BYTES + 1))
    assert "larger than 256 KiB" in str(read_document(large).faults[0])
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"a: 1\nb: se\xe7\xe3o\n")
    assert str(read_document(latin).faults[0]) == f"{latin}:2:6: not UTF-8"


def test_all_faults_are_raised_together_in_order() -> None:
    document = read("a: 1\nb: 2\n")
    document.fault(("b",), "second")
    document.fault(("a",), "first")
    with pytest.raises(LessonFaults) as caught:
        document.raise_faults()
    assert str(caught.value) == "x.yaml:1:4: first\nx.yaml:2:4: second"
    assert (caught.value.line, len(caught.value.faults)) == (1, 2)


YAML_LIKE = st.text(alphabet="ab: -[]{}\n\t\"'#&*!|>?,%@`0\x00\u2028é", max_size=120)


@given(YAML_LIKE)
def test_no_text_breaks_it(text: str) -> None:
    document = read(text)
    assert document.faults or document.data is not None
    for fault in document.faults:
        assert fault.line >= 1
        assert fault.column >= 1
