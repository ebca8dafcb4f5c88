"""A learner types the client's side to a lab of their own; the session grows as it crosses.

The lab's process, its recording and the session that is read from it belong together here: screen
and linear text show the same. Whoever holds one closes it; where the app dies, the lab sees its
pipe end and goes too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tutor.base import CLIENT, SERVER, CaptureError, sanitise
from tutor.capture.capture import Capture
from tutor.lab.talk import Dial, Typed
from tutor.protocols.events import Event, Kind, TlsRequest
from tutor.session import Session
from tutor.sources.lab_feed import LabFeed
from tutor.words import _
from tutor.words.errors import system_words

_SERVICE = {"imap": "imap", "pop3": "pop3", "smtp": "mx"}
_ANSWERS = frozenset({Kind.GREETING, Kind.REPLY, Kind.CONTINUATION})
_SPEECH = frozenset({Kind.COMMAND, Kind.RESPONSE})
_GOODBYE = frozenset({"LOGOUT", "QUIT"})

_LONGEST_WAIT = 2.0
"""Seconds in which a server of the lab answers, if it answers at all."""

_QUIET = 0.25
"""Seconds without anything new after which nothing more comes of itself."""


class NoLab(Exception):  # noqa: N818 - it is a machine's nature, and no fault of the code
    """The lab cannot be opened here; the text says why, in a sentence."""


class ByHand:
    """A lab, and one connection to it after another. A context manager: leaving it ends the lab.

    Args:
        protocol: ``imap``, ``pop3`` or ``smtp``.
        news: called, in another thread, when something has crossed.

    Raises:
        NoLab: it cannot be started.
    """

    def __init__(self, protocol: str, news: Callable[[], None] | None = None) -> None:
        self._service = _SERVICE[protocol]
        self._come = threading.Event()
        self._then = news or (lambda: None)
        self._capture: Capture | None = None
        self._number = 0  # of the session that is typed now
        self._before = 0  # the highest number there was when its connection was ordered
        try:
            self._feed = LabFeed(news=self._news).start()
        except (OSError, CaptureError) as error:
            raise NoLab(_no_lab(system_words(error))) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the lab; its recording goes with it."""
        self._then = lambda: None
        self._feed.close()
        if self._capture:
            self._capture.close()

    def wait(self, seconds: float = 10.0) -> None:
        """Wait until the lab is open, and connect.

        Raises:
            NoLab: it does not open.
        """
        end = time.monotonic() + seconds
        self._feed.wait(seconds)
        while not self.open():
            if time.monotonic() >= end:
                raise NoLab(_no_lab(_("it did not start in time")))
            time.sleep(0.01)  # it has said its last word, and is about to end

    def open(self) -> bool:
        """Connect, where the lab is open by now; False where not yet.

        Raises:
            NoLab: it does not open.
        """
        if self._feed.ready is not None:
            self.connect()
            return True
        if self._feed.trouble or not self._feed.running:
            raise NoLab(_no_lab(self._why()))
        return False

    def _why(self) -> str:
        """Why it ended before it was open: in its own words, where it had any."""
        feed = self._feed
        return feed.refused or feed.last_words() or _("its process ended at once")

    @property
    def running(self) -> bool:
        """Whether the lab is alive."""
        return self._feed.running

    def connect(self) -> None:
        """Make a connection; the one before it ends."""
        self.update()
        entries = self._capture.entries if self._capture else []
        self._before = max((entry.id for entry in entries), default=0)
        self._number = 0
        self._feed.order(Dial(self._service))

    def send(self, line: str) -> None:
        """Send a line as it was typed, with CRLF at its end."""
        self._feed.order(Typed(line.encode("utf-8", "replace") + b"\r\n"))

    # what crosses

    @property
    def session(self) -> Session | None:
        """The connection's session as far as it was read; another object once keys have come."""
        if self._capture is None or not self._number:
            return None
        return self._capture.session(self._number)

    def update(self) -> None:
        """Read what has crossed since the last time."""
        if self._capture is None:
            ready = self._feed.ready
            file = Path(self._feed.path)
            if ready is None or not file.exists() or not file.stat().st_size:
                return
            ports = {place.port: place.protocol for place in ready.places}
            self._capture = Capture(self._feed.path, ports=ports, follow=True)
        while self._capture.advance(1 << 20):
            pass
        if not self._number:
            new = [entry.id for entry in self._capture.entries if entry.id > self._before]
            self._number = min(new, default=0)

    def settle(self, sent: int | None = None) -> None:
        """Wait until the server has had its say.

        Args:
            sent: how much the client had said (``said``) before the line that was sent; None at
                the beginning, when the greeting is waited for.
        """
        end = time.monotonic() + _LONGEST_WAIT
        while (left := end - time.monotonic()) > 0 and self.running:
            self._come.clear()
            self.update()
            session = self.session
            settled = session is not None and _settled(session, sent)
            if settled and session is not None and not _more(session):
                return
            # what comes of itself has come when nothing more comes
            if not self._come.wait(min(left, _QUIET) if settled else left):
                return

    def said(self) -> int:
        """How many bytes the client's end has sent, encrypted or not."""
        session = self.session
        return session.layers[0].length(CLIENT) if session else 0

    # inside

    def _news(self) -> None:
        self._come.set()
        self._then()


def closed(session: Session) -> bool:
    """Whether the server has closed the connection."""
    indices = range(len(session) - 1, -1, -1)
    ends = (session.outline(index) for index in indices if session.kind(index) is Kind.CLOSE)
    return any(event.span.direction is SERVER for event in ends)


def in_message(session: Session) -> bool:
    """Whether the server takes what comes as lines of a message (SMTP's 354), up to a lone dot."""
    for index in range(len(session) - 1, -1, -1):
        event = session.outline(index)
        if event.kind is Kind.REPLY:
            return event.name == "354"
        if _from_client(event):
            return False
    return False


def _settled(session: Session, sent: int | None) -> bool:
    """Whether the line has crossed, and the server owes it nothing."""
    if closed(session):
        return True
    if sent is None:
        return any(session.kind(index) is Kind.GREETING for index in range(len(session)))
    if session.layers[0].length(CLIENT) <= sent:
        return False
    for index in range(len(session) - 1, -1, -1):
        event = session.outline(index)
        if event.kind in _ANSWERS:
            return True
        if event.kind in _SPEECH or _from_client(event):
            return False
    return True


def _from_client(event: Event) -> bool:
    return event.kind is Kind.MESSAGE and event.span.direction is CLIENT


def _more(session: Session) -> bool:
    """Whether more comes without a word from the client: TLS, or the end."""
    return not closed(session) and (_leaving(session) or _turning(session))


def _leaving(session: Session) -> bool:
    """Whether the server has said goodbye."""
    last = next((n for n in range(len(session) - 1, -1, -1) if session.kind(n) in _ANSWERS), None)
    event = session.outline(last) if last is not None else None
    return event is not None and event.about in _GOODBYE and event.name[:1] in "2+O"


def _turning(session: Session) -> bool:
    """Whether TLS was granted, and nothing was said inside it yet."""
    granted = False
    for index in range(len(session)):
        inside = session.inside_tls(session.outline(index).span.layer)
        if inside:
            return False
        for detail in session.details(index):
            granted |= isinstance(detail, TlsRequest) and detail.accepted is True
    return granted


def _no_lab(reason: str) -> str:
    told = _("The lab cannot be opened on this machine: {reason}")
    return told.format(reason=sanitise(reason))
