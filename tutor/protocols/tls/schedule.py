"""From a logged secret to keys: HKDF for TLS 1.3, the PRF for 1.2 and older.

TLS 1.3 (RFC 8446 7.1, 7.3): each direction's traffic secret gives a key and an IV by
HKDF-Expand-Label; the next generation after a KeyUpdate comes from the same secret.
TLS 1.2 (RFC 5246 5, 6.3): the master secret and both randoms give one block of bytes, which is
cut into MAC keys, encryption keys and IVs. TLS 1.0 and 1.1 mix MD5 and SHA-1 (RFC 2246 5).
"""

from __future__ import annotations

import hmac

from tutor.protocols.tls.names import TLS12


def expand_label(hash_name: str, secret: bytes, label: str, length: int) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446 7.1)."""
    full = b"tls13 " + label.encode("ascii")
    info = length.to_bytes(2) + bytes([len(full)]) + full + b"\0"
    out = block = b""
    counter = 1
    while len(out) < length:
        block = hmac.digest(secret, block + info + bytes([counter]), hash_name)
        out += block
        counter += 1
    return out[:length]


def next_secret(hash_name: str, secret: bytes) -> bytes:
    """The traffic secret after a KeyUpdate (RFC 8446 7.2)."""
    return expand_label(hash_name, secret, "traffic upd", len(secret))


def prf(version: int, hash_name: str, secret: bytes, label: bytes, seed: bytes, size: int) -> bytes:
    """The pseudorandom function of a TLS version before 1.3 (RFC 5246 5, RFC 2246 5)."""
    if version >= TLS12:
        return _p_hash(hash_name, secret, label + seed, size)
    half = (len(secret) + 1) // 2
    left = _p_hash("md5", secret[:half], label + seed, size)
    right = _p_hash("sha1", secret[-half:], label + seed, size)
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _p_hash(hash_name: str, secret: bytes, seed: bytes, size: int) -> bytes:
    out = b""
    a = seed
    while len(out) < size:
        a = hmac.digest(secret, a, hash_name)
        out += hmac.digest(secret, a + seed, hash_name)
    return out[:size]
