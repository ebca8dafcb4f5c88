"""The server's direction: greeting, untagged data with its literals, continuations, answers.

Only untagged *data* can hold literals (RFC 9051 4.3); the free text of a status response never
does, so a ``{5}`` there is text. A response with its literals is one event, however long.
"""

from __future__ import annotations

import re

from tutor.base import SERVER, Role
from tutor.protocols.events import Anomaly, Attempt, Detail, Fact, Kind, Outcome, TlsRequest
from tutor.protocols.imap import heads, lexer
from tutor.protocols.imap.client import ClientSide
from tutor.protocols.imap.commands import AUTHENTICATED, LOGOUT, NOT_AUTHENTICATED
from tutor.protocols.imap.data import DATA, NUMBERED, SELECT_CODES, STATUSES
from tutor.protocols.imap.dialogue import Dialogue, Open, Wait
from tutor.protocols.imap.lexer import Unit
from tutor.protocols.imap.side import Side
from tutor.protocols.imap.status import Status
from tutor.protocols.imap.tiles import Tiles
from tutor.protocols.imap.untagged import Data
from tutor.protocols.observer import Observer
from tutor.protocols.software import product

_NAMES = frozenset({*DATA, *NUMBERED})


class ServerSide(Side):
    """Makes events of what a server sends.

    Args:
        frame: the observer; it cuts lines and blocks, and takes the events.
        dialogue: what is shared with the client's direction.
        client: the client's direction, which a refusal concerns.
        greets: whether the first line may be a greeting.
    """

    def __init__(
        self, frame: Observer, dialogue: Dialogue, client: ClientSide, *, greets: bool
    ) -> None:
        super().__init__(SERVER, frame, dialogue)
        self._client = client
        self._may_greet = greets
        self._unit: Unit | None = None
        self._data: Data | None = None  # what the unit is; set from its first line on
        self._more = False  # a part of it has been emitted, before a gap
        self._named: dict[str, str] = {}
        self._closed = False  # the last line, which may be of a literal, ends like a response

    # -- what the observer calls -----------------------------------------------------------------

    def line(self, start: int, line: bytes, odd: tuple[Anomaly, ...]) -> None:
        """Take a line."""
        if self._data is None and not self._begin(start, line, odd):
            self._may_greet = False
            return
        self._may_greet = False
        unit = self._unit = self._unit or Unit(start)
        unit.line(line)
        unit.odd += odd
        marker = lexer.marker(line)
        if marker is None:
            self._emit()
            self._forget()
            return
        if not marker.waits:
            unit.odd.append(Anomaly.BAD_LITERAL)  # {5+} is the client's alone (RFC 7888 3)
        self._frame.take(SERVER, marker.size)

    def block(self, start: int, block: bytes) -> None:
        """Take a literal, or the rest of one."""
        if self._unit is None:
            self._unit = Unit(start)
        self._unit.literal(block)

    def partial(self, start: int, rest: bytes, odd: tuple[Anomaly, ...]) -> None:
        """Take what came of a line or literal before the capture lost sight of it."""
        if self._data is None:
            if rest:
                self._fragment(start, rest, odd)
            return
        if self._unit is None:
            if not rest:
                return
            self._unit = Unit(start)
        unit = self._unit
        if not self._frame.in_block(SERVER):
            unit.line(rest)
        elif rest:
            unit.literal(rest)
        unit.odd += odd
        self._emit(cut=True)
        if rest.endswith(b"\n") and not self._frame.in_block(SERVER):
            self._forget()

    def gap(self) -> None:
        """Bytes are missing. Where no literal goes on, the present response is lost from sight."""
        self._may_greet = False
        if not self._frame.in_block(SERVER):
            self._forget()
            self._dialogue.miss(SERVER, midway=self._frame.midway)
            self._closed = False

    # -- what a line is ----------------------------------------------------------------------------

    def _forget(self) -> None:
        self._unit = self._data = None
        self._more = False

    def _begin(self, start: int, line: bytes, odd: tuple[Anomaly, ...]) -> bool:
        """Tell whether untagged data begins; emit the line where it is something else."""
        doubt = self._dialogue.doubt
        if self._frame.midway and not (self._dialogue.server_heard or self._dialogue.began):
            doubt.of[SERVER] = not self._certain(line, first=True)
        elif doubt.of[SERVER]:
            doubt.of[SERVER] = not self._certain(line)
        self._dialogue.server_heard = True
        if doubt.of[SERVER]:
            self._closed = line.rstrip().endswith(b")")
            self.unparsed(start, line, (*odd, Anomaly.UNPARSED_LINE))
            return False
        if match := heads.UNTAGGED.match(line):
            name = match["name"].decode("ascii").upper()
            if name not in STATUSES or match["number"]:
                self._data = Data(match, name, self._dialogue.about(name), self._named)
                return True
            self._untagged_status(start, line, odd, match, name)
        elif match := heads.TAGGED.match(line):
            self._answer(start, line, odd, match)
        elif match := heads.CONTINUATION.match(line):
            self._go_on(start, line, odd)
        else:
            self.unparsed(start, line, (*odd, Anomaly.UNPARSED_LINE))
        return False

    def _certain(self, line: bytes, *, first: bool = False) -> bool:
        """Whether a line that may be of a literal is a response all the same.

        ``first``: it is the first line that is seen (again): packets begin where lines do.
        """
        if match := heads.TAGGED.match(line):
            tag, status = match["tag"].decode("ascii"), match["status"].decode("ascii")
            known = self._dialogue.waiting(tag) is not None
            return known or self._dialogue.doubt.answer(tag, status)
        if match := heads.UNTAGGED.match(line):
            # behind a literal a parenthesis closes the data, and then other data comes
            known = match["name"].decode("ascii").upper() in _NAMES
            return first or (self._closed and known)
        return heads.CONTINUATION.match(line) is not None and (first or bool(self._dialogue.waits))

    def _fragment(self, start: int, rest: bytes, odd: tuple[Anomaly, ...]) -> None:
        """The piece of a line, before or behind a gap, or at the end of the capture."""
        if rest.endswith(b"\n") and Anomaly.GAP_IN_LINE in odd:
            if self._certain(rest, first=True) and not rest.startswith(b"+"):
                self._dialogue.doubt.of[SERVER] = False
                self.line(start, rest, odd)  # the gap was between lines
            else:
                self._closed = rest.rstrip().endswith(b")")
                self.unparsed(start, rest, odd)
        elif rest[:1] not in b"*+" and not heads.TAGGED.match(rest):
            self.unparsed(start, rest, odd)
        elif self._begin(start, rest, odd):
            self._unit = Unit(start)
            self._unit.line(rest)
            self._unit.odd += odd
            self._emit(cut=True)
            self._forget()

    # -- making events -----------------------------------------------------------------------------

    def _emit(self, *, cut: bool = False) -> None:
        """Emit the unit as untagged data. ``cut``: its end is missing."""
        unit, data = self._unit, self._data
        if unit is None or data is None:
            return
        self._unit = None
        more, self._more = self._more, True
        parts, facts = data.read(unit, more=more, cut=cut)
        about = self._dialogue.about(data.name)
        if data.name in ("EXPUNGE", "VANISHED"):
            self._named.clear()  # the numbers have moved
        self.emit(Kind.UNTAGGED, parts, data.name, unit.odd, facts, about=about)

    def _untagged_status(
        self,
        start: int,
        line: bytes,
        odd: tuple[Anomaly, ...],
        match: re.Match[bytes],
        name: str,
    ) -> None:
        tiles = Tiles(start)
        tiles.add(Role.TAG, start + 1)
        tiles.add(Role.SPACE, start + match.end("gap"))
        tiles.add(Role.STATUS, start + match.end("name"))
        status = Status(tiles, start, line, match.end("name"))
        greets = self._greets(name, status)
        details: list[Detail] = list(status.offers)
        noted = list(odd)
        if greets:
            details += self._greeted(name, line)
            if self._dialogue.client_heard:
                noted.append(Anomaly.COMMAND_BEFORE_GREETING)
        if name == "BYE":
            self._dialogue.state = LOGOUT
        kind = Kind.GREETING if greets else Kind.UNTAGGED
        about = "" if greets else self._dialogue.about(name)
        self.emit(kind, tiles.done(start + len(line)), name, noted, details, about=about)

    def _greets(self, name: str, status: Status) -> bool:
        if not self._may_greet or status.code in SELECT_CODES or name in ("NO", "BAD"):
            return False
        return not (name == "BYE" and self._dialogue.client_heard)

    def _greeted(self, name: str, line: bytes) -> list[Detail]:
        self._dialogue.began = True
        self._dialogue.state = AUTHENTICATED if name == "PREAUTH" else NOT_AUTHENTICATED
        software = product(line)
        return [Fact("software", software)] if software else []

    def _answer(
        self, start: int, line: bytes, odd: tuple[Anomaly, ...], match: re.Match[bytes]
    ) -> None:
        tag = match["tag"].decode("ascii")
        name = match["status"].decode("ascii").upper()
        tiles = Tiles(start)
        tiles.add(Role.TAG, start + match.end("tag"))
        tiles.add(Role.SPACE, start + match.end("gap"))
        tiles.add(Role.STATUS, start + match.end("status"))
        status = Status(tiles, start, line, match.end("status"))
        seam = self.seam()
        opened = self._dialogue.answer(tag, name)
        noted = list(odd)
        details: list[Detail] = list(status.offers)
        if opened is None:
            noted += self._dialogue.stray(tag)
        else:
            self._client.refused(opened)
            details += self._verdict(opened, name)
        about = opened.verb if opened else ""
        if about in ("SELECT", "EXAMINE"):
            self._named.clear()
        parts = tiles.done(start + len(line))
        self.emit(Kind.REPLY, parts, name, noted, details, tag=tag, about=about, seam=seam)
        if about == "COMPRESS" and name == "OK":
            self._frame.compress()

    def _go_on(self, start: int, line: bytes, odd: tuple[Anomaly, ...]) -> None:
        waiting = self._dialogue.go_on(line[1:].strip())
        tiles = Tiles(start)
        tiles.add(Role.STATUS, start + 1)
        noted = list(odd)
        name, about = "unknown", ""
        if waiting:
            name, about = waiting[0].value, waiting[1].verb
        elif self._dialogue.began and self._dialogue.client_heard and not any(self._dialogue.lost):
            noted.append(Anomaly.UNEXPECTED_REPLY)
        text = line.rstrip(b"\r\n")
        if waiting and waiting[0] is Wait.SASL and waiting[1].exchange:
            if text[1:2] == b" ":
                tiles.add(Role.SPACE, start + 2)
            tiles.add(waiting[1].exchange.challenge(text[2:]), start + len(text))
            tiles.add(Role.CRLF, start + len(line))
        else:
            Status(tiles, start, line, 1)
        self.emit(Kind.CONTINUATION, tiles.done(start + len(line)), name, noted, (), about=about)

    def _verdict(self, opened: Open, status: str) -> list[Detail]:
        """What the answer to a command tells beyond the state it leads to."""
        accepted = status == "OK"
        if opened.verb == "STARTTLS":
            return [TlsRequest(accepted)]
        if opened.attempt is not None:
            return [Outcome(accepted, opened.attempt)]
        missed = _missed(opened, status)
        return [missed, Outcome(accepted, self._frame.attempts)] if missed else []


def _missed(opened: Open, status: str) -> Attempt | None:
    """The credential that crossed unread: only the answer tells that there was one."""
    exchange = opened.exchange
    if status == "OK" and exchange and exchange.unread:
        return exchange.lose().attempt
    if status == "BAD" or not (opened.broken or opened.missed):
        return None
    return opened.login() if opened.verb == "LOGIN" else opened.missed
