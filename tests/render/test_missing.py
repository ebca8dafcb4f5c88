"""Why one side of a comparison lacks what another has."""

from __future__ import annotations

from pathlib import Path

from tests.lesson.shelf import opened
from tests.sources import wire
from tutor.capture import Capture
from tutor.render.missing import missing_words

_TALK = [("c", b"a1 LOGIN alice secret\r\n"), ("s", b"a1 OK done\r\n")]


def test_a_greeting_that_never_came_is_not_called_unrecorded() -> None:
    refused = opened("15-certificate-check").sessions["unknown"]
    assert missing_words(refused, "greeting") == "not said here"


def test_a_greeting_from_before_the_recording_is_called_so(tmp_path: Path) -> None:
    frames = wire.conversation(("192.0.2.10", 50001), ("198.51.100.25", 143), _TALK)
    file = tmp_path / "midway.pcap"
    file.write_bytes(wire.pcap(frames[3:]))
    with Capture(str(file)) as capture:
        capture.load()
        session = capture.session(capture.entries[0].id)
        assert missing_words(session, "greeting") == "before the capture"


def test_where_no_connection_came_about_nothing_could_be_greeted() -> None:
    refused = opened("02-tcp-then-greeting").sessions["refused"]
    assert missing_words(refused, "greeting") == "no connection"
