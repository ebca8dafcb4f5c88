"""The rest of a status response: ``[CODE arguments] free text`` (RFC 9051 7.1)."""

from __future__ import annotations

import re

from tutor.base import Role
from tutor.protocols.events import Offer
from tutor.protocols.imap.arguments import REST
from tutor.protocols.imap.data import CODES
from tutor.protocols.imap.lexer import Unit, tokens
from tutor.protocols.imap.tiles import Tiles
from tutor.protocols.imap.walker import Walker

_CODE = re.compile(rb"\[(?P<name>[^\s\[\]]+)(?P<rest>(?:[ \t][^\r\n]*?)?)\](?=[ \t\r\n]|\Z)")
_CUT_CODE = re.compile(rb"\[(?P<name>[^\s\[\]]+)(?P<rest>[ \t][^\]\r\n]*)\Z")
"""One whose end, like that of its line, was not captured."""

_CLUMSY_CODE = re.compile(rb"\[(?P<name>[^\s\[\]]+)(?P<rest>[^\]\r\n]*)\]")


class Status:
    """Adds parts for what stands behind OK, NO, BAD, BYE, PREAUTH or ``+``.

    Args:
        tiles: where the parts go.
        start: stream offset of ``line``.
        line: the whole line.
        at: offset in it behind the status.

    Attributes:
        code: the response code's name in upper case, "" where there is none.
        offers: the capabilities in the code, if it is ``CAPABILITY``.
    """

    def __init__(self, tiles: Tiles, start: int, line: bytes, at: int) -> None:
        self.code = ""
        self.offers: tuple[Offer, ...] = ()
        end = len(line.rstrip(b"\r\n"))
        at = self._spaces(tiles, start, line, at)
        code = _CODE.match(line, at) or _CLUMSY_CODE.match(line, at) or _CUT_CODE.match(line, at)
        if code:
            self._read(tiles, start, code)
            at = self._spaces(tiles, start, line, code.end())
        tiles.add(Role.TEXT, start + end)
        tiles.add(Role.CRLF, start + len(line))

    @staticmethod
    def _spaces(tiles: Tiles, start: int, line: bytes, at: int) -> int:
        while line[at : at + 1] in (b" ", b"\t"):
            at += 1
        tiles.add(Role.SPACE, start + at)
        return at

    def _read(self, tiles: Tiles, start: int, code: re.Match[bytes]) -> None:
        self.code = code["name"].decode("latin-1").upper()
        tiles.add(Role.CODE, start + code.end("name"))
        unit = Unit(start + code.start("rest"))
        unit.line(code["rest"])
        walker = Walker(CODES.get(self.code, (REST,)))
        for token in tokens(unit):
            tiles.token(token, walker.role(token))
        tiles.add(Role.CODE, start + code.end())
        if self.code == "CAPABILITY" and code[0].endswith(b"]"):
            self.offers = (offer(walker),)


def offer(walker: Walker) -> Offer:
    """The capabilities that a walker has seen, in upper case."""
    return Offer(tuple(value.data.decode("latin-1").upper() for value in walker.values))
