"""SOCKS 5 (RFC 1928) with its user name and password (RFC 1929).

That login is the proxy's, no mail credential: its password has the role that is masked, and
nothing is told of it.
"""

from __future__ import annotations

from typing import ClassVar

from tutor.base import CLIENT, Direction, Role
from tutor.protocols.tunnel.preamble import Preamble, Unit

_VERSION = 5
_AUTH = 1  # the version of RFC 1929
_CONNECT = 1
_MOST_METHODS = 16  # more are possible, but nobody has them
_SIZES = {1: 4, 4: 16}  # address types of a fixed length: IPv4, IPv6
_NAME = 3


def greeting(data: bytes) -> Unit | bool | None:
    """``05 n methods`` (RFC 1928 3)."""
    if data[:1] != b"\x05":
        return False
    if len(data) < 2:
        return None
    size = 2 + data[1]
    if not 0 < data[1] <= _MOST_METHODS:
        return False
    cuts = ((Role.CODE, 1), (Role.COUNT, 1), (Role.PARAMETER, data[1]))
    return Unit(size, "greeting", cuts) if len(data) >= size else None


def login(data: bytes) -> Unit | bool | None:
    """``01 n name n password`` (RFC 1929 2)."""
    if len(data) < 2:
        return None
    name = data[1]
    if len(data) < 3 + name:
        return None
    secret = data[2 + name]
    size = 3 + name + secret
    cuts = (
        (Role.CODE, 1),
        (Role.SIZE, 1),
        (Role.USER, name),
        (Role.SIZE, 1),
        (Role.PASSWORD, secret),
    )
    return Unit(size, "login", cuts) if len(data) >= size else None


def request(data: bytes, about: str = "request") -> Unit | bool | None:
    """``05 command 00 type address port``; a reply has the same form (RFC 1928 4 and 6)."""
    if data[:1] != b"\x05":
        return False
    if len(data) < 5:
        return None
    kind = data[3]
    fixed = _SIZES.get(kind)
    if fixed is None and kind != _NAME:
        return False
    host = fixed if fixed is not None else data[4]
    length = 0 if fixed is not None else 1
    size = 4 + length + host + 2
    done = about == "request" or data[1] == 0
    cuts = (
        (Role.CODE, 1),
        (Role.VERB if about == "request" else Role.STATUS, 1),
        (Role.PARAMETER, 2),
        (Role.SIZE, length),
        (Role.HOST, host),
        (Role.PARAMETER, 2),
    )
    return Unit(size, about, cuts, last=done) if len(data) >= size else None


def asks_connect(data: bytes) -> bool:
    """Whether a whole request asks for a connection (RFC 1928 4)."""
    return data[1] == _CONNECT


class SocksPreamble(Preamble):
    """Client: greeting, perhaps a login, request. Server: method, perhaps a status, reply."""

    name: ClassVar[str] = "socks"

    def unit(self, direction: Direction, data: bytes, number: int) -> Unit | bool | None:
        """See ``Preamble.unit``."""
        if direction is CLIENT:
            return client_unit(data, number)
        if number == 0:
            if data[0] != _VERSION:
                return False
            cuts = ((Role.CODE, 1), (Role.PARAMETER, 1))
            return Unit(2, "method", cuts) if len(data) >= 2 else None
        if data[0] == _AUTH:
            cuts = ((Role.CODE, 1), (Role.STATUS, 1))
            return Unit(2, "login-status", cuts) if len(data) >= 2 else None
        return request(data, "reply")


def client_unit(data: bytes, number: int) -> Unit | bool | None:
    """The client's next message; ``number`` counts from 0."""
    if number == 0:
        return greeting(data)
    if data[:1] == b"\x01" and number == 1:
        return login(data)
    return request(data)
