"""Where we are in one session, and what may be seen: the state under the player's screens.

Pure: no Textual. The *place* is the index of an event; *reached* is the furthest place so far, and
nothing behind it exists for any part of the screen (on a first play; ``reveal_all`` lifts that).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from tutor.findings import CredentialFold, EveFact, EveFold, RuleFold
from tutor.protocols.events import ClientHello, Kind, TlsRequest
from tutor.render import View, phases
from tutor.render.pseudonyms import Pseudonyms
from tutor.session import Eye, Session, visible

_IN_WORDS = frozenset({Kind.OPEN, Kind.CLOSE, Kind.GAP, Kind.CONFLICT, Kind.RECORD})
"""What is shown in our words, not in its own bytes."""

EYES = ("eve", "endpoints", "both")
"""The three ways to look."""


class Playback:
    """Plays one session.

    Args:
        session: may still grow.
        masked: whether secrets are masked.
        eye: a word of ``EYES``.
        names: gives pseudonyms for the names of the session; secrets are then never shown.
    """

    def __init__(
        self,
        session: Session,
        *,
        masked: bool = True,
        eye: str = "eve",
        names: Pseudonyms | None = None,
    ) -> None:
        self.eye = eye
        self.masked = masked
        self.names = names
        self._take(session)
        self.place = self._snap(0)
        self.reached = self.place

    def _take(self, session: Session) -> None:
        self.session = session
        self._views: dict[tuple[bool, Eye], View] = {}
        self._steps: list[int] = []
        self._steps_for: tuple[str, bool] = ("", False)
        self._steps_seen = 0
        self._eve = EveFold(session)
        self._eve_fed = 0
        self._rules = RuleFold(session)
        self._logins = CredentialFold(session)
        self._markers: list[int] = []
        self._markers_for = -1

    def disguise(self, names: Pseudonyms) -> None:
        """From now on pseudonyms stand for names, and secrets stay masked."""
        self.names = names
        self.masked = True
        self._views = {}

    def replace(self, session: Session) -> None:
        """Go on in another reading of the same session: keys have come that open more of it."""
        self._take(session)
        self.place = self._snap(self.place)

    # what is seen

    def view(self, index: int) -> View:
        """The renderer for one event: with the eyes of who sees it."""
        inner = self.session.inside_tls(self.session.event(index).span.layer)
        eve = self.eye == "eve" or (self.eye == "both" and not inner)
        return self.view_of(Eye.EVE if eve else Eye.ENDPOINTS)

    def view_of(self, eye: Eye) -> View:
        """The renderer for one eye, masked as it is now."""
        key = (self.masked, eye)
        if key not in self._views:
            self._views[key] = View(self.session, masked=self.masked, eye=eye, names=self.names)
        return self._views[key]

    def ends(self) -> tuple[str, str]:
        """Client and server, with their ports; who asks DNS has another one each time."""
        client, server = self.session.client, self.session.server
        if self.names is None:
            asker, asked = str(client), str(server)
        else:
            hosts = [self.names.host(end.address) for end in (client, server)]
            asker, asked = f"{hosts[0]}:{client.port}", f"{hosts[1]}:{server.port}"
        if self.session.protocol == "dns":
            asker = asker.removesuffix(f":{client.port}").strip("[]")
        return asker, asked

    @property
    def steps(self) -> list[int]:
        """Indices of the events that the chosen eye sees, in order; all, seen or not."""
        tls = self.session.tls
        seen_with = (self.eye, tls is not None and tls.decrypted)
        if self._steps_for != seen_with:
            self._steps, self._steps_seen, self._steps_for = [], 0, seen_with
        # a session only grows: what was sorted out once stays so
        new = range(self._steps_seen, len(self.session))
        # nothing is inside anything: every eye sees all of it, and there may be a million
        plain = len(self.session.layers) == 1 and not self.session.count(Kind.CARRIED)
        self._steps += new if plain else [i for i in new if self._seen_by_eye(i)]
        self._steps_seen = len(self.session)
        return self._steps

    def _seen_by_eye(self, index: int) -> bool:
        if self.eye == "both":
            return any(visible(self.session, index, eye) for eye in Eye)
        return visible(self.session, index, Eye(self.eye))

    def until_now(self) -> list[int]:
        """Indices of the visible events that have been reached."""
        return self.steps[: bisect_right(self.steps, self.reached)]

    @property
    def step(self) -> int:
        """The 1-based step number of the place."""
        return self.place + 1

    @property
    def at_end(self) -> bool:
        """Whether no visible event follows."""
        return not self.steps or self.place >= self.steps[-1]

    # going

    @property
    def next(self) -> int | None:
        """Index of the next visible event; None at the end."""
        at = bisect_right(self.steps, self.place)
        return self.steps[at] if at < len(self.steps) else None

    def on(self) -> bool:
        """Go to the next visible event; False at the end."""
        return self.next is not None and self.go(self.next)

    def back(self) -> bool:
        """Go to the visible event before; False at the start."""
        at = bisect_left(self.steps, self.place)
        return at > 0 and self.go(self.steps[at - 1])

    def go(self, index: int) -> bool:
        """Go to an event, or to the visible one before it."""
        before = self.place
        self.place = self._snap(index)
        self.reached = max(self.reached, self.place)
        return self.place != before

    def packet(self, way: int) -> bool:
        """Go on (+1) or back (-1) until another packet carried the event."""
        here = self.session.packets(self.place)
        start = self.place
        while (self.on() if way > 0 else self.back()) and self.session.packets(self.place) == here:
            pass
        return self.place != start

    def show(self, place: int, upto: int) -> None:
        """Be at an event, with only the first ``upto`` events reached: a lesson says so."""
        self.reached = upto - 1
        self.place = self._snap(min(place, self.reached))

    def look_with(self, eye: str) -> None:
        """Look with another eye; the place stays, or moves to what this eye sees before it."""
        self.eye = eye
        self.place = self._snap(self.place)

    def _snap(self, index: int) -> int:
        steps = self.steps
        if not steps:
            return 0
        at = bisect_right(steps, max(0, index)) - 1
        return steps[max(0, at)]

    # what it is

    def phase(self) -> str:
        """The phase of the place: that of the last visible event that tells one."""
        at = bisect_right(self.steps, self.place)
        for index in reversed(self.steps[max(0, at - 400) : at]):
            found = phases.phase(self.session.event(index))
            if found:
                return found
        return "work" if self.place else "connect"

    def facts(self) -> list[EveFact]:
        """What Eve knows at the place."""
        while self._eve_fed <= min(self.reached, len(self.session) - 1):
            self._eve.feed(self._eve_fed)
            self._eve_fed += 1
        last = min(self.place, self.reached) + 1
        facts = [fact for fact in self._eve.facts if fact.step <= last]
        return [self.names.fact(fact) for fact in facts] if self.names else facts

    def markers(self) -> list[int]:
        """Indices worth stopping at: logins, findings, STARTTLS and the first of TLS, in order."""
        if self._markers_for != self.session.revision:
            self._markers_for = self.session.revision
            self._rules.update()
            self._logins.update()
            steps = {f.step for f in self._rules.found} | {c.step for c in self._logins.found}
            found = {step - 1 for step in steps if step > 0}
            for index in range(len(self.session)):
                details = self.session.details(index)
                if any(isinstance(item, (TlsRequest, ClientHello)) for item in details):
                    found.add(index)
            self._markers = sorted(found)
        return self._markers

    def marker(self, way: int) -> int | None:
        """The next (+1) or last (-1) marker from the place; None where there is none."""
        found = self.markers()
        if way > 0:
            return next((i for i in found if i > self.place and self._seen_by_eye(i)), None)
        return next((i for i in reversed(found) if i < self.place and self._seen_by_eye(i)), None)

    def find(self, text: str, way: int, seen: Callable[[int], bool] | None = None) -> int | None:
        """The next or last event, among those reached, whose lines hold ``text``; goes round."""
        wanted = text.casefold()
        indices = [i for i in self.until_now() if seen is None or seen(i)]
        first = bisect_right(indices, self.place) if way > 0 else bisect_left(indices, self.place)
        after, rest = (indices[first:], indices[:first])[::way]
        order = after + rest if way > 0 else after[::-1] + rest[::-1]
        for index in order:
            if not self._may_hold(index, wanted):
                continue
            lines = self.view(index).lines(index)
            if any(wanted in line.text.casefold() for line in lines):
                return index
        return None

    def _may_hold(self, index: int, wanted: str) -> bool:
        """A cheap look at the bytes, before lines are made: False where the text cannot be."""
        event = self.session.event(index)
        if event.kind in _IN_WORDS or not wanted.isascii() or self.names:
            return True
        return wanted.encode() in self.session.data(event.span).lower()
