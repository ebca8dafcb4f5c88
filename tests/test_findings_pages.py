"""Each rule has its page in ``docs/findings``, and each page its rule."""

from __future__ import annotations

import ast
import json
import re
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
GIVE_OUT = ("_say", "_from", "Finding", "FileFinding")
SCHEMA = json.loads((ROOT / "docs" / "json.schema.json").read_text("utf-8"))


def in_schema() -> set[str]:
    properties = SCHEMA["properties"]
    session = properties["sessions"]["items"]["properties"]["findings"]["items"]["properties"]
    file = properties["findings"]["items"]["properties"]
    return {*session["rule"]["enum"], *file["rule"]["enum"]}


def in_code() -> set[str]:
    """Rules by the places of the code that give one out."""
    found: set[str] = set()
    for path in Path(findings.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                called = ast.unparse(node.func).rpartition(".")[2]
                rule = node.args[0]
                if called in GIVE_OUT and isinstance(rule, ast.Constant):
                    found.add(str(rule.value))
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("_RULES"):
                found |= set(ast.literal_eval(node.value).values())
    return found


def pages() -> dict[str, str]:
    return {
        path.stem: path.read_text("utf-8") for path in PAGES.glob("*.md") if path.stem != "README"
    }


def test_each_rule_has_its_page_and_each_page_its_rule() -> None:
    assert len(in_schema()) == 25
    assert set(pages()) == in_schema()
    assert len(in_code()) > 20
    assert in_code() <= in_schema()


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
