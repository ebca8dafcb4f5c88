"""Openers: one direction's keys at one point of a session, and how they open a record.

All take the record's 5-byte header and its fragment and give the plaintext, or None where the
integrity check fails: nothing that fails it is ever shown. The sequence number is not sent; the
caller counts records and, after a gap, tries several.

- TLS 1.3 (RFC 8446 5.2, 5.3): nonce = IV xor sequence number, the header is authenticated.
- TLS 1.2 AEAD (RFC 5246 6.2.3.3): GCM and CCM carry half the nonce in the record (RFC 5288 3,
  RFC 6655 3), ChaCha20-Poly1305 works as in 1.3 (RFC 7905 2).
- Ciphers with a MAC of their own, CBC and streams, are in ``maced``.

``cryptography`` is imported when the first opener is made, not before: it costs 57 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tutor.protocols.tls.maced import Cbc, Stream, mac_size
from tutor.protocols.tls.names import TLS11
from tutor.protocols.tls.schedule import expand_label, next_secret, prf
from tutor.protocols.tls.suites import Suite

Sealed = Callable[[bytes, bytes, bytes], bytes]
"""decrypt(nonce, data, associated data); raises where the tag does not fit."""


class Opener(Protocol):
    """Opens the records of one direction under one set of keys."""

    def open(self, seq: int, header: bytes, fragment: bytes) -> bytes | None:
        """The plaintext of record number ``seq`` under these keys, None where it does not fit."""
        ...

    def passed(self, fragment: bytes) -> None:
        """Called once for each record that went by, opened or not."""

    def updated(self) -> Opener | None:
        """The opener after a KeyUpdate; None where the version knows no such thing."""
        ...


class Aead13:
    """TLS 1.3 with any AEAD suite, made from a traffic secret."""

    def __init__(self, parts: Suite, secret: bytes) -> None:
        self._parts = parts
        self._secret = secret
        self._iv = int.from_bytes(expand_label(parts.prf, secret, "iv", 12))
        self._decrypt = _aead(parts, expand_label(parts.prf, secret, "key", parts.key))

    def open(self, seq: int, header: bytes, fragment: bytes) -> bytes | None:
        """Give TLSInnerPlaintext: content, its type, padding."""
        return _unseal(self._decrypt, (self._iv ^ seq).to_bytes(12), fragment, header)

    def passed(self, fragment: bytes) -> None:
        """Nothing is carried over."""

    def updated(self) -> Opener:
        """The keys of the next generation (RFC 8446 7.2)."""
        return Aead13(self._parts, next_secret(self._parts.prf, self._secret))


class Aead12:
    """TLS 1.2 with an AEAD suite; ``salt`` is the part of the nonce that comes from the keys."""

    def __init__(self, parts: Suite, key: bytes, salt: bytes) -> None:
        self._tag = parts.tag
        self._salt = salt
        self._decrypt = _aead(parts, key)

    def open(self, seq: int, header: bytes, fragment: bytes) -> bytes | None:
        """Give the fragment as it was before encryption."""
        explicit = 12 - len(self._salt)
        size = len(fragment) - explicit - self._tag
        if size < 0:
            return None
        if explicit:
            nonce = self._salt + fragment[:explicit]
        else:
            nonce = (int.from_bytes(self._salt) ^ seq).to_bytes(12)
        associated = seq.to_bytes(8) + header[:3] + size.to_bytes(2)
        return _unseal(self._decrypt, nonce, fragment[explicit:], associated)

    def passed(self, fragment: bytes) -> None:
        """Nothing is carried over."""

    def updated(self) -> None:
        """TLS 1.2 has no KeyUpdate."""


def opener_before_13(
    parts: Suite,
    version: int,
    master: bytes,
    randoms: tuple[bytes, bytes],
    side: int,
    *,
    mac_last: bool = False,
    mac_short: bool = False,
) -> Opener:
    """The opener of one direction of TLS 1.0 to 1.2 (RFC 5246 6.3).

    Raises UnsupportedAlgorithm where OpenSSL was built without the cipher.

    Args:
        parts: the cipher suite.
        version: the wire number of the version.
        master: the master secret, from the key log.
        randoms: of the client and of the server.
        side: 0 for what the client sends, 1 for the server.
        mac_last: encrypt-then-MAC was agreed (RFC 7366).
        mac_short: MACs cut to 10 bytes were agreed (RFC 6066 7).
    """
    mac = mac_size(parts.mac) if parts.mac else 0
    iv = {"gcm": 4, "ccm": 4, "chacha": 12}.get(parts.mode, parts.block if version < TLS11 else 0)
    seed = randoms[1] + randoms[0]
    size = 2 * (mac + parts.key + iv)
    material = prf(version, parts.prf, master, b"key expansion", seed, size)
    cuts = []
    for length in (mac, parts.key, iv):
        cuts.append(material[side * length : (side + 1) * length])
        material = material[2 * length :]
    if parts.mode == "cbc":
        keys = (cuts[0], cuts[1], cuts[2])
        return Cbc(parts, version, keys, mac_last=mac_last, mac_short=mac_short)
    if parts.mode == "stream":
        return Stream(parts, (cuts[0], cuts[1]), mac_short=mac_short)
    return Aead12(parts, cuts[1], cuts[2])


def _aead(parts: Suite, key: bytes) -> Sealed:
    from cryptography.hazmat.primitives.ciphers import aead

    if parts.mode == "gcm":
        return aead.AESGCM(key).decrypt
    if parts.mode == "ccm":
        return aead.AESCCM(key, parts.tag).decrypt
    return aead.ChaCha20Poly1305(key).decrypt


def _unseal(decrypt: Sealed, nonce: bytes, data: bytes, associated: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag

    try:
        return decrypt(nonce, data, associated)
    except (InvalidTag, ValueError):  # ValueError: too short or too long to be sealed at all
        return None
