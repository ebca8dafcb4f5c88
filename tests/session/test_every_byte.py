"""Every byte is explained: which roles a capture's bytes have, and how few say nothing.

``golden/roles.json`` holds how many bytes have which role, for each of our recordings in the clear.
When it changes (new recordings change it), set WIRETUTOR_GOLDEN=write, and read the difference.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests import manifest
from tutor.base import CaptureError, Role
from tutor.capture import Capture
from tutor.protocols.events import Event, Kind
from tutor.session import Session

GOLDEN = Path(__file__).parent / "golden" / "roles.json"
CLEAR = [
    entry["file"]
    for entry in manifest.recordings()
    if entry["sessions"] and not any(session["tls"] for session in entry["sessions"])
]
DAMAGED = {"smtp-errors__smtperr.pcap": "its publisher has overwritten much of the text with noise"}
"""Files of the corpus that hold what nobody can explain, and why."""

MOST = 0.01
_SPOKEN = frozenset({Kind.GREETING, Kind.REPLY, Kind.CONTINUATION})
# so that a long message excuses nothing
_MESSAGE = frozenset({Role.BODY, Role.HEADER, Role.BOUNDARY, Role.ATTACHMENT})
_STATUS = frozenset({"OK", "NO", "BAD", "BYE", "PREAUTH"})


def free_text(event: Event, role: Role) -> bool:
    """Whether a part is what a server says for people (RFC 9051 7.1, RFC 5321 4.2, RFC 1939 3)."""
    status = event.kind is Kind.UNTAGGED and event.name in _STATUS
    return role is Role.TEXT and (event.kind in _SPOKEN or status)


def tally(sessions: list[Session]) -> tuple[Counter[str], int, int]:
    """Bytes of each role; bytes that could be explained; and those of them that are not."""
    roles: Counter[str] = Counter()
    counted = unexplained = 0
    for session in sessions:
        for index in range(len(session)):
            event = session.event(index)
            if event.kind is Kind.GAP:
                continue
            for part in event.parts:
                size = part.end - part.start
                roles[part.role.value] += size
                if part.role in _MESSAGE or free_text(event, part.role):
                    continue
                counted += size
                if part.role in (Role.UNPARSED, Role.TEXT):
                    unexplained += size
    return roles, counted, unexplained


@cache
def measured(path: str) -> tuple[Counter[str], int, int]:
    with Capture(path) as capture:
        capture.load()
        return tally([capture.session(entry.id) for entry in capture.entries])


def test_the_roles_of_our_recordings() -> None:
    found = {name: dict(sorted(measured(manifest.path(name))[0].items())) for name in CLEAR}
    if os.environ.get("WIRETUTOR_GOLDEN") == "write":
        GOLDEN.parent.mkdir(exist_ok=True)
        lines = [f"{json.dumps(name)}: {json.dumps(roles)}" for name, roles in found.items()]
        GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    assert found == json.loads(GOLDEN.read_text("utf-8"))


@pytest.mark.parametrize("name", manifest.names())
def test_our_recordings_are_explained_byte_by_byte(name: str) -> None:
    _roles, counted, unexplained = measured(manifest.path(name))
    assert unexplained <= counted * MOST


def test_other_peoples_captures_are_explained_byte_by_byte(corpus: Path) -> None:
    looked = 0
    table = []
    for path in sorted((corpus / "files").rglob("*.*")):
        if path.name in DAMAGED or not path.is_file():
            continue
        try:
            _roles, counted, unexplained = measured(str(path))
        except CaptureError:
            continue
        looked += bool(counted)
        if unexplained > counted * MOST:
            table.append(f"{path.name}: {unexplained} of {counted} bytes")
    assert looked
    assert not table, "\n".join(table)
