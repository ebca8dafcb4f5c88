"""Give each token of a command's arguments its role, by the shapes in the command table.

A command may cross in several events (a client that waits for ``+`` before a literal), so the
walker keeps its place between them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tutor.base import Role
from tutor.protocols.imap.arguments import REST, Argument, Form
from tutor.protocols.imap.lexer import VALUES, Is, Token

SET = re.compile(rb"(?:\d{1,20}|\*)(?:[:,](?:\d{1,20}|\*))*\Z|\$\Z")
"""A sequence set (RFC 9051 4.1.1); ``$`` is the last search result."""

_TEXT = (Role.ARGUMENT,)
_KEY_ARGUMENTS: dict[bytes, tuple[Role, ...]] = {
    **dict.fromkeys((b"BCC", b"BODY", b"CC", b"FROM", b"SUBJECT", b"TEXT", b"TO"), _TEXT),
    **dict.fromkeys((b"BEFORE", b"ON", b"SINCE"), _TEXT),
    **dict.fromkeys((b"SENTBEFORE", b"SENTON", b"SENTSINCE"), _TEXT),
    **dict.fromkeys((b"SAVEDBEFORE", b"SAVEDON", b"SAVEDSINCE"), _TEXT),
    **dict.fromkeys((b"OLDER", b"YOUNGER", b"MODSEQ", b"CHARSET", b"FILTER"), _TEXT),
    **dict.fromkeys((b"X-GM-RAW", b"X-GM-MSGID", b"X-GM-THRID", b"X-GM-LABELS"), _TEXT),
    **dict.fromkeys((b"EMAILID", b"THREADID"), _TEXT),
    b"HEADER": (Role.ARGUMENT, Role.ARGUMENT),
    **dict.fromkeys((b"KEYWORD", b"UNKEYWORD"), (Role.FLAG,)),
    **dict.fromkeys((b"LARGER", b"SMALLER"), (Role.SIZE,)),
    b"UID": (Role.UNIQUE_ID,),
}
"""Search keys that take values, and what these are (RFC 9051 6.4.4, RFC 5032, 7162, 8474)."""


class Value(NamedTuple):
    """A value that a command carried: its role and its bytes, unquoted."""

    role: Role
    data: bytes


class Walker:
    """Walks over the arguments of one command.

    Args:
        shapes: what the command table says.

    Attributes:
        values: the values so far, in order.
        message: whether the value of the last token was a whole message, header and body.
    """

    def __init__(self, shapes: tuple[Argument, ...]) -> None:
        self._shapes = shapes
        self._next = 0
        self._shape = REST
        self._depth = 0
        self._inside = 0  # values seen in the present list
        self._due: list[Role] = []  # roles of the values that a search key asked for
        self._listed = Role.FLAG  # what a list among the arguments of APPEND holds
        self._pieces = 0  # of a message put together (RFC 4469): those so far
        self._word = b""  # of results: the last word
        self._uids = False  # and whether UID was among them
        self.values: list[Value] = []
        self.message = False

    def role(self, token: Token) -> Role:
        """Take the next token and say what its value is for; keep the value."""
        self.message = False
        if token.what is Is.OPEN:
            if self._depth == 0:
                self._begin(token)
            if self._depth == 0 or (self._depth == 1 and self._shape.form is Form.NESTED):
                self._inside = 0
            self._depth += 1
        elif token.what is Is.CLOSE:
            self._depth = max(0, self._depth - 1)
            if self._depth == 0:
                self._listed = Role.FLAG
        elif token.what in VALUES:
            if self._depth == 0:
                self._begin(token)
            role = self._of(token)
            self._inside += 1
            self.values.append(Value(role, token.value))
            return role
        return Role.ARGUMENT

    def _begin(self, token: Token) -> None:
        """A new top-level value: go on to the shape it belongs to."""
        if self._shape.form in _OPEN_ENDED and self._next > 0:
            return
        while self._next < len(self._shapes):
            shape = self._shapes[self._next]
            self._next += 1
            if _fits(shape, token):
                self._shape = shape
                return
            if shape.form is Form.KEYWORD:
                self._next += 1  # without the word there is no list that belongs to it
        self._shape = self._shapes[-1] if self._shapes and _secret(self._shapes[-1]) else REST

    def _of(self, token: Token) -> Role:
        shape = self._shape
        match shape.form:
            case Form.KEYS:
                return self._key(token)
            case Form.MESSAGE:
                return self._message(token)
            case Form.PAIRS:
                named = self._depth == 1 and self._inside % shape.size == 0
                return shape.role if named else shape.value if self._depth == 1 else Role.ARGUMENT
            case Form.NESTED:
                return shape.role if self._depth == 2 and not self._inside else shape.value
            case Form.RESULTS:
                return self._result(token)
        return shape.role

    def _result(self, token: Token) -> Role:
        if token.what is Is.ATOM and not SET.match(token.text):
            self._word = token.text.upper()
            self._uids = self._uids or self._word == b"UID"
            return Role.ITEM
        if self._word in _COUNTS:
            return Role.COUNT
        return Role.UNIQUE_ID if self._uids else self._shape.role

    def _key(self, token: Token) -> Role:
        if self._due:
            return self._due.pop(0)
        if token.what is not Is.ATOM:
            return Role.ARGUMENT
        if SET.match(token.text):
            return Role.SEQUENCE
        self._due = list(_KEY_ARGUMENTS.get(token.text.upper(), ()))
        return Role.ITEM

    def _message(self, token: Token) -> Role:
        if token.what is Is.LITERAL:
            self.message = not self._depth or not self._pieces  # others are no messages
            self._pieces += 1
            return Role.BODY
        if token.what is Is.QUOTED:
            return Role.ARGUMENT
        if self._depth == 0:  # CATENATE or UTF8, and a list of pieces (RFC 4469, RFC 6855)
            self._listed = Role.PARAMETER
            self._pieces = 0
        return self._listed


_OPEN_ENDED = frozenset({Form.REST, Form.KEYS, Form.MESSAGE, Form.RESULTS})

_COUNTS = frozenset({b"COUNT", b"MODSEQ", b"RELEVANCY"})
"""Results whose numbers name no messages (RFC 4731 3.1, RFC 6203 4)."""


def _fits(shape: Argument, token: Token) -> bool:
    if shape.form is Form.LIST:
        return token.what is Is.OPEN
    if shape.form is Form.KEYWORD:
        return token.what is Is.ATOM and token.text.upper() == shape.word
    return True


def _secret(shape: Argument) -> bool:
    """Whether what stands behind the last argument may belong to a secret."""
    return shape.role in (Role.PASSWORD, Role.RESPONSE)
