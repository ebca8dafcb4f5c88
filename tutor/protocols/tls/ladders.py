"""Ladders: the sets of keys of one direction, in the order in which they come into use.

In TLS 1.3 (RFC 8446 7.1) these are early data, handshake, application data, and a further
generation after each KeyUpdate; in TLS 1.2 and older a ladder has one rung, and each
ChangeCipherSpec begins a new one.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.base import CLIENT, Direction
from tutor.protocols.tls import names
from tutor.protocols.tls.keylog import KeyLog
from tutor.protocols.tls.openers import Aead13, Opener, opener_before_13
from tutor.protocols.tls.suites import suite, suite_name

_LABELS = (
    ("CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0"),
    ("SERVER_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0"),
)
_GUESSES = {32: (0x1301, 0x1303, 0x1304, 0x1305), 48: (0x1302,)}  # suites by length of the secret


class NoKeys(Exception):  # noqa: N818 - says in words why there are none; stays in this package
    """There are no keys for a direction; the text says why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What ClientHello and ServerHello agreed on, as far as keys depend on it.

    ``randoms`` are the client's and the server's; ``mac_last`` means encrypt-then-MAC (RFC 7366).
    """

    version: int
    cipher: int
    randoms: tuple[bytes, bytes]
    mac_last: bool


@dataclass(slots=True)
class Ladder:
    """Sets of keys in the order of their use; None where the key log lacks the secret."""

    cipher: int
    rungs: list[Opener | None]
    labels: list[str]
    at: int = 0

    @property
    def lacks(self) -> str | None:
        """The label of the secret that is in use by now and not in the key log."""
        return self.labels[self.at] if self.rungs[self.at] is None else None

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
    keys: KeyLog, direction: Direction, random: bytes | None, terms: Terms | None
) -> list[Ladder]:
    """The ladders that may open what ``direction`` sends; several where the cipher is a guess.

    Raises:
        NoKeys: with the reason in words.
    """
    if random is None:
        raise NoKeys("the ClientHello was not captured, and its random number names the keys")
    if not keys.knows(random):
        raise NoKeys("the key log has no secrets for this session's client random")
    if terms is not None and terms.version < names.TLS13:
        return [_before_13(keys, direction, terms)]
    labels = list(_LABELS[direction])
    secrets = [keys.get(label, random) for label in labels]
    if direction is CLIENT and secrets[0] is None:
        del secrets[0], labels[0]  # most sessions have no early data
    if terms is not None:
        if not any(secrets):
            raise NoKeys("the key log has no TLS 1.3 secrets for this session")
        return [_of_13(terms.cipher, secrets, labels)]
    # no ServerHello: the secrets can be tried with each cipher of their length
    lengths = {len(secret) for secret in secrets if secret}
    guesses = [cipher for length in lengths for cipher in _GUESSES.get(length, ())]
    if not guesses:
        raise NoKeys("the ServerHello was not captured")
    return [_of_13(cipher, secrets, labels) for cipher in guesses]


def _of_13(cipher: int, secrets: list[bytes | None], labels: list[str]) -> Ladder:
    parts = suite(cipher)
    if parts is None or parts.mode == "cbc":
        raise NoKeys(f"cipher {suite_name(cipher)} is not supported")
    rungs: list[Opener | None] = [Aead13(parts, secret) if secret else None for secret in secrets]
    return Ladder(cipher, rungs, labels)


def _before_13(keys: KeyLog, direction: Direction, terms: Terms) -> Ladder:
    parts = suite(terms.cipher)
    master = keys.get("CLIENT_RANDOM", terms.randoms[0])
    if terms.version < names.TLS10:
        raise NoKeys(f"{names.version_name(terms.version)} is not supported")
    if parts is None:
        raise NoKeys(f"cipher {suite_name(terms.cipher)} is not supported")
    if master is None:
        raise NoKeys("the key log has no CLIENT_RANDOM line for this session")
    opener = opener_before_13(
        parts, terms.version, master, terms.randoms, direction, mac_last=terms.mac_last
    )
    return Ladder(terms.cipher, [opener], ["CLIENT_RANDOM"])
