"""The lab, or a tap, as a feed: its process tells what it hears, and it is recorded as packets."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from tutor.base import Endpoint
from tutor.lab.talk import Closed, Opened, Passed, Played, Ready, Trouble, Word, hear, say
from tutor.sources.feed import Feed
from tutor.sources.lab_words import trouble_words
from tutor.sources.recording import SYNTHETIC, Pcapng, Recording
from tutor.words import _

_KEYS_FOLLOW = b"# the lab's TLS secrets follow, each before the records that it opens\n"
"""At the head of the file, so that a reader keeps TLS on ports that say nothing of mail."""


class LabFeed(Feed):
    """A running lab.

    Args:
        keep, news: as in ``Feed``.
        tap: where to listen and where to connect to: then it is an honest relay alone.

    Attributes:
        ready: where everything is, once the lab is open.
        refused: why it could not open, in its own words; "" where it said nothing.
        tapped: it is a tap.
        words: what else it said: how scenes ended, what went wrong. The reader empties it.
    """

    def __init__(
        self,
        keep: str | None = None,
        news: Callable[[], None] | None = None,
        tap: tuple[Endpoint, Endpoint] | None = None,
    ) -> None:
        command = [sys.executable, "-m", "tutor.lab"]
        if tap:
            command += ["--tap", *(word for end in tap for word in (end.address, str(end.port)))]
        super().__init__(command, keep, news)
        self.ready: Ready | None = None
        self.refused = ""
        self.words: list[Word] = []
        self.tapped = tap is not None
        self._opened = threading.Event()
        self._keys = 0  # bytes of the key log that are in the recording

    def wait(self, seconds: float = 10.0) -> Ready | None:
        """Wait until the lab is open; None where it does not open, ``trouble`` then says why."""
        self._opened.wait(seconds)
        return self.ready

    def order(self, word: Word) -> None:
        """Tell the lab to do something; nothing happens where it has ended."""
        stdin = self._child.stdin
        assert stdin is not None
        try:
            stdin.write(say(word))
            stdin.flush()
        except (OSError, ValueError):
            return  # it is gone; ``trouble`` says why

    def why(self, code: int) -> str:
        """Why it ended by itself; it never does so unless it is killed, or has a fault."""
        told = _(
            "The lab's process has ended (code {n}). What it recorded is in {path}; open the lab"
            " again to go on."
        )
        return " ".join(filter(None, (told.format(n=code, path=self.path), self.last_words())))

    def close(self, keep: str | None = None, *, keep_here: bool = False) -> None:
        """End the lab and the recording; as in ``Feed``."""
        super().close(keep, keep_here=keep_here)
        if self.ready and self.ready.authority:
            # a lab that was killed could not take its folder away itself
            shutil.rmtree(Path(self.ready.authority).parent, ignore_errors=True)

    def copy(self, stream: IO[bytes]) -> None:
        """Record what is heard; keep the rest for who asks."""
        file = Pcapng(self.path, SYNTHETIC)
        if not self.tapped:
            file.keys(_KEYS_FOLLOW)
        recording = Recording(file)
        try:
            for line in stream:
                word = hear(line)
                if isinstance(word, Opened | Passed | Closed):
                    self._record_keys(file)
                    recording.take(word)
                else:
                    self._take(word)
                self.news()
        finally:
            self._opened.set()
            file.close()

    def _take(self, word: Word) -> None:
        if isinstance(word, Ready):
            self.ready = word
            self._opened.set()
        elif isinstance(word, Trouble) and word.fatal:
            self.trouble = self.refused = trouble_words(word)
        elif isinstance(word, Played | Trouble):
            self.words.append(word)

    def _record_keys(self, file: Pcapng) -> None:
        """Put new TLS secrets into the recording, before the records that they open."""
        if self.ready is None or not self.ready.keylog:
            return
        path = Path(self.ready.keylog)
        if not path.exists() or path.stat().st_size <= self._keys:
            return
        with path.open("rb") as log:
            log.seek(self._keys)
            new = log.read()
        whole = new[: new.rfind(b"\n") + 1]
        if whole:
            file.keys(whole)
            self._keys += len(whole)
