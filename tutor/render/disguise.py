"""An event's text as a class may see it: protocol words, pseudonyms, and sizes.

Names come back where nobody looks for them: in greetings, in texts for people, in message headers,
in the file names that are unique ids. So nothing is searched for and blackened. A part is shown
only where its role says that it is a word of the protocol and it looks like one; a part that names
somebody becomes a pseudonym; of all else only the size is said.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from tutor.base import MASK, Part, Role, sanitise
from tutor.base.span import SECRET_ROLES
from tutor.protocols.events import Event, Kind
from tutor.render.lines import Seg
from tutor.render.mask import Mask
from tutor.render.protocol_words import is_protocol
from tutor.render.pseudonyms import Pseudonyms
from tutor.session import Session
from tutor.words import ngettext

_MESSAGE = frozenset({Role.HEADER, Role.BODY, Role.BOUNDARY, Role.ATTACHMENT})
_BETWEEN = frozenset({Role.CRLF, Role.SPACE, Role.TERMINATOR})


def disguised(session: Session, event: Event, mask: Mask, names: Pseudonyms) -> Iterator[list[Seg]]:
    """The rows of an event that has text. Secrets are masked, whatever the screen reveals."""
    row: list[Seg] = []
    hidden = _Hidden()
    for number, part in enumerate(event.parts):
        if part.role is Role.CRLF and not hidden.message:
            yield [*row, *hidden.take()]
            row = []
            continue
        shown = _shown(session, event, number, mask, names)
        if shown is None or (part.role in _BETWEEN and hidden):
            hidden.add(part)
        elif shown.text:
            row += [*hidden.take(), shown]
    row += hidden.take()
    if row:
        yield row


class _Hidden:
    """A run of parts that are not shown."""

    def __init__(self) -> None:
        self.size = 0
        self.message = False
        self._blank = False

    def __bool__(self) -> bool:
        return self.size > 0

    def add(self, part: Part) -> None:
        """One more part."""
        self.size += part.end - part.start
        self.message |= part.role in _MESSAGE
        self._blank = part.role is Role.SPACE

    def take(self) -> list[Seg]:
        """What is said of the run, which is then over."""
        if not self.size:
            return []
        what = (
            ngettext("(message, {n} byte)", "(message, {n} bytes)", self.size)
            if self.message
            else ngettext("(text, {n} byte)", "(text, {n} bytes)", self.size)
        )
        blank = " " if self._blank else ""
        said = [Seg(what.format(n=f"{self.size:,}") + blank, "dim")]
        self.size, self.message, self._blank = 0, False, False
        return said


def _shown(
    session: Session, event: Event, number: int, mask: Mask, names: Pseudonyms
) -> Seg | None:
    """The segment of a part; None where only its size may be said."""
    part = event.parts[number]
    data = session.part(event, number)
    if not data.strip() and part.role not in _MESSAGE:
        return Seg(" " * len(data) if part.role is Role.SPACE else "", part.role.value)
    if part.role in SECRET_ROLES or mask.suspect(event):
        return Seg(MASK, part.role.value if part.role in SECRET_ROLES else "mask")
    name = _named(event, part.role, data, names)
    if name is not None:
        return Seg(name, part.role.value)
    text = data.decode("utf-8", "replace").rstrip("\r\n")
    return Seg(sanitise(text), part.role.value) if is_protocol(part.role, text) else None


def _named(event: Event, role: Role, data: bytes, names: Pseudonyms) -> str | None:
    """The pseudonym of a part that names somebody; None where it does not."""
    match role:
        case Role.HOST:
            return names.host(_text(data))
        case Role.SENDER | Role.RECIPIENT:
            return names.user(_text(data))
        case Role.USER | Role.AUTHZID:
            return names.user(_text(_undone(event, data)))
        case Role.MAILBOX:
            return names.mailbox(_text(data)) or '""'
        case _:
            return None


def _text(data: bytes) -> str:
    return sanitise(data.decode("utf-8", "surrogateescape")).replace('\\"', '"')


def _undone(event: Event, data: bytes) -> bytes:
    """A name that crosses in base64 is the same name (RFC 4616, AUTH LOGIN)."""
    if event.kind is not Kind.RESPONSE and not event.name.startswith("AUTH"):
        return data
    try:
        return base64.b64decode(data.strip(), validate=True) or data
    except (binascii.Error, ValueError):
        return data
