"""Read the arguments of a command: parts for its bytes, and what they tell.

One ``Reading`` is made for each event of a command; what goes on over events (the walker's place,
the SASL dialogue) is in ``Open``.
"""

from __future__ import annotations

from collections.abc import Iterable

from tutor.base import Role
from tutor.protocols import message
from tutor.protocols.body import facts_of, parts_of
from tutor.protocols.events import Anomaly, Attempt, Detail, Fact, TlsRequest
from tutor.protocols.imap import lexer
from tutor.protocols.imap.dialogue import Open
from tutor.protocols.imap.identity import identified
from tutor.protocols.imap.lexer import VALUES, Is, Token, Unit
from tutor.protocols.imap.mailbox import decode, text
from tutor.protocols.imap.tiles import Tiles
from tutor.protocols.imap.walker import Value
from tutor.protocols.sasl import Exchange, named_by

_PATTERN_VERBS = frozenset({"LIST", "LSUB", "XLIST", "RLIST", "RLSUB"})
"""Here names may be patterns, and no mailbox is meant."""

_WORDS = frozenset({"LOGIN", "AUTHENTICATE"})


def told(content: bytes, *, cut: bool = False) -> tuple[Fact, ...]:
    """Give the facts of a message; where its end is not known, those of its whole lines."""
    if cut:
        content = content[: content.rfind(b"\n") + 1]
    return facts_of(content, whole=not cut) if content else ()


def mailboxes(values: Iterable[Value]) -> list[Detail]:
    """Give the mailboxes among the values; the empty name means the server, or none."""
    named = (value.data for value in values if value.role is Role.MAILBOX and value.data)
    return [Fact("mailbox", decode(name)) for name in named]


class Reading:
    """Reads one event of a command.

    Args:
        opened: the command.
        carry: role of a literal whose beginning was in an earlier event.
        number: the number that a credential gets.
        cut: the end of the unit was not captured.

    Attributes:
        carry: role of the literal in which the unit ends, for what comes of it later.
        anomalies: what is odd.
    """

    def __init__(self, opened: Open, carry: Role | None, number: int, *, cut: bool = False) -> None:
        self._opened = opened
        self._number = number
        self._cut = cut
        self._before = len(opened.walker.values)
        self._facts: list[Fact] = []
        self._attempt: Attempt | None = None
        self._resumed = carry
        self._unclosed: int | None = None  # values before a quote that no second one closes
        self.carry: Role | None = None
        self.anomalies: list[Anomaly] = []

    def walk(self, tiles: Tiles, unit: Unit, at: int) -> None:
        """Add parts for the unit from offset ``at`` into its data on."""
        found = list(lexer.tokens(unit, at, words=self._opened.verb in _WORDS))
        for number, token in enumerate(found):
            last = self._cut and number == len(found) - 1
            if token.what is Is.LITERAL:
                self._literal(tiles, token, last=last)
            else:
                if token.what is Is.ATOM and token.text[:1] == b'"' and self._unclosed is None:
                    self._unclosed = len(self._opened.walker.values)
                tiles.token(token, self._role(token, last=last))
        if self._cut:
            self._lose(found[-1] if found else None)

    def details(self, *, ended: bool) -> list[Detail]:
        """Give what the event tells. ``ended``: nothing more of the command comes, or is seen."""
        opened = self._opened
        values = opened.walker.values
        if opened.verb == "STARTTLS":
            return [TlsRequest()]
        if opened.verb == "LOGIN" and ended and len(values) > 1 and opened.attempt is None:
            self._attempt = opened.login()
        if self._attempt:
            opened.attempt = self._number
            return [self._attempt]
        if opened.verb == "LOGIN" and self._before == 0 and values and 0 not in opened.broken:
            return [*named_by(text(values[0].data))]
        if opened.verb == "ID" and ended and (name := identified([v.data for v in values])):
            return [Fact("software", name)]
        return [*self._mailboxes(), *self._facts]

    def _mailboxes(self) -> list[Detail]:
        if self._opened.verb in _PATTERN_VERBS:
            return []
        values = enumerate(self._opened.walker.values[self._before :], self._before)
        return mailboxes(v for i, v in values if i not in self._opened.broken)

    def _role(self, token: Token, *, last: bool) -> Role:
        opened = self._opened
        role = opened.walker.role(token)
        if opened.verb != "AUTHENTICATE" or token.what not in VALUES:
            return role
        if role is Role.MECHANISM and not last:
            opened.exchange = Exchange(token.value.decode("latin-1"))
        elif len(opened.walker.values) == 2 and opened.exchange:
            return self._initial(opened.exchange, token, last=last)
        return role

    def _initial(self, exchange: Exchange, token: Token, *, last: bool) -> Role:
        """An initial response; ``=`` stands for an empty one (RFC 9051 6.2.2, RFC 4959)."""
        step = exchange.lose() if last else exchange.respond(token.value)
        self._attempt = step.attempt
        self._facts += step.facts
        self.anomalies += step.anomalies
        return step.role

    def _literal(self, tiles: Tiles, token: Token, *, last: bool) -> None:
        if self._resumed is not None:
            tiles.add(self._resumed, token.end)
            self.carry, self._resumed = self._resumed, None
            return
        role = self._role(token, last=False)
        if not self._opened.walker.message:
            tiles.add(role, token.end)
            self.carry = role
            return
        for part in parts_of(token.start, token.text):
            tiles.add(part.role, part.end)
        self._facts += told(token.text, cut=last)
        self.carry = Role.BODY if message.split(token.text) < len(token.text) else Role.LITERAL

    def _lose(self, last: Token | None) -> None:
        """The unit ends too early: its last value, or else the next one, is not whole."""
        opened = self._opened
        values = len(opened.walker.values)
        if opened.exchange and values == 1:  # a blank behind the mechanism: a response has begun
            self._attempt = opened.exchange.lose().attempt
        open_ended = last is not None and last.what in (Is.ATOM, Is.LITERAL)
        first = values - open_ended if self._unclosed is None else self._unclosed
        end = values if open_ended else values + 1
        opened.broken |= set(range(first, end))
