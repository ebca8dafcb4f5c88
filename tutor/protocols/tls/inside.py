"""What the keys make of encrypted records: their names, what they tell, and the plaintext.

Plaintext leaves in the order in which it was sent, and where some is missing, a note says so, so
that nobody above glues the ends of a gap together. Early data waits until it is known whether the
server took it: what it refused it never read, and the client sends it again (RFC 8446 4.2.10).
"""

from __future__ import annotations

from typing import NamedTuple

from tutor.base import Direction
from tutor.protocols.events import Detail, TlsAlert
from tutor.protocols.tls import names
from tutor.protocols.tls.decrypt import Decryptor
from tutor.protocols.tls.facts import Plaintext
from tutor.protocols.tls.keylog import KeyLog
from tutor.protocols.tls.messages import MessageJoiner
from tutor.protocols.tls.negotiation import Negotiation
from tutor.protocols.tls.records import Piece

_OVERHEAD = 16  # bytes of a tag, by which an AEAD record is longer than its content
_LEVELS = {1: "warning", 2: "fatal"}


class Reading(NamedTuple):
    """What an opened record is; ``keys_change`` where it is an encrypted ChangeCipherSpec."""

    name: str
    details: tuple[Detail, ...] = ()
    keys_change: bool = False


class _Side:
    def __init__(self) -> None:
        self.messages = MessageJoiner()
        self.spoke = False  # application data of it was opened
        self.note: Plaintext | None = None  # what is missing before that
        self.told = False  # since the last opened record it was said that something is missing
        self.noise = 0  # bytes that are no records, since then


class Inside:
    """The inner view of a session. ``index`` is always that of the event of the piece at hand."""

    def __init__(self, keys: KeyLog) -> None:
        self.decryptor = Decryptor(keys)
        self._sides = (_Side(), _Side())
        self._plaintext: list[Plaintext] = []
        self._early: list[Plaintext] = []  # waits for the server's verdict
        self._over = False

    def read(
        self, direction: Direction, piece: Piece, number: int, index: int, following: Negotiation
    ) -> Reading | None:
        """Open an encrypted record; None where it stays closed.

        Args:
            direction: who sent it.
            piece: the record.
            number: its 1-based number in its direction.
            index: that of its event.
            following: takes the handshake messages inside.
        """
        side = self._sides[direction]
        opened = self.decryptor.open(direction, piece.header, piece.body, number)
        if opened is None:
            side.messages.clear()
            self._missing_record(direction, piece, index, len(piece.body) - _OVERHEAD)
            return None
        if opened.seq == 0 and not side.spoke:
            side.note = None  # the first record under its keys: what is missing was handshake
        if opened.skipped and not side.told:
            before = piece._replace(start=piece.start - side.noise, end=piece.start)
            self._missing(direction, before, index, max(side.noise, opened.skipped))
        side.told, side.noise = False, 0
        if opened.type == names.APPLICATION_DATA:
            if opened.content:
                self._speak(side)
                at = (piece.start, piece.end, index)
                to = self._early if opened.early else self._plaintext
                to.append(Plaintext(direction, opened.content, *at))
            return Reading("early-data" if opened.early else "application-data")
        if opened.type == names.HANDSHAKE:
            told = [
                following.message(direction, each, sealed=True)
                for each in side.messages.feed(opened.content)
            ]
            details = tuple(detail for _, details in told for detail in details)
            return Reading("+".join(name for name, _ in told) or "handshake-fragment", details)
        return _other(opened.type, opened.content)

    def cut(self, direction: Direction, piece: Piece, index: int) -> None:
        """An encrypted record came whose rest was not captured."""
        self.decryptor.missed(direction, piece.body)
        self._missing_record(direction, piece, index, len(piece.body))

    def rest(self, direction: Direction, piece: Piece, index: int) -> None:
        """The rest of such a record came."""
        self._missing_record(direction, piece, index, len(piece.body))

    def gap(self, direction: Direction, piece: Piece, index: int) -> None:
        """Bytes are missing."""
        self._sides[direction].messages.clear()
        self.decryptor.gap(direction, piece.end - piece.start)
        self._missing(direction, piece, index, piece.end - piece.start)

    def noise(self, direction: Direction, piece: Piece) -> None:
        """Bytes came that are no record; whether they were, the next opened record tells."""
        self.decryptor.noise(direction, piece.end - piece.start)
        self._sides[direction].noise += piece.end - piece.start

    def change(self, direction: Direction) -> None:
        """Other keys begin: no message goes on under them."""
        self._sides[direction].messages.clear()

    def finish(self) -> None:
        """The session is over: where anything was opened, tell all that is missing."""
        self._over = True
        if any(side.spoke for side in self._sides):
            for side in self._sides:
                self._speak(side)

    def take(self, *, early: bool | None) -> list[Plaintext]:
        """The plaintext since the last call; ``early``: the server took early data, if known."""
        out, self._plaintext = self._plaintext, []
        if self._early and (early is not None or self._over):
            out = out if early is False else self._early + out
            self._early = []
        return out

    def _speak(self, side: _Side) -> None:
        side.spoke = True
        if side.note is not None:
            self._plaintext.append(side.note)
            side.note = None

    def _missing_record(self, direction: Direction, piece: Piece, index: int, size: int) -> None:
        if piece.type == names.APPLICATION_DATA:
            self._missing(direction, piece, index, max(1, size))

    def _missing(self, direction: Direction, piece: Piece, index: int, size: int) -> None:
        """Note that plaintext is missing.

        Until some data of this direction was opened, what is missing may be handshake, and nothing
        may ever be opened: one note is held back then, and grows.
        """
        side = self._sides[direction]
        side.told = True
        note = Plaintext(direction, b"", piece.start, piece.end, index, size)
        if side.spoke:
            self._plaintext.append(note)
            return
        if side.note is not None:
            grown = side.note.missing + size
            note = note._replace(outer_start=side.note.outer_start, missing=grown)
        side.note = note


def _other(kind: int, content: bytes) -> Reading:
    if kind == names.ALERT:
        alert = read_alert(content)
        return Reading(f"alert/{alert.name}", (alert,))
    if kind == names.CHANGE_CIPHER_SPEC:
        return Reading("ChangeCipherSpec", keys_change=True)
    return Reading("heartbeat" if kind == names.HEARTBEAT else "unknown-record")


def read_alert(body: bytes) -> TlsAlert:
    """Read an alert: level and description (RFC 8446 6)."""
    if len(body) < 2:
        return TlsAlert("unknown", "unknown")
    return TlsAlert(_LEVELS.get(body[0], "unknown"), names.alert_name(body[1]))
