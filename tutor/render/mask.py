"""The mask: which bytes of a session nobody may see unless a person reveals them.

Three rules, from strong to careful. Parts whose role holds a secret are masked whole. A secret
that is known is masked wherever its exact text comes back, a server's echo or a mistyped command
included. Before the login, a client line in which nothing was recognised is masked whole.
"""

from __future__ import annotations

import base64
import re

from tutor.base import CLIENT, MASK, Secret, sanitise_bytes
from tutor.base.span import SECRET_ROLES
from tutor.findings import CredentialFold
from tutor.protocols.events import Anomaly, Event, Kind
from tutor.session import Session

_SHORTEST_ECHO = 3
"""Known secrets shorter than this are not searched for: they would blacken ordinary text."""

_LOGGED_IN = frozenset({"authenticated", "selected", "TRANSACTION", "UPDATE"})


class Mask:
    """Masks the text of one session; follows it as it grows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._fold = CredentialFold(session)
        self._count = 0
        self._needles: re.Pattern[bytes] | None = None

    def text(self, event: Event, number: int) -> tuple[str, bool]:
        """The text of a part, masked as the rules say, and whether anything was masked."""
        part = event.parts[number]
        data = self._session.part(event, number)
        if part.role in SECRET_ROLES and data:
            return MASK, True
        if self._suspect(event):
            return (MASK, True) if data.strip() else (sanitise_bytes(data), False)
        return self.echo(data)

    def echo(self, data: bytes) -> tuple[str, bool]:
        """Mask every known secret in ``data``, and say whether there was one."""
        self._learn()
        pieces = self._needles.split(data) if self._needles else [data]
        return MASK.join(sanitise_bytes(piece) for piece in pieces), len(pieces) > 1

    def hidden(self, event: Event, start: int, end: int) -> list[tuple[int, int]]:
        """The ranges of ``start`` to ``end`` (stream offsets) that are masked, for the hex view."""
        if self._suspect(event):
            return [(start, end)]
        ranges = [(part.start, part.end) for part in event.parts if part.role in SECRET_ROLES]
        self._learn()
        if self._needles:
            data = self._session.data(event.span._replace(start=start, end=end))
            ranges += [(start + m.start(), start + m.end()) for m in self._needles.finditer(data)]
        return ranges

    def _suspect(self, event: Event) -> bool:
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
        self._fold.update()
        if len(self._fold.found) == self._count:
            return
        self._count = len(self._fold.found)
        needles: set[bytes] = set()
        for credential in self._fold.found:
            secrets = [*credential.proofs, *([credential.secret] if credential.secret else [])]
            for secret in secrets:
                needles |= spellings(secret)
        longest_first = sorted(needles, key=len, reverse=True)
        if longest_first:
            self._needles = re.compile(b"|".join(map(re.escape, longest_first)))


def spellings(secret: Secret) -> set[bytes]:
    """The ways in which a secret may come back: as text, quoted, base64, hexadecimal."""
    raw = secret.reveal().encode("utf-8", "surrogateescape")
    if len(raw) < _SHORTEST_ECHO:
        return set()
    quoted = raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    encoded = base64.b64encode(raw)
    return {raw, quoted, encoded, encoded.rstrip(b"="), raw.hex().encode()}
