"""``docs/lesson-format.md``: its tables are the model's, and its example is a lesson that holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.conftest import ROOT
from tutor.lesson import model
from tutor.lesson.check import check
from tutor.lesson.format_page import renew
from tutor.lesson.format_words import MEANING
from tutor.lesson.model import Strict

PAGE = (ROOT / "docs" / "lesson-format.md").read_text("utf-8")
PARTS: dict[str, type[BaseModel]] = {
    name: part
    for name, part in vars(model).items()
    if isinstance(part, type) and issubclass(part, Strict) and part is not Strict
}


def test_the_page_is_up_to_date() -> None:
    assert renew(PAGE) == PAGE, "python -m tutor.lesson.format_page docs/lesson-format.md"
    assert renew(PAGE.replace("| `hint` |", "| `tip` |")) == PAGE


def test_every_part_and_key_of_the_format_is_on_the_page() -> None:
    assert sorted(re.findall(r"<!-- keys of (\w+) -->", PAGE)) == sorted(PARTS)
    for name, part in PARTS.items():
        assert list(MEANING[name]) == list(part.model_fields), name
    for anchor in re.findall(r"\]\(#(\w+)\)", PAGE):
        assert re.search(rf"^##+ {anchor}$", PAGE, re.MULTILINE | re.IGNORECASE), anchor


def test_the_example_holds_in_both_languages(tmp_path: Path) -> None:
    english, portuguese = re.findall(r"```yaml\n(format.*?)```", PAGE, re.DOTALL)
    here = tmp_path / "example"
    here.mkdir()
    (here / "lesson.yaml").write_text(english, "utf-8")
    (here / "pt-BR.yaml").write_text(portuguese, "utf-8")
    assert [str(fault) for fault in check(here).faults] == []


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        ("lacks: LOGIN", "this step does contain 'LOGIN'"),
        ("contains: [LOGIN, EHLO]", "this step does not contain 'EHLO'"),
        ("lacks: [EHLO, login]", None),
        ("size: 999", "claimed 999, the capture says 56"),
    ],
)
def test_contains_and_lacks_are_as_the_page_says(
    tmp_path: Path, claim: str, fault: str | None
) -> None:
    english, portuguese = re.findall(r"```yaml\n(format.*?)```", PAGE, re.DOTALL)
    (tmp_path / "lesson.yaml").write_text(
        re.sub(r"claims: .*", f"claims: {{{claim}}}", english), "utf-8"
    )
    (tmp_path / "pt-BR.yaml").write_text(portuguese, "utf-8")
    said = [str(found) for found in check(tmp_path).faults]
    assert len(said) == (fault is not None)
    assert all(fault is not None and fault in line for line in said)
