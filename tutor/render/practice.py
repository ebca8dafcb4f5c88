"""The lines of a session as practice shows them: masked unless revealed."""

from __future__ import annotations

from tutor.base import sanitise_bytes
from tutor.render.mask import Mask
from tutor.render.view import View
from tutor.session import Eye, Session


class Shown:
    """Gives lines and parts of one session (``tutor.lesson.practice.Texts``)."""

    def __init__(self, session: Session, *, masked: bool = True) -> None:
        self.masked = masked
        self._session = session
        self._view = View(session, masked=masked, eye=Eye.ENDPOINTS)
        self._mask = Mask(session)

    def line(self, index: int) -> str:
        """The first line of an event."""
        return self._view.lines(index, 1)[0].text

    def part(self, index: int, number: int) -> tuple[str, bool]:
        """A part of an event, and whether anything in it was masked."""
        event = self._session.event(index)
        if not self.masked:
            return sanitise_bytes(self._session.part(event, number)), False
        return self._mask.text(event, number)
