"""Dialogues, most of them after the examples of the RFCs, and what is made of them.

Each file of ``golden/`` holds a dialogue, a line ``----``, and the transcript of its events. A
first line ``inside TLS`` makes the observer one that continues behind STARTTLS. To write the
transcripts anew, set ``WIRETUTOR_GOLDEN=write``; then read what has changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.protocols.checks import Talk, assert_tiled, bytewise, play, script, transcript
from tutor.protocols.imap import ImapObserver

FOLDER = Path(__file__).parent / "golden"
FILES = sorted(FOLDER.glob("*.txt"))
CUT = "----\n"
INSIDE = "inside TLS\n"


def dialogue(path: Path) -> tuple[bool, Talk, str, str]:
    given, _, expected = path.read_text("utf-8").partition(CUT)
    inside = given.startswith(INSIDE)
    return inside, script(given.removeprefix(INSIDE)), given, expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dialogue(path: Path) -> None:
    inside, talk, given, expected = dialogue(path)
    observer = ImapObserver(inside_tls=inside)
    events = play(observer, talk)
    assert_tiled(events, observer, talk)
    seen = "\n".join(transcript(events, talk)) + "\n"
    if os.environ.get("WIRETUTOR_GOLDEN") == "write":
        path.write_text(given + CUT + seen, "utf-8")
        return
    assert seen.splitlines() == expected.splitlines()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dialogue_byte_by_byte(path: Path) -> None:
    inside, talk, *_ = dialogue(path)
    whole = play(ImapObserver(inside_tls=inside), talk)
    assert play(ImapObserver(inside_tls=inside), bytewise(talk)) == whole


def test_there_are_dialogues() -> None:
    assert len(FILES) >= 12
