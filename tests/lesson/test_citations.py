"""Each section that a lesson cites is in the text of its RFC, where the texts are at hand."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.lesson.shelf import NAMES, opened


@pytest.fixture(scope="module")
def rfcs() -> Path:
    folder = Path(os.environ.get("WIRETUTOR_RFCS", ROOT.parent / "shared" / "rfc"))
    if not folder.is_dir():
        pytest.skip("the texts of the RFCs are not here (WIRETUTOR_RFCS)")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_each_section_is_there(name: str, rfcs: Path) -> None:
    missing = []
    looked = 0
    for step in opened(name).lesson.steps:
        for cite in step.cite:
            number, section = cite.removeprefix("RFC").split("#")
            text = rfcs / f"rfc{int(number):04}.txt"
            if not text.is_file():
                continue
            looked += 1
            heading = re.compile(rf"^ *{re.escape(section)}\.? +\S", re.MULTILINE)
            if not heading.search(text.read_text("utf-8", "replace")):
                missing.append(f"{step.id}: {cite}")
    assert missing == []
    assert looked
