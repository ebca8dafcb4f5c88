"""What observers emit: events with parts, and the details that findings fold over.

Two rules hold for every observer and are tested as properties:

- *Tiling*: in each direction the spans of the events follow one another without a hole or an
  overlap, and the parts of an event tile its span. Nothing that crossed is unaccounted for.
- *Chunking does not matter*: however the bytes of a direction are cut (the order between
  directions kept), the same events come out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from tutor.base import Part, Secret, Span


class Kind(StrEnum):
    """What sort of thing an event is."""

    OPEN = "open"  # TCP: the connection begins (the session adds it; its span is empty)
    CLOSE = "close"  # TCP: an end closes, or both have
    GREETING = "greeting"  # the server's first words
    COMMAND = "command"  # a client's command, up to its first synchronising literal
    RESPONSE = "response"  # client: what follows a continuation (SASL line, literal and rest, DONE)
    REPLY = "reply"  # server: completes a command (IMAP tagged; POP3 +OK/-ERR; an SMTP reply)
    UNTAGGED = "untagged"  # server: IMAP data and status without a tag
    CONTINUATION = "continuation"  # server: "go on" (IMAP and POP3 "+", SMTP 334 and 354 are REPLY)
    MESSAGE = (
        "message"  # a dot block or BDAT chunk: message or multi-line data, with its terminator
    )
    PREAMBLE = "preamble"  # a PROXY line or the like, before the protocol
    RECORD = "record"  # TLS: one record, or a fragment of one
    CARRIED = "carried"  # bytes that hold another layer: a tunnel's, compressed ones
    GAP = "gap"  # bytes that the capture lacks
    CONFLICT = "conflict"  # TCP: the same range again with other bytes (its span is empty)
    UNPARSED = "unparsed"  # bytes in which nothing was recognised


class Anomaly(StrEnum):
    """What is odd: a closed vocabulary, explained in ``lessons/reference/anomalies.yaml``."""

    BARE_LF = "bare-lf"
    BARE_CR = "bare-cr"
    NUL_BYTE = "nul-byte"
    LINE_TOO_LONG = "line-too-long"
    UNKNOWN_COMMAND = "unknown-command"
    UNEXPECTED_REPLY = "unexpected-reply"
    UNPARSED_LINE = "unparsed-line"
    BAD_LITERAL = "bad-literal"
    BAD_BASE64 = "bad-base64"
    TRUNCATED = "truncated"
    GAP_IN_LINE = "gap-in-line"
    TAG_MISMATCH = "tag-mismatch"
    TAG_REUSED = "tag-reused"
    REPLY_WITHOUT_COMMAND = "reply-without-command"
    COMMAND_BEFORE_GREETING = "command-before-greeting"
    TEXT_AFTER_TLS = "text-after-tls"
    BAD_TLS_RECORD = "bad-tls-record"
    UNDECRYPTABLE_RECORD = "undecryptable-record"
    STARTTLS_NOT_FOLLOWED_BY_TLS = "starttls-not-followed-by-tls"
    COMMANDS_BEHIND_STARTTLS = "commands-behind-starttls"
    MISSING_DOT = "missing-dot"
    BAD_REPLY_CODE = "bad-reply-code"
    EIGHT_BIT_IN_COMMAND = "eight-bit-in-command"
    TYPED_OVER = "typed-over"
    NOT_THIS_PROTOCOL = "not-this-protocol"
    BAD_DEFLATE = "bad-deflate"
    INFLATED_TOO_MUCH = "inflated-too-much"


@dataclass(frozen=True, slots=True)
class Offer:
    """The server's capabilities as announced, in order, in upper case: the whole list."""

    capabilities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    r"""A credential has crossed, on the event that carried the last of its secret.

    Attributes:
        mechanism: ``LOGIN`` (the IMAP command), ``USER`` (POP3 USER/PASS), ``APOP``, or the SASL
            name in upper case as sent; SASL LOGIN is ``AUTH LOGIN``.
        username: who, as decoded (NTLM: ``DOMAIN\user``); None where it cannot be decoded.
        secret: password, token, or the response of a challenge-response mechanism decoded from
            base64; None where part of it was not captured; the empty one is ``Secret("")``.
        authzid: whom to act as, where the mechanism sent one that is not empty.
        proofs: further texts that must be masked wherever they come back (raw base64, name
            and password joined).
        like: the mechanism that was spoken inside this one (NTLM in GSS-SPNEGO), "" where none.
    """

    mechanism: str
    username: str | None
    secret: Secret | None
    authzid: str | None = None
    proofs: tuple[Secret, ...] = ()
    like: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """The name of the ``Attempt`` with that number, where it came behind the secret."""

    attempt: int
    username: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The server's answer to an ``Attempt`` of this layer.

    ``attempt`` is that one's number, from 0, in the order in which they crossed: several may be
    under way at once, and IMAP may answer them in any order (RFC 9051 5.5).
    """

    accepted: bool
    attempt: int


@dataclass(frozen=True, slots=True)
class TlsRequest:
    """STARTTLS or STLS was sent (``accepted`` None) or answered (True, False)."""

    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a listener learns.

    ``kind`` is from the closed list of the JSON contract: username, sender, recipient, subject,
    message, attachment, mailbox, software. ``value`` is decoded text, not yet sanitised.
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says (RFC 5280); times are Unix seconds."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: int
    not_after: int
    self_signed: bool
    key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class ClientHello:
    """The client's offer (RFC 8446 4.1.2, RFC 5246 7.4.1.2), without GREASE values.

    ``version`` is the highest of ``versions``; ``extensions`` are IANA names in their order;
    ``early_data`` says that data is offered before the handshake is done; ``ech`` that there is an
    encrypted ClientHello (RFC 9849), real or for show; ``grease`` that there were GREASE values.
    """

    random: bytes
    version: str
    ciphers: tuple[str, ...]
    sni: str | None
    alpn: tuple[str, ...]
    offers_psk: bool
    versions: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    early_data: bool = False
    ech: bool = False
    grease: bool = False


@dataclass(frozen=True, slots=True)
class ServerHello:
    """The server's choice (RFC 8446 4.1.3, RFC 5246 7.4.1.3), or its HelloRetryRequest."""

    version: str
    cipher: str
    alpn: str | None
    resumed: bool
    retry: bool = False
    extensions: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True)
