"""SOCKS 4, and 4a, which lets the proxy look the name up; older than any RFC.

https://www.openssh.com/txt/socks4.protocol and https://www.openssh.com/txt/socks4a.protocol
The user's name in it is the proxy's, and there is no password.
"""

from __future__ import annotations

from typing import ClassVar

from tutor.base import CLIENT, Direction, Role
from tutor.protocols.tunnel.preamble import Preamble, Unit

VERSION = b"\x04"
_CONNECT = 1
_GRANTED = 90
_REFUSED = (91, 92, 93)
_FIXED = 8  # version, command, port, address
_MOST_TEXT = 255


def request(data: bytes) -> Unit | bool | None:
    """``04 command port address user 00``; behind it in 4a ``name 00``."""
    if data[:1] != VERSION or data[1:2] not in (b"", b"\x01", b"\x02"):
        return False
    user = data.find(b"\0", _FIXED)
    if user < 0:
        return None if len(data) <= _FIXED + _MOST_TEXT else False
    named = data[4:7] == b"\0\0\0" and data[7] != 0
    end = data.find(b"\0", user + 1) if named else user
    if end < 0:
        return None if len(data) <= user + 1 + _MOST_TEXT else False
    cuts = [
        (Role.CODE, 1),
        (Role.VERB, 1),
        (Role.PARAMETER, 2),
        (Role.PARAMETER if named else Role.HOST, 4),
        (Role.USER, user - _FIXED),
        (Role.TERMINATOR, 1),
    ]
    if named:
        cuts += [(Role.HOST, end - user - 1), (Role.TERMINATOR, 1)]
    return Unit(end + 1, "request", cuts, last=True)


def port_asked(data: bytes) -> int | None:
    """The port that a whole request asks a connection to, None where it asks for none."""
    return int.from_bytes(data[2:4], "big") if data[1] == _CONNECT else None


def answers(data: bytes) -> bool:
    """Whether these may be the first bytes of a server's reply: ``00 result``."""
    return data[:1] == b"\0" and (len(data) < 2 or data[1] in (_GRANTED, *_REFUSED))


class Socks4Preamble(Preamble):
    """Client: a request. Server: a reply of eight bytes."""

    name: ClassVar[str] = "socks4"

    def unit(self, direction: Direction, data: bytes, number: int) -> Unit | bool | None:
        """See ``Preamble.unit``."""
        if direction is CLIENT:
            return request(data)
        if not answers(data):
            return False
        if len(data) < _FIXED:
            return None
        cuts = ((Role.CODE, 1), (Role.STATUS, 1), (Role.PARAMETER, 2), (Role.HOST, 4))
        return Unit(_FIXED, "reply", cuts, last=data[1] == _GRANTED)
