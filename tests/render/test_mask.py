"""The mask holds: nothing that is not revealed has a secret of any recording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import manifest
from tutor.capture import Capture
from tutor.render import View
from tutor.render.json_report import dump, report
from tutor.render.plain import plain_step
from tutor.render.table import table
from tutor.session import Eye

ENTRIES = [entry for entry in manifest.recordings() if manifest.secrets(entry)]


def outputs(capture: Capture, *, masked: bool) -> Iterator[str]:
    yield dump(report(capture, reveal=not masked))
    yield "\n".join(table(capture, reveal=not masked))
    for entry in capture.entries:
        for eye in Eye:
            view = View(capture.session(entry.id), masked=masked, eye=eye)
            for index in range(len(view.session)):
                yield "\n".join(line.text for line in view.lines(index))
                yield "\n".join(plain_step(view, index))
                yield hexes(view, index)


def hexes(view: View, index: int) -> str:
    """The bytes that a hex dump shows, as one run of digits, and its text column."""
    digits, chars = "", ""
    for line in view.hex(index, most=10_000):
        digits += line.text[7:55].replace(" ", "")
        chars += line.text[57:]
    return f"{digits} {chars}"


WORDS = {"alice", "password"}
"""Guesses that are a word of every report, or a part of the user name in another session."""


@pytest.mark.parametrize("entry", manifest.big_ones_slow(ENTRIES))
def test_no_output_has_a_secret(entry: dict[str, Any]) -> None:
    ordinary = {spelled for word in WORDS for spelled in manifest.spellings(word)}
    needles = manifest.secrets(entry) - ordinary
    with Capture(manifest.path(entry["file"])) as capture:
        capture.load()
        for text in outputs(capture, masked=True):
            found = [needle for needle in needles if needle in text]
            assert not found, text[:2000]


def test_a_guess_that_is_the_users_own_name_is_masked_in_its_session() -> None:
    with Capture(manifest.path("imap-guessing.pcapng")) as capture:
        capture.load()
        view = View(capture.session(1))
        said = [line.text for index in range(len(view.session)) for line in view.lines(index)]
    assert not [text for text in said if "alice" in text or " password" in text]


def test_the_same_search_finds_them_when_revealed() -> None:
    entry = next(e for e in ENTRIES if e["file"] == "imap-first-look.pcapng")
    with Capture(manifest.path(entry["file"])) as capture:
        capture.load()
        revealed = list(outputs(capture, masked=False))
    assert any("correct-horse" in text for text in revealed)
    assert any(b"correct-horse".hex() in text for text in revealed)
