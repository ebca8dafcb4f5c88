"""Our recordings of real servers, as a golden list of events each.

Read the difference when one changes: `pytest --snapshot-update` writes the new list.
"""

from __future__ import annotations

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from tests import manifest
from tests.protocols.script import written
from tutor.capture.capture import Capture
from tutor.protocols.events import Event, Kind

NAMES = [
    "pop3-apop.pcapng",
    "pop3-auth-plain.pcapng",
    "pop3-delete-cut.pcapng",
    "pop3-stls.pcapng",
    "pop3-user-pass.pcapng",
    "smtp-auth-login.pcap",
    "smtp-auth-refused.pcapng",
    "smtp-lmtp.pcapng",
    "smtp-pipelining.pcapng",
    "smtp-relay-denied.pcapng",
    "smtp-rset-vrfy-noop.pcapng",
    "smtp-submission-starttls.pcapng",
    "smtp-turned-away.pcapng",
]
_NOT_TEXT = {Kind.OPEN, Kind.CLOSE, Kind.RECORD}


def events(name: str) -> list[Event]:
    """All text events of the recording, of all its sessions and layers."""
    with Capture(manifest.path(name)) as capture:
        capture.load()
        sessions = [capture.session(entry.id) for entry in capture.entries]
        found = [session.event(i) for session in sessions for i in range(len(session))]
    return [event for event in found if event.kind not in _NOT_TEXT]


@pytest.mark.parametrize("name", NAMES)
def test_events_of_a_recording(name: str, snapshot: SnapshotAssertion) -> None:
    lines = [f"{event.span.layer} {written(event)}" for event in events(name)]
    # what is new in every recording
    assert [re.sub("[0-9a-f]{12,}", "...", line) for line in lines] == snapshot


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_recording_of_honest_servers_is_odd(name: str) -> None:
    odd = [(event.name, event.anomalies) for event in events(name) if event.anomalies]
    assert odd == ([("MIAL", ("unknown-command",))] if "rset" in name else [])
