"""POP3's commands as a table: RFC 1939 and the extensions that add verbs.

A session's states, in the words of RFC 1939 3: ``AUTHORIZATION`` until a login is accepted,
``TRANSACTION`` after it, ``UPDATE`` after QUIT in the transaction state, when the server
removes what was marked as deleted.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.base import Role

AUTHORIZATION, TRANSACTION, UPDATE = "AUTHORIZATION", "TRANSACTION", "UPDATE"
STATES = (AUTHORIZATION, TRANSACTION, UPDATE)

ALWAYS, WITHOUT_ARGUMENT, NEVER = "always", "without-argument", "never"


@dataclass(frozen=True, slots=True)
class Command:
    """A verb and what belongs to it.

    Attributes:
        verb: in upper case.
        rfc: where it is defined, as ``RFC1939#7``.
        states: where it is allowed.
        arguments: the roles of its arguments, separated by blanks; the last one repeats.
        whole: whether its argument is the rest of the line, blanks and all (RFC 1939 7, PASS).
        many: when multi-line data follow its good reply: always, without an argument, never.
        rows: the roles of the words in a line of that data; empty for a message.
        secret: whether its arguments hold or may hold a secret.
    """

    verb: str
    rfc: str
    states: tuple[str, ...]
    arguments: tuple[Role, ...] = (Role.ARGUMENT,)
    whole: bool = False
    many: str = NEVER
    rows: tuple[Role, ...] = ()
    secret: bool = False


_BEFORE = (AUTHORIZATION,)
_IN = (TRANSACTION,)
_BOTH = (AUTHORIZATION, TRANSACTION)

_TABLE = (
    Command("USER", "RFC1939#7", _BEFORE, (Role.USER,), whole=True),
    Command("PASS", "RFC1939#7", _BEFORE, (Role.PASSWORD,), whole=True, secret=True),
    Command("APOP", "RFC1939#7", _BEFORE, (Role.USER, Role.RESPONSE), secret=True),
    Command("STAT", "RFC1939#5", _IN),
    Command(
        "LIST",
        "RFC1939#5",
        _IN,
        (Role.SEQUENCE,),
        many=WITHOUT_ARGUMENT,
        rows=(Role.SEQUENCE, Role.SIZE),
    ),
    Command("RETR", "RFC1939#5", _IN, (Role.SEQUENCE,), many=ALWAYS),
    Command("DELE", "RFC1939#5", _IN, (Role.SEQUENCE,)),
    Command("NOOP", "RFC1939#5", _IN),
    Command("RSET", "RFC1939#5", _IN),
    Command("QUIT", "RFC1939#4", _BOTH),
    Command("TOP", "RFC1939#7", _IN, (Role.SEQUENCE, Role.COUNT), many=ALWAYS),
    Command(
        "UIDL",
        "RFC1939#7",
        _IN,
        (Role.SEQUENCE,),
        many=WITHOUT_ARGUMENT,
        rows=(Role.SEQUENCE, Role.UNIQUE_ID),
    ),
    Command("CAPA", "RFC2449#5", _BOTH, many=ALWAYS, rows=(Role.CAPABILITY,)),
    Command("STLS", "RFC2595#4", _BEFORE),
    Command(
        "AUTH",
        "RFC5034#4",
        _BEFORE,
        (Role.MECHANISM, Role.RESPONSE),
        many=WITHOUT_ARGUMENT,
        rows=(Role.MECHANISM,),
        secret=True,
    ),
    Command("UTF8", "RFC6856#2.1", _BEFORE),
    Command("LANG", "RFC6856#3.2", _BOTH, many=WITHOUT_ARGUMENT, rows=(Role.ITEM, Role.TEXT)),
    Command("XTND", "RFC1082", _IN),
    Command("RPOP", "RFC1081", _BEFORE, (Role.USER,)),
    Command("XSENDER", "", _IN, (Role.SEQUENCE,)),
    Command("LAST", "RFC1460#5", _IN),
)

COMMANDS: dict[str, Command] = {command.verb: command for command in _TABLE}
"""The table, by verb."""

LIMIT = 255
"""The longest command line in bytes, line end included (RFC 2449 4)."""

REPLY_LIMIT = 512
"""The longest first line of a reply (RFC 2449 4)."""
