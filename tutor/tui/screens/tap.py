"""A tap's sessions on the screen, and where its server does not answer."""

from __future__ import annotations

from tutor.lab.talk import Trouble
from tutor.sources.lab_feed import LabFeed
from tutor.sources.lab_words import trouble_words
from tutor.tui.screens.live import Live


class Tap(Live):
    """What passes a tap.

    Args:
        feed: an open tap.
        name: its two ends, for the title.
        ports: what its port speaks.
        presenting: sessions open before a class.
    """

    def __init__(
        self, feed: LabFeed, name: str, ports: dict[int, str], *, presenting: bool = False
    ) -> None:
        super().__init__(feed, name, ports, presenting=presenting)
        self._tap = feed

    def grown(self) -> None:
        """Draw; say what the tap itself has said."""
        super().grown()
        words, self._tap.words[:] = list(self._tap.words), []
        for word in words:
            if isinstance(word, Trouble):
                self.say(trouble_words(word))
