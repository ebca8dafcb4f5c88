"""Openers of records that carry a MAC of their own: block ciphers in CBC mode, and streams.

- CBC (RFC 5246 6.2.3.2): MAC then encrypt, or encrypt then MAC (RFC 7366).
- RC4 and no cipher at all (RFC 5246 6.2.3.1): MAC, then the stream over both.

See ``openers`` for what an opener is.
"""

from __future__ import annotations

import hmac
from typing import Any

from tutor.protocols.tls.names import TLS11
from tutor.protocols.tls.suites import Suite

_SHORT_MAC = 10  # bytes of a MAC where truncated_hmac was agreed (RFC 6066 7)
_CLASSES = {"3DES_EDE": "TripleDES", "DES": "TripleDES", "CAMELLIA": "Camellia", "RC4": "ARC4"}


def mac_size(hash_name: str) -> int:
    """How long a hash's HMAC is, in bytes."""
    return hmac.new(b"", b"", hash_name).digest_size


class _Mac:
    """The HMAC of one direction."""

    def __init__(self, key: bytes, hash_name: str, *, short: bool) -> None:
        self._key = key
        self._hash = hash_name
        self.size = _SHORT_MAC if short else mac_size(hash_name)

    def fits(self, seq: int, header: bytes, content: bytes, mac: bytes) -> bool:
        """Whether ``mac`` is that of ``content`` as record number ``seq``."""
        covered = seq.to_bytes(8) + header[:3] + len(content).to_bytes(2) + content
        return hmac.compare_digest(hmac.digest(self._key, covered, self._hash)[: self.size], mac)

    def take_off(self, seq: int, header: bytes, plain: bytes) -> bytes | None:
        """The content before a MAC at the end; None where it does not fit."""
        at = len(plain) - self.size
        if at < 0:
            return None
        return plain[:at] if self.fits(seq, header, plain[:at], plain[at:]) else None


class Cbc:
    """TLS 1.0 to 1.2 with a block cipher in CBC mode and an HMAC.

    In TLS 1.0 the IV of a record is the last block of the one before (RFC 2246 6.2.3.2).
    """

    def __init__(
        self,
        parts: Suite,
        version: int,
        keys: tuple[bytes, bytes, bytes],
        *,
        mac_last: bool,
        mac_short: bool = False,
    ) -> None:
        self._block = parts.block
        self._cipher = _algorithm(parts.cipher, keys[1])
        self._ready(bytes(parts.block))
        self._last = keys[2]
        self._mac = _Mac(keys[0], parts.mac, short=mac_short)
        self._explicit = version >= TLS11
        self._mac_last = mac_last
        self._next = 0  # with encrypt-then-MAC: the record that continues the last block

    def open(self, seq: int, header: bytes, fragment: bytes) -> bytes | None:
        """Decrypt, take off padding and MAC; None unless both are right."""
        if self._mac_last:
            return self._open_mac_last(seq, header, fragment)
        plain = self._decrypt(self._last, fragment)
        return None if plain is None else self._mac.take_off(seq, header, plain)

    def passed(self, fragment: bytes) -> None:
        """Keep the last block: in TLS 1.0 the next record's IV."""
        if not self._mac_last and len(fragment) >= self._block:
            self._last = fragment[-self._block :]

    def _open_mac_last(self, seq: int, header: bytes, fragment: bytes) -> bytes | None:
        covered = self._mac.take_off(seq, header, fragment)
        if covered is None:
            return None
        iv, self._last = self._last, covered[-self._block :]
        continued, self._next = seq == self._next, seq + 1
        if not continued and not self._explicit:
            return None  # the MAC does not cover the IV, and the record with it is missing
        return self._decrypt(iv, covered)

    def _decrypt(self, iv: bytes, data: bytes) -> bytes | None:
        """Decrypt and take off the padding, which says how long it is."""
        block = self._block
        if self._explicit:
            iv, data = data[:block], data[block:]
        if not data or len(data) % block or len(iv) != block:
            return None
        decryptor = self._ready(iv)
        plain: bytes = decryptor.update(data) + decryptor.finalize()
        padding = plain[-1] + 1
        if plain[-padding:] != bytes([padding - 1]) * padding:
            return None
        return plain[:-padding]

    def updated(self) -> None:
        """These versions have no KeyUpdate."""

    def _ready(self, iv: bytes) -> Any:
        """A decryptor; UnsupportedAlgorithm where OpenSSL was built without the cipher."""
        from cryptography.hazmat.primitives.ciphers import Cipher, modes

        return Cipher(self._cipher, modes.CBC(iv)).decryptor()


class Bare:
    """TLS 1.0 to 1.2 without a cipher, for who has no keys: all is readable, the MAC unchecked."""

    def __init__(self, hash_name: str, *, short: bool = False) -> None:
        self._size = _SHORT_MAC if short else mac_size(hash_name)

    def open(self, seq: int, header: bytes, fragment: bytes) -> bytes | None:
        """Take off the MAC; None where there is no room for one."""
        del seq, header
        return fragment[: -self._size] if len(fragment) >= self._size else None

    def passed(self, fragment: bytes) -> None:
        """Nothing goes on from record to record."""

    def updated(self) -> None:
        """These versions have no KeyUpdate."""


class Stream:
    """TLS 1.0 to 1.2 with RC4 or without a cipher, and an HMAC.

    RC4 goes on from record to record: behind a gap nothing can be opened.
    """

    def __init__(self, parts: Suite, keys: tuple[bytes, bytes], *, mac_short: bool = False) -> None:
        from cryptography.hazmat.primitives.ciphers import Cipher

        self._mac = _Mac(keys[0], parts.mac, short=mac_short)
        self._decryptor: Any = None
        if parts.cipher != "NULL":
            self._decryptor = Cipher(_algorithm(parts.cipher, keys[1]), mode=None).decryptor()
        self._held: tuple[bytes, bytes] | None = None  # a fragment and what it decrypts to

    def open(self, seq: int, header: bytes, fragment: bytes) -> bytes | None:
        """Decrypt and take off the MAC; None unless it is right."""
        return self._mac.take_off(seq, header, self._decrypt(fragment))

    def passed(self, fragment: bytes) -> None:
        """The stream goes on behind this record."""
        self._decrypt(fragment)
        self._held = None

    def updated(self) -> None:
        """These versions have no KeyUpdate."""

    def _decrypt(self, fragment: bytes) -> bytes:
        """Decrypt; the same fragment may be tried with several numbers."""
        if self._decryptor is None:
            return fragment
        if self._held is None or self._held[0] != fragment:
            self._held = (fragment, self._decryptor.update(fragment))
        return self._held[1]


def _algorithm(name: str, key: bytes) -> Any:
    """The cipher with its key; old ones have left the library's front room."""
    from cryptography.hazmat.decrepit.ciphers import algorithms as old
    from cryptography.hazmat.primitives.ciphers import algorithms as new

    if name == "DES":
        key *= 3
    name = _CLASSES.get(name, name)
    make = getattr(old, name, None) or getattr(new, name)
    return make(key)
