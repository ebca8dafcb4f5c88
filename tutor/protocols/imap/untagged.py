"""Untagged data: name, number, and what they tell (RFC 9051 7.2 to 7.5)."""

from __future__ import annotations

import re

from tutor.base import Part, Role
from tutor.protocols import message
from tutor.protocols.body import parts_of
from tutor.protocols.events import Detail, Fact
from tutor.protocols.imap import lexer
from tutor.protocols.imap.arguments import REST
from tutor.protocols.imap.data import COUNTED, DATA, NUMBERED, UIDS
from tutor.protocols.imap.fetch import FetchWalker
from tutor.protocols.imap.identity import identified
from tutor.protocols.imap.lexer import Is, Token, Unit
from tutor.protocols.imap.mailbox import text
from tutor.protocols.imap.reading import mailboxes, told
from tutor.protocols.imap.status import offer
from tutor.protocols.imap.tiles import Tiles
from tutor.protocols.imap.walker import Walker

_OWN_HEADER = re.compile(rb"BODY(?:\.PEEK)?\[HEADER|RFC822\.HEADER")
"""Sections with the header of the message itself, not of one inside it."""

_MOST_NAMED = 4096

_NAMES_MAILBOX = frozenset({"LIST", "LSUB", "XLIST", "STATUS"})


class Data:
    """One piece of untagged data; it keeps its place where a gap cuts it in pieces.

    Args:
        head: the match of ``* [number] name``, by groups gap, number, gap2, name.
        name: the name in upper case.
        about: the verb of the command that it belongs to, "" where that is unclear.
        named: the Message-IDs of the open mailbox that are known, by number; it adds to them.
    """

    def __init__(self, head: re.Match[bytes], name: str, about: str, named: dict[str, str]) -> None:
        self._head = head
        self.name = name
        self._number = text(head["number"] or b"")
        fetched = name == "FETCH" and head["number"]
        shapes = UIDS if about == f"UID {name}" else DATA.get(name, (REST,))
        self._walker = FetchWalker() if fetched else Walker(shapes)
        self._carry: Role | None = None
        self._facts: list[Fact] = []
        self._named = named
        self._piece = False  # a piece of it came, and no message is told yet

    def read(self, unit: Unit, *, more: bool, cut: bool) -> tuple[tuple[Part, ...], list[Detail]]:
        """Give the parts of the unit and what it tells.

        Args:
            unit: the data, or a piece of it.
            more: the piece does not begin the data.
            cut: the piece does not end it.
        """
        tiles = Tiles(unit.start)
        self._facts = []
        at = 0 if more else self._tile_head(tiles, unit.start)
        resumed, self._carry = self._carry, None
        found = list(lexer.tokens(unit, at))
        for token in found:
            if token.what is not Is.LITERAL:
                tiles.token(token, self._role(token))
                self._carry = None
            elif resumed is not None:
                tiles.add(resumed, token.end)
                self._carry, resumed = resumed, None
            else:
                self._literal(tiles, token, cut=cut and token is found[-1])
        return tiles.done(unit.end), self._details(cut=cut)

    def _tile_head(self, tiles: Tiles, start: int) -> int:
        head = self._head
        tiles.add(Role.TAG, start + 1)
        tiles.add(Role.SPACE, start + head.end("gap"))
        if head["number"]:
            role = Role.COUNT if self.name in COUNTED else Role.SEQUENCE
            tiles.add(role if self.name in NUMBERED else Role.ARGUMENT, start + head.end("number"))
            tiles.add(Role.SPACE, start + head.end("gap2"))
        tiles.add(Role.ITEM, start + head.end("name"))
        return head.end("name")

    def _role(self, token: Token) -> Role:
        role = self._walker.role(token)
        if token.what is Is.QUOTED and role in (Role.HEADER, Role.BODY):
            self._content(role, token.value)
        return role

    def _literal(self, tiles: Tiles, token: Token, *, cut: bool) -> None:
        role = self._walker.role(token)
        if not self._walker.message:
            tiles.add(role, token.end)
            self._carry = role
        else:
            for part in parts_of(token.start, token.text):
                tiles.add(part.role, part.end)
            text = message.split(token.text) < len(token.text)
            self._carry = Role.BODY if text else Role.LITERAL
        self._content(role, token.text, cut=cut)

    def _content(self, role: Role, content: bytes, *, cut: bool = False) -> None:
        """Take note of what a message's content tells."""
        walker = self._walker
        if not isinstance(walker, FetchWalker):
            return
        if walker.message:
            for fact in told(content, cut=cut or walker.partial):
                self._facts.append(fact)
                if fact.kind == "message":
                    self._name(fact.value)
            self._piece = self._piece or bool(content)
        elif walker.content and role is Role.HEADER:
            self._header(walker.section, content, cut=cut or walker.partial)
        elif walker.content and role is Role.BODY and content:
            self._piece = True

    def _header(self, name: bytes, content: bytes, *, cut: bool) -> None:
        """A header alone tells no message; but it may name the one of which pieces come."""
        if cut:
            content = content[: content.rfind(b"\n") + 1]
        for fact in message.facts(content, None):
            if fact.kind != "message":
                self._facts.append(fact)
            elif _OWN_HEADER.match(name):
                self._name(fact.value)

    def _name(self, identity: str) -> None:
        if not identity.startswith("sha256:") and len(self._named) < _MOST_NAMED:
            self._named[self._number] = identity

    def _details(self, *, cut: bool) -> list[Detail]:
        values = self._walker.values
        if isinstance(self._walker, FetchWalker):
            return [*self._envelope(self._walker), *self._facts, *self._pieces()]
        if self.name == "CAPABILITY" and not cut:
            return [offer(self._walker)]
        if self.name == "ID" and (name := identified([value.data for value in values])):
            return [Fact("software", name)]
        if self.name in _NAMES_MAILBOX and not cut:
            return mailboxes(values)
        return []

    def _pieces(self) -> list[Fact]:
        """The message of which pieces came: one, however many they are."""
        piece, self._piece = self._piece, False
        if not piece or any(fact.kind == "message" for fact in self._facts):
            return []
        return [Fact("message", self._named.get(self._number, f"#{self._number}"))]

    def _envelope(self, walker: FetchWalker) -> list[Fact]:
        """Facts of an envelope, once."""
        found: list[Fact] = []
        for role, address in walker.addresses:
            if whole := address.text():
                kind = "sender" if role is Role.SENDER else "recipient"
                found.append(Fact(kind, text(whole)))
        if walker.subject:
            subject = told(b"Subject: " + walker.subject + b"\r\n\r\n")
            found += [fact for fact in subject if fact.kind == "subject"]
        found += [Fact("attachment", name) for name in walker.attachments]
        if walker.identity:
            self._name(text(walker.identity).strip().strip("<>"))
        walker.addresses, walker.subject, walker.attachments = [], None, ()
        return list(dict.fromkeys(found))
