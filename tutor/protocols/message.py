"""What a listener learns from a mail message that crossed: RFC 5322 headers, MIME attachments.

Only so much of a message is looked at as is needed, and nothing here raises: the standard
library's ``email`` does on some garbled headers, so each call of it stands behind one guard.
Attachments are found by a small walk of our own over the boundaries, whose cost is bounded;
deep nesting made by an attacker costs nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, decode_params, getaddresses, unquote
from functools import partial
from typing import TypeVar

from tutor.protocols.events import Fact

LOOKED_AT = 256 * 1024
"""Bytes of a body that are searched for attachments."""

_HEADER_LOOKED_AT = 64 * 1024
_FIELD_LOOKED_AT = 8 * 1024
_MOST_ADDRESSES = 50
_DEEPEST = 4
_MOST_PARTS = 64
_T = TypeVar("_T")
_FIELD_START = re.compile(rb"[!-9;-~]+[ \t]*:")


def split(data: bytes | bytearray, since: int = 0) -> int:
    """Give the offset at which the body begins: behind the first empty line (RFC 5322 2.1).

    A message that does not begin with a header field is all body (0); one without an empty line
    is all header (its length). Before ``since`` no empty line ends.
    """
    for blank in (b"\r\n", b"\n"):
        if data.startswith(blank):
            return len(blank)
    if not is_field(data):
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


def facts(header: bytes, body: bytes | None, *, cut: bool = False) -> tuple[Fact, ...]:
    """Give what the message tells: sender, recipients, subject, the message itself, attachments.

    ``message`` is the Message-ID without brackets, or a short digest where there is none. Of an
    empty message nothing is told.

    Args:
        header: up to and with the empty line; may be empty.
        body: what follows; None where only the header is known.
        cut: the body goes on beyond what is known of it.
    """
    if not (header or body):
        return ()
    message = _parsed(header)
    if message is None:
        return (Fact("message", _digest(header, body or b"")),)
    found = [Fact("sender", name) for name in _addresses(message, "from")]
    found += [Fact("recipient", name) for name in _addresses(message, "to", "cc", "bcc")]
    if subject := _decoded(_field(message, "subject")).strip():
        found.append(Fact("subject", subject))
    identity = _field(message, "message-id").strip().strip("<>")
    found.append(Fact("message", identity or _digest(header, body or b"")))
    if body is None:
        names = [name] if (name := _name(message)) else []
    else:
        cut = cut or len(body) > LOOKED_AT
        names = list(_attachments(message, body[:LOOKED_AT], cut))
    found += [Fact("attachment", name) for name in names]
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


def _attachments(message: Message, body: bytes, cut: bool, depth: int = 0) -> Iterator[str]:
    """Give ``name (size bytes)`` for each part that carries a file name.

    The size is of the part as it crossed, in its transfer encoding; of a part that goes on
    beyond what is looked at (``cut``) it is a lower bound, and says so.
    """
    if name := _name(message):
        size = f" ({'at least ' if cut else ''}{len(body)} bytes)" if body or not cut else ""
        yield f"{name}{size}"
        return
    boundary = _guard(lambda: message.get_boundary(""), "")
    if not boundary or depth >= _DEEPEST:
        return
    marker = b"\n--" + boundary.encode("utf-8", "surrogateescape")
    pieces = (b"\n" + body).split(marker)
    for number, piece in enumerate(pieces[1 : _MOST_PARTS + 1], start=1):
        if piece.startswith(b"--"):
            return
        part = piece[piece.find(b"\n") + 1 :]
        at = split(part)
        inner = _parsed(part[:at])
        if inner is not None:
            last = cut and number == len(pieces) - 1
            yield from _attachments(inner, part[at:].removesuffix(b"\r"), last, depth + 1)
