"""What Mallory does to lines that pass through her hands: pure functions, one class a deed.

She works before TLS only: once it runs she sees as little as Eve. What she can do is to keep it
from beginning (RFC 3207 6, RFC 8314 appendix A).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """What the relay does."""

    HONEST = "honest"
    REMOVED = "removed"
    MANGLED = "mangled"
    REFUSED = "refused"
    INJECTED = "injected"
    DELAY = "delay"
    WRONG_NAME = "wrong-name"
    UNKNOWN_ISSUER = "unknown-issuer"


ENDS_TLS = frozenset({Mode.WRONG_NAME, Mode.UNKNOWN_ISSUER})
"""Modes in which the relay ends TLS itself, with a certificate of its own."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What becomes of a line: bytes that go on, and bytes that go back to where it came from."""

    on: bytes = b""
    back: bytes = b""


_SMTP_OFFER = re.compile(rb"250([ -])STARTTLS\r?\n", re.IGNORECASE)
_POP3_OFFER = re.compile(rb"STLS\r?\n", re.IGNORECASE)
_IMAP_OFFER = re.compile(rb"\A((?:\* |\S+ OK \[)CAPABILITY)([^\]\r\n]*)", re.IGNORECASE)
"""A list of capabilities, and not a line of a message that speaks of them."""

_REQUEST = {
    "smtp": re.compile(rb"STARTTLS[ \t]*\r?\n", re.IGNORECASE),
    "pop3": re.compile(rb"STLS[ \t]*\r?\n", re.IGNORECASE),
    "imap": re.compile(rb"(\S+) STARTTLS[ \t]*\r?\n", re.IGNORECASE),
}
_REFUSAL = {
    "smtp": b"454 4.7.0 TLS not available due to temporary reason\r\n",
    "pop3": b"-ERR TLS is not available now\r\n",
}
_INJECTED = {"smtp": b"NOOP\r\n", "pop3": b"CAPA\r\n", "imap": b"mallory NOOP\r\n"}


class Mallory:
    """Passes the lines of one connection on, changed as her mode says.

    Args:
        protocol: ``smtp``, ``imap`` or ``pop3``.
        mode: what she does.
    """

    def __init__(self, protocol: str, mode: Mode) -> None:
        self._protocol = protocol
        self._mode = mode
        self._held: list[bytes] = []

    def from_server(self, line: bytes) -> bytes:
        """A line of the server, with its end: what the client gets to see; b"" for nothing yet."""
        if self._mode not in (Mode.REMOVED, Mode.MANGLED):
            return line
        if self._protocol == "smtp":
            return self._ehlo(line)
        if self._protocol == "pop3":
            return self._word(line, b"STLS") if _POP3_OFFER.fullmatch(line) else line
        return _IMAP_OFFER.sub(lambda match: match[1] + self._imap(match[2]), line)

    def asks_for_tls(self, line: bytes) -> bool:
        """Whether a client's line asks for TLS."""
        return _REQUEST[self._protocol].fullmatch(line) is not None

    def agrees(self, line: bytes) -> bool | None:
        """Whether a server's line grants what was asked; None where it does not answer it."""
        if self._protocol == "imap":
            words = line.split(b" ", 2)
            return None if line.startswith(b"*") else len(words) > 1 and words[1].upper() == b"OK"
        return line.startswith((b"220", b"+OK"))

    def from_client(self, line: bytes) -> Passed:
        """A line of the client, with its end: what goes on, and what is answered in the way."""
        match = _REQUEST[self._protocol].fullmatch(line)
        if match is None:
            return Passed(on=line)
        if self._mode is Mode.REFUSED:
            tagged = b"%s NO TLS is not available now\r\n"
            answer = tagged % match[1] if self._protocol == "imap" else _REFUSAL[self._protocol]
            return Passed(back=answer)
        if self._mode is Mode.INJECTED:
            return Passed(on=line + _INJECTED[self._protocol])
        return Passed(on=line)

    def _ehlo(self, line: bytes) -> bytes:
        """The lines of a reply are held until its last: which that is may change."""
        if line.startswith(b"250-"):
            self._held.append(line)
            return b""
        if not line.startswith(b"250 ") or not self._held:
            return b"".join(self._release()) + line
        lines = [self._word(each, b"STARTTLS") for each in (*self._release(), line)]
        kept = [each for each in lines if each]
        return b"".join([b"250-" + each[4:] for each in kept[:-1]] + [b"250 " + kept[-1][4:]])

    def _release(self) -> list[bytes]:
        held, self._held = self._held, []
        return held

    def _word(self, line: bytes, word: bytes) -> bytes:
        offer = _SMTP_OFFER if self._protocol == "smtp" else _POP3_OFFER
        if not offer.fullmatch(line):
            return line
        return b"" if self._mode is Mode.REMOVED else line.replace(word, b"X" * len(word))

    def _imap(self, capabilities: bytes) -> bytes:
        if self._mode is Mode.MANGLED:
            return capabilities.replace(b"STARTTLS", b"XXXXXXXX")
        words = capabilities.split(b" ")
        return b" ".join(word for word in words if word not in (b"STARTTLS", b"LOGINDISABLED"))
