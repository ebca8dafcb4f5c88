"""Captures that are being made: a child process gives what it hears, a file keeps it as it comes.

Whatever is live goes through a file: the app follows the file as it follows any that grows, so a
live session and a recorded one are the same to everything above, and a kill loses nothing that
was written. A feed whose recording nobody wants keeps it in a temporary file.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from typing import IO, Self

from tutor.base import CaptureError
from tutor.words import _
from tutor.words.errors import system_words

_PATIENCE = 3.0
"""Seconds that a child gets to end by itself."""

_MOST_WORDS = 256


class Feed:
    """A child process and the file that grows.

    Args:
        command: what to run.
        keep: where the recording stays; None for a temporary file.
        news: called, in a thread of the feed's own, when the file has grown or something was said.

    Raises:
        CaptureError: nothing can be recorded at ``keep``; nothing was started then.

    Attributes:
        path: the recording.
        kept: whether it stays when the feed closes.
        trouble: why it ended, in a sentence; None while it runs, and where it was told to end.
        dropped: packets that were lost before they could be recorded, as far as is known.
    """

    def __init__(
        self, command: list[str], keep: str | None = None, news: Callable[[], None] | None = None
    ) -> None:
        if keep is not None:
            self.check(keep)
        self.kept = keep is not None
        self.path = keep or self._temporary()
        self.trouble: str | None = None
        self.dropped = 0
        self.news: Callable[[], None] = news or (lambda: None)
        self._said: deque[str] = deque(maxlen=_MOST_WORDS)
        self._last_words = ""
        self._closing = False
        self._child: Popen[bytes] = Popen(  # noqa: S603 - a command of our own making
            command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
        self._threads = [
            threading.Thread(target=self._listen, name="feed", daemon=True),
            threading.Thread(target=self._complaints, name="feed-stderr", daemon=True),
        ]

    @staticmethod
    def check(keep: str) -> None:
        """Say now what would fail later, when something has been captured already.

        Raises:
            CaptureError: nothing can be recorded there.
        """
        folder = Path(keep).parent
        if os.path.lexists(keep):
            raise CaptureError(keep, _("is there already; take a new name"))
        if not folder.is_dir():
            raise CaptureError(keep, _("there is no such directory; make it first"))
        if not os.access(folder, os.W_OK):
            raise CaptureError(keep, _("you may not write there; take another place"))

    def start(self) -> Self:
        """Begin to listen."""
        # the one that listens asks at a child's end for its last words: who hears those is first
        for thread in reversed(self._threads):
            thread.start()
        return self

    @property
    def running(self) -> bool:
        """Whether the child is alive."""
        return self._child.poll() is None

    def said(self) -> list[str]:
        """What the child complained of since the last time, line by line."""
        words = []
        while self._said:
            words.append(self._said.popleft())
        return words

    def close(self, keep: str | None = None, *, keep_here: bool = False) -> None:
        """End the child and the recording.

        Args:
            keep: where the recording is to stay.
            keep_here: it stays where it is, temporary or not.

        Raises:
            OSError: it cannot be put there; it is still where ``path`` says.
        """
        self._closing = True
        self._stop()
        for thread in self._threads:
            if thread.is_alive():  # it may never have been started
                thread.join(_PATIENCE)
        if keep is not None:
            _move(self.path, keep)
            self.path, self.kept = keep, True
        self.kept = self.kept or keep_here
        if not self.kept:
            Path(self.path).unlink(missing_ok=True)

    def _stop(self) -> None:
        assert self._child.stdin is not None
        with suppress(OSError):  # it may be gone already
            self._child.stdin.close()
        # who became a user meanwhile may not signal a child that is root: it goes by the pipe
        with suppress(PermissionError):
            self._child.terminate()
        try:
            self._child.wait(_PATIENCE)
        except TimeoutExpired:
            with suppress(PermissionError):
                self._child.kill()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        try:
            self.copy(self._child.stdout)
        except CaptureError as error:
            self.trouble = self._unwritten(error.reason)
        except (OSError, ValueError) as error:
            self.trouble = self._unwritten(system_words(error))
        finally:
            if self.trouble is not None:
                self._stop()  # nobody reads it any more
            code = self._child.wait()
            if self.trouble is None and not self._closing:
                self.trouble = self.why(code)
            self.news()

    def _complaints(self) -> None:
        assert self._child.stderr is not None
        for line in self._child.stderr:
            text = line.decode("utf-8", "replace").strip()
            if text and not self.heard(text):
                self._said.append(text)
                self._last_words = text

    def _temporary(self) -> str:
        descriptor, path = tempfile.mkstemp(prefix="wiretutor-", suffix=".pcapng")
        os.close(descriptor)
        Path(path).unlink()
        return path

    # what a subclass says

    def copy(self, stream: IO[bytes]) -> None:
        """Read the child's output to its end, and write the file.

        Raises:
            OSError: the file cannot be written.
        """
        raise NotImplementedError

    def heard(self, complaint: str) -> bool:
        """The child has written a line to its standard error; True where that is no complaint."""
        return False

    def why(self, code: int) -> str:
        """Why the child ended by itself."""
        ended = _("the capturing program ended with code {n}").format(n=code)
        return self.last_words() or ended

    # what a subclass may use

    def last_words(self) -> str:
        """The child's last complaint, once it has ended; "" where it had none."""
        self._threads[1].join(_PATIENCE)
        return self._last_words

    def _unwritten(self, reason: str) -> str:
        told = _(
            "Recording stopped: {reason}. What came before is in {path}; free some space there, and"
            " begin again with another file."
        )
        return told.format(reason=reason, path=self.path)


def _move(source: str, target: str) -> None:
    """Move a file, also to another disk; one that is there already is not overwritten."""
    with Path(source).open("rb") as file, Path(target).open("xb") as out:
        os.fchmod(out.fileno(), 0o600)
        try:
            while data := file.read(1 << 20):
                out.write(data)
            out.flush()
            os.fsync(out.fileno())
        except OSError:
            Path(target).unlink()  # half of it would be taken for all
            raise
    Path(source).unlink()
