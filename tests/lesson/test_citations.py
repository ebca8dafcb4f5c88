"""Each section that a lesson cites is in the text of its RFC, where the texts are at hand."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.lesson.shelf import NAMES, opened


@pytest.fixture(scope="module")
def rfcs() -> Path:
    folder = Path(os.environ.get("WIRETUTOR_RFCS", ROOT.parent / "shared" / "rfc"))
    if not folder.is_dir():
        pytest.skip("the texts of the RFCs are not here (WIRETUTOR_RFCS)")
    return folder


def has_section(rfcs: Path, number: str, section: str) -> bool | None:
    """None where the text of that RFC is not here."""
    text = rfcs / f"rfc{int(number):04}.txt"
    if not text.is_file():
        return None
    heading = re.compile(rf"^ *{re.escape(section)}\.? +\S", re.MULTILINE)
    return not section or heading.search(text.read_text("utf-8", "replace")) is not None


@pytest.mark.parametrize("name", NAMES)
def test_each_section_is_there(name: str, rfcs: Path) -> None:
    missing = []
    looked = 0
    for step in opened(name).lesson.steps:
        for cite in step.cite:
            number, section = cite.removeprefix("RFC").split("#")
            there = has_section(rfcs, number, section)
            looked += there is not None
            if there is False:
                missing.append(f"{step.id}: {cite}")
    assert missing == []
    assert looked


CITING = [*sorted(ROOT.glob("lessons/reference/*.yaml")), ROOT / "lessons" / "glossary.yaml"]


@pytest.mark.parametrize("path", CITING, ids=lambda path: path.stem)
def test_each_section_that_the_reference_cites_is_there(path: Path, rfcs: Path) -> None:
    missing = []
    for key, entry in yaml.safe_load(path.read_text("utf-8"))["entries"].items():
        for cite in entry.get("cite", ()):
            number, _, section = cite.removeprefix("RFC").partition("#")
            if has_section(rfcs, number, section) is False:
                missing.append(f"{key}: {cite}")
    assert missing == []
