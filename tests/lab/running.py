"""A lab that runs, and what its recording says of the sessions since a moment."""

from __future__ import annotations

import imaplib
import ssl
import time
from types import TracebackType
from typing import Any, Self

from tutor.capture import Capture
from tutor.lab.talk import Play, Played, Ready, Turn
from tutor.render.json_report import report
from tutor.sources.lab_feed import LabFeed

HOST = "127.0.0.1"
_SECONDS = 20.0


class Running:
    """A context manager: leaving it ends the lab."""

    def __init__(self, keep: str | None = None) -> None:
        self.feed = LabFeed(keep)
        self._known = 0

    def __enter__(self) -> Self:
        self.feed.start()
        assert self.feed.wait(_SECONDS), self.feed.trouble
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.feed.close()

    @property
    def ready(self) -> Ready:
        assert self.feed.ready is not None
        return self.feed.ready

    def port(self, service: str) -> int:
        return next(place.port for place in self.ready.places if place.service == service)

    def imap(self) -> imaplib.IMAP4:
        """A client that is logged in and has opened INBOX."""
        client = imaplib.IMAP4(HOST, self.port("imap"), timeout=_SECONDS)
        client.login(self.ready.user, self.ready.password)
        client.select()
        return client

    def context(self) -> ssl.SSLContext:
        """A client's, that trusts the lab."""
        return ssl.create_default_context(cafile=self.ready.authority)

    def turn(self, mode: str) -> None:
        self.feed.order(Turn(mode))

    def play(self, scene: str) -> Played:
        """Play a scene to its end."""
        self.feed.order(Play(scene))
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            for word in self.feed.words:
                if isinstance(word, Played) and word.scene == scene:
                    self.feed.words.remove(word)
                    return word
            time.sleep(0.01)
        raise AssertionError(f"{scene} did not end")

    def report(self) -> dict[str, Any]:
        """What the recording says, once every connection has ended."""
        ports = {place.port: place.protocol for place in self.ready.places}
        until = time.monotonic() + _SECONDS
        while True:
            with Capture(self.feed.path, ports=ports) as capture:
                capture.load()
                found = report(capture, reveal=True)
            if all(session["complete"] for session in found["sessions"]):
                return found
            assert time.monotonic() < until, found["sessions"][-1]
            time.sleep(0.05)

    def sessions(self, least: int = 0) -> list[dict[str, Any]]:
        """The sessions since the last call; wait for that many."""
        until = time.monotonic() + _SECONDS
        while True:
            found: list[dict[str, Any]] = self.report()["sessions"]
            if len(found) >= self._known + least:
                break
            assert time.monotonic() < until, "no session came"
            time.sleep(0.05)
        new, self._known = found[self._known :], len(found)
        return new
