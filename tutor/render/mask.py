"""The mask: which bytes of a session nobody may see unless a person reveals them.

From strong to careful:

- parts whose role holds a secret are masked whole;
- before the login, a client's line in which nothing was recognised is masked whole;
- the text of either is masked wherever it comes back in the session, however it is spelled
  (``needles``): a server's echo, a message, a name that is the password;
- the words of a line that nobody understood are masked in the server's replies.
"""

from __future__ import annotations

import re

from tutor.base import CLIENT, MASK, Role, sanitise_bytes
from tutor.base.span import SECRET_ROLES
from tutor.findings import CredentialFold
from tutor.protocols.events import Anomaly, Event, Kind
from tutor.protocols.registry import VERBS
from tutor.render.needles import SHORTEST, Needles, written
from tutor.session import Session

_LOGGED_IN = frozenset({"authenticated", "selected", "TRANSACTION", "UPDATE"})
_SAID = frozenset({Kind.REPLY, Kind.UNTAGGED, Kind.CONTINUATION, Kind.UNPARSED})
_TYPED = frozenset({Kind.COMMAND, Kind.RESPONSE, Kind.UNPARSED})
_LONGEST_LINE = 4096
"""Bytes of a client's line that are looked into for words to mask."""
_WORDS = re.compile(rb"[^\s\"(){}<>]+")
_TAG = re.compile(rb"[A-Za-z]{0,4}\d{1,6}\Z")


class Mask:
    """Masks the text of one session; follows it as it grows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._fold = CredentialFold(session)
        self._count = 0
        self._seen = 0
        self._needles = Needles()
        self._words = Needles()  # of lines that nobody understood

    def text(self, event: Event, number: int) -> tuple[str, bool]:
        """The text of a part, masked as the rules say, and whether anything was masked."""
        part = event.parts[number]
        data = self._session.part(event, number)
        if part.role in SECRET_ROLES and data:
            return MASK, True
        if self.suspect(event):
            return (MASK, True) if data.strip() else (sanitise_bytes(data), False)
        return self.echo(data, said=_said(event))

    def echo(self, data: bytes, *, said: bool = False) -> tuple[str, bool]:
        """Mask every known secret in ``data``, and say whether there was one.

        ``said``: it is a server's reply, which may repeat a line that it did not understand.
        """
        ranges = self._ranges(data, said=said)
        return written(data, ranges), bool(ranges)

    def hidden(self, event: Event, start: int, end: int) -> list[tuple[int, int]]:
        """The ranges of ``start`` to ``end`` (stream offsets) that are masked, for the hex view."""
        if self.suspect(event):
            return [(start, end)]
        ranges = [(part.start, part.end) for part in event.parts if part.role in SECRET_ROLES]
        data = self._session.data(event.span._replace(start=start, end=end))
        found = self._ranges(data, said=_said(event))
        return ranges + [(start + first, start + last) for first, last in found]

    def _ranges(self, data: bytes, *, said: bool) -> list[tuple[int, int]]:
        self._learn()
        found = self._needles.find(data)
        if not (said and self._words):
            return found
        merged: list[tuple[int, int]] = []
        for start, end in sorted(found + self._words.find(data)):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def suspect(self, event: Event) -> bool:
        """A client's line that nobody understood, where a password may be in it.

        Bytes that carry another layer as well: what is secret in them, the events inside tell.
        """
        if event.kind is Kind.CARRIED:
            return True
        if event.span.direction is not CLIENT or event.state in _LOGGED_IN:
            return False
        odd = Anomaly.UNKNOWN_COMMAND in event.anomalies
        return event.kind is Kind.UNPARSED or odd

    def _learn(self) -> None:
        """Take what has become known since the last call."""
        self._fold.update()
        for credential in self._fold.found[self._count :]:
            for secret in (*credential.proofs, *([credential.secret] if credential.secret else [])):
                self._needles.add(secret.reveal().encode("utf-8", "surrogateescape"))
        self._count = len(self._fold.found)
        for index in range(self._seen, len(self._session)):
            if self._session.kind(index) in _TYPED:
                self._read(self._session.event(index))
        self._seen = len(self._session)

    def _read(self, event: Event) -> None:
        """What a client sent that is masked here must not come back elsewhere."""
        if event.span.direction is not CLIENT:
            return
        if self.suspect(event):
            span = event.span
            line = span._replace(end=min(span.end, span.start + _LONGEST_LINE))
            for word in _WORDS.findall(self._session.data(line)):
                if len(word) > SHORTEST and not _TAG.match(word) and word.upper() not in VERBS:
                    self._words.add(word)
        for number, part in enumerate(event.parts):
            if part.role is Role.USER and event.name == "USER":
                # POP3 has the password on the next line, but people type both on one
                for word in self._session.part(event, number).split()[1:]:
                    self._needles.add(word)
            if part.role in SECRET_ROLES and part.end - part.start <= _LONGEST_LINE:
                self._needles.add(self._session.part(event, number))


def _said(event: Event) -> bool:
    return event.span.direction is not CLIENT and event.kind in _SAID
