"""Live sessions as linear text: each line as it comes, in words."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import TextIO

from tutor.base import sanitise
from tutor.capture import Capture, Entry
from tutor.cli.said import Said
from tutor.lab.talk import Play, Played, Trouble, Turn, Word
from tutor.render.cast import Cast
from tutor.render.own_client import own_client
from tutor.sources.feed import Feed
from tutor.sources.lab_feed import LabFeed
from tutor.sources.lab_words import ended_words, trouble_words, unusual
from tutor.words import _, ngettext
from tutor.words.lab import MODES, SCENES, mode_word, scene_word

_LONGEST_SCENE = 60.0
_LOOK = 0.5
"""Seconds between two looks where nothing was announced."""


class _Stopped(BaseException):
    """A signal came; its number is the argument."""


class PlainLive:
    """Follows a feed until it ends or is interrupted.

    Args:
        feed: a started one; it is closed in the end.
        target: text goes there.
        ports: what a port speaks.
        reveal: whether secrets are shown.
    """

    def __init__(
        self,
        feed: Feed,
        target: TextIO,
        ports: dict[int, str] | None = None,
        *,
        reveal: bool = False,
    ) -> None:
        self.feed = feed
        self._target = target
        self._ports = ports or {}
        self._reveal = reveal
        self._told_lost = 0
        self._capture: Capture | None = None
        self._said: Said | None = None
        self._news = threading.Event()
        feed.news = self._news.set

    def run(self) -> int:
        """Say what comes; the exit code."""
        code = 0
        self._heed_signals()
        try:
            try:
                self._follow()
            except _Stopped as stopped:
                code = 128 + stopped.args[0]
                self.say(_("Stopped."))
            self._finish()
        except BrokenPipeError:  # nobody reads any more
            self.feed.close()
            raise
        return self._close() or code

    def _follow(self) -> None:
        while self.going():
            self._news.wait(_LOOK)
            self._news.clear()
            self.listen()
            if self._capture is None and _begun(self.feed.path):
                self._capture = Capture(self.feed.path, ports=self._ports, follow=True)
                self._said = Said(self._capture, reveal=self._reveal, brief=False, named=self.named)
            self._say_news()
            self._lost()
            self.between()

    def _say_news(self) -> None:
        if self._capture and self._said:
            while self._capture.advance(1 << 20):
                pass
            self._said.news()

    def _finish(self) -> None:
        self._say_news()
        if self._capture and self._said:
            self._capture.finish()
            self._said.news()
            self._said.end()

    def _heed_signals(self) -> None:
        """Interrupted, told to end, or the terminal is gone: what was recorded is kept."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

        def stop(number: int, frame: FrameType | None) -> None:
            del frame
            for each in numbers:
                signal.signal(each, signal.SIG_DFL)  # who says it twice does not want to wait
            raise _Stopped(number)

        for number in numbers:
            signal.signal(number, stop)

    def say(self, *lines: str) -> None:
        """Say lines of our own."""
        for line in lines:
            self._target.write(f"{line}\n")
        self._target.flush()

    def going(self) -> bool:
        """Whether more may come."""
        return self.feed.running

    def listen(self) -> None:
        """Called before what has come is read."""

    def named(self, entry: Entry) -> str:
        """Who talks to whom in a session, in words; "" where that is not known."""
        return ""

    def between(self) -> None:
        """Called whenever everything that had come by then was said."""

    def _close(self) -> int:
        """End the feed; say where the recording is, what was lost and why it ended."""
        trouble = self.feed.trouble
        # what ended by itself is kept, even where nobody asked for it
        self.feed.close(keep_here=trouble is not None)
        if self.feed.kept and Path(self.feed.path).exists():
            self.saved()
        self._lost()
        if trouble:
            self.say(sanitise(trouble))
            return 3
        return 0

    def saved(self) -> None:
        """Say where the recording is."""
        self.say(_("Saved: {path}").format(path=self.feed.path))

    def _lost(self) -> None:
        """Say what the system had no room for, whenever it has grown."""
        lost = self.feed.dropped
        if lost != self._told_lost:
            self._told_lost = lost
            words = ngettext("{n} packet lost", "{n} packets lost", lost)
            self.say(words.format(n=f"{lost:,}"))


