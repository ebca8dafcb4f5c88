"""Tell a client that asks a proxy for a mail server, by its first bytes.

SOCKS and CONNECT carry anything; only the port that is asked for tells mail.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tutor.protocols.tunnel import socks, socks4
from tutor.protocols.tunnel.connect import VERB
from tutor.protocols.tunnel.preamble import Unit

_LINE = re.compile(rb"CONNECT [^ \r\n]{1,255}:([0-9]{1,5}) HTTP/1\.[01]\r?\n")
_MOST_LINE = 300
_MOST_SOCKS = 2 + 16 + 3 + 510 + 4 + 1 + 255 + 2


class Target(NamedTuple):
    """Which preamble (``socks``, ``socks4``, ``http-connect``), and the port that is asked for."""

    name: str
    port: int


def detect(head: bytes) -> Target | bool | None:
    """What the first bytes of a client ask for; False: neither; None: more bytes must tell."""
    if not head:
        return None
    if head[:1] == b"\x05":
        return _socks(head)
    if head[:1] == socks4.VERSION:
        return _socks4(head)
    if head.startswith(VERB):
        match = _LINE.match(head)
        if match:
            return Target("http-connect", int(match[1]))
        return None if b"\n" not in head and len(head) < _MOST_LINE else False
    return None if VERB.startswith(head) else False


def plausible(head: bytes) -> bool:
    """Whether the first bytes of a flow may be a SOCKS server's, which do not tell its purpose."""
    chosen = head[:1] == b"\x05" and (len(head) < 2 or head[1] in (0, 2))
    return (chosen or socks4.answers(head)) and len(head) < 64


def _socks4(head: bytes) -> Target | bool | None:
    unit = socks4.request(head)
    if not isinstance(unit, Unit):
        return unit
    port = socks4.port_asked(head)
    return Target("socks4", port) if port is not None else False


def _socks(head: bytes) -> Target | bool | None:
    at = 0
    for number in range(3):
        if at == len(head):
            return None
        unit = socks.client_unit(head[at:], number)
        if unit is None:
            return None if len(head) < _MOST_SOCKS else False
        if not isinstance(unit, Unit):
            return False
        if unit.last:
            port = int.from_bytes(head[at + unit.size - 2 : at + unit.size], "big")
            return Target("socks", port) if socks.asks_connect(head[at:]) else False
        at += unit.size
    return False
