"""The lab's recording: it opens by itself, here and in tshark, whatever the relay did."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.running import Running
from tests.lab.test_scenes import CARELESS, EXPECTED
from tutor.capture import Capture
from tutor.lab.mischief import Mode
from tutor.lab.scenes import SCENES
from tutor.render.json_report import report
from tutor.sources.recording import SYNTHETIC

WRONG = "tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0"
CHECKS = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")


@pytest.fixture(scope="module")
def everything() -> Iterator[Running]:
    """A lab of its own, in which every scene was played in every mode."""
    with Running() as running:
        for mode in Mode:
            running.turn(mode.value)
            for scene in CARELESS if mode is Mode.DELAY else SCENES:  # it is slow
                running.play(scene)
        running.report()
        yield running


@pytest.mark.slow
def test_it_says_that_it_is_synthetic(everything: Running) -> None:
    assert SYNTHETIC.encode() in Path(everything.feed.path).read_bytes()


@pytest.mark.slow
@pytest.mark.tshark
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_finds_nothing_wrong(everything: Running) -> None:
    command = ["tshark", "-r", everything.feed.path, *CHECKS, "-Y", WRONG]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert done.stdout == b""


@pytest.mark.slow
@pytest.mark.tshark
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_opens_its_tls(everything: Running) -> None:
    port = everything.port("imaps")
    decode = ["-d", f"tcp.port=={port},tls", "-d", f"tls.port=={port},imap"]
    command = ["tshark", "-r", everything.feed.path, *decode, "-Y", "imap.request"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120, text=True)
    assert "LOGIN" in done.stdout


@pytest.mark.slow
def test_no_port_need_be_named(everything: Running) -> None:
    """The lab's ports say nothing: content and keys tell what is mail, TLS from the start too."""
    with Capture(everything.feed.path) as capture:
        capture.load()
        plain = report(capture, reveal=True)
    named = everything.report()
    # where a client would not have the certificate, no mail was said: the port alone tells there
    port = everything.port("imaps")
    said = [s for s in named["sessions"] if s["server"]["port"] != port or s["commands"]]
    assert len(said) == len(named["sessions"]) - 2
    assert [each["start"] for each in plain["sessions"]] == [each["start"] for each in said]
    assert [each["protocol"] for each in plain["sessions"]] == [each["protocol"] for each in said]
    logins = {(s["server"]["port"], s["security"]) for s in plain["sessions"] if s["credentials"]}
    for service, security in (("imap", "plaintext"), ("pop3", "starttls"), ("imaps", "tls")):
        assert (everything.port(service), security) in logins
    assert {each["rule"] for each in plain["findings"]} >= {"starttls-removed", "spraying"}


def test_while_it_runs_tls_is_read_as_it_happens(lab: Running) -> None:
    """The keys come in the middle; a reader that follows sees inside, with and without ports."""
    ports = {place.port: place.protocol for place in lab.ready.places}
    followers = [
        Capture(lab.feed.path, follow=True, ports=ports),
        Capture(lab.feed.path, follow=True),
    ]
    counts = []
    for follower in followers:
        while follower.advance():
            pass
        counts.append(len(follower.entries))
    for scene in ("imap-tls", "imap-starttls", "smtp-starttls"):
        lab.play(scene)
    until = time.monotonic() + 20
    for follower, count in zip(followers, counts, strict=True):
        while True:
            follower.advance(512)  # in small steps, as if each packet came alone
            new = follower.entries[count:]
            logins = [entry.credentials[0].strength for entry in new if entry.credentials]
            if logins == ["protected"] * 3:
                break
            assert time.monotonic() < until, new
        follower.close()


def test_every_scene_has_an_expectation() -> None:
    assert set(SCENES) - set(EXPECTED) == {"imap-idle", "spraying"}
