"""The mail protocols: one line each, and which ports and first bytes suggest them.

Ports: RFC 9051 2.1 and 8314 (143, 993), RFC 1939 3 (110, 995), RFC 5321 4.5.4.2 and 6409 3.1
(25, 587), RFC 8314 7.3 (465), RFC 2033 (LMTP, 24).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.imap import ImapObserver
from tutor.protocols.imap.commands import COMMANDS as IMAP_COMMANDS
from tutor.protocols.imap.detect import looks_like as looks_like_imap
from tutor.protocols.observer import Observer
from tutor.protocols.pop3 import Pop3Observer
from tutor.protocols.pop3.commands import COMMANDS as POP3_COMMANDS
from tutor.protocols.pop3.detect import looks_like as looks_like_pop3
from tutor.protocols.smtp import SmtpObserver
from tutor.protocols.smtp.commands import COMMANDS as SMTP_COMMANDS
from tutor.protocols.smtp.detect import looks_like as looks_like_smtp
from tutor.protocols.telnet import without
from tutor.protocols.tls.hello import parse_client_hello
from tutor.protocols.tls.messages import MessageJoiner
from tutor.protocols.tls.names import CLIENT_HELLO, HANDSHAKE
from tutor.protocols.tls.records import RecordCutter, Shape
from tutor.protocols.tunnel import Target, detect, plausible, proxy_length


class Entry(NamedTuple):
    """A mail protocol: its observer, and what tells it by content.

    ``looks_like(head, direction)``: True and False are certain, None is not yet.
    """

    observer: type[Observer]
    looks_like: Callable[[bytes, Direction], bool | None]


REGISTRY: dict[str, Entry] = {
    "imap": Entry(ImapObserver, looks_like_imap),
    "pop3": Entry(Pop3Observer, looks_like_pop3),
    "smtp": Entry(SmtpObserver, looks_like_smtp),
}

VERBS: frozenset[bytes] = frozenset(
    word.encode("ascii")
    for verb in (*IMAP_COMMANDS, *POP3_COMMANDS, *SMTP_COMMANDS)
    for word in verb.split()
)
"""Every word of every command's name, in upper case."""

PORTS: dict[int, str] = {
    24: "smtp",
    25: "smtp",
    110: "pop3",
    143: "imap",
    465: "smtp",
    587: "smtp",
    993: "imap",
    995: "pop3",
}

TLS_PORTS = frozenset({465, 993, 995})
"""Ports on which TLS begins with the first byte (RFC 8314)."""

ALPN = {"imap": "imap", "pop3": "pop3", "smtp": "smtp"}
"""ALPN names that suggest a mail protocol; ``smtp`` is used, but not registered with IANA."""


_BINARY_WITHIN = 64  # first bytes among which control characters tell that these are no lines
_SHORT = 16  # text without a line end that is longer than this is no mail's
_SASL = re.compile(
    rb"AUTH (?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|NTLM|SCRAM-[-A-Z0-9]+|X?OAUTH\w+)[ \r\n]",
    re.IGNORECASE,
)
_ANSWERED = (
    ("pop3", re.compile(rb"(?:USER|PASS) [^\r\n]+\r?\n", re.IGNORECASE), re.compile(rb"\+OK|-ERR")),
    ("pop3", re.compile(rb"STAT\r?\n", re.IGNORECASE), re.compile(rb"\+OK \d+ \d+")),
    ("pop3", _SASL, re.compile(rb"\+ |\+OK|-ERR")),
    ("smtp", _SASL, re.compile(rb"[2-5][0-5]\d[ -]")),
)
"""Verbs of a client that several protocols have, and the answers that tell which it is."""


def mail_by_alpn(chosen: str | None, offered: tuple[str, ...]) -> str | None:
    """The mail protocol that ALPN suggests: the server's choice, else all that the client offers.

    In TLS 1.3 the choice is encrypted; a client that offers one mail protocol, and nothing else
    that could be meant, tells it all the same.
    """
    if chosen is not None:
        return ALPN.get(chosen)
    found = {ALPN.get(each) for each in offered}
    return found.pop() if len(found) == 1 else None


def may_be_text(head: bytes) -> bool:
    """Whether bytes may be lines: on a mail port other programs may speak, as clients."""
    return bool(head) and not any(
        byte < 0x20 and byte not in b"\t\n\r\b\x1b" for byte in head[:_BINARY_WITHIN]
    )


def recognise(port_says: str | None, client: bytes, server: bytes) -> str | None:
    """Name the protocol of which these are the first bytes; None while nothing is certain.

    ``port_says`` is what the server's port suggests. It is believed unless the first line of an end
    is certainly not that protocol's and certainly another's; so a whole line is waited for, and
    what comes behind it has no say, however the bytes are cut.
    """
    client = without(client)
    whole = any(b"\n" in head and may_be_text(head) for head in (client, server))
    if port_says is not None:
        client, server = _first_line(client), _first_line(server)
    answers = {
        name: (entry.looks_like(client, CLIENT), entry.looks_like(server, SERVER))
        for name, entry in REGISTRY.items()
    }
    certain = [name for name, told in answers.items() if True in told and False not in told]
    if port_says is None or not (client or server):
        return certain[0] if certain else _together(client, server)
    own = answers[port_says]
    if True in own:
        return port_says
    if certain and False in own:
        return certain[0]
    return port_says if whole else None


def _together(client: bytes, server: bytes) -> str | None:
    """What neither end tells alone: a verb that several protocols have, and its answer."""
    for name, verb, answer in _ANSWERED:
        if verb.match(client) and answer.match(server):
            return name
    return None


def _first_line(head: bytes) -> bytes:
    return head[: head.find(b"\n") + 1] or head


def suggests_mail(head: bytes) -> bool | None:
    """Whether the first bytes of a flow on an unknown port may be mail.

    True: keep it (a later look decides). False: certainly not. None: more bytes are needed.
    A greeting that FTP and others share (``220 ``, ``+OK``) is kept, and judged with both
    directions later. A client that asks a proxy for a mail port is kept; a PROXY header tells
    nothing, what follows it does. A ClientHello that asks for a mail protocol by ALPN is kept.
    """
    if not head:
        return None
    if head[0] == HANDSHAKE:
        return _tls_for_mail(head)
    asked = detect(head)
    if isinstance(asked, Target):
        return asked.port in PORTS
    if asked is None or plausible(head):
        return None
    header = proxy_length(head)
    rest = head if header is None else without(head[header:])
    if rest and (told := _begins_mail(rest)) is not False:
        return told
    return None if header is None or not rest else False


def _tls_for_mail(head: bytes) -> bool | None:
    """Whether a ClientHello asks for a mail protocol; None while it is not whole."""
    offer = None
    joiner = MessageJoiner()
    for piece in RecordCutter().feed(head):
        if piece.shape is not Shape.RECORD or piece.type != HANDSHAKE:
            return False
        for message in joiner.feed(piece.body):
            if message.type != CLIENT_HELLO:
                return False
            offer = offer or parse_client_hello(message.body)
    if offer is None:
        return None if head[1:2] in (b"", b"\x03") else False
    return mail_by_alpn(None, offer.alpn) is not None


def _begins_mail(head: bytes) -> bool | None:
    answers = [
        entry.looks_like(head, direction)
        for entry in REGISTRY.values()
        for direction in (CLIENT, SERVER)
    ]
    if any(answers):
        return True
    if head.startswith((b"220", b"+OK", b"* ")) or _SASL.match(head):
        return True
    undecided = None in answers and (len(head) < _SHORT or b"\n" in head)
    return None if undecided else False
