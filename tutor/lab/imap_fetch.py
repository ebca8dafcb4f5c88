"""What FETCH answers in the lab: the data items of RFC 9051 6.4.5 that clients ask for."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import Message as Mail
from email.utils import getaddresses

from tutor.lab.imap_words import Bad, Value, quoted, text
from tutor.lab.store import Message, crlf

_MACROS = {
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}
_SECTION = re.compile(r"(BODY(?:\.PEEK)?)\[(.*)\](?:<(\d+)\.(\d+)>)?$", re.IGNORECASE | re.DOTALL)
_FIELDS = re.compile(r"HEADER\.FIELDS(\.NOT)? \(([^)]*)\)$", re.IGNORECASE)
_PART = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,7})(?:\.(MIME|HEADER.*|TEXT))?$", re.IGNORECASE)
_OLD = {"RFC822": "", "RFC822.HEADER": "HEADER", "RFC822.TEXT": "TEXT"}


def wanted(value: Value) -> list[str]:
    """The items that a FETCH asks for, macros spelled out."""
    items = [text(item) for item in value] if isinstance(value, list) else [text(value)]
    return [name for item in items for name in _MACROS.get(item.upper(), [item])]


def sees(items: list[str]) -> bool:
    r"""Whether these items set ``\Seen``: a body that was not only peeked at."""
    upper = [item.upper() for item in items]
    return any(item.startswith("BODY[") or item in ("RFC822", "RFC822.TEXT") for item in upper)


def item(message: Message, name: str, flags: str) -> bytes:
    """One data item: its name and its value, as it stands in the response.

    Raises:
        Bad: there is no such item or section.
    """
    upper = name.upper()
    match upper:
        case "FLAGS":
            return f"FLAGS ({flags})".encode()
        case "UID":
            return f"UID {message.uid}".encode()
        case "RFC822.SIZE":
            return f"RFC822.SIZE {len(message.data)}".encode()
        case "INTERNALDATE":
            when = datetime.fromtimestamp(message.arrived, UTC)
            return when.strftime('INTERNALDATE "%d-%b-%Y %H:%M:%S +0000"').encode()
        case "ENVELOPE":
            return f"ENVELOPE {_envelope(_mail(message))}".encode()
        case "BODY" | "BODYSTRUCTURE":
            return f"{upper} {_structure(_mail(message))}".encode()
    if upper in _OLD:
        return literal(upper, _section(message.data, _OLD[upper]))
    match_ = _SECTION.match(name)
    if match_ is None:
        raise Bad("no such data item")
    section, start, count = match_[2], match_[3], match_[4]
    data = _section(message.data, section)
    label = f"BODY[{section}]"
    if start is not None:
        data = data[int(start) : int(start) + int(count)]
        label += f"<{start}>"
    return literal(label, data)


def literal(name: str, data: bytes) -> bytes:
    """A name and a literal."""
    return f"{name} {{{len(data)}}}\r\n".encode() + data


def _mail(message: Message) -> Mail:
    return email.message_from_bytes(message.data, policy=email.policy.compat32)


def header(message: Message, name: str) -> list[str]:
    """The values of a header field, folded to lower case, for searching."""
    head = message.data.partition(b"\r\n\r\n")[0]
    lines = [line for line in _unfolded(head) if _field(line) == name.upper()]
    return [line.partition(b":")[2].decode("utf-8", "replace").casefold() for line in lines]


def _section(data: bytes, section: str) -> bytes:
    """A section of a message (RFC 9051 6.4.5.1).

    Raises:
        Bad: it has none of that name.
    """
    if part := _PART.match(section):
        return _section_of_part(data, [int(n) for n in part[1].split(".")], part[2] or "")
    head, blank, body = data.partition(b"\r\n\r\n")
    upper = section.upper()
    if upper == "":
        return data
    if upper == "HEADER":
        return head + blank
    if upper == "TEXT":
        return body
    if found := _FIELDS.match(section):
        names = {name.upper() for name in found[2].split()}
        keep = [line for line in _unfolded(head) if (_field(line) in names) != bool(found[1])]
        return b"".join(keep) + b"\r\n"
    raise Bad("no such section")


def _section_of_part(data: bytes, numbers: list[int], rest: str) -> bytes:
    """``1.2``, ``2.MIME``, ``2.HEADER``: part 1 of what is no multipart is its body."""
    for number in numbers:
        mail = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = [part for part in mail.get_payload() if isinstance(part, Mail)]
        if mail.get_content_maintype() == "multipart" and mail.is_multipart():
            if not 0 < number <= len(parts):
                raise Bad("it has no such part")
            data = crlf(parts[number - 1].as_bytes())
        elif number != 1:
            raise Bad("it has no such part")
    head, blank, body = data.partition(b"\r\n\r\n")
    if rest.upper() == "MIME":
        return head + blank
    return _section(body, rest) if rest else body


def _unfolded(head: bytes) -> list[bytes]:
    """Header fields, each with its folded lines and line ends."""
    return [line + b"\r\n" for line in re.split(rb"\r\n(?![ \t])", head)]


def _field(line: bytes) -> str:
    return line.partition(b":")[0].decode("ascii", "replace").upper()


def _envelope(mail: Mail) -> str:
    sender = _addresses(mail, "From")
    parts = [
        quoted(str(mail.get("Date", ""))),
        quoted(str(mail.get("Subject", ""))),
        sender,
        _addresses(mail, "Sender") if mail.get("Sender") else sender,
        _addresses(mail, "Reply-To") if mail.get("Reply-To") else sender,
        *(_addresses(mail, name) for name in ("To", "Cc", "Bcc")),
        quoted(str(mail.get("In-Reply-To", ""))),
        quoted(str(mail.get("Message-ID", ""))),
    ]
    return f"({' '.join(parts)})"


def _addresses(mail: Mail, name: str) -> str:
    found = getaddresses([str(value) for value in mail.get_all(name, [])])
    rows = []
    for person, address in found:
        local, _, domain = address.rpartition("@")
        rows.append(f"({quoted(person)} NIL {quoted(local)} {quoted(domain)})")
    return f"({''.join(rows)})" if rows else "NIL"


def _structure(mail: Mail) -> str:
    """BODY as RFC 9051 7.5.2 spells it, without the extensions."""
    kind, subtype = mail.get_content_maintype().upper(), mail.get_content_subtype().upper()
    parts = [part for part in mail.get_payload() if isinstance(part, Mail)]
    if kind == "MULTIPART" and parts:
        return f"({''.join(map(_structure, parts))} {quoted(subtype)})"
    if kind == "MULTIPART":
        kind, subtype = "TEXT", "PLAIN"  # it says so, and has no parts
    body = crlf(mail.as_bytes()).partition(b"\r\n\r\n")[2]
    charset = f'("CHARSET" {quoted(mail.get_content_charset() or "us-ascii")})'
    parameters = charset if kind == "TEXT" else "NIL"
    encoding = quoted(str(mail.get("Content-Transfer-Encoding", "7bit")).upper())
    head = f'"{kind}" "{subtype}" {parameters} NIL NIL {encoding} {len(body)}'
    lines = body.count(b"\n")
    if kind == "MESSAGE" and parts:
        return f"({head} {_envelope(parts[0])} {_structure(parts[0])} {lines})"
    return f"({head} {lines})" if kind == "TEXT" else f"({head})"
