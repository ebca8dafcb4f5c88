"""Which keys open which record: the ladder of keys in each direction, and counting.

TLS counts the records under each set of keys and sends the count nowhere. Every record opened is
verified (an AEAD tag or a MAC), so where the count or the set of keys is in doubt (a gap, a
handshake secret that the key log lacks, a ServerHello that was not captured), the candidates are
tried, and the one that fits is right. Trying is bounded for each session.

The ladder of TLS 1.3 (RFC 8446 7.1): early data, handshake, application data, and further
generations after each KeyUpdate. In TLS 1.2 each ChangeCipherSpec begins a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tutor.base import CLIENT, Direction
from tutor.protocols.tls import names
from tutor.protocols.tls.keylog import KeyLog
from tutor.protocols.tls.openers import Aead13, Opener, opener_before_13
from tutor.protocols.tls.suites import SUITES, suite

MOST_TRIES = 20_000
"""Candidates that may fail in one session before only the likeliest is tried."""
_MOST_SKIPPED = 4096  # records that may be missing in one gap
_SMALLEST = 22  # bytes of a record: 5 of header, 1 of content, 16 of tag

_LABELS = {
    "early": ("CLIENT_EARLY_TRAFFIC_SECRET", None),
    "handshake": ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET"),
    "application": ("CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"),
}
_GUESSES = {32: (0x1301, 0x1303, 0x1304, 0x1305), 48: (0x1302,)}  # suites by length of the secret


class Opened(NamedTuple):
    """An opened record: its true content type, its content, its number under its keys."""

    type: int
    content: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What ClientHello and ServerHello agreed on, as far as keys depend on it."""

    version: int
    cipher: int
    randoms: tuple[bytes, bytes]
    mac_last: bool


@dataclass(slots=True)
class _Ladder:
    """Sets of keys in the order of their use; None where the key log lacks the secret."""

    cipher: int
    rungs: list[Opener | None]
    labels: list[str]
    at: int = 0

    @property
    def lacks(self) -> str | None:
        """The label of the secret that is in use by now and not in the key log."""
        return self.labels[self.at] if self.rungs[self.at] is None else None


class _Channel:
    """One direction: its ladders (several while the cipher is a guess) and its count."""

    def __init__(self) -> None:
        self.terms: Terms | None = None
        self.ladders: list[_Ladder] | None = None  # None: to be built when the first record comes
        self.seq = 0  # the lowest number that the next record can have
        self.slack = 0  # how much higher it can be
        self.lost = 0  # bytes missing since the last record that was opened

    def proved(self, cipher: int) -> bool:
        """Whether early data was opened with ``cipher`` before the ServerHello named it."""
        return self.ladders is not None and [each.cipher for each in self.ladders] == [cipher]


