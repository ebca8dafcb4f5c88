"""What a listener learns from the header of a mail message, or of a part of one (RFC 5322).

Only so much of it is looked at as is needed, and nothing here raises: the standard library's
``email`` does on some garbled headers, so each call of it stands behind one guard.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, decode_params, getaddresses, unquote
from functools import partial
from typing import TypeVar

from tutor.protocols.events import Fact

LOOKED_AT = 256 * 1024
"""Bytes of a body that give a name to a message without a header."""

NAME_BEGUN = re.compile(rb"[!-9;-~]{1,76}\Z")
"""A piece may end in the name of its first field."""

_HEADER_LOOKED_AT = 64 * 1024
_FIELD_LOOKED_AT = 8 * 1024
_MOST_ADDRESSES = 50
_T = TypeVar("_T")
_FIELD_START = re.compile(rb"[!-9;-~]+[ \t]*:")


def split(data: bytes | bytearray, since: int = 0) -> int:
    """Give the offset at which the body begins: behind the first empty line (RFC 5322 2.1).

    A message that does not begin with a header field is all body (0); one without an empty line
    is all header (its length). Before ``since`` no empty line ends. A mailbox file's ``From ``
    line may stand before it (RFC 4155).
    """
    for blank in (b"\r\n", b"\n"):
        if data.startswith(blank):
            return len(blank)
    first = data.find(b"\n") + 1 if data.startswith((b"From ", b">From ")) else 0
    if not is_field(data[first:] if first else data):
        return 0
    blanks, since = (b"\n\r\n", b"\n\n"), max(0, since - 2)
    ends = [at + len(blank) for blank in blanks if (at := data.find(blank, since)) >= 0]
    return min(ends, default=len(data))


def is_field(line: bytes | bytearray) -> bool:
    """Tell whether the line could be a header field: a name and a colon (RFC 5322 2.2)."""
    return _FIELD_START.match(line[:1000]) is not None


def unstuff(data: bytes) -> bytes:
    """Take away the dots that were put before lines beginning with a dot (RFC 5321 4.5.2)."""
    data = data.replace(b"\n..", b"\n.")
    return data[1:] if data.startswith(b"..") else data


@dataclass(frozen=True, slots=True)
class Entity:
    """What a header says of what follows it (RFC 2045).

    Attributes:
        boundary: of a multipart, as bytes without hyphens; empty where it is none.
        name: the file name, decoded; empty where there is none.
        encoding: the transfer encoding, in lower case.
        message: whether it is a message itself (RFC 2046 5.2.1).
        readable: whether it is text to be read, not a file.
    """

    boundary: bytes
    name: str
    encoding: str
    message: bool
    readable: bool

    @property
    def encoded(self) -> bool:
        """Whether its bytes are spelled in another way."""
        return self.encoding in ("base64", "quoted-printable")


def entity(header: bytes) -> Entity | None:
    """Read the header of a message or of a part; None where it cannot be read at all."""
    message = _parsed(header)
    if message is None:
        return None
    kind = _guard(message.get_content_type, "text/plain")
    kept = _guard(message.get_content_disposition, None) == "attachment"
    boundary = _guard(lambda: message.get_boundary(""), "")
    several = kind.startswith("multipart/") and bool(boundary)
    return Entity(
        _guard(lambda: boundary.encode("utf-8", "surrogateescape"), b"") if several else b"",
        _name(message),
        _field(message, "content-transfer-encoding").strip().lower(),
        kind in ("message/rfc822", "message/global"),
        not kept and kind.startswith(("text/", "message/", "multipart/")),
    )


def facts(header: bytes, text: bytes | None) -> tuple[Fact, ...]:
    """Give what the header tells: sender, recipients, subject, and the message itself.

    ``message`` is the Message-ID without brackets, or a short digest where there is none. Of an
    empty message nothing is told.

    Args:
        header: up to and with the empty line; may be empty.
        text: the beginning of what follows; None where only the header is known: then the file's
            name, where it is one, is told here.
    """
    if not (header or text):
        return ()
    message = _parsed(header)
    if message is None:
        return (Fact("message", _digest(header, text or b"")),)
    found = [Fact("sender", name) for name in _addresses(message, "from")]
    found += [Fact("recipient", name) for name in _addresses(message, "to", "cc", "bcc")]
    if subject := _decoded(_field(message, "subject")).strip():
        found.append(Fact("subject", subject))
    identity = _field(message, "message-id").strip().strip("<>")
    found.append(Fact("message", identity or _digest(header, text or b"")))
    if text is None and (name := _name(message)):
        found.append(Fact("attachment", name))
    return tuple(dict.fromkeys(found))


def filename(*fields: Sequence[tuple[bytes, bytes]]) -> str:
    """The name of an attached file, "" where it has none.

    Args:
        fields: parameters as names and values, of the disposition and then of the content type.
    """
    for name, pairs in zip(("filename", "name"), fields, strict=False):
        found = _guard(partial(_parameter, name, pairs), "")
        if found:
            return _decoded(found)
    return ""


def _parameter(name: str, pairs: Sequence[tuple[bytes, bytes]]) -> str:
    """One parameter, put together where it comes in pieces or in a charset (RFC 2231)."""
    texts = [(key.decode("latin-1").lower(), _text(value)) for key, value in pairs]
    for key, value in decode_params([("", ""), *texts])[1:]:
        if key == name:
            return unquote(collapse_rfc2231_value(value))
    return ""


def _text(value: bytes) -> str:
    return _guard(lambda: value.decode("utf-8"), value.decode("latin-1"))


def _guard(work: Callable[[], _T], otherwise: _T) -> _T:
    """Do ``work``; whatever the standard library makes of a garbled field must not get out."""
    try:
        return work()
    except Exception:
        return otherwise


def _parsed(header: bytes) -> Message | None:
    return _guard(lambda: message_from_bytes(header[:_HEADER_LOOKED_AT]), None)


def _field(message: Message, name: str) -> str:
    value = _guard(lambda: message.get(name, ""), "")
    return _guard(lambda: str(value), "")[:_FIELD_LOOKED_AT]


def _decoded(value: str) -> str:
    """RFC 2047 encoded words as text, folding undone."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", value)
    pieces = _guard(lambda: decode_header(unfolded), [(unfolded, None)])
    return "".join(_word(piece, charset) for piece, charset in pieces)


def _word(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    name = charset if charset and charset != "unknown-8bit" else "utf-8"
    return _guard(lambda: piece.decode(name, "replace"), piece.decode("latin-1"))


def _addresses(message: Message, *names: str) -> list[str]:
    fields = [field for name in names if (field := _field(message, name))]
    nothing: list[tuple[str, str]] = []
    pairs = _guard(lambda: getaddresses(fields), nothing)
    return [address for _, address in pairs if address][:_MOST_ADDRESSES]


def _digest(header: bytes, body: bytes) -> str:
    """A name for a message that has none of its own: by its header, or by its text without one."""
    mark = hashlib.sha256(header[:_HEADER_LOOKED_AT] or body[:LOOKED_AT]).hexdigest()
    return f"sha256:{mark[:12]}"


def _name(message: Message) -> str:
    """The file name that a part carries, "" where it has none."""
    return _decoded(str(_guard(lambda: message.get_filename(""), "")))