class TlsAlert:
    """An alert, readable only before encryption or with keys (RFC 8446 6)."""

    level: str
    name: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """TCP carried the bytes ``start`` to ``end`` of layer 0 twice, and the copies differ.

    ``settled`` tells that the first copy had been acknowledged before the second came; else which
    one the receiver read cannot be told.
    """

    start: int
    end: int
    settled: bool


Detail: TypeAlias = (
    Offer
    | Attempt
    | Named
    | Outcome
    | TlsRequest
    | Fact
    | Certificate
    | ClientHello
    | ServerHello
    | TlsAlert
    | Overlap
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on the wire.

    Attributes:
        kind: what sort of thing.
        span: its bytes.
        parts: they tile the span, in order.
        name: its standard name: a verb in upper case (``LOGIN``, ``UID FETCH``, ``EHLO``), a status
            or code (``OK``, ``+OK``, ``250``), the data's name (``CAPABILITY``), a record's
            (``ClientHello``, ``application-data``).
        tag: the IMAP tag, as sent.
        about: the name of the command that it answers or continues, "" where there is none.
        state: the protocol state after it, in the RFC's words (``not-authenticated``,
            ``AUTHORIZATION``); for the "you are here" strip.
        anomalies: what is odd about it.
        details: what it tells, for findings.
    """

    kind: Kind
    span: Span
    parts: tuple[Part, ...] = ()
    name: str = ""
    tag: str = ""
    about: str = ""
    state: str = ""
    anomalies: tuple[Anomaly, ...] = ()
    details: tuple[Detail, ...] = ()
