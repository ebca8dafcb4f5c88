"""Who is who in the lab's list: the client, Mallory, the server; and how a scene ended."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.capture import Entry
from tutor.lab.talk import Place, Played
from tutor.sources.lab_words import ended_mark
from tutor.words import _

_STRAIGHT = ("honest", "delay")
"""What the relay does without Mallory in between."""


class Cast:
    """Tells legs apart by their ports, and by what the relay did when they began.

    Args:
        places: where the lab's services are.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._behind = frozenset(place.behind for place in places)
        self._relayed: dict[int, bool] = {}  # session -> Mallory stood in between
        self._first: int | None = None  # number of the first session of the scene that is played
        self._ended: dict[int, str] = {}

    def watch(self, entries: Iterable[Entry], mode: str) -> None:
        """Note the sessions that are new; ``mode`` is what the relay does now."""
        for entry in entries:
            self._relayed.setdefault(entry.id, mode not in _STRAIGHT)

    def begin(self) -> None:
        """A scene begins: the sessions that come now are its own."""
        self._first = max(self._relayed, default=0) + 1

    def played(self, word: Played) -> None:
        """The scene has ended."""
        for number in self._relayed:
            if self._first is not None and number >= self._first:
                self._ended[number] = ended_mark(word)
        self._first = None

    def ends(self, entry: Entry) -> str:
        """Who talks to whom; for a client of a scene, how it ended for it."""
        if entry.server.port in self._behind:
            return _("Mallory → server")
        relayed = self._relayed.get(entry.id, False)
        ends = _("client → Mallory") if relayed else _("client → server")
        return " · ".join(filter(None, (ends, self._ended.get(entry.id, ""))))
