"""The command table, and its agreement with the reference that learners read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.protocols.checks import play, script
from tutor.base import Role
from tutor.base.span import SECRET_ROLES
from tutor.protocols.events import Anomaly, Kind
from tutor.protocols.imap import COMMANDS, STATES, ImapObserver
from tutor.protocols.imap.data import DATA, NUMBERED

REFERENCE = Path(__file__).resolve().parents[3] / "lessons" / "reference" / "imap.yaml"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.verb)
def test_each_command_is_whole(command: object) -> None:
    from tutor.protocols.imap import Command

    assert isinstance(command, Command)
    assert command.verb == command.verb.upper()
    assert command.states
    assert set(command.states) < set(STATES)
    assert not command.source or re.fullmatch(r"RFC\d{4}(#\d+(\.\d+)*)?", command.source)
    assert set(command.answers) <= set(DATA) | NUMBERED | {"BYE"}


@pytest.mark.parametrize("verb", COMMANDS)
def test_each_verb_is_recognised_in_any_case(verb: str) -> None:
    talk = script(
        f"S: * OK x\nC: a1 {verb.lower()}\nS: a1 BAD\nC: a2 {verb} one (two 3) {{1+}}\nC: x"
    )
    commands = [e for e in play(ImapObserver(), talk) if e.kind is Kind.COMMAND]
    assert [e.name for e in commands] == [verb, verb]
    assert not any(Anomaly.UNKNOWN_COMMAND in e.anomalies for e in commands)


def test_only_logins_carry_secrets() -> None:
    secret = {
        command.verb
        for command in COMMANDS.values()
        if any(argument.role in SECRET_ROLES for argument in command.arguments)
    }
    assert secret == {"LOGIN", "AUTHENTICATE"}


def test_sets_of_uid_commands_are_unique_ids() -> None:
    for command in COMMANDS.values():
        if command.verb.startswith("UID ") and command.arguments[0].role is Role.SEQUENCE:
            pytest.fail(command.verb)


def entries(kind: str) -> set[str]:
    keys = yaml.safe_load(REFERENCE.read_text("utf-8"))["entries"]
    return {key.partition("/")[2] for key in keys if key.startswith(f"{kind}/")}


def test_the_reference_explains_each_command_and_no_other() -> None:
    assert entries("command") - {"unknown", "UID"} == set(COMMANDS)


def test_the_reference_explains_the_data_that_the_observer_knows() -> None:
    known = set(DATA) | NUMBERED
    assert entries("untagged") - {"OK", "NO", "BAD", "BYE", "unknown"} <= known
    assert known - entries("untagged") <= {"CONVERSION", "CONVERTED"}
