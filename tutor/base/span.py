"""Where bytes are, and what they are.

A *span* is a range of one direction of one layer of a session; packet numbers, hex view,
masking and highlighting are look-ups by span. *Parts* tile the span of an event and say
what each byte is for.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from tutor.base.direction import Direction


class Span(NamedTuple):
    """Bytes ``start`` to ``end`` (exclusive) of one direction of a layer (0 is the TCP payload)."""

    layer: int
    direction: Direction
    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes the span covers."""
        return self.end - self.start


class Role(StrEnum):
    """What a byte is for. The theme, the mask, lessons (``look:``) and exporters share these."""

    TAG = "tag"
    VERB = "verb"
    ARGUMENT = "argument"
    USER = "user"
    PASSWORD = "password"  # noqa: S105 - the name of a role
    AUTHZID = "authzid"
    TOKEN = "token"  # noqa: S105 - the name of a role
    CHALLENGE = "challenge"
    RESPONSE = "response"  # a SASL response whose bytes hold or prove a secret
    MECHANISM = "mechanism"
    STATUS = "status"
    CODE = "code"
    CAPABILITY = "capability"
    TEXT = "text"  # free text for people; it explains nothing
    MAILBOX = "mailbox"
    FLAG = "flag"
    SEQUENCE = "sequence"
    LITERAL_SIZE = "literal-size"
    LITERAL = "literal"
    SENDER = "sender"
    RECIPIENT = "recipient"
    PARAMETER = "parameter"
    HOST = "host"
    HEADER = "header"
    BODY = "body"
    BOUNDARY = "boundary"  # the line that separates the parts of a message (RFC 2046 5.1)
    ATTACHMENT = "attachment"  # a file in a message, in its transfer encoding
    TERMINATOR = "terminator"
    CRLF = "crlf"
    SPACE = "space"
    COUNT = "count"
    SIZE = "size"
    UNIQUE_ID = "unique-id"
    PARTIAL = "partial"
    ITEM = "item"
    DOMAIN = "domain"  # DNS: the name that is asked about
    TYPE = "type"  # DNS: the kind of record
    CLASS = "class"  # DNS: always the Internet
    TTL = "ttl"  # DNS: how long an answer may be kept
    PREFERENCE = "preference"  # DNS: which of several hosts is tried first
    ADDRESS = "address"
    RECORD_HEADER = "record-header"
    HANDSHAKE = "handshake"
    ALERT = "alert"
    CIPHERTEXT = "ciphertext"
    CARRIED = "carried"  # what a tunnel or compression holds; its own layer explains it
    UNPARSED = "unparsed"


SECRET_ROLES = frozenset({Role.PASSWORD, Role.TOKEN, Role.RESPONSE})
"""Parts that are masked unless a person reveals them."""


class Part(NamedTuple):
    """A named piece of an event: ``start`` and ``end`` in the same stream as the event's span."""

    role: Role
    start: int
    end: int
