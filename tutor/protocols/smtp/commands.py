"""SMTP's commands as a table: RFC 5321 4.1 and the extensions that add verbs.

A session's states, in the words of RFC 5321 4.1.4 ("order of commands"):

- ``greeting``: connected; the server has greeted or will; no EHLO was accepted yet. STARTTLS
  brings the session back here (RFC 3207 4.2);
- ``ready``: EHLO, HELO or LHLO was accepted; no mail transaction is open;
- ``mail``: MAIL was accepted;
- ``recipients``: at least one RCPT was accepted;
- ``data``: the server said 354, or a first BDAT chunk was accepted: the message is under way;
- ``quit``: the server said goodbye.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.base import Role

GREETING, READY, MAIL, RECIPIENTS, DATA, QUIT = (
    "greeting",
    "ready",
    "mail",
    "recipients",
    "data",
    "quit",
)
STATES = (GREETING, READY, MAIL, RECIPIENTS, DATA, QUIT)
_ANY = (GREETING, READY, MAIL, RECIPIENTS)


@dataclass(frozen=True, slots=True)
class Command:
    """A verb and what belongs to it.

    Attributes:
        verb: in upper case.
        rfc: where it is defined, as ``RFC5321#4.1.1.1``.
        states: where it is allowed.
        arguments: the roles of its arguments, separated by blanks; the last one repeats.
        path: for MAIL and RCPT: the word before the path (``FROM:``); arguments follow the path.
        secret: whether its arguments may hold a secret.
        limit: the longest line in bytes, line end included (RFC 5321 4.5.3.1.4 and extensions).
    """

    verb: str
    rfc: str
    states: tuple[str, ...] = _ANY
    arguments: tuple[Role, ...] = (Role.ARGUMENT,)
    path: str = ""
    secret: bool = False
    limit: int = 512


_TABLE = (
    Command("EHLO", "RFC5321#4.1.1.1", arguments=(Role.HOST, Role.ARGUMENT)),
    Command("HELO", "RFC5321#4.1.1.1", arguments=(Role.HOST, Role.ARGUMENT)),
    Command("LHLO", "RFC2033#4.1", arguments=(Role.HOST, Role.ARGUMENT)),
    Command(
        "MAIL", "RFC5321#4.1.1.2", (READY,), arguments=(Role.PARAMETER,), path="FROM:", limit=2048
    ),
    Command(
        "RCPT",
        "RFC5321#4.1.1.3",
        (MAIL, RECIPIENTS),
        arguments=(Role.PARAMETER,),
        path="TO:",
        limit=2048,
    ),
    Command("DATA", "RFC5321#4.1.1.4", (RECIPIENTS,)),
    Command("BDAT", "RFC3030#2", (RECIPIENTS, DATA), arguments=(Role.SIZE, Role.ARGUMENT)),
    Command("BURL", "RFC4468#3", (RECIPIENTS, DATA), limit=2048),
    Command("RSET", "RFC5321#4.1.1.5", (*_ANY, DATA)),
    Command("VRFY", "RFC5321#4.1.1.6"),
    Command("EXPN", "RFC5321#4.1.1.7"),
    Command("HELP", "RFC5321#4.1.1.8"),
    Command("NOOP", "RFC5321#4.1.1.9", (*_ANY, DATA)),
    Command("QUIT", "RFC5321#4.1.1.10", (*_ANY, DATA)),
    Command("STARTTLS", "RFC3207#4", (READY,)),
    Command(
        "AUTH",
        "RFC4954#4",
        (READY,),
        arguments=(Role.MECHANISM, Role.RESPONSE),
        secret=True,
        limit=12288,
    ),
    Command("ETRN", "RFC1985#5", (READY,), arguments=(Role.HOST,)),
    Command("ATRN", "RFC2645#4", (READY,), arguments=(Role.HOST,)),
    Command("TURN", "RFC821#3.8", (READY,)),
    Command("SEND", "RFC821#3.4", (READY,), path="FROM:"),
    Command("SOML", "RFC821#3.4", (READY,), path="FROM:"),
    Command("SAML", "RFC821#3.4", (READY,), path="FROM:"),
    # Exchange's own: X-EXPS is AUTH, and a block of so many bytes follows XEXCH50
    Command(
        "X-EXPS",
        "",
        (READY,),
        arguments=(Role.MECHANISM, Role.RESPONSE),
        secret=True,
        limit=12288,
    ),
    Command("XEXCH50", "", (RECIPIENTS,), arguments=(Role.SIZE, Role.ARGUMENT)),
    # Postfix: https://www.postfix.org/XCLIENT_README.html and XFORWARD_README.html
    Command("XCLIENT", "", arguments=(Role.PARAMETER,)),
    Command("XFORWARD", "", arguments=(Role.PARAMETER,)),
)

COMMANDS: dict[str, Command] = {command.verb: command for command in _TABLE}
"""The table, by verb."""

LOGINS = frozenset({"AUTH", "X-EXPS"})

HELLO = frozenset({"EHLO", "HELO", "LHLO"})

_SHAPE = re.compile(
    rb"(?:(?:EHLO|HELO|LHLO|ETRN|VRFY|EXPN)[ \t]+\S+[ \t]*"
    rb"|(?:MAIL|SEND|SOML|SAML)[ \t]+FROM[ \t]*:.*|RCPT[ \t]+TO[ \t]*:.*"
    rb"|(?:EHLO|HELO|LHLO|DATA|RSET|QUIT|NOOP|HELP|STARTTLS)[ \t]*"
    rb"|BDAT[ \t]+\d+(?:[ \t]+LAST)?[ \t]*|XEXCH50[ \t]+\d+[ \t]+\d+[ \t]*"
    rb"|(?:AUTH|X-EXPS)[ \t]+[A-Z0-9_\-]{1,20}(?:[ \t]++\S*+)?[ \t]*+"
    rb"|(?:XCLIENT|XFORWARD)[ \t].*)\r?\n?\Z",
    re.IGNORECASE | re.DOTALL,
)


def command_shaped(line: bytes) -> bool:
    """Tell whether the line is beyond doubt a command, also where text could be expected."""
    return _SHAPE.match(line) is not None
