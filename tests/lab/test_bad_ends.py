"""What goes wrong with a lab is said in a sentence, and what was recorded stays."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.lab.running import Running
from tests.lab.talking import Talk
from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.sources.lab_feed import LabFeed
from tutor.sources.lab_words import unusual

SECONDS = 20.0


def ended(feed: LabFeed) -> None:
    until = time.monotonic() + SECONDS
    while feed.trouble is None:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_two_labs_on_one_machine(lab: Running) -> None:
    """The second one takes other ports, says so, and works."""
    with Running() as second:
        ports = {place.port for place in second.ready.places}
        assert not ports & {place.port for place in lab.ready.places}
        words = unusual(second.ready.places)
        assert all(str(port) in words for port in ports)
        assert second.play("imap-starttls").end == "fine"


def test_a_lab_that_is_killed(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pcapng"
    with Running(str(kept)) as lab:
        lab.play("imap-login")
        lab.report()
        folder = Path(lab.ready.authority).parent
        os.kill(lab.feed._child.pid, signal.SIGKILL)
        ended(lab.feed)
        assert str(kept) in (lab.feed.trouble or "")
    assert not folder.exists()
    with Capture(str(kept)) as capture:
        capture.load()
        assert capture.damaged is None
        assert capture.entries[0].credentials[0].accepted


def test_the_app_that_is_gone_takes_its_lab_along() -> None:
    """Closing the pipe is enough: a killed app leaves no servers and no folder behind."""
    with Running() as lab:
        folder = Path(lab.ready.authority).parent
        child = lab.feed._child
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(SECONDS) == 0
        assert not folder.exists()


def test_told_to_end_it_takes_its_folder_away() -> None:
    with Running() as lab:
        folder = Path(lab.ready.authority).parent
        lab.feed._child.terminate()
        lab.feed._child.wait(SECONDS)
        assert not folder.exists()


def test_no_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # a file in place of a folder: not even root can write into it
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("import tempfile\ntempfile.tempdir = __file__\n")
    monkeypatch.setenv("PYTHONPATH", f"{site}{os.pathsep}{Path.cwd()}")
    feed = LabFeed(str(tmp_path / "kept.pcapng")).start()
    assert feed.wait(SECONDS) is None
    feed.close()
    assert "TMPDIR" in (feed.trouble or "")


def test_a_name_that_is_taken(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pcapng"
    kept.write_bytes(b"mine")
    with pytest.raises(CaptureError, match="already"):
        LabFeed(str(kept))


def test_a_client_that_hangs_holds_up_nobody() -> None:
    """One that says nothing, one that stops in a literal, one that never reads."""
    with (
        Running() as lab,
        Talk(lab.port("imap")),
        Talk(lab.port("imap")) as stuck,
        Talk(lab.port("imap")) as deaf,
    ):
        stuck.until(b"* OK")
        stuck.send(b"a LOGIN {10}\r\n")
        deaf._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.send(b"a CAPABILITY\r\n" * 4000)
        for scene in ("imap-login", "pop3-user", "smtp-submit"):
            assert lab.play(scene).end == "fine"


def test_a_scene_that_fails() -> None:
    """The lab itself goes on, and says why in a word."""
    with Running() as lab:
        with lab.imap() as box:
            box.store("1:*", "+FLAGS", "\\Deleted")
            box.expunge()
        played = lab.play("pop3-user")
        assert (played.end, played.why) == ("failed", "refused")
        with lab.imap() as box:
            box.append("INBOX", "", "", b"Subject: again\r\n\r\nhello\r\n")
        assert lab.play("pop3-user").end == "fine"
