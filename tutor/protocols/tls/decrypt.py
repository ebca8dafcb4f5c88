"""Which keys open which record: climbing the ladders, and counting.

TLS counts the records under each set of keys and sends the count nowhere. Every record opened is
verified (an AEAD tag or a MAC), so where the count or the set of keys is in doubt (a gap, a
handshake secret that the key log lacks, a ServerHello that was not captured), the candidates are
tried, and the one that fits is right. Trying is bounded for each session.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tutor.base import CLIENT, Direction
from tutor.protocols.tls import names
from tutor.protocols.tls.keylog import KeyLog
from tutor.protocols.tls.ladders import Ladder, NoKeys, Terms, build

MOST_TRIES = 20_000
"""Candidates that may fail in one session before only the likeliest is tried."""
_MOST_SKIPPED = 4096  # records that may be missing in one gap
_SMALLEST = 22  # bytes of a record: 5 of header, 1 of content, 16 of tag


class Opened(NamedTuple):
    """An opened record.

    ``type`` is its true content type, ``seq`` its number under its keys, counted from 0, and
    ``skipped`` how many records before it were never opened.
    """

    type: int
    content: bytes
    seq: int
    skipped: int


class _Channel:
    """One direction: its ladders and its count."""

    def __init__(self) -> None:
        self.terms: Terms | None = None
        self.ladders: list[Ladder] | None = None  # None: to be built when the first record comes
        self.seq = 0  # the lowest number that the next record can have
        self.slack = 0  # how much higher it can be
        self.lost = 0  # bytes missing since the last record that was opened

    def proved(self, cipher: int) -> bool:
        """Whether early data was opened with ``cipher`` before the ServerHello named it."""
        return self.ladders is not None and [each.cipher for each in self.ladders] == [cipher]

    def skipped(self, records: int) -> None:
        """Up to that many records went by that were not counted."""
        self.slack = min(self.slack + records, _MOST_SKIPPED)

    def passed(self, fragment: bytes) -> None:
        """A record went by, opened or not."""
        for ladder in self.ladders or ():
            ladder.passed(fragment)


class Decryptor:
    """Opens the records of one session with a key log.

    Attributes:
        opened: at least one record was opened.
        why_not: why the first record that stayed closed did, in words; None while all open.
        tries_left: how many candidates may still fail.
        guessed: the cipher that was proved by opening a record where no ServerHello told it.
    """

    def __init__(self, keys: KeyLog) -> None:
        self._keys = keys
        self._channels = (_Channel(), _Channel())
        self._random: bytes | None = None
        self._terms: Terms | None = None
        self.tries_left = MOST_TRIES
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
            ladder.climb()
        channel.seq = channel.slack = 0

    def gap(self, direction: Direction, length: int) -> None:
        """``length`` bytes of ``direction`` are missing: that many records may be, too."""
        channel = self._channels[direction]
        channel.lost += length
        self.noise(direction, length)

    def noise(self, direction: Direction, length: int) -> None:
        """``length`` bytes of ``direction`` are no records, or were some before a damage."""
        self._channels[direction].skipped(length // _SMALLEST + 1)

    def missed(self, direction: Direction, fragment: bytes) -> None:
        """A record went by incomplete."""
        channel = self._channels[direction]
        channel.skipped(1)
        channel.passed(fragment)

    # -- opening -----------------------------------------------------------------------------------

    def open(
        self, direction: Direction, header: bytes, fragment: bytes, number: int
    ) -> Opened | None:
        """Open a record; None where it stays closed.

        ``number`` is its 1-based number in its direction, for ``why_not``.
        """
        channel = self._channels[direction]
        if channel.ladders is None:
            channel.terms = channel.terms or self._terms
            try:
                channel.ladders = build(self._keys, direction, self._random, channel.terms)
            except NoKeys as reason:
                channel.ladders = []
                self._fail(str(reason))
        if not channel.ladders:
            return None
        expected = channel.seq
        plain = self._try(channel, channel.ladders, header, fragment)
        channel.passed(fragment)
        if plain is None:
            self._fail(_failure(channel, channel.ladders[0].lacks, direction, number))
            channel.skipped(1)
            return None
        channel.slack = channel.lost = 0
        self.opened = True
        seq = channel.seq - 1
        skipped = seq - expected if seq >= expected else seq  # less: under new keys
        if channel.terms is not None and channel.terms.version < names.TLS13:
            return Opened(header[0], plain, seq, skipped)
        return Opened(*_inner(plain), seq, skipped)

    def _try(
        self, channel: _Channel, ladders: list[Ladder], header: bytes, fragment: bytes
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
                    channel.ladders = [ladder]
                    if channel.terms is None:
                        self.guessed = ladder.cipher
                    return plain
                self.tries_left -= 1
        return None

    def _candidates(self, channel: _Channel, ladder: Ladder) -> Iterator[tuple[int, int]]:
        """Rung and count, the likeliest first."""
        if self.tries_left <= 0:
            yield ladder.at, channel.seq + channel.slack
            return
        yield from ((ladder.at, channel.seq + more) for more in range(channel.slack + 1))
        ladder.grow()
        for later in range(ladder.at + 1, len(ladder.rungs)):
            yield from ((later, count) for count in range(channel.slack + 1))

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
