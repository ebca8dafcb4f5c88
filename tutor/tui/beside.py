"""One side of a comparison: what stands in its cells, for Eve, for the ends, or for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.base import CLIENT
from tutor.findings import CredentialFold, eve_facts
from tutor.lesson.compare import Moment, alike, carrier
from tutor.protocols.events import Event, Kind
from tutor.render import View
from tutor.render.lines import Seg
from tutor.session import Eye, Session
from tutor.words import _, ngettext

NAMES = "ABC"
"""What the sides are called."""


class Side:
    """A session, its label, and the lines of its events.

    Args:
        session: the session.
        label: what stands above it.

    Attributes:
        count: how many things Eve knows at its end.
        tls: whether the ends see something that Eve does not.
    """

    def __init__(self, session: Session, label: str) -> None:
        self.session = session
        self.label = label
        self.count = len(eve_facts(session))
        self.tls = any(session.inside_tls(number) for number in range(len(session.layers)))
        self._views: dict[tuple[bool, Eye], View] = {}

    def logins(self) -> set[int]:
        """The events in which a credential is sent."""
        fold = CredentialFold(self.session)
        fold.update()
        return {credential.step - 1 for credential in fold.found}

    def inside(self, index: int) -> bool:
        """Whether Eve sees a size where the ends see the event."""
        return self.session.inside_tls(self.session.event(index).span.layer)

    def cell(self, index: int, eye: str, *, masked: bool) -> list[Seg]:
        """An event in one line, as ``eve``, ``endpoints`` or ``both`` see it."""
        hidden = self.inside(index)
        if hidden and eye == "eve":
            return self._block(index)
        line = self._view(masked, Eye.EVE if eye == "eve" else Eye.ENDPOINTS).lines(index, 1)[0]
        event = self.session.event(index)
        if eye == "eve" and event.kind is Kind.RECORD and line.mark == "··":
            return self._shaded(event, event.span.length)
        role = {"C": "client", "S": "server"}.get(line.side, "dim")
        safe = line.mark in ("~", "··")
        mark = [Seg(f"{line.mark} ", "safe" if safe else "mark")] if line.mark else []
        arrow = [Seg(f"{line.arrow} ", role)]
        if hidden and eye == "both":
            arrow.append(Seg(f"▒{self._size(index):,}▒ ", "shade"))
        return [*mark, *arrow, *line.segments]

    def _size(self, index: int) -> int:
        """Bytes of the records that carried an event."""
        carriers = carrier(self.session, index)
        return sum(self.session.event(number).span.length for number in carriers)

    def _block(self, index: int) -> list[Seg]:
        """What Eve sees of an event inside TLS: the size of what carried it."""
        session = self.session
        event = session.event(index)
        before = session.event(index - 1) if index else event
        if before.span.layer and carrier(session, index) == carrier(session, index - 1):
            # several lines in one record: its size counts once
            return self._shaded(event, None)
        return self._shaded(event, self._size(index))

    def _shaded(self, event: Event, size: int | None) -> list[Seg]:
        """A shaded block: its size, or None where that was counted above."""
        arrow = Seg("~> " if event.span.direction is CLIENT else "<~ ", "arrow")
        words = _("same block")
        if size is not None:
            words = ngettext("{n} byte", "{n} bytes", size).format(n=f"{size:,}")
        return [arrow, Seg(f"▒ {words} ▒", "shade"), Seg(" ··", "safe")]

    def _view(self, masked: bool, eye: Eye) -> View:
        if (masked, eye) not in self._views:
            self._views[masked, eye] = View(self.session, masked=masked, eye=eye)
        return self._views[masked, eye]


@dataclass(frozen=True, slots=True)
class Beside:
    """A comparison as far as it is shown.

    Attributes:
        sides: two or three.
        rows: all moments, in order.
        marked: whether what differs is marked, and Eve's counts are said.
    """

    sides: tuple[Side, ...]
    rows: tuple[Moment, ...]
    marked: bool


def sign(sides: Sequence[Side], row: Moment, eye: str) -> str:
    """``=``, ``≠`` or ``+`` (not on all sides) for a row, as that eye sees it."""
    if None in row.sides:
        return "+"
    same = "=" if alike([side.session for side in sides], row) else "≠"
    if eye != "eve":
        return same
    inside = {
        side.inside(index)
        for side, index in zip(sides, row.sides, strict=True)
        if index is not None
    }
    if len(inside) > 1:
        return "≠"
    # what is hidden on every side is the same to Eve, whatever it says
    return "=" if True in inside else same