class PlainTap(PlainLive):
    """A tap as linear text: also where its server does not answer.

    Args:
        feed: a tap, or a lab.
        target, ports, reveal: as in ``PlainLive``.
    """

    def __init__(
        self,
        feed: LabFeed,
        target: TextIO,
        ports: dict[int, str] | None = None,
        *,
        reveal: bool = False,
    ) -> None:
        super().__init__(feed, target, ports, reveal=reveal)
        self._lab = feed
        self._words: list[Word] = []

    def listen(self) -> None:
        """Take what it said: what it heard before that is recorded by now, and is read first."""
        count = len(self._lab.words)
        self._words += self._lab.words[:count]
        del self._lab.words[:count]

    def between(self) -> None:
        """Say what went wrong, and how scenes ended."""
        words, self._words = self._words, []
        for word in words:
            if isinstance(word, Trouble):
                self.say(trouble_words(word))
            elif isinstance(word, Played):
                self.played(word)

    def played(self, word: Played) -> None:
        """A scene has ended."""

    def saved(self) -> None:
        """Say how it is opened: a port of the tap's own says nothing of mail under TLS."""
        super().saved()
        if self._lab.tapped:
            for port, protocol in self._ports.items():
                words = _("Open it with: {command}")
                path = self.feed.path
                self.say(words.format(command=f"wiretutor open {path} --as {port}={protocol}"))


class PlainLab(PlainTap):
    """The lab as linear text: orders are read line by line.

    Args:
        feed: an open lab.
        source, target: orders come from here, text goes there.
    """

    def __init__(self, feed: LabFeed, source: TextIO, target: TextIO) -> None:
        ready = feed.ready
        assert ready is not None
        ports = {place.port: place.protocol for place in ready.places}
        super().__init__(feed, target, ports, reveal=True)
        self._ready = ready
        self._cast = Cast(ready.places)
        self._mode = "honest"
        self._over = False
        self._idle = threading.Event()  # no scene is under way
        self._idle.set()
        self._orders = threading.Thread(target=self._read, args=(source,), daemon=True)

    def run(self) -> int:
        """Greet, then follow."""
        moved = unusual(self._ready.places)
        self.say(*_greeting(), *([moved] if moved else []))
        self._orders.start()
        return super().run()

    def going(self) -> bool:
        """Until the input ends and what was begun is over."""
        return self.feed.running and not (self._over and self._idle.is_set())

    def named(self, entry: Entry) -> str:
        """Whether it is the client's leg or Mallory's."""
        self._cast.watch([entry], self._mode)
        return self._cast.ends(entry)

    def played(self, word: Played) -> None:
        """Say how it ended; the next order may come."""
        self.say(f"{scene_word(word.scene)}: {ended_words(word)}")
        self._idle.set()

    def _read(self, source: TextIO) -> None:
        """One order after the other: two scenes at once nobody could listen to."""
        for line in source:
            words = line.split()
            if words[:1] in (["q"], ["quit"]):
                break
            self._idle.wait(_LONGEST_SCENE)
            self._order(words)
        self._over = True
        self._news.set()

    def _order(self, words: list[str]) -> None:
        match words:
            case []:
                pass
            case ["own"]:
                self.say(*(line for _kind, line in own_client(self._ready)))
            case ["relay", mode] if mode in MODES:
                self._mode = mode
                self._lab.order(Turn(mode))
                self.say(_("relay: {mode}").format(mode=mode_word(mode)))
            case [scene] if scene in SCENES:
                self._idle.clear()
                self._lab.order(Play(scene))
            case ["?" | "help"]:
                self.say(*_greeting())
            case [word, *_rest]:
                told = _("{word} is not known here; ? says what is.")
                self.say(told.format(word=sanitise(word)))


def _greeting() -> list[str]:
    scenes = [f"  {name}: {protocol}, {scene_word(name)}" for name, protocol in SCENES.items()]
    modes = [f"  relay {name}: {mode_word(name)}" for name in MODES]
    return [
        _("The lab is open on this machine. Type a word and Enter:"),
        *scenes,
        *modes,
        "  own: " + _("what to type into your own mail program"),
        "  ?: " + _("this list again"),
        "  q: " + _("leave"),
    ]


def _begun(path: str) -> bool:
    file = Path(path)
    return file.exists() and file.stat().st_size > 0
