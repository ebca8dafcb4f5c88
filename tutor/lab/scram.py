"""The client's side of SCRAM-SHA-256 (RFC 5802 3 and 7677), for the scene that shows it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os


class ScramClient:
    """Answers the server's challenges in turn.

    Args:
        name, password: of the account.
    """

    def __init__(self, name: str, password: str) -> None:
        self._password = password
        nonce = base64.b64encode(os.urandom(18)).decode()
        safe = name.replace("=", "=3D").replace(",", "=2C")
        self._bare = f"n={safe},r={nonce}"
        self._expected = b""

    def answer(self, challenge: bytes) -> bytes:
        """What to say to a challenge.

        Raises:
            ValueError: the server does not prove that it knows the account.
        """
        if not challenge:
            return f"n,,{self._bare}".encode()
        if challenge.startswith(b"v="):
            if base64.b64decode(challenge[2:]) != self._expected:
                raise ValueError("the server does not know the password")
            return b""
        return self._prove(challenge.decode())

    def _prove(self, first: str) -> bytes:
        fields = dict(item.partition("=")[::2] for item in first.split(","))
        salt, rounds = base64.b64decode(fields["s"]), int(fields["i"])
        salted = hashlib.pbkdf2_hmac("sha256", self._password.encode(), salt, rounds)
        client = hmac.digest(salted, b"Client Key", "sha256")
        without = f"c=biws,r={fields['r']}"
        signed = f"{self._bare},{first},{without}".encode()
        signature = hmac.digest(hashlib.sha256(client).digest(), signed, "sha256")
        proof = bytes(a ^ b for a, b in zip(client, signature, strict=True))
        server = hmac.digest(salted, b"Server Key", "sha256")
        self._expected = hmac.digest(server, signed, "sha256")
        return f"{without},p={base64.b64encode(proof).decode()}".encode()
