"""The TLS observer: bytes of both directions in, one event for each record out.

It sees what a listener sees: record headers, the readable part of the handshake, sizes. With a
key log it also opens records and gives the plaintext to the session, which feeds it to the observer
of the mail protocol inside. The two views stay apart: an event that was opened with keys has its
outer name, the one a listener sees, in ``about`` (all others have it in ``name``, and ``about`` is
empty), and its details are not a listener's.

Names: those of the handshake messages that the record completes, joined by ``+``;
``handshake-fragment`` where it completes none; ``ChangeCipherSpec``, ``alert/close_notify``,
``application-data``, ``early-data``, ``heartbeat``; under encryption ``encrypted-handshake``,
``alert/encrypted``; ``record-fragment`` where bytes are missing and no more can be said.
"""

from __future__ import annotations

from dataclasses import replace

from tutor.base import CLIENT, Direction, Part, Role, Span
from tutor.protocols.events import Anomaly, Detail, Event, Kind
from tutor.protocols.tls import names
from tutor.protocols.tls.facts import Plaintext, TlsFacts
from tutor.protocols.tls.hello import parse_ssl2_client_hello
from tutor.protocols.tls.inside import Inside, read_alert
from tutor.protocols.tls.keylog import KeyLog
from tutor.protocols.tls.messages import MessageJoiner, looks_plain
from tutor.protocols.tls.negotiation import Negotiation
from tutor.protocols.tls.records import HEADER, Piece, RecordCutter, Shape
from tutor.protocols.tls.suites import encrypts_nothing, suite_name

_ENCRYPTED_NAMES = {
    names.CHANGE_CIPHER_SPEC: "ChangeCipherSpec",
    names.ALERT: "alert/encrypted",
    names.HANDSHAKE: "encrypted-handshake",
    names.APPLICATION_DATA: "application-data",
    names.HEARTBEAT: "heartbeat",
}
_TEXT = bytes(range(0x20, 0x7F)) + b"\t\r\n"


class _Side:
    """What is known about one direction."""

    def __init__(self, base: int, *, client: bool) -> None:
        self.cutter = RecordCutter(base, ssl2=client)
        self.messages = MessageJoiner()  # handshake messages in the clear
        self.changed = False  # ChangeCipherSpec was sent
        self.sure = True  # nothing is missing up to here, so ``changed`` is right
        self.records = 0


