"""Ladders: the sets of keys of one direction, in the order in which they come into use.

In TLS 1.3 (RFC 8446 7.1) these are early data, handshake, application data, and a further
generation after each KeyUpdate; in TLS 1.2 and older a ladder has one rung, and each
ChangeCipherSpec begins a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from tutor.base import CLIENT, Direction
from tutor.protocols.tls import names
from tutor.protocols.tls.keylog import KeyLog
from tutor.protocols.tls.maced import Bare
from tutor.protocols.tls.openers import Aead13, Opener, opener_before_13
from tutor.protocols.tls.suites import encrypts_nothing, suite, suite_name

EARLY = "CLIENT_EARLY_TRAFFIC_SECRET"
_LABELS = (
    (EARLY, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0"),
    ("SERVER_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0"),
)
_GUESSES = {32: (0x1301, 0x1303, 0x1304, 0x1305), 48: (0x1302,)}  # suites by length of the secret
_MOST_SESSIONS = 1000  # of a key log, to be tried where no ClientHello tells which it is
_FIRST_WHOLE_DRAFT = 25  # of TLS 1.3: since then records are protected as in the final version
_COMPRESSIONS = (0, 1)  # none, DEFLATE


class NoKeys(Exception):  # noqa: N818 - says in words why there are none; stays in this package
    """There are no keys for a direction; the text says why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What ClientHello and ServerHello agreed on, as far as keys depend on it.

    ``randoms`` are the client's (None where no ClientHello was captured) and the server's;
    ``mac_last`` means encrypt-then-MAC (RFC 7366), ``mac_short`` truncated_hmac (RFC 6066 7);
    ``compression`` is a method's number (RFC 3749), ``draft`` that of a draft of TLS 1.3.
    """

    version: int
    cipher: int
    randoms: tuple[bytes | None, bytes]
    mac_last: bool = False
    mac_short: bool = False
    compression: int = 0
    draft: int = 0


@dataclass(slots=True)
class Ladder:
    """Sets of keys in the order of their use; None where the key log lacks the secret.

    ``random`` is the client random under which the key log has them.
    """

    random: bytes
    cipher: int
    rungs: list[Opener | None]
    labels: list[str]
    at: int = 0

    @property
    def lacks(self) -> str | None:
        """The label of the secret that is in use by now and not in the key log."""
        return self.labels[self.at] if self.rungs[self.at] is None else None

    @property
    def early(self) -> bool:
        """Whether the keys in use are those of early data."""
        return self.at == 0 and self.labels[0] == EARLY

    def grow(self) -> None:
        """Put the next generation on top where the top is in use (RFC 8446 7.2)."""
        top = self.rungs[-1]
        if self.at == len(self.rungs) - 1 and top is not None:
            following = top.updated()
            if following is not None:
                self.rungs.append(following)

    def climb(self) -> None:
        """Go on to the next set of keys."""
        self.grow()
        self.at = min(self.at + 1, len(self.rungs) - 1)

    def passed(self, fragment: bytes) -> None:
        """Tell every opener that a record went by."""
        for opener in self.rungs:
            if opener is not None:
                opener.passed(fragment)


def build(
    keys: KeyLog, direction: Direction, random: bytes | None, terms: Terms | None, *, early: bool
) -> list[Ladder]:
    """The ladders that may open what ``direction`` sends; several where something is a guess.

    Args:
        keys: the key log.
        direction: who sends.
        random: the client's; None where no ClientHello was captured: then any session of the key
            log is tried.
        terms: what the hellos agreed on; None where no ServerHello was captured.
        early: the client announced early data.

    Raises:
        NoKeys: with the reason in words.
    """
    if terms is not None:
        _check(terms)
    known = random is not None and keys.knows(random)
    if terms is not None and encrypts_nothing(suite_name(terms.cipher)) and not known:
        return [_bare(terms)]
    if random is None:
        return _of_any(keys, direction, terms)
    if not known:
        raise NoKeys("the key log has no secrets for this session's client random")
    return _of_session(keys, direction, random, terms, early=early)


def _bare(terms: Terms) -> Ladder:
    """For a suite that encrypts nothing: no keys are needed."""
    parts = suite(terms.cipher)
    assert parts is not None  # see _check
    return Ladder(b"", terms.cipher, [Bare(parts.mac, short=terms.mac_short)], ["no secret"])


def _check(terms: Terms) -> None:
    """Raise NoKeys where no key would help."""
    if terms.version < names.TLS10:
        raise NoKeys(f"{names.version_name(terms.version)} is not supported")
    if 0 < terms.draft < _FIRST_WHOLE_DRAFT:
        raise NoKeys(f"draft {terms.draft} of TLS 1.3 is not supported")
    if suite(terms.cipher) is None:
        raise NoKeys(f"cipher {suite_name(terms.cipher)} is not supported")
    if terms.compression not in _COMPRESSIONS:
        raise NoKeys(f"compression method {terms.compression} is not supported")


def _of_any(keys: KeyLog, direction: Direction, terms: Terms | None) -> list[Ladder]:
    found: list[Ladder] = []
    for random in islice(keys.randoms, _MOST_SESSIONS):
        try:
            found += _of_session(keys, direction, random, terms, early=False)
        except NoKeys:
            continue
    if not found:
        hello = "ClientHello" if terms is not None else "handshake"
        raise NoKeys(f"the {hello} cannot be read, and the key log has nothing to try without it")
    found.sort(key=lambda ladder: ladder.cipher)  # the likely ones first
    return found


def _of_session(
    keys: KeyLog, direction: Direction, random: bytes, terms: Terms | None, *, early: bool
) -> list[Ladder]:
    if terms is not None and terms.version < names.TLS13:
        return [_before_13(keys, direction, random, terms)]
    labels = list(_LABELS[direction])
    secrets = [keys.get(label, random) for label in labels]
    if direction is CLIENT and secrets[0] is None and not early:
        del secrets[0], labels[0]  # most sessions have no early data
    if terms is not None:
        if not any(secrets):
            raise NoKeys("the key log has no TLS 1.3 secrets for this session")
        return [_of_13(random, terms.cipher, secrets, labels)]
    # no ServerHello: the secrets can be tried with each cipher of their length
    lengths = {len(secret) for secret in secrets if secret}
    guesses = [cipher for length in lengths for cipher in _GUESSES.get(length, ())]
    if not guesses:
        raise NoKeys("the ServerHello was not captured")
    return [_of_13(random, cipher, secrets, labels) for cipher in guesses]


def _of_13(random: bytes, cipher: int, secrets: list[bytes | None], labels: list[str]) -> Ladder:
    parts = suite(cipher)
    if parts is None or parts.mac:
        raise NoKeys(f"cipher {suite_name(cipher)} is not supported")
    rungs: list[Opener | None] = [Aead13(parts, secret) if secret else None for secret in secrets]
    return Ladder(random, cipher, rungs, labels)


def _before_13(keys: KeyLog, direction: Direction, random: bytes, terms: Terms) -> Ladder:
    from cryptography.exceptions import UnsupportedAlgorithm

    parts = suite(terms.cipher)
    assert parts is not None  # see _check
    master = keys.get("CLIENT_RANDOM", random)
    if master is None:
        raise NoKeys("the key log has no CLIENT_RANDOM line for this session")
    try:
        opener = opener_before_13(
            parts,
            terms.version,
            master,
            (random, terms.randoms[1]),
            direction,
            mac_last=terms.mac_last,
            mac_short=terms.mac_short,
        )
    except UnsupportedAlgorithm as error:  # old ciphers may be left out of a build of OpenSSL
        raise NoKeys(f"cipher {suite_name(terms.cipher)} is not supported here") from error
    return Ladder(random, terms.cipher, [opener], ["CLIENT_RANDOM"])
