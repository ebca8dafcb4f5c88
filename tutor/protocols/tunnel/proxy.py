"""The PROXY header: a load balancer tells whom it speaks for, before the protocol begins.

The PROXY protocol, version 1 (2.1: a line of at most 107 bytes) and 2 (2.2: binary, with its own
length); https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
"""

from __future__ import annotations

import re

from tutor.base import Part, Role

_V1 = b"PROXY "
_V2 = b"\r\n\r\n\0\r\nQUIT\n"
_LONGEST_LINE = 107
_HEADER = 16  # signature, version and command, family, length
_WORDS = re.compile(rb"[^ ]+| +")


def proxy_length(head: bytes) -> int | None:
    """How long the PROXY header is with which a client begins: 0 for none, None: not yet known."""
    if _V1.startswith(head) or _V2.startswith(head):
        return None
    if head.startswith(_V1):
        end = head.find(b"\n", 0, _LONGEST_LINE) + 1
        return end or (None if len(head) < _LONGEST_LINE else 0)
    if not head.startswith(_V2):
        return 0
    if len(head) < _HEADER:
        return None
    size = _HEADER + int.from_bytes(head[14:16], "big")
    return size if len(head) >= size else None


def proxy_parts(start: int, header: bytes) -> tuple[Part, ...]:
    """The parts of a header that begins at stream offset ``start``."""
    parts: list[Part] = []
    if header.startswith(_V2):
        for role, a, b in (
            (Role.VERB, 0, 12),
            (Role.CODE, 12, 14),
            (Role.SIZE, 14, 16),
            (Role.PARAMETER, 16, len(header)),
        ):
            if a < b:
                parts.append(Part(role, start + a, start + b))
        return tuple(parts)
    text = header.rstrip(b"\r\n")
    for number, match in enumerate(_WORDS.finditer(text)):
        role = Role.SPACE if match[0].startswith(b" ") else Role.PARAMETER
        parts.append(
            Part(role if number else Role.VERB, start + match.start(), start + match.end())
        )
    parts.append(Part(Role.CRLF, start + len(text), start + len(header)))
    return tuple(parts)
