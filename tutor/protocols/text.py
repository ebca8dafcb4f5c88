"""Conversations that are not mail: lines and nothing more, so that they can be listed at all."""

from __future__ import annotations

from typing import ClassVar

from tutor.base import Direction, Part, Role, Span
from tutor.protocols.events import Anomaly, Event, Kind
from tutor.protocols.observer import Observer


class TextObserver(Observer):
    """Each line is an ``unparsed`` event; nothing is read into it."""

    protocol: ClassVar[str] = "other"

    def on_line(
        self, direction: Direction, start: int, line: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Emit the line as it is; oddities of lines mean nothing here."""
        self._put(direction, start, line)

    def on_block(
        self, direction: Direction, start: int, block: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """No block is ever asked for."""
        self._put(direction, start, block)

    def on_partial(
        self, direction: Direction, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Emit what is there."""
        if rest:
            self._put(direction, start, rest)

    def _put(self, direction: Direction, start: int, data: bytes) -> None:
        span = Span(self.layer, direction, start, start + len(data))
        self.emit(Event(Kind.UNPARSED, span, (Part(Role.UNPARSED, span.start, span.end),)))
