"""Talks that the tests of the rules share: greetings, TLS records, sessions opened with keys."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests import dialogue
from tests.protocols.tls import sessions as tls
from tutor.base import CLIENT
from tutor.findings import Finding, findings
from tutor.protocols.tls import KeyLog
from tutor.session import Options, Session

HELLO = (
    b"C: "
    + bytes.fromhex("160301002f0100002b0303")
    + b"r" * 32
    + bytes.fromhex("000004c02f00ff0100")
)
"""A ClientHello, whole."""

SEALED = b"S: " + bytes.fromhex("1703030020") + bytes(range(128, 160))
"""A record of the server that nobody can open."""

VALID = 1_780_000_000
"""A time at which the certificates of ``tests.protocols.tls.sessions`` are valid."""

Lines = Sequence[str | bytes]


def rules(port: int, lines: Lines) -> set[str]:
    """The names of the rules found."""
    return {found.rule for found in findings(dialogue.play(port, lines))}


def named(rule: str, port: int, lines: Lines) -> list[Finding]:
    """The findings of one rule."""
    return [found for found in findings(dialogue.play(port, lines)) if found.rule == rule]


@cache
def _sealed(inside: tuple[str, ...]) -> tuple[tuple[bytes, ...], bytes]:
    """Lines of a talk as TLS records on the wire, and the key log."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = tuple(dialogue.pieces(inside))
        said = [(CLIENT if client else CLIENT.other, data) for client, data in script]
        session = tls.run(folder, tls.contexts(folder), said)
    wire = [(b"C: " if side is CLIENT else b"S: ") + data for side, data in session.wire]
    return tuple(wire), session.keylog


def opened(port: int, before: Lines, inside: Sequence[str]) -> Session:
    """A session that goes to TLS after ``before``; the keys are known."""
    wire, keys = _sealed(tuple(inside))
    options = Options(keys=KeyLog.parse(keys))
    return dialogue.play(port, [*before, *wire], options, VALID)
