"""The honest tap before a server: what passes is what was sent, and what fails is said."""

from __future__ import annotations

import hashlib
import imaplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.running import Running
from tests.lab.talking import Talk
from tutor.base import Endpoint
from tutor.capture import Capture
from tutor.lab.mischief import Mode
from tutor.lab.talk import Play, Trouble, Turn
from tutor.sources.lab_feed import LabFeed

SECONDS = 20.0


def free_port(host: str = "127.0.0.1") -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def tapped(target: Endpoint, host: str = "127.0.0.1") -> Iterator[tuple[LabFeed, int]]:
    port = free_port(host)
    feed = LabFeed(tap=(Endpoint(host, port), target)).start()
    try:
        assert feed.wait(SECONDS), feed.trouble
        yield feed, port
    finally:
        feed.close()


@contextmanager
def server(
    host: str, answer: bytes, *, eof_first: bool = False
) -> Iterator[tuple[int, list[bytes]]]:
    """A server that reads all that a client sends, and answers at its end (or before)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    heard: list[bytes] = []
    with socket.socket(family) as listening:
        listening.bind((host, 0))
        listening.listen()

        def serve() -> None:
            peer, _ = listening.accept()
            with peer:
                if eof_first:
                    peer.sendall(answer)
                    peer.shutdown(socket.SHUT_WR)
                while data := peer.recv(1 << 16):
                    heard.append(data)
                if not eof_first:
                    peer.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1]), heard
        thread.join(SECONDS)


def complete(feed: LabFeed) -> None:
    """Wait until all that was said is recorded."""
    until = time.monotonic() + SECONDS
    while True:
        with Capture(feed.path) as capture:
            capture.load()
            if capture.entries and all(entry.complete for entry in capture.entries):
                return
        assert time.monotonic() < until
        time.sleep(0.05)


def trouble(feed: LabFeed) -> Trouble:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        for word in feed.words:
            if isinstance(word, Trouble):
                return word
        time.sleep(0.02)
    raise AssertionError("nothing was said")


def test_a_login_through_it(lab: Running, tmp_path: Path) -> None:
    with tapped(Endpoint("localhost", lab.port("imap"))) as (feed, port):
        client = imaplib.IMAP4("127.0.0.1", port, timeout=SECONDS)
        client.login("alice@example.org", "correct-horse")
        client.logout()
        complete(feed)
        kept = tmp_path / "tap.pcapng"
        feed.close(keep=str(kept))
    with Capture(str(kept)) as capture:
        capture.load()
        (entry,) = capture.entries
        assert entry.server.port == port
        assert entry.complete
        assert entry.credentials[0].username == "alice@example.org"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("eof_first", [False, True])
def test_half_closed_ends(host: str, eof_first: bool) -> None:
    """One end is done and the other still talks: nothing is lost, in either order."""
    answer = b"* the answer\r\n" * 9
    with (
        server(host, answer, eof_first=eof_first) as (there, heard),
        tapped(Endpoint(host, there), host) as (_feed, port),
    ):
        with socket.create_connection((host, port), SECONDS) as client:
            if eof_first:
                assert client.makefile("rb").read() == answer
            client.sendall(b"EHLO x\r\n")
            client.shutdown(socket.SHUT_WR)
            if not eof_first:
                assert client.makefile("rb").read() == answer
        until = time.monotonic() + SECONDS
        while b"".join(heard) != b"EHLO x\r\n":
            assert time.monotonic() < until, heard
            time.sleep(0.02)


def test_much_passes_unchanged_while_the_reader_is_slow(tmp_path: Path) -> None:
    """Twelve megabytes, and a client that reads late: no byte is other, and all is recorded."""
    data = b"".join(hashlib.sha256(bytes([n % 256, n >> 8])).digest() for n in range(1 << 11)) * 192
    with server("127.0.0.1", data) as (there, _heard), tapped(Endpoint("127.0.0.1", there)) as tap:
        feed, port = tap
        with socket.create_connection(("127.0.0.1", port), 60) as client:
            client.sendall(b"EHLO x\r\n")
            client.shutdown(socket.SHUT_WR)
            time.sleep(1)
            assert client.makefile("rb").read() == data
        kept = tmp_path / "much.pcapng"
        time.sleep(0.2)
        feed.close(keep=str(kept))
    assert kept.stat().st_size > len(data)


def test_a_server_that_refuses() -> None:
    with tapped(Endpoint("127.0.0.1", free_port())) as (feed, port):
        with Talk(port) as talk:
            assert talk.rest() == b""
        said = trouble(feed)
        assert said.what == "no-answer"
        assert "refused" in said.detail
        assert not said.fatal
        assert feed.running


def test_a_name_that_nobody_knows() -> None:
    with tapped(Endpoint("no.such.host.invalid", 143)) as (feed, port):
        with Talk(port) as talk:
            assert talk.rest() == b""
        assert trouble(feed).what == "no-answer"


def test_a_port_that_is_taken(lab: Running) -> None:
    taken = lab.port("imap")
    feed = LabFeed(tap=(Endpoint("127.0.0.1", taken), Endpoint("127.0.0.1", 143))).start()
    assert feed.wait(SECONDS) is None
    feed.close()
    assert feed.trouble is not None
    assert str(taken) in feed.trouble
    assert "1024" in feed.trouble  # the next step


def test_no_order_makes_it_dishonest(lab: Running) -> None:
    """Mischief runs between the lab's own ends only: a tap passes on, whatever it is told."""
    with tapped(Endpoint("127.0.0.1", lab.port("imap"))) as (feed, port):
        for mode in Mode:
            feed.order(Turn(mode.value))
        feed.order(Play("spraying"))
        assert trouble(feed).what == "not-the-lab"
        with Talk(port) as talk:
            assert b" STARTTLS" in talk.line()
            talk.send(b"a STARTTLS\r\n")
            assert talk.line().startswith(b"a OK")
