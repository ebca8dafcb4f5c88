"""Parse one DNS message (RFC 1035 4; AAAA: RFC 3596).

A message is a header of twelve bytes (id, flags, four counts), questions, and records. A name
is a list of labels, each behind its length; two bytes that begin with bits 11 point to an
earlier place where the name goes on (4.1.4). A pointer must lead backwards, so following
them ends; what is bent to loop is not a DNS message.

Over UDP a packet holds one message, over TCP each stands behind its length in two bytes (4.2.2).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

TYPES: Final = {
    1: "A",
    2: "NS",
    5: "CNAME",
    6: "SOA",
    12: "PTR",
    15: "MX",
    16: "TXT",
    28: "AAAA",
    33: "SRV",
    41: "OPT",
    52: "TLSA",
    65: "HTTPS",
    255: "ANY",
}
"""Record types by number; others are written ``TYPE99`` (RFC 3597 5)."""

CODES: Final = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
"""Response codes by number; others are written ``RCODE9``."""

_HEADER = struct.Struct("!HHHHHH")
_FIXED = struct.Struct("!HHIH")
_LONGEST_NAME = 255
_MOST_ENTRIES = 200
_RESPONSE = 0x8000
_OPCODE = 0x7800
_TRUNCATED = 0x0200
_POINTER = 0xC0


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: a name without its final dot ("" is the root) and a type's name."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Record:
    """An answer.

    Attributes:
        name: whose it is.
        type: the type's name.
        ttl: for how many seconds it may be kept.
        value: in the words of a zone file: ``10 mail.example.net`` for MX, the address for A and
            AAAA, the joined text for TXT; hexadecimal for types not known here.
    """

    name: str
    type: str
    ttl: int
    value: str


@dataclass(frozen=True, slots=True)
class DnsMessage:
    """A query or a response.

    Attributes:
        id: pairs a response with its query.
        is_response: whether it answers.
        rcode: the response's code, as a name (``NOERROR``, ``NXDOMAIN``).
        questions: what is asked.
        answers: the records of the answer section.
        truncated: whether the sender cut it to fit a packet (TC).
    """

    id: int
    is_response: bool
    rcode: str
    questions: tuple[Question, ...] = ()
    answers: tuple[Record, ...] = ()
    truncated: bool = False


class BadMessageError(Exception):
    """The bytes are not a DNS message; never leaves this room."""


def parse(data: bytes) -> DnsMessage | None:
    """Parse one message; None where the bytes are not DNS. Never raises.

    Only ordinary queries (opcode 0) in class IN are read. Records behind the answer section
    (authority, additional) are not looked at.
    """
    try:
        return _parse(data)
    except (BadMessageError, struct.error, IndexError):
        return None


def frames(stream: bytes) -> list[bytes]:
    """Cut the bytes of a TCP stream into the messages that are whole in it (RFC 1035 4.2.2)."""
    found = []
    at = 0
    while at + 2 <= len(stream):
        size = int.from_bytes(stream[at : at + 2], "big")
        if at + 2 + size > len(stream):
            break
        found.append(stream[at + 2 : at + 2 + size])
        at += 2 + size
    return found


def _parse(data: bytes) -> DnsMessage:
    number, flags, questions, answers, _, _ = _HEADER.unpack_from(data)
    if flags & _OPCODE or max(questions, answers) > _MOST_ENTRIES or not questions | answers:
        raise BadMessageError
    at = _HEADER.size
    asked = []
    for _ in range(questions):
        name, at = read_name(data, at)
        kind, family = struct.unpack_from("!HH", data, at)
        if family not in (1, 255):
            raise BadMessageError
        asked.append(Question(name, TYPES.get(kind, f"TYPE{kind}")))
        at += 4
    given = []
    for _ in range(answers):
        record, at = _record(data, at)
        given.append(record)
    code = flags & 0x0F
    return DnsMessage(
        number,
        bool(flags & _RESPONSE),
        CODES.get(code, f"RCODE{code}"),
        tuple(asked),
        tuple(given),
        bool(flags & _TRUNCATED),
    )


def _record(data: bytes, at: int) -> tuple[Record, int]:
    name, at = read_name(data, at)
    kind, _, ttl, size = _FIXED.unpack_from(data, at)
    at += _FIXED.size
    end = at + size
    if end > len(data):
        raise BadMessageError
    return Record(name, TYPES.get(kind, f"TYPE{kind}"), ttl, read_value(data, kind, at, end)), end


def read_value(data: bytes, kind: int, at: int, end: int) -> str:
    """What a record of a kind says in the bytes ``at`` to ``end``; see ``Record.value``."""
    match TYPES.get(kind):
        case "A" if end - at == 4:
            return str(IPv4Address(data[at:end]))
        case "AAAA" if end - at == 16:
            return str(IPv6Address(data[at:end]))
        case "CNAME" | "NS" | "PTR":
            return read_name(data, at)[0]
        case "MX":
            return f"{int.from_bytes(data[at : at + 2], 'big')} {read_name(data, at + 2)[0] or '.'}"
        case "TXT":
            return _text(data[at:end])
        case "SOA":
            primary, at = read_name(data, at)
            person, at = read_name(data, at)
            numbers = struct.unpack_from("!IIIII", data, at)
            return " ".join((primary, person, *map(str, numbers)))
        case "SRV":
            numbers = struct.unpack_from("!HHH", data, at)
            return " ".join((*map(str, numbers), read_name(data, at + 6)[0] or "."))
        case _:
            return data[at:end].hex()


def _text(data: bytes) -> str:
    """RFC 1035 3.3.14: character strings, each behind its length; a long text is joined."""
    pieces = []
    at = 0
    while at < len(data):
        size = data[at]
        pieces.append(data[at + 1 : at + 1 + size])
        at += 1 + size
    return b"".join(pieces).decode("utf-8", "replace")


def read_name(data: bytes, at: int) -> tuple[str, int]:
    """Read a name; give it and the place behind it (behind the first pointer, where there is)."""
    labels: list[bytes] = []
    behind: int | None = None
    lowest = at
    total = 0
    while size := data[at]:
        if size & _POINTER == _POINTER:
            target = ((size & 0x3F) << 8) | data[at + 1]
            behind = at + 2 if behind is None else behind
            if target >= lowest:
                raise BadMessageError
            lowest = at = target
            continue
        label = data[at + 1 : at + 1 + size]
        total += size + 1
        if size & _POINTER or len(label) < size or total > _LONGEST_NAME:
            raise BadMessageError
        labels.append(label)
        at += 1 + size
    return b".".join(map(_label, labels)).decode("utf-8", "replace"), behind or at + 1


def _label(label: bytes) -> bytes:
    """Write a dot inside a label as in a zone file (RFC 1035 5.1), so that it is told apart."""
    return label.replace(b"\\", b"\\\\").replace(b".", b"\\.")
