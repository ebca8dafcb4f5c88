"""HTTP CONNECT (RFC 9110 9.3.6): a header block each way, then the tunnel.

A proxy may refuse first and ask for credentials (407); then the client's next block comes. What the
client proves with (``Proxy-Authorization``) has a role that is masked.
"""

from __future__ import annotations

import re
from typing import ClassVar

from tutor.base import CLIENT, Direction, Role
from tutor.protocols.tunnel.preamble import Preamble, Unit

VERB = b"CONNECT "
_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})\b")
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,9})[ \t]*\r?$")
_SECRET = re.compile(rb"(?i)(proxy-authorization|authorization):[ \t]*")
_WORD = re.compile(rb"[^ ]+")


class ConnectPreamble(Preamble):
    """Client: ``CONNECT host:port`` and headers. Server: a status line, headers, perhaps a body."""

    name: ClassVar[str] = "http-connect"

    def __init__(self, layer: int = 0) -> None:
        super().__init__(layer)
        self._body = 0  # bytes of a refusal's text that are still to come

    def unit(self, direction: Direction, data: bytes, number: int) -> Unit | bool | None:
        """See ``Preamble.unit``."""
        if direction is CLIENT:
            return self._client(data)
        if self._body:
            size = self._body
            if len(data) < size:
                return None
            self._body = 0
            return Unit(size, "body", ((Role.BODY, size),))
        end = _END.search(data)
        if not end:
            return None if b"HTTP/"[: len(data)] == data[:5] else False
        block = data[: end.end()]
        status = _STATUS.match(block)
        if not status:
            return False
        opens = status[1].startswith(b"2")
        length = None if opens else _LENGTH.search(block)
        self._body = int(length[1]) if length else 0
        return Unit(len(block), "response", _cuts(block, response=True), last=opens)

    def _client(self, data: bytes) -> Unit | bool | None:
        if not data.startswith(VERB):
            # behind a block: its like comes again after a refusal, else this is the tunnel
            return None if VERB.startswith(data) else True
        end = _END.search(data)
        return Unit(end.end(), "request", _cuts(data[: end.end()])) if end else None


def _cuts(block: bytes, *, response: bool = False) -> list[tuple[Role, int]]:
    cuts: list[tuple[Role, int]] = []
    for number, line in enumerate(block.splitlines(keepends=True)):
        text = line.rstrip(b"\r\n")
        secret = _SECRET.match(text)
        if number == 0:
            cuts += _first_line(text, response=response)
        elif secret:
            cuts += [(Role.HEADER, secret.end()), (Role.TOKEN, len(text) - secret.end())]
        else:
            cuts.append((Role.HEADER, len(text)))
        cuts.append((Role.CRLF, len(line) - len(text)))
    return cuts


def _first_line(text: bytes, *, response: bool) -> list[tuple[Role, int]]:
    roles = (
        (Role.PARAMETER, Role.STATUS, Role.TEXT)
        if response
        else (Role.VERB, Role.HOST, Role.PARAMETER)
    )
    cuts: list[tuple[Role, int]] = []
    at = 0
    for number, match in enumerate(_WORD.finditer(text)):
        cuts.append((Role.SPACE, match.start() - at))
        last = number >= len(roles) - 1
        at = len(text) if last else match.end()
        cuts.append((roles[min(number, len(roles) - 1)], at - match.start()))
        if last:
            break
    cuts.append((Role.SPACE, len(text) - at))
    return cuts
