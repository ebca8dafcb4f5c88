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
from tutor.protocols.events import Anomaly, Attempt, Fact
from tutor.protocols.sasl_fields import Field, carries_ntlm, describe, text_of, whole_of

__all__ = ["Exchange", "Step", "decode", "describe", "guess"]

_TWO_LINES = "LOGIN"
_NO_SECRET = frozenset({"ANONYMOUS", "EXTERNAL"})
_OPENS_WITHOUT_SECRET = ("SCRAM-", "NTLM", "OTP", "SKEY")
_GIVE_UP = b"*"
_EMPTY = b"="
# What a person at a terminal types who wants out. Each of these happens to be valid base64, of
# three bytes that are no text.
_TYPED = frozenset(b"QUIT RSET NOOP HELP HELO EHLO DATA VRFY EXPN STAT LIST STLS AUTH CAPA".split())
# The word for a password is looked for first: "Password for user alice:".
_ASKS_PASSWORD = re.compile(r"pass|pwd|kennwort|senha|contrase|пароль|密码|密碼", re.IGNORECASE)
_ASKS_NAME = re.compile(r"user|name|login|benutzer|usu[aá]rio|логин|用户|用戶", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """What one client line of the dialogue was.

    Attributes:
        role: what the base64 text is for; it decides whether the line is masked.
        attempt: set where this line completes a secret.
        anomalies: what is odd about the base64.
        cancelled: the client gave up (``*``, or ``QUIT`` typed by a person).
        named: the name, where it came behind the secret (some servers ask so).
        facts: the name, where it came alone and before the secret.
    """

    role: Role
    attempt: Attempt | None = None
    anomalies: tuple[Anomaly, ...] = ()
    cancelled: bool = False
    named: str | None = None
    facts: tuple[Fact, ...] = ()


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


def named_by(name: str | None) -> tuple[Fact, ...]:
    """A user name has crossed by itself, before its secret: a listener knows it from here on."""
    return (Fact("username", name),) if name and name.isprintable() else ()


class Exchange:
    """One SASL dialogue, from the command that names the mechanism to the server's verdict.

    Args:
        mechanism: the SASL name as sent; case does not matter.

    Attributes:
        unread: a response came that is no base64, so what it held cannot be told.
    """

    def __init__(self, mechanism: str) -> None:
        self.mechanism = mechanism.upper()
        self.unread = False
        self._username: str | None = None
        self._authzid: str | None = None
        self._asked: Role | None = None  # LOGIN: what the server's last prompt asks for
        self._given: set[Role] = set()  # LOGIN: what the client has sent
        self._lines = 0
        self._made: Attempt | None = None

    @property
    def reported(self) -> str:
        """The mechanism's name in an ``Attempt``: SASL LOGIN must not look like IMAP's LOGIN."""
        return "AUTH LOGIN" if self.mechanism == _TWO_LINES else self.mechanism

    def challenge(self, encoded: bytes) -> Role:
        """Take the server's base64 text (empty in a server that waits for the first response)."""
        self._asked = _asks(encoded)
        return Role.CHALLENGE

    def respond(self, encoded: bytes) -> Step:
        """Take the client's base64 text, without its line end: initial response or a later line."""
        text = encoded.strip()
        if text == _GIVE_UP or text.upper() in _TYPED:
            return Step(Role.ARGUMENT, cancelled=True)
        if text == _EMPTY and not self._lines and self._asked is None:
            return Step(Role.ARGUMENT, self._nothing())  # an empty initial response
        expected = self._expected()
        self._take(expected)
        if text in (b"", _EMPTY):
            return self._empty(expected, text)
        decoded, anomalies = decode(encoded)
        if decoded is None or (anomalies and self._garbled(decoded)):
            self.unread = True
            # where a name was due, a person may have typed name and password as they are
            shown = Role.RESPONSE if expected is Role.USER else expected
            return Step(shown, None, (Anomaly.BAD_BASE64,))
        fields = describe(self.mechanism, decoded, expected)
        role = self._role(fields, expected)
        self._note_names(fields)
        if self.mechanism == _TWO_LINES and expected is Role.USER:
            return Step(role, None, anomalies, named=self._named(), facts=self._told(fields))
        attempt = self._attempt(fields, decoded, text)
        return Step(role, attempt, anomalies, facts=self._told(fields))

    def lose(self) -> Step:
        """Take note of a client line of which a part was not captured."""
        role = self._expected()
        opening = self._lines == 0 and self.mechanism.startswith(_OPENS_WITHOUT_SECRET)
        self._take(role)
        if role not in _SECRETS or opening or self._made:
            return Step(role)
        self._made = Attempt(self.reported, self._username, None, self._authzid)
        return Step(role, self._made)

    def _take(self, role: Role) -> None:
        """A client's line of that role has come."""
        self._lines += 1
        self._given.add(role)
        self._asked = None

    def _garbled(self, decoded: bytes) -> bool:
        """Whether a name or password, not padded as base64 is, decodes to no text: it is none."""
        return self.mechanism == _TWO_LINES and not text_of(decoded).isprintable()

    def _expected(self) -> Role:
        """What the next client line should hold: by the server's prompt, else by the mechanism."""
        if self.mechanism == _TWO_LINES:
            due = (role for role in (Role.USER, Role.PASSWORD) if role not in self._given)
            return self._asked or next(due, Role.RESPONSE)
        if self.mechanism in _NO_SECRET:
            return Role.AUTHZID if self.mechanism == "EXTERNAL" else Role.USER
        if self.mechanism in ("XOAUTH2", "OAUTHBEARER"):
            return Role.TOKEN
        if self.mechanism == "SKEY" and not self._lines:
            return Role.USER
        return Role.RESPONSE

    def _empty(self, expected: Role, text: bytes) -> Step:
        """An empty line: nothing, except where a name or password was due, which is then empty."""
        role = Role.ARGUMENT if text else expected
        if self.mechanism != _TWO_LINES:
            return Step(role, self._nothing())
        if expected is Role.USER:
            self._username = ""
            return Step(role, named=self._named())
        if expected is Role.PASSWORD and not self._made:
            return Step(Role.PASSWORD, self._make(Secret(""), ()))
        return Step(role)

    def _nothing(self) -> Attempt | None:
        """An empty response is a whole login where a mechanism has no secret."""
        empty = self.mechanism in _NO_SECRET and not self._made
        return self._make(Secret(""), ()) if empty else None

    def _named(self) -> str | None:
        """The name, where the password has come before it."""
        return self._username if self._made else None

    def _told(self, fields: list[Field]) -> tuple[Fact, ...]:
        """The name, where this line told it and no secret has come yet."""
        early = self._made is None and any(role is Role.USER for role, _ in fields)
        return named_by(self._username) if early else ()

    def _role(self, fields: list[Field], expected: Role) -> Role:
        roles = [role for role, _ in fields]
        if self.mechanism == _TWO_LINES:
            # a client that takes LOGIN for PLAIN sends all in one line
            joined = expected is Role.USER and any("\0" in text for _, text in fields)
            return Role.RESPONSE if joined else expected
        if Role.PASSWORD in roles or Role.RESPONSE in roles:
            return Role.RESPONSE
        for role in (Role.TOKEN, Role.USER, Role.AUTHZID, Role.TEXT):
            if role in roles:
                return role
        return Role.ARGUMENT

    def _attempt(self, fields: list[Field], decoded: bytes, raw: bytes) -> Attempt | None:
        if self.mechanism in _NO_SECRET and not self._made:
            # a login all the same: whoever it is says so, and proves it elsewhere or not at all
            self._username = self._username or next((text for _, text in fields if text), None)
            self._authzid = None
            return self._make(Secret(""), ())
        secrets = {role: text for role, text in fields if role in _SECRETS}
        if not secrets or self._made:
            return None
        rest = [text for role, text in fields if role is Role.PARAMETER]
        proofs = [raw.decode("latin-1"), *secrets.values()]
        if Role.PASSWORD in secrets or Role.TOKEN in secrets:
            secret = secrets.get(Role.PASSWORD) or secrets.get(Role.TOKEN, "")
            return self._make(Secret(secret), [*proofs, *rest])
        hashed = carries_ntlm(self.mechanism, decoded)
        # of a mechanism that nobody knows, each piece may be a secret
        pieces = _PIECES.split(text_of(decoded)) if "\0" in text_of(decoded) else []
        secret = whole_of(decoded)
        return self._make(Secret(secret), [*proofs, *pieces], "NTLM" if hashed else "")

    def _note_names(self, fields: list[Field]) -> None:
        """Keep who the client says it is, and whom to act as."""
        for role, text in fields:
            if role is Role.USER:
                self._username = None if _NO_NAME.search(text) else text
            elif role is Role.AUTHZID and text:
                self._authzid = text
        if not self._username and self._authzid and self.mechanism in _NAME_IN_AUTHZID:
            # Some clients put the name where the identity to act as belongs.
            self._username, self._authzid = self._authzid, None

    def _make(self, secret: Secret, proofs: tuple[str, ...] | list[str], like: str = "") -> Attempt:
        shown = secret.reveal()
        others = tuple(Secret(text) for text in dict.fromkeys(proofs) if text and text != shown)
        self._made = Attempt(self.reported, self._username, secret, self._authzid, others, like)
        return self._made


def _asks(challenge: bytes) -> Role | None:
    """What a prompt of LOGIN asks for, in base64 or (some servers) as bare text."""
    prompt = text_of(decode(challenge)[0] or challenge)
    if _ASKS_PASSWORD.search(prompt):
        return Role.PASSWORD
    return Role.USER if _ASKS_NAME.search(prompt) else None


_CHALLENGES = (
    ("LOGIN", re.compile(rb"user|pass", re.IGNORECASE)),
    ("CRAM-MD5", re.compile(rb"<[^<>@\s]+@[^<>\s]*>\Z")),
    ("DIGEST-MD5", re.compile(rb"(?:realm=[^,]*,\s*)?nonce=|realm=.*algorithm=md5-sess")),
    ("NTLM", re.compile(rb"NTLMSSP\0\x02")),
)


def guess(challenge: bytes) -> Exchange | None:
    """The exchange that a challenge belongs to, where the command was not captured.

    Some mechanisms are told by their challenges; None where this one tells nothing.
    """
    text = decode(challenge)[0] or b""
    for mechanism, pattern in _CHALLENGES:
        if pattern.match(text):
            exchange = Exchange(mechanism)
            exchange.challenge(challenge)
            return exchange
    return None


# C1 controls mean that the bytes were no UTF-8, and Latin-1 only as a way to keep them.
_NO_NAME = re.compile("[\0\x80-\x9f]")
_PIECES = re.compile("[\0\1]+")
_NAME_IN_AUTHZID = frozenset({"PLAIN", "PLAIN-CLIENTTOKEN", "SECURID", "OTP"})
_SECRETS = frozenset({Role.PASSWORD, Role.TOKEN, Role.RESPONSE})
