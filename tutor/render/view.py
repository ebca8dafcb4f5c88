"""A session as one eye sees it, line by line, masked unless revealed.

A part becomes a segment. A message body is many lines; everything else is one. The text of TLS
records is never shown as bytes: a record is a size, and what the handshake says.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from tutor.base import CLIENT, Part, Role, sanitise_bytes
from tutor.base.span import SECRET_ROLES
from tutor.findings import CredentialFold
from tutor.protocols.events import (
    Certificate,
    ClientHello,
    Event,
    Kind,
    ServerHello,
)
from tutor.render.disguise import disguised
from tutor.render.hexdump import hex_lines
from tutor.render.lines import Line, Seg
from tutor.render.lookups import no_answer
from tutor.render.mask import Mask
from tutor.render.pseudonyms import Pseudonyms
from tutor.session import Eye, LookupSession, Session, visible
from tutor.words import _, ngettext

MARKS = {
    "readable": "!!",
    "encoded": "b64",
    "token": "!!",
    "hashed": "#",
    "salted": "#",
    "protected": "~",
    "unknown": "!!",
}
"""The glyph for each strength."""

_TCP = "··"
_LINED = frozenset(
    {
        Role.BODY,
        Role.HEADER,
        Role.BOUNDARY,
        Role.ATTACHMENT,
        Role.LITERAL,
        Role.TERMINATOR,
        Role.UNPARSED,
    }
)


class View:
    """Gives the lines of a session's events.

    Args:
        session: the session; it may still grow.
        masked: whether secrets are masked.
        eye: whose view it is.
        names: gives pseudonyms, where those of the capture must not show; all is masked then.
    """

    def __init__(
        self,
        session: Session,
        *,
        masked: bool = True,
        eye: Eye = Eye.EVE,
        names: Pseudonyms | None = None,
    ) -> None:
        self.session = session
        self.names = names
        self.masked = masked or names is not None
        self.eye = eye
        self._mask = Mask(session)
        self._fold = CredentialFold(session)

    def visible(self) -> list[int]:
        """Indices of the events that this eye sees."""
        return [i for i in range(len(self.session)) if visible(self.session, i, self.eye)]

    def protection(self, index: int) -> str:
        """How the event's secret is protected: a strength, ``hidden``, or "".

        Hidden is a record of TLS data to Eve; to the ends only where it could not be opened.
        """
        event = self.session.event(index)
        self._fold.update()
        found = self._fold.found
        at = bisect_left(found, index + 1, key=lambda credential: credential.step)
        if at < len(found) and found[at].step == index + 1:
            return found[at].strength
        if event.kind is Kind.RECORD and self._outside(event) == "application-data":
            return "hidden"
        return ""

    def _outside(self, event: Event) -> str:
        """A record's name to this eye; ``about`` is what an opened one looks like from outside."""
        return event.about or event.name if self.eye is Eye.EVE else event.name

    def hex(self, index: int, most: int = 64) -> list[Line]:
        """The event's bytes as a hex dump of at most ``most`` rows; none under pseudonyms."""
        if self.names is not None:
            return []
        return hex_lines(self.session, index, self._mask if self.masked else None, most)

    def lines(self, index: int, most: int = 200) -> list[Line]:
        """The lines of an event: at most ``most``, then one that says how many were left out."""
        event = self.session.event(index)
        rows = list(islice(self._rows(event), most))
        left_out = self._count(event) - most if len(rows) == most else 0
        if left_out > 0:
            more = ngettext("... {n} more line", "... {n} more lines", left_out)
            rows.append([Seg(more.format(n=f"{left_out:,}"), "dim")])
        arrow, side = self._arrow(event), self._side(event)
        mark = self.mark(index)
        return [
            Line(index + 1, n, side, arrow, tuple(row), mark if n == 0 else "")
            for n, row in enumerate(rows or [[]])
        ]

    def mark(self, index: int) -> str:
        """The glyph for the event's protection."""
        protection = self.protection(index)
        if protection == "hidden":
            return "··"
        event = self.session.event(index)
        opened = self.eye is Eye.ENDPOINTS and event.kind is Kind.RECORD and bool(event.about)
        if opened or self.session.inside_tls(event.span.layer):
            return "~"
        return MARKS.get(protection, "")

    def _count(self, event: Event) -> int:
        """How many lines an event has, without making them."""
        return self.session.data(event.span).count(b"\n")

    def _side(self, event: Event) -> str:
        if event.kind is Kind.OPEN:
            return ""
        return "C" if event.span.direction is CLIENT else "S"

    def _arrow(self, event: Event) -> str:
        to_server = event.span.direction is CLIENT
        if event.kind in (Kind.OPEN, Kind.CLOSE):
            return _TCP
        if event.kind in (Kind.GAP, Kind.CONFLICT) or event.anomalies:
            return "**"
        if event.kind is Kind.RECORD or self.session.inside_tls(event.span.layer):
            return "~>" if to_server else "<~"
        return "->" if to_server else "<-"

    def _rows(self, event: Event) -> Iterator[list[Seg]]:
        if event.kind in (Kind.OPEN, Kind.CLOSE, Kind.GAP, Kind.CONFLICT):
            yield [Seg(tcp_words(event), "dim")]
        elif event.kind is Kind.RECORD:
            yield [Seg(record_words(event, self.eye, self.names), "dim")]
        elif event.kind is Kind.CARRIED:
            yield [Seg(f"{event.name}, {_size(event)}", "dim")]
        elif isinstance(self.session, LookupSession) and self.names is None:
            yield from self._lookup_rows(self.session, event)
        elif self.names is not None:
            yield from disguised(self.session, event, self._mask, self.names)
        else:
            yield from self._text_rows(event)

    def _lookup_rows(self, session: LookupSession, event: Event) -> Iterator[list[Seg]]:
        """A question, or a row for each answer, spelled out; where there is none, that."""
        for numbers in session.rows(event):
            row: list[Seg] = []
            for number in numbers:
                row += [Seg(" ", "space"), self._seg(event, number, event.parts[number])]
            if event.kind is Kind.COMMAND:
                row.append(Seg(" ?", "dim"))
            elif not session.answers(event):
                row.append(Seg(f": {no_answer(event.name)}", Role.CODE.value))
            yield row[1:]

    def _text_rows(self, event: Event) -> Iterator[list[Seg]]:
        row: list[Seg] = []
        for number, part in enumerate(event.parts):
            if part.role in _LINED and part.end - part.start > 0:
                yield from self._block(event, number, part, row)
                row = []
            elif part.role is Role.CRLF and number + 1 < len(event.parts):
                yield row
                row = []
            elif part.role is not Role.CRLF:
                row.append(self._seg(event, number, part))
        if row:
            yield row

    def _seg(self, event: Event, number: int, part: Part) -> Seg:
        if not self.masked:
            return Seg(sanitise_bytes(self.session.part(event, number)), part.role.value)
        text, masked = self._mask.text(event, number)
        secret = part.role in SECRET_ROLES
        return Seg(text, part.role.value if secret or not masked else "mask")

    def _block(
        self, event: Event, number: int, part: Part, begun: list[Seg]
    ) -> Iterator[list[Seg]]:
        data = self.session.part(event, number)
        suspect = self.masked and self._mask.suspect(event)
        row, start = begun, 0
        while start < len(data):
            end = data.find(b"\n", start) + 1 or len(data)
            text = data[start:end].rstrip(b"\r\n")
            start = end
            if suspect:
                shown, _masked = self._mask.text(event, number)
            else:
                shown = self._mask.echo(text)[0] if self.masked else sanitise_bytes(text)
            yield [*row, Seg(shown, part.role.value)]
            row = []


