"""Which texts of the reference speak of an event: keys in order, from what an event is.

Each tuple that comes out is one thing to say, with fallbacks: the first key that the reference has
is taken. The files and their keys are those of ``lessons/reference/``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tutor.base import Role
from tutor.lesson.keys_tls import record_keys
from tutor.protocols.events import Event, Kind, Offer
from tutor.session import Eye, LookupSession, Session

Keys = tuple[str, ...]

_CODE = re.compile(rb"^\[?([A-Za-z][A-Za-z0-9/-]*)")
_ENHANCED = re.compile(rb"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$")
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
_FIELDS_LOOKED_AT = 100
_TELLING = (
    "From",
    "To",
    "Cc",
    "Bcc",
    "Subject",
    "Date",
    "Message-ID",
    "Received",
    "Content-Type",
    "User-Agent",
    "X-Mailer",
)
"""Header fields of which something is said, in this order."""

_OVERWRITTEN = re.compile(r"X{3,}[A-Z]?$")
_SASL = frozenset({"AUTHENTICATE", "AUTH", "X-EXPS"})


def event_keys(session: Session, index: int, eye: Eye = Eye.ENDPOINTS) -> Iterator[Keys]:
    """The things to say of the event at ``index``, the most specific first."""
    event = session.event(index)
    if eye is Eye.EVE and event.kind is Kind.RECORD and event.about:
        event = replace(event, name=event.about, about="", details=())
    protocol = session.protocol
    if event.kind in _TCP:
        yield from _TCP[event.kind](event)
    elif event.kind is Kind.RECORD:
        yield from record_keys(event)
    elif isinstance(session, LookupSession):
        yield _lookup(session, event)
    elif protocol in ("imap", "pop3", "smtp"):
        yield from _mail(protocol, event)
        yield from _codes(protocol, session, event)
        yield from _mechanism(session, event)
        yield from _parameters(session, event)
        yield from _headers(session, event)
    elif event.kind is Kind.PREAMBLE:
        yield _preamble(event)
    if index == 0 and session.opening == "middle":
        yield ("tcp/start-in-middle",)


def capability_keys(protocol: str, word: str) -> Keys:
    """Keys for a capability: the word, its name before ``=`` or a space, the unknown one."""
    name = word.upper()
    first = name.split()[0] if name.split() else name
    keys = [name, first]
    if _OVERWRITTEN.match(first):
        keys.append("overwritten")
    elif first.startswith("X"):
        keys.append("private")
    if "=" in first:
        before = first.split("=")[0]
        keys += [f"{before}=", before]
    return tuple(f"{protocol}/capability/{key}" for key in (*dict.fromkeys(keys), "unknown"))


# TCP


def _open(event: Event) -> Iterator[Keys]:
    yield (f"tcp/open/{event.name}", "tcp/open")


def _close(event: Event) -> Iterator[Keys]:
    yield (f"tcp/{event.name}",) if event.name in ("reset", "limit") else ("tcp/close",)


def _gap(_event: Event) -> Iterator[Keys]:
    yield ("tcp/gap",)


def _conflict(_event: Event) -> Iterator[Keys]:
    yield ("tcp/conflict",)


def _unparsed(_event: Event) -> Iterator[Keys]:
    yield ("anomalies/unparsed-line",)


def _carried(event: Event) -> Iterator[Keys]:
    compressed = event.name == "deflate"
    yield (
        f"tcp/carried/{event.name}",
        "imap/command/COMPRESS" if compressed else "tcp/preamble/socks",
    )


_TCP: dict[Kind, Callable[[Event], Iterator[Keys]]] = {
    Kind.OPEN: _open,
    Kind.CLOSE: _close,
    Kind.GAP: _gap,
    Kind.CONFLICT: _conflict,
    Kind.UNPARSED: _unparsed,
    Kind.CARRIED: _carried,
}


def _preamble(event: Event) -> Keys:
    name = event.name.lower()
    kinds = ("proxy", "socks", "connect", "telnet")
    known = next((word for word in kinds if word in name), "proxy")
    return (f"tcp/preamble/{'http-connect' if known == 'connect' else known}",)


# DNS


def _lookup(session: LookupSession, event: Event) -> Keys:
    if event.kind is Kind.COMMAND:
        return (f"dns/query/{event.name}", "dns/query/unknown")
    if event.name != "NOERROR":
        return (f"dns/answer/{event.name}", "dns/answer/unknown")
    if not session.answers(event):
        return (f"dns/answer/none/{event.about}", "dns/answer/none")
    null = event.about == "MX" and session.text(event).endswith(b" MX 0 .")
    return (f"dns/answer/{'null-MX' if null else event.about}", "dns/answer/unknown")


# mail


def _mail(protocol: str, event: Event) -> Iterator[Keys]:
    keys = _IMAP if protocol == "imap" else _LINES
    if event.kind is Kind.PREAMBLE:
        yield _preamble(event)
    elif event.kind in keys:
        yield tuple(f"{protocol}/{key}" for key in keys[event.kind](event))


def _greeting(event: Event) -> list[str]:
    # only a POP3 greeting that offers APOP holds a challenge (RFC 1939 7)
    stamp = ["greeting/apop"] if any(p.role is Role.CHALLENGE for p in event.parts) else []
    return [*stamp, f"greeting/{event.name}", "greeting/unknown"]


def _command(event: Event) -> list[str]:
    words = event.name.split()
    return [f"command/{event.name}", *(f"command/{w}" for w in words[-1:]), "command/unknown"]


def _response(event: Event) -> list[str]:
    return [f"client/{event.name}", "client/literal" if event.about not in _SASL else "client/sasl"]


def _tagged(event: Event) -> list[str]:
    about = event.about.split()[-1:] or [""]
    return [f"tagged/{name}/{event.name}" for name in (event.about, *about)] + [
        f"tagged/{event.name}"
    ]


def _untagged(event: Event) -> list[str]:
    return [f"untagged/{event.name}", "untagged/unknown"]


def _continuation(event: Event) -> list[str]:
    return [f"continuation/{event.name}", "continuation/sasl", "continuation/unknown"]


def _reply(event: Event) -> list[str]:
    sort = f"{event.name[:1]}xx"
    return [
        f"reply/{event.about}/{event.name}",
        f"reply/{event.about}/{sort}",
        f"reply/{event.name}",
        f"reply/{sort}",
    ]


def _message(event: Event) -> list[str]:
    return [
        f"data/{event.name}",
        f"data/{'chunk' if event.about == 'BDAT' else 'message'}",
        f"multiline/{event.about}",
        "multiline/unknown",
    ]


_IMAP: dict[Kind, Callable[[Event], list[str]]] = {
    Kind.GREETING: _greeting,
    Kind.COMMAND: _command,
    Kind.RESPONSE: _response,
    Kind.REPLY: _tagged,
    Kind.UNTAGGED: _untagged,
    Kind.CONTINUATION: _continuation,
    Kind.MESSAGE: _message,
}
_LINES = {**_IMAP, Kind.REPLY: _reply}


def _codes(protocol: str, session: Session, event: Event) -> Iterator[Keys]:
    """Response codes of IMAP and POP3, enhanced status codes of SMTP."""
    if event.kind not in (Kind.GREETING, Kind.REPLY, Kind.UNTAGGED):
        return
    offers = any(isinstance(detail, Offer) for detail in event.details)
    for number, part in enumerate(event.parts):
        data = session.part(event, number)
        if protocol == "smtp":
            if part.role is Role.STATUS and _ENHANCED.match(data):
                yield _enhanced(data.decode("ascii"))
                return
        elif part.role is Role.CODE and (found := _CODE.match(data)) and not offers:
            word = found[1].decode("ascii").upper()
            yield (f"{protocol}/code/{word}", f"{protocol}/code/unknown")
            return


def _enhanced(code: str) -> Keys:
    """An enhanced status code (RFC 3463): whole, then without its class, then by its subject."""
    _class, subject, detail = code.split(".")
    keys = (code, f"X.{subject}.{detail}", f"X.{subject}", "X.Y.Z")
    return tuple(f"smtp/enhanced/{key}" for key in keys)


def _parameters(session: Session, event: Event) -> Iterator[Keys]:
    """What MAIL and RCPT ask for besides the address (RFC 5321 4.1.2)."""
    if event.kind is not Kind.COMMAND or event.name not in ("MAIL", "RCPT"):
        return
    for number, part in enumerate(event.parts):
        if part.role is Role.PARAMETER:
            word = session.part(event, number).partition(b"=")[0].decode("ascii", "replace")
            yield (f"smtp/parameter/{word.upper()}", "smtp/parameter/unknown")


def _headers(session: Session, event: Event) -> Iterator[Keys]:
    """The fields of a message that every reader should know; the first few of them."""
    if event.kind is not Kind.MESSAGE:
        return
    names: list[str] = []
    for number, part in enumerate(event.parts[:_FIELDS_LOOKED_AT]):
        if part.role is Role.HEADER and (found := _FIELD.match(session.part(event, number))):
            names.append(found[1].decode("ascii").lower())
    for name in _TELLING:
        if name.lower() in names:
            yield (f"smtp/header/{name}",)


def _mechanism(session: Session, event: Event) -> Iterator[Keys]:
    if event.kind is Kind.COMMAND and event.name in _SASL:
        for number, part in enumerate(event.parts):
            if part.role is Role.MECHANISM:
                name = session.part(event, number).decode("ascii", "replace").upper()
                yield (f"sasl/mechanism/{name}", "sasl/mechanism/unknown")
