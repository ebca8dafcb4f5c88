"""Tell SMTP from its first bytes.

``220`` alone says little: FTP greets with it too. The client's verb decides, or a greeting
that names the protocol.
"""

from __future__ import annotations

import re

from tutor.base import CLIENT, Direction
from tutor.protocols.smtp.commands import COMMANDS
from tutor.protocols.smtp.grammar import is_offer
from tutor.protocols.verbs import begun, verb_of

_HELLO = re.compile(rb"(?:EHLO|HELO|LHLO)(?:[ \t]++[!-~]{1,255}+)?[ \t]*+\r?\n", re.IGNORECASE)
_PATH = re.compile(rb"(?:MAIL[ \t]+FROM|RCPT[ \t]+TO)[ \t]*:", re.IGNORECASE)
_GREETING = re.compile(rb"(?:220|421|521|554)[ \-]")
_NAMED = re.compile(rb"(?:220|421|521|554)[ \-][^\r\n]*\b(?:E?SMTP|LMTP)\b", re.IGNORECASE)
_CODED = re.compile(rb"[2-5][0-5]\d[ \-]")
_GO_ON = re.compile(rb"^354[ \-]", re.MULTILINE)  # no other protocol has this code
_SHARED = re.compile(rb"(?:RSET|NOOP|QUIT|HELP|VRFY|EXPN|STARTTLS|DATA|AUTH)\b", re.IGNORECASE)
_LOOKED_AT = 4096


def looks_like(data: bytes, direction: Direction) -> bool | None:
    """Tell whether these are the first bytes of that direction of an SMTP or LMTP session.

    Returns:
        True and False are certain, None is not yet: more bytes, or the other direction, must tell.
    """
    head = data[:_LOOKED_AT].removeprefix(b"\r\n")
    if not head:
        return None
    return _client(head) if direction is CLIENT else _server(head)


def _client(head: bytes) -> bool | None:
    if begun(head, COMMANDS) and not _PATH.match(head):
        return None
    if _HELLO.match(head) or _PATH.match(head) or (verb_of(head) in COMMANDS and _later(head)):
        return True
    # verbs that other protocols have too: what comes next may tell
    return None if _SHARED.match(head) else False


def _later(head: bytes) -> bool:
    """One of the next lines is SMTP beyond doubt."""
    lines = head.split(b"\n")[1:6]
    return any(_HELLO.match(line + b"\n") or _PATH.match(line) for line in lines)


def _server(head: bytes) -> bool | None:
    if _NAMED.match(head) or any(map(is_offer, head.split(b"\n"))):
        return True
    if _CODED.match(head) and _GO_ON.search(head):
        return True
    if _GREETING.match(head) or _CODED.match(head):
        return None
    return None if len(head) < 4 and head.isdigit() and head[:1] in b"2345" else False
