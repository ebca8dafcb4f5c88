"""SASL dialogues as IMAP, POP3 and SMTP carry them: base64 lines in, logins out (RFC 4422).

A mechanism is a small conversation of its own inside the mail protocol. The server's lines are
challenges, the client's are responses, each in base64 on one line; ``=`` is an empty initial
response (RFC 4954 4) and ``*`` gives up. Base64 is spelling, not protection: what a listener
gets depends on the mechanism alone (``sasl_fields`` says what stands in each response).

The observers own the lines; an ``Exchange`` only says what the base64 text of one means.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from tutor.base import Role, Secret
from tutor.protocols.events import Anomaly, Attempt
from tutor.protocols.sasl_fields import Field, describe, whole_of

__all__ = ["Exchange", "Step", "decode", "describe"]

_TWO_LINES = "LOGIN"
_LOGIN_LINES = (Role.USER, Role.PASSWORD)
_NO_SECRET = frozenset({"ANONYMOUS", "EXTERNAL"})
_OPENS_WITHOUT_SECRET = ("SCRAM-", "NTLM")
_GIVE_UP = b"*"
_EMPTY = b"="
# A person at a terminal who wants out types this, and it happens to be valid base64.
_TYPED_QUIT = b"QUIT"


@dataclass(frozen=True, slots=True)
class Step:
    """What one client line of the dialogue was.

    Attributes:
        role: what the base64 text is for; it decides whether the line is masked.
        attempt: set where this line completes a secret.
        anomalies: what is odd about the base64.
        cancelled: the client gave up (``*``, or ``QUIT`` typed by a person).
    """

    role: Role
    attempt: Attempt | None = None
    anomalies: tuple[Anomaly, ...] = ()
    cancelled: bool = False


def decode(encoded: bytes) -> tuple[bytes | None, tuple[Anomaly, ...]]:
    """Decode the base64 text of a SASL line, also where only its padding is wrong.

    Args:
        encoded: the text without its line end.

    Returns:
        The bytes (None where the text is not base64 at all) and ``BAD_BASE64`` where it is not
        as RFC 4648 section 4 wants it.
    """
    text = encoded.strip()
    bare = text.rstrip(b"=")
    try:
        plain = base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None, (Anomaly.BAD_BASE64,)
    proper = len(text) % 4 == 0 and len(text) - len(bare) < 3 and text == encoded
    return plain, () if proper else (Anomaly.BAD_BASE64,)


class Exchange:
    """One SASL dialogue, from the command that names the mechanism to the server's verdict.

    Args:
        mechanism: the SASL name as sent; case does not matter.
    """

    def __init__(self, mechanism: str) -> None:
        self.mechanism = mechanism.upper()
        self._username: str | None = None
        self._authzid: str | None = None
        self._lines = 0
        self._attempted = False

    @property
    def reported(self) -> str:
        """The mechanism's name in an ``Attempt``: SASL LOGIN must not look like IMAP's LOGIN."""
        return "AUTH LOGIN" if self.mechanism == _TWO_LINES else self.mechanism

    def challenge(self, encoded: bytes) -> Role:
        """Take the server's base64 text (empty in a server that waits for the first response)."""
        return Role.CHALLENGE

    def respond(self, encoded: bytes) -> Step:
        """Take the client's base64 text, without its line end: initial response or a later line."""
        text = encoded.strip()
        if text == _GIVE_UP or text.upper() == _TYPED_QUIT:
            return Step(Role.ARGUMENT, cancelled=True)
        expected = self._expected()
        self._lines += 1
        if text in (b"", _EMPTY):
            return self._empty(expected, text)
        decoded, anomalies = decode(encoded)
        if decoded is None:
            return Step(expected, None, anomalies)
        fields = describe(self.mechanism, decoded, expected)
        return Step(self._role(fields, expected), self._attempt(fields, decoded, text), anomalies)

    def lose(self) -> Step:
        """Take note of a client line of which a part was not captured."""
        role = self._expected()
        opening = self._lines == 0 and self.mechanism.startswith(_OPENS_WITHOUT_SECRET)
        self._lines += 1
        if role not in _SECRETS or opening or self._attempted:
            return Step(role)
        self._attempted = True
        return Step(role, Attempt(self.reported, self._username, None, self._authzid))

    def _expected(self) -> Role:
        """What the next client line should hold, judged by the mechanism alone."""
        if self.mechanism == _TWO_LINES:
            return _LOGIN_LINES[self._lines] if self._lines < 2 else Role.RESPONSE
        if self.mechanism in _NO_SECRET:
            return Role.AUTHZID if self.mechanism == "EXTERNAL" else Role.TEXT
        if self.mechanism in ("XOAUTH2", "OAUTHBEARER"):
            return Role.TOKEN
        return Role.RESPONSE

    def _empty(self, expected: Role, text: bytes) -> Step:
        """An empty line: nothing, except where a password was due, which is then empty."""
        if expected is Role.PASSWORD and not self._attempted:
            return Step(Role.PASSWORD, self._make(Secret(""), ()))
        if self.mechanism in _NO_SECRET and not self._attempted:
            return Step(Role.ARGUMENT if text else expected, self._make(Secret(""), ()))
        return Step(Role.ARGUMENT if text else expected)

    def _role(self, fields: list[Field], expected: Role) -> Role:
        roles = [role for role, _ in fields]
        if self.mechanism == _TWO_LINES:
            return expected
        if Role.PASSWORD in roles or Role.RESPONSE in roles:
            return Role.RESPONSE
        for role in (Role.TOKEN, Role.USER, Role.AUTHZID, Role.TEXT):
            if role in roles:
                return role
        return Role.ARGUMENT

    def _attempt(self, fields: list[Field], decoded: bytes, raw: bytes) -> Attempt | None:
        for role, text in fields:
            if role is Role.USER:
                self._username = None if _C1.search(text) else text or None
            elif role is Role.AUTHZID and text:
                self._authzid = text
        if not self._username and self._authzid and self.mechanism == "PLAIN":
            # Some clients put the name where the identity to act as belongs.
            self._username, self._authzid = self._authzid, None
        if self.mechanism in _NO_SECRET and not self._attempted:
            # a login all the same: whoever it is says so, and proves it elsewhere or not at all
            self._username = self._username or next((text for _, text in fields if text), None)
            self._authzid = None
            return self._make(Secret(""), ())
        secrets = {role: text for role, text in fields if role in _SECRETS}
        if not secrets or self._attempted:
            return None
        proofs = [raw.decode("latin-1"), *secrets.values()]
        if Role.RESPONSE in secrets:
            return self._make(Secret(whole_of(decoded)), proofs)
        return self._make(Secret(secrets.get(Role.PASSWORD) or secrets.get(Role.TOKEN, "")), proofs)

    def _make(self, secret: Secret, proofs: tuple[str, ...] | list[str]) -> Attempt:
        self._attempted = True
        shown = secret.reveal()
        others = tuple(Secret(text) for text in dict.fromkeys(proofs) if text and text != shown)
        return Attempt(self.reported, self._username, secret, self._authzid, others)


# C1 controls mean that the bytes were no UTF-8, and Latin-1 only as a way to keep them.
_C1 = re.compile("[\x80-\x9f]")
_SECRETS = frozenset({Role.PASSWORD, Role.TOKEN, Role.RESPONSE})
