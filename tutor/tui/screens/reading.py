"""Captures that are read slice by slice while a screen shows them, so that keys always work."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from textual.message import Message
from textual.timer import Timer

from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.findings.across import FileFinding
from tutor.sources.feed import Feed
from tutor.tui.screens.base import Base
from tutor.tui.screens.listing import Listing
from tutor.words.errors import reason_words

SLICE = 1 << 18
"""Bytes of a capture that are read between two key strokes."""

_PAUSE = 0.005
_WATCH = 0.5


class Reading(Listing):
    """A list that grows while captures are read, or made.

    Args:
        files: paths of captures, ``-`` for standard input.
        keys: paths of TLS key logs.
        ports: what a port speaks.
        follow: the files are still being written.
        feed: what is being captured; its recording is the only file.
    """

    class News(Message):
        """What is growing has more."""

    class Opened(Message):
        """A capture that was waited for is there, or the sentence why not."""

        def __init__(self, capture: Capture | str) -> None:
            super().__init__()
            self.capture = capture

    def __init__(
        self,
        files: tuple[str, ...],
        *,
        keys: tuple[str, ...] = (),
        ports: Mapping[int, str] | None = None,
        follow: bool = False,
        feed: Feed | None = None,
    ) -> None:
        super().__init__()
        self._files = files
        self._feed = feed
        self._keys = keys
        self._ports = dict(ports or {})
        self._follow = follow
        self._captures: list[Capture] = []
        self._waiting: list[Capture] = []
        self._broken: list[str] = []
        self._across: dict[Capture, tuple[FileFinding, ...]] = {}
        self._pulse: Timer | None = None
        self._woken = False
        self._awaited_files = 0  # files that are opened, but silent so far

    def collect(self) -> None:
        """Take what was read into the list."""

    def on_mount(self) -> None:
        """Open the files, and read them slice by slice."""
        for path in () if self._feed else self._files:
            if self._follow or _may_wait(path):
                self._awaited_files += 1
                threading.Thread(target=self._open_late, args=(path,), daemon=True).start()
            else:
                self._open(path)
        if self._feed:
            self._feed.news = self._announce
        self._again(_PAUSE)

    def _open(self, path: str) -> None:
        self._take(self._made(path))

    def _made(self, path: str) -> Capture | str:
        """The capture, or why it cannot be read."""
        follow = self._follow or self._feed is not None
        try:
            return Capture(path, keys=self._keys, ports=self._ports, follow=follow)
        except CaptureError as error:
            return named(error)

    def _take(self, made: Capture | str) -> None:
        if isinstance(made, str):
            self._broken.append(made)
            return
        self._captures.append(made)
        self._waiting.append(made)

    def _open_late(self, path: str) -> None:
        """In a thread of its own: a pipe may be silent for long, and keys must work meanwhile."""
        made = self._made(path)
        if isinstance(made, Capture):
            made.listen(self._announce)
        self.post_message(self.Opened(made))

    def on_reading_opened(self, event: Opened) -> None:
        """Begin to read what has been waited for."""
        self._awaited_files -= 1
        self._take(event.capture)
        self._read()

    def on_unmount(self) -> None:
        """Close the files, and end what is being captured."""
        if self._feed:
            self._feed.news = lambda: None
            # what ended by itself is kept: its trouble says where it is
            self._feed.close(keep_here=self._feed.trouble is not None)
        for capture in self._captures:
            capture.close()

    def _announce(self) -> None:
        """What is growing has grown: look at it at once. Called in another thread."""
        if not self._woken:
            self._woken = True
            self.post_message(self.News())

    def on_reading_news(self) -> None:
        """Look at what has come."""
        self._read()

    def _again(self, seconds: float) -> None:
        if self._pulse:
            self._pulse.stop()
        self._pulse = self.set_timer(seconds, self._read)

    def _read(self) -> None:
        """Read a slice of the first file that is not done; come again soon."""
        self._woken = False
        pause = _PAUSE
        if self._feed and not self._captures:
            if _begun(self._feed.path):
                self._open(self._feed.path)
            pause = _WATCH
        if self._waiting:
            capture = self._waiting.pop(0)
            before = capture.packets
            state = self._slice(capture)
            if state == "more":
                self._waiting.insert(0, capture)
            elif state == "growing":
                # others first; and where nothing came, look again a little later
                self._waiting.append(capture)
                pause = _WATCH if capture.packets == before else _PAUSE
            self.collect()
        if self._waiting or self._feed:
            self._again(pause)
        self.grown()

    def grown(self) -> None:
        """More was read: draw it, here or in the player that stands above."""
        above = self.app.screen
        if above is self:
            self.renew()
        elif isinstance(above, Base):
            above.grown()

    def _slice(self, capture: Capture) -> str:
        """Read one slice: ``more`` is there, it is ``growing``, or it is at its ``end``."""
        try:
            if capture.advance(SLICE):
                return "more"
            if capture.growing:
                return "growing"
            capture.finish()
            # over all sessions at once, so not before all are there
            self._across[capture] = capture.findings
        except CaptureError as error:
            self._broken.append(named(error))
        return "end"

    def _reading(self, capture: Capture) -> bool:
        """Whether a file is still being read: what needs all of it is then not asked for."""
        return capture in self._waiting and not capture.growing

    def _growing(self) -> bool:
        """Whether sessions may still begin."""
        live = self._feed is not None or self._awaited_files > 0
        return live or any(capture.growing for capture in self._captures)


def _begun(path: str) -> bool:
    """Whether a recording has more than nothing in it."""
    file = Path(path)
    return file.exists() and file.stat().st_size > 0


def _may_wait(path: str) -> bool:
    """Whether opening it may take long: a pipe that nobody has written to."""
    return path == "-" or (Path(path).exists() and not Path(path).is_file())


def named(error: CaptureError) -> str:
    """What is wrong with a file, by its name alone: the path is the person's own."""
    return f"{Path(error.path).name}: {reason_words(error)}"
