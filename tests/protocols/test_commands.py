"""The command tables agree with the reference lesson and with themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tutor.protocols.pop3 import commands as pop3
from tutor.protocols.smtp import commands as smtp

REFERENCE = Path(__file__).resolve().parents[2] / "lessons" / "reference"


def entries(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((REFERENCE / f"{name}.yaml").read_text("utf-8"))["entries"]
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize(("name", "table"), [("pop3", pop3.COMMANDS), ("smtp", smtp.COMMANDS)])
def test_every_verb_is_explained(name: str, table: dict[str, object]) -> None:
    explained = entries(name)
    assert [verb for verb in table if f"command/{verb}" not in explained] == []


def test_every_multi_line_answer_is_explained() -> None:
    many = {verb for verb, command in pop3.COMMANDS.items() if command.many != pop3.NEVER}
    explained = {key.partition("/")[2] for key in entries("pop3") if key.startswith("multiline/")}
    assert many == explained - {"unknown"}


def test_states_and_citations_are_well_formed() -> None:
    for command in smtp.COMMANDS.values():
        assert set(command.states) <= set(smtp.STATES), command
        assert not command.rfc or re.fullmatch(r"RFC\d+#[\d.]+", command.rfc), command
    for other in pop3.COMMANDS.values():
        assert set(other.states) <= set(pop3.STATES), other
        assert not other.rfc or re.fullmatch(r"RFC\d+(#[\d.]+)?", other.rfc), other


@pytest.mark.parametrize(
    ("line", "shaped"),
    [
        (b"EHLO x\r\n", True),
        (b"mail from : <a@b>\r\n", True),
        (b"DATA\r\n", True),
        (b"BDAT 5 LAST\r\n", True),
        (b"AUTH LOGIN\r\n", True),
        (b"QUIT", True),
        (b"Data was lost\r\n", False),
        (b"Mail from: me\r\n", True),
        (b"Help me\r\n", False),
        (b"Quit smoking\r\n", False),
        (b"From: a@example.org\r\n", False),
        (b"YWxpY2U=\r\n", False),
        (b"\r\n", False),
    ],
)
def test_what_is_beyond_doubt_a_command(line: bytes, shaped: bool) -> None:
    assert smtp.command_shaped(line) is shaped
