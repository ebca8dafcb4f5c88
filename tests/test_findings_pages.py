"""Each rule has its page in ``docs/findings``, and each page its rule."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tutor import findings

PAGES = ROOT / "docs" / "findings"
HEADINGS = [
    "How it is seen",
    "Why it matters",
    "What it does not prove",
    "How to fix it",
    "RFC",
]
SCHEMA = json.loads((ROOT / "docs" / "json.schema.json").read_text("utf-8"))


def in_schema() -> set[str]:
    properties = SCHEMA["properties"]
    session = properties["sessions"]["items"]["properties"]["findings"]["items"]["properties"]
    file = properties["findings"]["items"]["properties"]
    return {*session["rule"]["enum"], *file["rule"]["enum"]}


def in_code() -> set[str]:
    """Words in the code of the rules, but for the list of all rules: where one is given out."""
    found: set[str] = set()
    for path in Path(findings.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        listed = [
            node for node in tree.body if isinstance(node, ast.Assign) and "RULES" in names(node)
        ]
        skipped = {id(each) for node in listed for each in ast.walk(node)}
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in skipped
        }
    return found


def names(node: ast.Assign) -> list[str]:
    return [ast.unparse(target) for target in node.targets]


def pages() -> dict[str, str]:
    return {
        path.stem: path.read_text("utf-8") for path in PAGES.glob("*.md") if path.stem != "README"
    }


def test_each_rule_has_its_page_and_each_page_its_rule() -> None:
    assert len(in_schema()) == 25
    assert set(pages()) == in_schema()
    assert in_schema() <= in_code()


@pytest.mark.parametrize("rule", sorted(pages()))
def test_a_page_is_short_and_says_all_there_is_to_say(rule: str) -> None:
    text = pages()[rule]
    assert text.startswith(f"# {rule}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert re.search(r"^\*\*(observed|inferred)", text, re.MULTILINE)
    assert re.search(r"^- RFC \d+, \d", text, re.MULTILINE)
    assert len(text.splitlines()) <= 45
    links = re.findall(r"\]\(([a-z-]+)\.md\)", text)
    assert set(links) <= in_schema()


def test_the_index_names_each_page_once_and_with_its_certainty() -> None:
    rows = re.findall(
        r"^\| \[(.+)\]\((.+)\.md\) \| (.+?) \| (.+) \|$",
        (PAGES / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert sorted(name for name, _, _, _ in rows) == sorted(in_schema())
    for name, link, certainty, short in rows:
        assert link == name
        assert f"**{certainty}.**" in pages()[name]
        assert short in " ".join(pages()[name].split())


def sections(text: str) -> Iterator[tuple[str, str]]:
    """RFC and section of each citation of a page."""
    for found in re.finditer(r"RFC (\d+), ([\d.]*\d(?:(?:, | and )[\d.]*\d)*)", text):
        for section in re.findall(r"\d+(?:\.\d+)*", found[2]):
            yield found[1], section


@pytest.mark.parametrize("rule", sorted(pages()))
def test_each_section_that_a_page_cites_is_in_that_rfc(rule: str) -> None:
    folder = Path(os.environ.get("WIRETUTOR_RFC", ROOT.parent / "shared" / "rfc"))
    if not folder.is_dir():
        pytest.skip("the texts of the RFCs are not here (WIRETUTOR_RFC)")
    cited = list(sections(" ".join(pages()[rule].partition("## RFC")[2].split())))
    assert cited
    for number, section in cited:
        file = folder / f"rfc{int(number):04}.txt"
        if file.is_file():
            text = file.read_text("utf-8", "replace")
            heading = rf"^ *{re.escape(section)}\.?[ \t]+[A-Z0-9\"]"
            assert re.search(heading, text, re.MULTILINE), f"RFC {number}, {section}"
