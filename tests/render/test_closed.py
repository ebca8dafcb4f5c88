"""Each reason for which TLS stays closed has its words in Portuguese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor import words
from tutor.protocols import tls
from tutor.render.closed import closed_words


def said(node: ast.AST) -> str:
    """A text of the source, with something in each of its places."""
    if isinstance(node, ast.JoinedStr):
        return "".join(said(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "RECORD"


def reasons() -> Iterator[str]:
    """What ``NoKeys`` and ``_fail`` are called with, and what ``_failure`` returns."""
    folder = Path(tls.__file__).parent
    for name in ("ladders.py", "decrypt.py"):
        for node in ast.walk(ast.parse((folder / name).read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "_failure":
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        yield said(inner.value)
            called = node.func if isinstance(node, ast.Call) else None
            word = getattr(called, "attr", getattr(called, "id", ""))
            if isinstance(node, ast.Call) and word in ("NoKeys", "_fail"):
                first = node.args[0]
                if isinstance(first, (ast.Constant, ast.JoinedStr)):
                    yield said(first)


def filled(reason: str) -> list[str]:
    """A reason as it comes: who sent the record, what is not known."""
    ends = [reason.replace("from the RECORD", f"from the {who}") for who in ("client", "server")]
    if not reason.startswith("the RECORD, and"):
        return ends
    inner = "key log lacks this client random (an encrypted ClientHello would hold another)"
    whats = ("ClientHello was not captured", "handshake was not captured", inner)
    return [end.replace("the RECORD,", f"the {what},", 1) for end in ends for what in whats]


ALL = sorted({each for reason in reasons() for each in filled(reason)})


def test_there_are_reasons() -> None:
    assert len(ALL) >= 18


@pytest.mark.parametrize("reason", ALL)
def test_a_reason_is_said_in_portuguese(reason: str) -> None:
    assert closed_words(reason) == reason
    words.choose("pt-BR")
    told = closed_words(reason)
    assert told != reason
    assert not {"the", "not", "from", "for", "this"} & set(told.split())
    assert told.count("RECORD") == reason.count("RECORD")


def test_what_is_not_known_stays_as_it_is_and_harms_nobody() -> None:
    words.choose("pt-BR")
    assert closed_words("something \x1b[31melse") == "something ␛[31melse"
