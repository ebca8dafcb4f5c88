"""Which keys open which record: climbing the ladders, and counting.

TLS counts the records under each set of keys and sends the count nowhere. Every record opened is
verified (an AEAD tag or a MAC), so where the count or the set of keys is in doubt (a gap, a
handshake secret that the key log lacks, a hello that was not captured), the candidates are
tried, and the one that fits is right. Trying is bounded for each session.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tutor.base import CLIENT, Direction
from tutor.protocols.tls import names
from tutor.protocols.tls.hello import Choice
from tutor.protocols.tls.inflate import Inflater
from tutor.protocols.tls.keylog import KeyLog
from tutor.protocols.tls.ladders import Ladder, NoKeys, Terms, build

MOST_TRIES = 20_000
"""Candidates that may fail in one session before only the likeliest is tried."""
_MOST_SKIPPED = 4096  # records that may be missing in one gap
_MOST_BEFORE = 128  # records that may have gone by before a capture begins, to be tried
_INNER = "key log lacks this client random (an encrypted ClientHello would hold another)"
_SMALLEST = 22  # bytes of a record: 5 of header, 1 of content, 16 of tag


class Opened(NamedTuple):
    """An opened record.

    ``type`` is its true content type, ``seq`` its number under its keys, counted from 0,
    ``skipped`` how many records before it were never opened, and ``early`` says that it came under
    the keys of early data.
    """

    type: int
    content: bytes
    seq: int
    skipped: int
    early: bool = False


class _Channel:
    """One direction: its ladders and its count."""

    def __init__(self) -> None:
        self.terms: Terms | None = None
        self.ladders: list[Ladder] | None = None  # None: to be built when the first record comes
        self.seq = 0  # the lowest number that the next record can have
        self.slack = 0  # how much higher it can be
        self.lost = 0  # bytes missing since the last record that was opened
        self.guessing = False  # no ClientHello was captured: which session it is must be tried
        self.inflater: Inflater | None = None  # where records are compressed

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
        self._early = False
        self._met = False  # a ClientHello came
        self._hello = ""  # why its random is not known
        self._terms: Terms | None = None
        self.tries_left = MOST_TRIES
        self.opened = False
        self.why_not: str | None = None
        self.guessed: int | None = None

    # -- what the handshake tells ----------------------------------------------------------------

    def client_hello(self, random: bytes, *, early: bool, ech: bool) -> None:
        """A ClientHello came, the first or (TLS 1.2) one of a renegotiation.

        ``early``: it announces early data. ``ech``: it may hold an encrypted one, and where the
        server takes that, the key log has the random of the inner one.
        """
        inner = ech and not self._keys.knows(random)
        self._hello = _INNER if inner else ""
        self._random = None if inner else random
        self._early = early
        self._met = True

    def server_hello(self, version: int, choice: Choice, draft: int = 0) -> None:
        """The server chose; from here on TLS 1.3 is encrypted, 1.2 from ChangeCipherSpec on."""
        cipher = choice.cipher
        self._terms = Terms(
            version,
            cipher,
            (self._random, choice.random),
            mac_last=names.ENCRYPT_THEN_MAC in choice.extensions,
            mac_short=names.TRUNCATED_HMAC in choice.extensions,
            compression=choice.compression,
            draft=draft,
        )
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
        compressed = self._terms is not None and self._terms.compression
        channel.inflater = Inflater() if compressed else None

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
            channel.ladders = self._build(direction, channel)
        if not channel.ladders:
            return None
        expected = channel.seq
        plain = self._try(channel, channel.ladders, header, fragment)
        channel.passed(fragment)
        if plain is None:
            unknown = self._unknown(channel) if channel.guessing else None
            self._fail(_failure(channel, direction, number, unknown))
            channel.skipped(1)
            if channel.guessing:
                channel.ladders = []  # not to try a whole key log again for each record
            return None
        channel.slack = channel.lost = 0
        seq = channel.seq - 1
        skipped = seq - expected if seq >= expected else seq  # less: under new keys
        return self._opened(channel, header[0], plain, seq, skipped)

    def _build(self, direction: Direction, channel: _Channel) -> list[Ladder]:
        terms = channel.terms = channel.terms or self._terms
        random = terms.randoms[0] if terms else self._random
        random = random or self._random
        channel.guessing = random is None
        if terms is None and not self._met:
            channel.skipped(_MOST_BEFORE)
        try:
            return build(self._keys, direction, random, terms, early=self._early)
        except NoKeys as reason:
            self._fail(str(reason))
            return []

    def _unknown(self, channel: _Channel) -> str:
        """Why it is not known which session of the key log this is."""
        hello = "ClientHello" if channel.terms else "handshake"
        return self._hello or f"{hello} was not captured"

    def _opened(
        self, channel: _Channel, kind: int, plain: bytes, seq: int, skipped: int
    ) -> Opened | None:
        self.opened = True
        assert channel.ladders
        if channel.terms is None or channel.terms.version >= names.TLS13:
            return Opened(*_inner(plain), seq, skipped, channel.ladders[0].early)
        if channel.inflater is None:
            return Opened(kind, plain, seq, skipped)
        content = None if skipped else channel.inflater.feed(plain)
        if content is None:
            channel.inflater.broken = True
            self._fail("a record is missing or damaged, and the compressed ones behind it need it")
            return None
        return Opened(kind, content, seq, skipped)

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
                    channel.guessing = False
                    self._random = self._random or ladder.random
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


def _failure(channel: _Channel, direction: Direction, number: int, unknown: str | None) -> str:
    who = "client" if direction is CLIENT else "server"
    assert channel.ladders
    lacks = channel.ladders[0].lacks
    if unknown is not None:
        return f"the {unknown}, and no secret of the key log opens record {number} from the {who}"
    if lacks is not None:
        return f"the key log has no {lacks} for this session"
    if channel.lost:
        missing = "1 byte" if channel.lost == 1 else f"{channel.lost:,} bytes"
        return f"a gap in the capture: {missing} missing before record {number} from the {who}"
    return f"record {number} from the {who} failed its integrity check"


def _inner(plain: bytes) -> tuple[int, bytes]:
    """Take apart TLSInnerPlaintext: content, its type, zeros (RFC 8446 5.2)."""
    content = plain.rstrip(b"\0")
    return (content[-1], content[:-1]) if content else (0, b"")
