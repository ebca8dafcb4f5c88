"""What both directions need to emit their events."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.base import CLIENT, Direction, Part, Role, Span
from tutor.protocols.events import Anomaly, Detail, Event, Kind
from tutor.protocols.imap.dialogue import Dialogue
from tutor.protocols.imap.tiles import Tiles
from tutor.protocols.observer import Observer


class Side:
    """One direction of a session.

    Args:
        direction: which.
        frame: the observer; it cuts lines and blocks, and takes the events.
        dialogue: what both directions share.
    """

    def __init__(self, direction: Direction, frame: Observer, dialogue: Dialogue) -> None:
        self._direction = direction
        self._frame = frame
        self._dialogue = dialogue

    def emit(
        self,
        kind: Kind,
        parts: tuple[Part, ...],
        name: str,
        odd: Sequence[Anomaly],
        details: Sequence[Detail] = (),
        *,
        tag: str = "",
        about: str = "",
        seam: Sequence[Anomaly] | None = None,
    ) -> None:
        """Emit an event over ``parts`` in the present state; see ``Event`` for the rest.

        ``seam`` is what ``seam()`` gave, where the state has changed since.
        """
        if self._direction is CLIENT:
            self._dialogue.client_heard = True
        noted = [*odd, *(self.seam() if seam is None else seam)]
        span = Span(self._frame.layer, self._direction, parts[0].start, parts[-1].end)
        anomalies = tuple(dict.fromkeys(noted))
        state = self._dialogue.state
        self._frame.emit(
            Event(kind, span, parts, name, tag, about, state, anomalies, tuple(details))
        )

    def unparsed(self, start: int, line: bytes, odd: Sequence[Anomaly]) -> None:
        """Emit a line, or a piece of one, in which nothing was recognised."""
        tiles = Tiles(start)
        tiles.add(Role.UNPARSED, start + len(line.rstrip(b"\r\n")))
        tiles.add(Role.CRLF, start + len(line))
        self.emit(Kind.UNPARSED, tiles.done(start + len(line)), "", odd)

    def seam(self) -> tuple[Anomaly, ...]:
        """Name what is wrong with text in the clear at this point of the session."""
        return self._dialogue.plain_text(self._direction)