class TlsObserver:
    """Observes one TLS session.

    Args:
        layer: index of the layer whose bytes it reads; goes into every span.
        start: stream offsets (client, server) of the first bytes it will be fed.
        keys: secrets to decrypt with; empty for a listener's view.
    """

    protocol = "tls"

    def __init__(
        self,
        layer: int = 0,
        start: tuple[int, int] = (0, 0),
        keys: KeyLog | None = None,
    ) -> None:
        self.layer = layer
        self._sides = (_Side(start[0], client=True), _Side(start[1], client=False))
        self._inside = Inside(keys or KeyLog())
        self._opens = bool(keys)  # whether it is to be tried; a NULL suite needs no keys
        self._negotiation = Negotiation(self._inside.decryptor)
        self._count = 0  # events given out so far

    # -- what the session calls ----------------------------------------------------------------

    def begin(self, direction: Direction, at: int) -> None:
        """Say at which stream offset TLS begins in a direction of which nothing was fed yet.

        After STARTTLS the two directions turn to TLS at different moments.
        """
        self._sides[direction].cutter = RecordCutter(at, ssl2=direction is CLIENT)

    def feed(self, direction: Direction, data: bytes) -> list[Event]:
        """Take the next bytes of one direction; give the events they complete."""
        return self._events(direction, self._sides[direction].cutter.feed(data))

    def gap(self, direction: Direction, length: int) -> list[Event]:
        """Take note that ``length`` bytes of this direction were not captured."""
        return self._events(direction, self._sides[direction].cutter.gap(length))

    def finish(self) -> list[Event]:
        """The conversation is over: give what was left unfinished, as it is."""
        out = []
        for direction in Direction:
            out += self._events(direction, self._sides[direction].cutter.finish())
        if self._opens:
            self._inside.finish()
        return out

    def take_plaintext(self) -> list[Plaintext]:
        """Decrypted application data since the last call, in the order in which it was sent.

        Early data that the server refused is left out: it never read it.
        Word of missing data comes only in a session of which some application data was opened.
        """
        return self._inside.take(early=self._negotiation.early) if self._opens else []

    @property
    def facts(self) -> TlsFacts:
        """What is known about the session so far."""
        facts = self._negotiation.facts
        if not self._opens:
            return facts
        keys = self._inside.decryptor
        if facts.cipher is None and keys.guessed is not None:
            facts = replace(facts, version="1.3", cipher=suite_name(keys.guessed))
        return replace(facts, decrypted=keys.opened, why_not=keys.why_not)

    # -- pieces to events ------------------------------------------------------------------------

    def _events(self, direction: Direction, pieces: list[Piece]) -> list[Event]:
        out = []
        for piece in pieces:
            out.append(self._event(direction, piece))
            self._count += 1
        return out

    def _event(self, direction: Direction, piece: Piece) -> Event:
        side = self._sides[direction]
        if piece.shape is Shape.RECORD:
            return self._record(direction, side, piece)
        if piece.shape is Shape.CUT:
            return self._cut(direction, side, piece)
        if piece.shape is Shape.REST:
            return self._rest(direction, side, piece)
        if piece.shape is Shape.SSL2:
            side.records += 1
            details = self._negotiation.offered(parse_ssl2_client_hello(piece.body))
            return self._make(direction, piece, "ClientHello", (Role.HANDSHAKE,), details=details)
        if piece.shape is Shape.GAP:
            self._gap(direction, side, piece)
            return self._make(direction, piece, "", (Role.UNPARSED,), kind=Kind.GAP)
        return self._other(direction, side, piece)

    def _make(
        self,
        direction: Direction,
        piece: Piece,
        name: str,
        roles: tuple[Role, ...],
        *,
        kind: Kind = Kind.RECORD,
        anomalies: tuple[Anomaly, ...] = (),
        details: tuple[Detail, ...] = (),
        about: str = "",
        host: tuple[int, int] | None = None,
    ) -> Event:
        """Make an event; ``roles`` are the header's, where there is one, and the rest's."""
        span = Span(self.layer, direction, piece.start, piece.end)
        cuts = [piece.start, piece.end]
        if len(roles) == 2:
            cuts.insert(1, piece.start + len(piece.header))
        if host is not None:
            roles = (*roles, Role.HOST, roles[-1])
            cuts[-1:-1] = host
        ranges = zip(roles, cuts[:-1], cuts[1:], strict=True)
        parts = tuple(Part(*each) for each in ranges if each[1] < each[2])
        return Event(kind, span, parts, name, "", about, "", anomalies, details)

    # -- records ---------------------------------------------------------------------------------

    def _record(self, direction: Direction, side: _Side, piece: Piece) -> Event:
        side.records += 1
        if self._encrypted(side, piece):
            return self._sealed(direction, side, piece)
        if piece.type == names.CHANGE_CIPHER_SPEC:
            self._change(direction, side)
            return self._readable(direction, piece, "ChangeCipherSpec", Role.HANDSHAKE)
        if piece.type == names.ALERT:
            alert = read_alert(piece.body)
            return self._readable(direction, piece, f"alert/{alert.name}", Role.ALERT, (alert,))
        if piece.type == names.HANDSHAKE:
            return self._handshake(direction, side, piece)
        return self._readable(direction, piece, "heartbeat", Role.UNPARSED)

    def _encrypted(self, side: _Side, piece: Piece) -> bool:
        """Tell whether the record's fragment is encrypted, as far as a listener can know."""
        if piece.type == names.APPLICATION_DATA:
            return True
        if self._negotiation.version >= names.TLS13:
            return False  # what is encrypted calls itself application data (RFC 8446 5.2)
        if piece.type == names.CHANGE_CIPHER_SPEC:
            return len(piece.body) != 1
        if piece.type == names.ALERT:
            return len(piece.body) != 2
        if piece.type == names.HANDSHAKE and side.changed and not self._negotiation.version:
            return not looks_plain(piece.body)  # TLS 1.3 goes on in the clear after a retry
        if piece.type == names.HANDSHAKE and not side.sure:
            return not side.messages.begun and not looks_plain(piece.body)
        return side.changed

    def _readable(
        self,
        direction: Direction,
        piece: Piece,
        name: str,
        role: Role,
        details: tuple[Detail, ...] = (),
        host: tuple[int, int] | None = None,
    ) -> Event:
        roles = (Role.RECORD_HEADER, role)
        odd = (Anomaly.TRUNCATED,) if piece.shape is Shape.CUT else ()
        anomalies = (Anomaly.GAP_IN_LINE,) if piece.gap else odd
        return self._make(
            direction, piece, name, roles, details=details, host=host, anomalies=anomalies
        )

    def _handshake(self, direction: Direction, side: _Side, piece: Piece) -> Event:
        found: list[str] = []
        details: list[Detail] = []
        host = None
        for message in side.messages.feed(piece.body):
            name, told = self._negotiation.message(direction, message, sealed=False)
            found.append(name)
            details += told
            at = self._negotiation.name_at
            if at is not None and message.at >= 0:
                body = piece.start + HEADER + message.at
                host = (body + at[0], body + at[1])
        self._opens = self._opens or encrypts_nothing(self._negotiation.facts.cipher)
        name = "+".join(found) or "handshake-fragment"
        return self._readable(direction, piece, name, Role.HANDSHAKE, tuple(details), host)

    def _change(self, direction: Direction, side: _Side) -> None:
        if self._negotiation.version < names.TLS13:
            side.changed = side.sure = True
            self._inside.change(direction)
        self._negotiation.change_cipher_spec(direction)

    # -- under encryption ------------------------------------------------------------------------

    def _sealed(self, direction: Direction, side: _Side, piece: Piece) -> Event:
        outer = _ENCRYPTED_NAMES[piece.type]
        roles = (Role.RECORD_HEADER, Role.CIPHERTEXT)
        if piece.type == names.APPLICATION_DATA and not side.changed:
            side.sure = False  # TLS 1.3, or a session of which the beginning was not captured
        if not self._opens:
            return self._make(direction, piece, outer, roles)
        read = self._inside.read(direction, piece, side.records, self._count, self._negotiation)
        if read is None:
            odd = (Anomaly.UNDECRYPTABLE_RECORD,)
            return self._make(direction, piece, outer, roles, anomalies=odd)
        if read.keys_change:
            self._change(direction, side)
        return self._make(direction, piece, read.name, roles, details=read.details, about=outer)

    # -- what is missing or no TLS -----------------------------------------------------------------

    def _cut(self, direction: Direction, side: _Side, piece: Piece) -> Event:
        """The beginning of a record whose rest was not captured."""
        side.records += 1
        if len(piece.header) < HEADER:
            return self._readable(direction, piece, "record-fragment", Role.UNPARSED)
        if not self._encrypted(side, piece):
            if piece.type == names.HANDSHAKE:
                return self._handshake(direction, side, piece)
            return self._readable(direction, piece, "record-fragment", Role.UNPARSED)
        if self._opens:
            self._inside.cut(direction, piece, self._count)
        return self._readable(direction, piece, _ENCRYPTED_NAMES[piece.type], Role.CIPHERTEXT)

    def _rest(self, direction: Direction, side: _Side, piece: Piece) -> Event:
        """The end of a record that a gap cut; where it was encrypted, it cannot be opened."""
        sealed = piece.type == names.APPLICATION_DATA or side.changed
        role = Role.CIPHERTEXT if sealed else Role.UNPARSED
        if self._opens:
            self._inside.rest(direction, piece, self._count)
        odd = (Anomaly.GAP_IN_LINE,)
        return self._make(direction, piece, "record-fragment", (role,), anomalies=odd)

    def _gap(self, direction: Direction, side: _Side, piece: Piece) -> None:
        side.messages.clear()
        side.sure = False
        self._negotiation.gap()
        if self._opens:
            self._inside.gap(direction, piece, self._count)

    def _other(self, direction: Direction, side: _Side, piece: Piece) -> Event:
        """Bytes that are no TLS; where they begin the stream, it starts in the middle."""
        side.messages.clear()
        if self._opens:
            self._inside.noise(direction, piece)
        if side.records == 0:
            side.sure = False
        odd = Anomaly.BAD_TLS_RECORD
        if piece.gap:
            odd = Anomaly.GAP_IN_LINE
        elif not piece.body[:64].translate(None, _TEXT) and self._began():
            odd = Anomaly.TEXT_AFTER_TLS
        roles = (Role.UNPARSED,)
        return self._make(direction, piece, "", roles, kind=Kind.UNPARSED, anomalies=(odd,))

    def _began(self) -> bool:
        return any(side.records for side in self._sides)