def tcp_words(event: Event) -> str:
    """A TCP event, a gap or a conflict in words."""
    match event.kind, event.name:
        case Kind.OPEN, "open":
            return _("TCP: SYN, SYN-ACK, ACK")
        case Kind.OPEN, "refused":
            return _("TCP: SYN, and the answer is RST: refused")
        case Kind.OPEN, _:
            return _("TCP: SYN, and no answer")
        case Kind.CLOSE, "reset":
            return _("TCP: RST, the connection is cut")
        case Kind.CLOSE, "limit":
            return _("The rest of this session was not read: it is too long")
        case Kind.CLOSE, _:
            return _("TCP: FIN, this end has finished")
        case Kind.CONFLICT, _:
            return _("TCP: the same bytes came again, and they differ")
        case _:
            size = event.span.length
            return ngettext(
                "{n} byte is missing in this capture",
                "{n} bytes are missing in this capture",
                size,
            ).format(n=f"{size:,}")


def _size(event: Event) -> str:
    return ngettext("{n} byte", "{n} bytes", event.span.length).format(n=f"{event.span.length:,}")


def record_words(event: Event, eye: Eye, names: Pseudonyms | None = None) -> str:
    """A TLS record in words: what this eye can tell of it, under pseudonyms where ``names`` is."""
    name = event.about if eye is Eye.EVE and event.about else event.name
    size = _size(event)
    if name == "application-data":
        return _("encrypted, {size}").format(size=size)
    closed = {
        "encrypted-handshake": _("TLS handshake, encrypted"),
        "alert/encrypted": _("TLS alert, encrypted"),
    }
    words = [closed.get(name, f"TLS {name}")]
    hidden = eye is Eye.EVE and bool(event.about)
    for detail in () if hidden else event.details:
        match detail:
            case ClientHello(sni=str() as host):
                host = names.host(host) if names else host
                words.append(_("server name {host}").format(host=_clean(host)))
            case ServerHello():
                old = detail.version.startswith("SSL")
                words.append(f"{'' if old else 'TLS '}{detail.version} {detail.cipher}")
            case Certificate():
                subject = names.subject(detail.subject) if names else detail.subject
                words.append(_("certificate {subject}").format(subject=_clean(subject)))
            case _:
                pass
    words.append(size)
    return " · ".join(words)


def _clean(text: str) -> str:
    return sanitise_bytes(text.encode("utf-8", "replace"))
