"""The IMAP observer: the two directions put together (RFC 9051, RFC 3501)."""

from __future__ import annotations

from typing import ClassVar

from tutor.base import CLIENT, Direction
from tutor.protocols.events import Anomaly
from tutor.protocols.imap.client import ClientSide
from tutor.protocols.imap.commands import NOT_AUTHENTICATED
from tutor.protocols.imap.dialogue import Dialogue
from tutor.protocols.imap.server import ServerSide
from tutor.protocols.observer import Observer


class ImapObserver(Observer):
    """Observes one IMAP session. See ``Observer`` for the arguments and what the session calls."""

    protocol: ClassVar[str] = "imap"

    def __init__(
        self, layer: int = 0, start: tuple[int, int] = (0, 0), *, inside_tls: bool = False
    ) -> None:
        super().__init__(layer, start, inside_tls=inside_tls)
        self._dialogue = Dialogue(state=NOT_AUTHENTICATED if inside_tls else "", began=inside_tls)
        self._client = ClientSide(self, self._dialogue)
        self._server = ServerSide(self, self._dialogue, self._client, greets=not inside_tls)
        self.state = self._dialogue.state

    def resume(self, state: str) -> None:
        """Go on in a state that was reached before compression."""
        self.state = self._dialogue.state = state

    def on_line(
        self, direction: Direction, start: int, line: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Give the line to its direction."""
        self._side(direction).line(start, line, anomalies)
        self.state = self._dialogue.state

    def on_block(
        self, direction: Direction, start: int, block: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Give the literal to its direction; in literals nothing is odd."""
        self._side(direction).block(start, block)

    def on_partial(
        self, direction: Direction, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Give the fragment to its direction."""
        self._side(direction).partial(start, rest, anomalies)
        self.state = self._dialogue.state

    def on_gap(self, direction: Direction, length: int) -> None:
        """Let both directions forget what the gap may have broken."""
        self._side(direction).gap()

    def on_tls(self, direction: Direction) -> None:
        """Emit what is held before the bytes turn to TLS."""
        self._side(direction).partial(self._sides[direction].base, b"", ())

    def _side(self, direction: Direction) -> ClientSide | ServerSide:
        return self._client if direction is CLIENT else self._server
