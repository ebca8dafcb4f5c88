"""``open --plain`` explains: each text once, where it first applies; findings as they come."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result

from tests import manifest
from tutor.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["open", "--plain", *arguments])


def test_each_explanation_is_said_once() -> None:
    said = run(manifest.path("imap-login-atom.pcapng")).output
    assert said.count("Why: LOGIN: name and password.") == 1
    login = said.index("LOGIN alice@example.org [hidden]")
    assert said[login:].split("\n")[1].startswith("    Why: LOGIN")


def test_what_is_explained_in_the_first_session_is_not_again_in_the_second() -> None:
    said = run(manifest.path("imap-two-devices.pcapng")).output
    assert said.count("Why: TCP: the connection opens.") == 1


def test_findings_name_their_step() -> None:
    said = run(manifest.path("imap-login-atom.pcapng")).output
    assert "Finding, step 6: Password readable on the wire (observed)" in said


def test_brief_says_only_what_crossed() -> None:
    said = run("--brief", manifest.path("imap-login-atom.pcapng")).output
    assert "Why:" not in said
    assert "Finding" not in said
    assert "Step 6. Client: a2 LOGIN" in said


def test_look_ups_stand_before_the_session_they_led_to() -> None:
    rows = run(manifest.path("mx-retry.pcapng")).output.split("\n")
    second = next(n for n, row in enumerate(rows) if row.startswith("Session 2: SMTP, "))
    assert rows[second + 1].startswith("DNS: MX of example.net")


@pytest.mark.parametrize("name", ["imap-first-look-starttls.pcapng", "mx-retry.pcapng"])
def test_nothing_but_words_is_said(name: str) -> None:
    said = run(manifest.path(name)).output
    head = next(row for row in said.splitlines() if row.startswith("Session 1: "))
    assert re.fullmatch(r"Session 1: \w+, [\d.]+:\d+ to [\d.]+:\d+, .+\.", head)
    assert " -> " not in said
    assert not {char for char in said if not (char.isascii() or char.isalpha())}
