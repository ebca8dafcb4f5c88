"""Read the message data in a FETCH response: names and values by turns (RFC 9051 7.5.2).

The walker says what each value is for, and remembers what the envelope told. A literal may be
cut by a gap; the walker keeps its place, so that what comes behind the gap is still understood.
"""

from __future__ import annotations

import re

from tutor.base import Role
from tutor.protocols.imap.lexer import VALUES, Is, Token
from tutor.protocols.imap.structure import Structure
from tutor.protocols.imap.walker import Walker

_ROLES = {
    b"FLAGS": Role.FLAG,
    b"X-GM-LABELS": Role.FLAG,
    b"UID": Role.UNIQUE_ID,
    b"RFC822.SIZE": Role.SIZE,
    b"BINARY.SIZE": Role.SIZE,
    b"MODSEQ": Role.COUNT,
    b"PREVIEW": Role.BODY,
    b"SNIPPET": Role.BODY,
    b"RFC822": Role.BODY,
    b"RFC822.TEXT": Role.BODY,
    b"RFC822.HEADER": Role.HEADER,
}
_WHOLE = frozenset({b"BODY[]", b"RFC822", b"BINARY[]"})
_STRUCTURES = frozenset({b"BODY", b"BODYSTRUCTURE"})
_PIECES = frozenset({b"RFC822.HEADER", b"RFC822.TEXT"})
_SECTION = re.compile(rb"(?:BODY|BINARY)(?:\.PEEK)?\[([^\]]*)\]")
_HEADER_SECTION = re.compile(rb"(?:\d+\.)*(?:HEADER|MIME)\b")
_ENVELOPE = (
    Role.ARGUMENT,  # date
    Role.HEADER,  # subject
    Role.SENDER,  # from
    Role.SENDER,  # sender
    Role.SENDER,  # reply-to
    Role.RECIPIENT,  # to
    Role.RECIPIENT,  # cc
    Role.RECIPIENT,  # bcc
    Role.HEADER,  # in-reply-to
    Role.HEADER,  # message-id
)
_SUBJECT, _IDENTITY, _ADDRESS_DEPTH = 1, 9, 4
_TOLD = frozenset({2, 5, 6, 7})
"""Fields whose addresses are facts: sender and reply-to seldom say more than from."""


class Address(list[bytes | None]):
    """One address of an envelope as it comes: name, route, mailbox, host (RFC 9051 7.5.2)."""

    def text(self) -> bytes | None:
        """``mailbox@host``, None where one is missing (group syntax)."""
        if len(self) < 4 or self[2] is None or self[3] is None:
            return None
        return self[2] + b"@" + self[3]


class FetchWalker(Walker):
    """Walks over what stands behind ``* 12 FETCH``.

    Attributes:
        name: the data item whose value comes, in upper case; b"" between items.
        subject: of the envelope, as sent.
        addresses: of the envelope: role and address.
        content: whether the value of the last token was content of a message, or a piece of it.
        section: the data item that it is the value of.
        partial: whether that is a part of it only, from the beginning on.
        identity: the Message-ID of the envelope.
        attachments: of the structure: name and size.
    """

    def __init__(self) -> None:
        super().__init__(())
        self.name = b""
        self.subject: bytes | None = None
        self.addresses: list[tuple[Role, Address]] = []
        self.content = self.partial = False
        self.section = b""
        self.identity: bytes | None = None
        self.attachments: tuple[str, ...] = ()
        self._structure: Structure | None = None
        self._origin = 0
        self._field = 0  # index in the envelope

    def role(self, token: Token) -> Role:
        """Take the next token and say what it is for."""
        self.message = self.content = False
        if token.what is Is.OPEN:
            self._depth += 1
            self._opened()
        elif token.what is Is.CLOSE:
            self._closed()
        elif token.what is Is.PARTIAL:
            self._origin = int(token.text[1:-1].split(b".")[0])
            self.partial = True
        elif token.what in VALUES:
            return self._value(token)
        return Role.ARGUMENT

    def _opened(self) -> None:
        if self.name in _STRUCTURES:
            self._structure = self._structure or Structure()
            self._structure.open()
        if self.name == b"ENVELOPE":
            if self._depth == 2:
                self._field = 0
            elif self._depth == _ADDRESS_DEPTH and self._field in _TOLD:
                self.addresses.append((_ENVELOPE[self._field], Address()))

    def _closed(self) -> None:
        self._depth = max(0, self._depth - 1)
        if self._structure and self._structure.close():
            self.attachments = self._structure.attachments()
            self._structure = None
        if self._depth == 1:
            self.name = b""
        elif self._depth == 2:
            self._field += 1

    def _value(self, token: Token) -> Role:
        if not self.name:
            self.name = token.text.upper()
            self._origin = 0
            self.partial = False
            return Role.ITEM
        role = self._of(token)
        if self._depth <= 1:
            self.name = b""
        return role

    def _of(self, token: Token) -> Role:
        missing = token.what is Is.ATOM and token.text.upper() == b"NIL"
        if self.name == b"ENVELOPE":
            return self._envelope(token, missing=missing)
        if self._structure:
            self._structure.value(None if missing else token.value)
        if missing:
            return Role.ARGUMENT
        return self._content()

    def _content(self) -> Role:
        self.section = self.name
        if self.name in _WHOLE:
            if self._origin:
                return Role.LITERAL  # from the middle of a message: header or body, who knows
            self.message = True
            return Role.BODY
        if section := _SECTION.match(self.name):
            self.content = True
            return Role.HEADER if _HEADER_SECTION.match(section[1]) else Role.BODY
        self.content = self.name in _PIECES
        return _ROLES.get(self.name, Role.ARGUMENT)

    def _envelope(self, token: Token, *, missing: bool) -> Role:
        field = min(self._field, len(_ENVELOPE) - 1)
        if self._depth == 2:
            if self._field == _SUBJECT and not missing:
                self.subject = token.value
            elif self._field == _IDENTITY and not missing:
                self.identity = token.value
            self._field += 1
        elif self._depth == _ADDRESS_DEPTH and self._field in _TOLD and self.addresses:
            self.addresses[-1][1].append(None if missing else token.value)
        return Role.ARGUMENT if missing else _ENVELOPE[field]
