"""Tell POP3 from its first bytes.

``+OK`` alone says little: Redis answers so too. USER and PASS are FTP's verbs as well. So the
server's status must be followed by what only POP3 has, or the client's verb must be POP3's own.
"""

from __future__ import annotations

import re

from tutor.base import CLIENT, Direction
from tutor.protocols.pop3.commands import COMMANDS
from tutor.protocols.verbs import begun

# verbs no other protocol on the wire begins with
_OWN = re.compile(
    rb"(?:CAPA[ \t]*\r?\n|STLS[ \t]*\r?\n|APOP[ \t]+\S+[ \t]+[0-9a-fA-F]{32}[ \t]*\r?\n"
    rb"|UIDL(?:[ \t]+\d+)?[ \t]*\r?\n|RETR[ \t]+\d+[ \t]*\r?\n|DELE[ \t]+\d+[ \t]*\r?\n"
    rb"|TOP[ \t]+\d+[ \t]+\d+[ \t]*\r?\n)",
    re.IGNORECASE,
)
_SHARED = re.compile(
    rb"(?:USER|PASS|AUTH|QUIT|STAT|LIST|NOOP|RSET|LAST|UTF8|LANG)(?:[ \t\r\n]|\Z)", re.IGNORECASE
)
_FOREIGN = re.compile(
    rb"^(?:SYST|PASV|EPSV|PORT|CWD|PWD|TYPE|FEAT|OPTS|NICK|HELO|EHLO)\b",
    re.IGNORECASE | re.MULTILINE,
)
_GREETING = re.compile(rb"\+OK(?:[ \t\r\n]|\Z)")
_NAMED = re.compile(rb"\+OK[^\r\n]*(?:\bPOP-?3?\b|<[^<>\s@]+@[^<>\s@]+>)", re.IGNORECASE)
_DOVECOT = re.compile(rb"\+OK (?:\[[^\]\r\n]*\] )?Dovecot", re.IGNORECASE)
_REFUSED = re.compile(rb"-ERR(?:[ \t\r\n]|\Z)")
# a status with words behind it, and another: Redis's status has none
_TWO = re.compile(rb"\+OK[ \t]+[^\r\n]*\r?\n(?:\+OK|-ERR)(?:[ \t\r\n]|\Z)")
_LOOKED_AT = 4096


def looks_like(data: bytes, direction: Direction) -> bool | None:
    """Tell whether these are the first bytes of that direction of a POP3 session.

    Returns:
        True and False are certain, None is not yet: more bytes, or the other direction, must tell.
    """
    head = data[:_LOOKED_AT]
    if not head:
        return None
    return _client(head) if direction is CLIENT else _server(head)


def _client(head: bytes) -> bool | None:
    if begun(head, COMMANDS):
        return None
    if _FOREIGN.search(head):
        return False
    if any(_OWN.match(line + b"\n") for line in head.split(b"\n")[:8][:-1]):
        return True
    return None if _SHARED.match(head) else False


def _server(head: bytes) -> bool | None:
    if _NAMED.match(head) or _DOVECOT.match(head) or _TWO.match(head):
        return True
    if _GREETING.match(head) or _REFUSED.match(head):
        return None
    return (
        None if len(head) < 4 and (b"+OK ".startswith(head) or b"-ERR".startswith(head)) else False
    )
