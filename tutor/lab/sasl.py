"""The server's side of SASL for the lab (RFC 4422): each mechanism is a coroutine of challenges.

A mechanism is a generator: it yields a challenge, is sent the client's response, and returns the
account, or None where the proof is wrong. Base64 and line framing are the protocol's affair.
``initial`` is the initial response, None where the client sent none.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from tutor.lab.store import HOST, Account, Store

Dialogue = Generator[bytes, bytes, Account | None]
Mechanism = Callable[[Store, bytes | None], Dialogue]

_ROUNDS = 4096
"""SCRAM's iteration count: the least that RFC 7677 4 allows."""


def plain(store: Store, initial: bytes | None) -> Dialogue:
    """PLAIN (RFC 4616): authorization identity, NUL, name, NUL, password."""
    response = initial if initial is not None else (yield b"")
    parts = response.split(b"\0")
    if len(parts) != 3:
        return None
    return store.login(_text(parts[1]), _text(parts[2]))


def login(store: Store, initial: bytes | None) -> Dialogue:
    """LOGIN, which no RFC describes: two questions, two answers."""
    name = initial if initial is not None else (yield b"Username:")
    password = yield b"Password:"
    return store.login(_text(name), _text(password))


def cram_md5(store: Store, initial: bytes | None) -> Dialogue:
    """CRAM-MD5 (RFC 2195): a keyed digest of a challenge that is never used twice."""
    del initial
    challenge = f"<{os.getpid()}.{time.time_ns()}@{HOST}>".encode()
    response = yield challenge
    name, _, digest = response.rpartition(b" ")
    account = store.account(_text(name))
    if account is None:
        return None
    expected = hmac.new(account.password.encode(), challenge, hashlib.md5).hexdigest()
    return account if hmac.compare_digest(expected.encode(), digest) else None


def scram_sha_256(store: Store, initial: bytes | None) -> Dialogue:
    """SCRAM-SHA-256 (RFC 5802 3, RFC 7677): salted, and the server proves itself too."""
    first = initial if initial is not None else (yield b"")
    header, bare = _split_gs2(first)
    fields = _fields(bare)
    name = fields.get("n", "").replace("=2C", ",").replace("=3D", "=")
    account = store.account(name)
    password = account.password if account else os.urandom(9).hex()
    nonce = fields.get("r", "") + base64.b64encode(os.urandom(18)).decode()
    salt = hashlib.sha256(name.encode()).digest()[:12]
    server_first = f"r={nonce},s={base64.b64encode(salt).decode()},i={_ROUNDS}"
    final = _text((yield server_first.encode()))
    without, _, proof = final.rpartition(",p=")
    channel = base64.b64encode(header).decode()
    if _fields(without.encode()) != {"c": channel, "r": nonce}:
        return None
    keys = _ScramKeys.derive(password, salt)
    signed = f"{_text(bare)},{server_first},{without}".encode()
    if not keys.proves(_unbase64(proof), signed) or account is None:
        return None
    yield b"v=" + base64.b64encode(keys.server_signature(signed))
    return account


def xoauth2(store: Store, initial: bytes | None) -> Dialogue:
    """XOAUTH2 (Google's), RFC 7628's forerunner: a bearer token; a refusal says why in JSON."""
    response = initial if initial is not None else (yield b"")
    fields = dict(item.partition(b"=")[::2] for item in response.split(b"\x01") if item)
    account = store.account(_text(fields.get(b"user", b"")))
    kind, _, token = _text(fields.get(b"auth", b"")).partition(" ")
    if account and kind.lower() == "bearer" and token == account.token:
        return account
    yield json.dumps({"status": "401", "schemes": "bearer", "scope": "mail"}).encode()
    return None


MECHANISMS: dict[str, Mechanism] = {
    "PLAIN": plain,
    "LOGIN": login,
    "CRAM-MD5": cram_md5,
    "SCRAM-SHA-256": scram_sha_256,
    "XOAUTH2": xoauth2,
}
"""What the lab's servers offer, in this order."""

READABLE = frozenset({"PLAIN", "LOGIN", "XOAUTH2"})
"""Mechanisms that show the secret to whoever listens."""


@dataclass(frozen=True, slots=True)
class _ScramKeys:
    """What a server keeps in place of the password (RFC 5802 3)."""

    stored: bytes
    server: bytes

    @classmethod
    def derive(cls, password: str, salt: bytes) -> _ScramKeys:
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS)
        client = hmac.digest(salted, b"Client Key", "sha256")
        return cls(hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256"))

    def proves(self, proof: bytes, signed: bytes) -> bool:
        signature = hmac.digest(self.stored, signed, "sha256")
        if len(proof) != len(signature):
            return False
        client = bytes(a ^ b for a, b in zip(proof, signature, strict=True))
        return hmac.compare_digest(hashlib.sha256(client).digest(), self.stored)

    def server_signature(self, signed: bytes) -> bytes:
        return hmac.digest(self.server, signed, "sha256")


def _split_gs2(first: bytes) -> tuple[bytes, bytes]:
    """The GS2 header with its last comma, and the bare message (RFC 5802 7)."""
    flag, _, rest = first.partition(b",")
    authzid, _, bare = rest.partition(b",")
    return flag + b"," + authzid + b",", bare


def _fields(message: bytes) -> dict[str, str]:
    return dict(item.partition("=")[::2] for item in _text(message).split(","))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