class Decryptor:
    """Opens the records of one session with a key log.

    Attributes:
        opened: at least one record was opened.
        why_not: why the first record that stayed closed did, in words; None while all open.
        guessed: the cipher that was proved by opening a record where no ServerHello told it.
    """

    def __init__(self, keys: KeyLog) -> None:
        self._keys = keys
        self._channels = (_Channel(), _Channel())
        self._random: bytes | None = None
        self._terms: Terms | None = None
        self._tries = MOST_TRIES
        self.opened = False
        self.why_not: str | None = None
        self.guessed: int | None = None

    # -- what the handshake tells ----------------------------------------------------------------

    def client_hello(self, random: bytes) -> None:
        """A ClientHello came, the first or (TLS 1.2) one of a renegotiation."""
        self._random = random

    def server_hello(self, version: int, cipher: int, random: bytes, *, mac_last: bool) -> None:
        """The server chose; from here on TLS 1.3 is encrypted, 1.2 from ChangeCipherSpec on."""
        self._terms = Terms(version, cipher, (self._random or b"", random), mac_last)
        if version >= names.TLS13:
            for channel in self._channels:
                if not channel.proved(cipher):
                    channel.ladders = None
                    channel.seq = 0
                channel.terms = self._terms

    def change_cipher_spec(self, direction: Direction) -> None:
        """What ``direction`` sends next is under the keys just agreed (TLS 1.2 and older)."""
        channel = self._channels[direction]
        channel.terms = self._terms
        channel.ladders = None
        channel.seq = channel.slack = channel.lost = 0

    def advance(self, direction: Direction) -> None:
        """TLS 1.3: Finished, EndOfEarlyData or KeyUpdate: the next set of keys."""
        channel = self._channels[direction]
        for ladder in channel.ladders or ():
            self._grow(ladder)
            ladder.at = min(ladder.at + 1, len(ladder.rungs) - 1)
        channel.seq = channel.slack = 0

    def gap(self, direction: Direction, length: int) -> None:
        """``length`` bytes of ``direction`` are missing: that many records may be, too."""
        channel = self._channels[direction]
        channel.lost += length
        channel.slack = min(channel.slack + length // _SMALLEST + 1, _MOST_SKIPPED)

    def missed(self, direction: Direction, fragment: bytes) -> None:
        """A record went by incomplete."""
        channel = self._channels[direction]
        channel.slack = min(channel.slack + 1, _MOST_SKIPPED)
        self._pass(channel, fragment)

    # -- opening -----------------------------------------------------------------------------------

    def open(
        self, direction: Direction, header: bytes, fragment: bytes, number: int
    ) -> Opened | None:
        """Open a record; None where it stays closed.

        ``number`` is its 1-based number in its direction, for ``why_not``.
        """
        channel = self._channels[direction]
        if channel.ladders is None:
            self._build(direction, channel)
        ladders = channel.ladders or []
        plain = self._try(channel, ladders, header, fragment) if ladders else None
        self._pass(channel, fragment)
        if plain is None:
            if ladders:
                self._fail(_failure(channel, ladders[0].lacks, direction, number))
                channel.slack = min(channel.slack + 1, _MOST_SKIPPED)
            return None
        channel.slack = channel.lost = 0
        self.opened = True
        version = channel.terms.version if channel.terms else names.TLS13
        if version < names.TLS13:
            return Opened(header[0], plain, channel.seq - 1)
        return Opened(*_inner(plain), channel.seq - 1)

    def _try(
        self, channel: _Channel, ladders: list[_Ladder], header: bytes, fragment: bytes
    ) -> bytes | None:
        for ladder in ladders:
            for at, seq in self._candidates(channel, ladder):
                opener = ladder.rungs[at]
                if opener is None:
                    continue
                plain = opener.open(seq, header, fragment)
                if plain is not None:
                    ladder.at = at
                    channel.seq = seq + 1
                    if channel.terms is None:
                        self.guessed = ladder.cipher
                    channel.ladders = [ladder]
                    return plain
                self._tries -= 1
        return None

    def _candidates(self, channel: _Channel, ladder: _Ladder) -> Iterator[tuple[int, int]]:
        """Rung and count, the likeliest first."""
        if self._tries <= 0:
            yield ladder.at, channel.seq + channel.slack
            return
        yield from ((ladder.at, channel.seq + more) for more in range(channel.slack + 1))
        self._grow(ladder)
        for later in range(ladder.at + 1, len(ladder.rungs)):
            yield from ((later, count) for count in range(channel.slack + 1))

    def _grow(self, ladder: _Ladder) -> None:
        """Put the next generation on top where the top is in use."""
        top = ladder.rungs[-1]
        if ladder.at == len(ladder.rungs) - 1 and top is not None:
            following = top.updated()
            if following is not None:
                ladder.rungs.append(following)

    @staticmethod
    def _pass(channel: _Channel, fragment: bytes) -> None:
        for ladder in channel.ladders or ():
            for opener in ladder.rungs:
                if opener is not None:
                    opener.passed(fragment)

    # -- building ladders --------------------------------------------------------------------------

    def _build(self, direction: Direction, channel: _Channel) -> None:
        channel.ladders = []
        channel.terms = channel.terms or self._terms
        if self._random is None:
            self._fail("the ClientHello was not captured, and its random number names the keys")
        elif not self._keys.knows(self._random):
            self._fail("the key log has no secrets for this session's client random")
        elif channel.terms is None:
            channel.ladders = self._guess(direction, self._random)
        elif channel.terms.version >= names.TLS13:
            channel.ladders = self._ladders_13(direction, self._random, (channel.terms.cipher,))
        else:
            channel.ladders = self._ladders_12(direction, channel.terms)

    def _guess(self, direction: Direction, random: bytes) -> list[_Ladder]:
        """No ServerHello: TLS 1.3 secrets can be tried with each cipher of their length."""
        lengths = {
            len(secret)
            for labels in _LABELS.values()
            if (label := labels[direction]) and (secret := self._keys.get(label, random))
        }
        ciphers = tuple(cipher for size in lengths for cipher in _GUESSES.get(size, ()))
        if not ciphers:
            self._fail("the ServerHello was not captured")
            return []
        return self._ladders_13(direction, random, ciphers)

    def _ladders_13(
        self, direction: Direction, random: bytes, ciphers: tuple[int, ...]
    ) -> list[_Ladder]:
        labels = [label for pair in _LABELS.values() if (label := pair[direction])]
        secrets = [self._keys.get(label, random) for label in labels]
        if direction is CLIENT and secrets[0] is None:
            del secrets[0], labels[0]  # most sessions have no early data
        if not any(secrets):
            self._fail("the key log has no TLS 1.3 secrets for this session")
            return []
        ladders = []
        for cipher in ciphers:
            parts = suite(cipher)
            if parts is None or parts.mode == "cbc":
                self._unsupported(cipher)
                continue
            rungs: list[Opener | None] = [
                Aead13(parts, secret) if secret else None for secret in secrets
            ]
            ladders.append(_Ladder(cipher, rungs, labels))
        return ladders

    def _ladders_12(self, direction: Direction, terms: Terms) -> list[_Ladder]:
        parts = suite(terms.cipher)
        master = self._keys.get("CLIENT_RANDOM", terms.randoms[0])
        if terms.version < names.TLS10:
            self._fail(f"{names.version_name(terms.version)} is not supported")
        elif parts is None:
            self._unsupported(terms.cipher)
        elif master is None:
            self._fail("the key log has no CLIENT_RANDOM line for this session")
        else:
            opener = opener_before_13(
                parts, terms.version, master, terms.randoms, direction, mac_last=terms.mac_last
            )
            return [_Ladder(terms.cipher, [opener], ["CLIENT_RANDOM"])]
        return []

    def _unsupported(self, cipher: int) -> None:
        self._fail(f"cipher {SUITES.get(cipher) or f'0x{cipher:04X}'} is not supported")

    def _fail(self, why: str) -> None:
        if self.why_not is None:
            self.why_not = why


def _failure(channel: _Channel, lacks: str | None, direction: Direction, number: int) -> str:
    if lacks is not None:
        return f"the key log has no {lacks} for this session"
    who = "client" if direction is CLIENT else "server"
    if channel.lost:
        missing = "1 byte" if channel.lost == 1 else f"{channel.lost:,} bytes"
        return f"a gap in the capture: {missing} missing before record {number} from the {who}"
    return f"record {number} from the {who} failed its integrity check"


def _inner(plain: bytes) -> tuple[int, bytes]:
    """Take apart TLSInnerPlaintext: content, its type, zeros (RFC 8446 5.2)."""
    content = plain.rstrip(b"\0")
    return (content[-1], content[:-1]) if content else (0, b"")
