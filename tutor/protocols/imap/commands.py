"""The command table of IMAP: verbs, the states in which they are valid, arguments, answers.

The observer, the "you are here" strip and the reference all read this one table. States are those
of RFC 9051 section 3; ``selected`` includes what ``authenticated`` allows (RFC 9051 6.4).
"""

from __future__ import annotations

from typing import NamedTuple

from tutor.base import Role
from tutor.protocols.imap import arguments as a
from tutor.protocols.imap.arguments import Argument, Form

NOT_AUTHENTICATED = "not-authenticated"
AUTHENTICATED = "authenticated"
SELECTED = "selected"
LOGOUT = "logout"

STATES = (NOT_AUTHENTICATED, AUTHENTICATED, SELECTED, LOGOUT)
"""In the order in which a session passes them."""

_ANY = (NOT_AUTHENTICATED, AUTHENTICATED, SELECTED)
_NONAUTH = (NOT_AUTHENTICATED,)
_AUTH = (AUTHENTICATED, SELECTED)
_SELECTED = (SELECTED,)


class Command(NamedTuple):
    """One verb.

    Attributes:
        verb: in upper case; ``UID FETCH`` is one verb.
        states: where it is valid.
        source: RFC and section; "" where no RFC describes it.
        arguments: their shapes, in order.
        answers: untagged data that it asks for.
    """

    verb: str
    states: tuple[str, ...]
    source: str
    arguments: tuple[Argument, ...] = ()
    answers: tuple[str, ...] = ()


_SELECT_DATA = ("FLAGS", "EXISTS", "RECENT", "LIST")
_LIST = (a.OPTIONS, a.REFERENCE, a.PATTERN, a.RETURN, a.OPTIONS, a.PARAMETERS)
_SEARCH = (a.RETURN, a.OPTIONS, a.SEARCH_KEYS)
_STORE = (a.OPTIONS, a.ITEMS, a.FLAGS)
_SORT = (a.RETURN, a.OPTIONS, a.ITEMS, a.CHARSET, a.SEARCH_KEYS)
_THREAD = (a.ALGORITHM, a.CHARSET, a.SEARCH_KEYS)
_FETCH = (a.ITEMS, a.PARAMETERS)
_FETCH_DATA = ("FETCH", "VANISHED")
_URLS = Argument("urls", Role.ARGUMENT, Form.REST)

_TABLE = (
    # any state
    Command("CAPABILITY", _ANY, "RFC9051#6.1.1", (), ("CAPABILITY",)),
    Command("NOOP", _ANY, "RFC9051#6.1.2"),
    Command("LOGOUT", _ANY, "RFC9051#6.1.3", (), ("BYE",)),
    Command("ID", _ANY, "RFC2971#3.1", (a.PAIRS,), ("ID",)),
    Command("LANGUAGE", _ANY, "RFC5255#3.2", (a.PARAMETERS,), ("LANGUAGE",)),
    # not authenticated
    Command("STARTTLS", _NONAUTH, "RFC9051#6.2.1"),
    Command("AUTHENTICATE", _NONAUTH, "RFC9051#6.2.2", (a.MECHANISM, a.INITIAL_RESPONSE)),
    Command("LOGIN", _NONAUTH, "RFC9051#6.2.3", (a.USER, a.PASSWORD)),
    # authenticated
    Command("ENABLE", _AUTH, "RFC9051#6.3.1", (a.CAPABILITIES,), ("ENABLED",)),
    Command("SELECT", _AUTH, "RFC9051#6.3.2", (a.MAILBOX, a.OPTIONS), _SELECT_DATA),
    Command("EXAMINE", _AUTH, "RFC9051#6.3.3", (a.MAILBOX, a.OPTIONS), _SELECT_DATA),
    Command("CREATE", _AUTH, "RFC9051#6.3.4", (a.MAILBOX, a.OPTIONS)),
    Command("DELETE", _AUTH, "RFC9051#6.3.5", (a.MAILBOX,)),
    Command("RENAME", _AUTH, "RFC9051#6.3.6", (a.MAILBOX, a.MAILBOX, a.OPTIONS)),
    Command("SUBSCRIBE", _AUTH, "RFC9051#6.3.7", (a.MAILBOX,)),
    Command("UNSUBSCRIBE", _AUTH, "RFC9051#6.3.8", (a.MAILBOX,)),
    Command("LIST", _AUTH, "RFC9051#6.3.9", _LIST, ("LIST", "STATUS", "METADATA", "MYRIGHTS")),
    Command("LSUB", _AUTH, "RFC3501#6.3.9", (a.REFERENCE, a.PATTERN), ("LSUB",)),
    Command("RLIST", _AUTH, "RFC2193#5.1", (a.REFERENCE, a.PATTERN), ("LIST",)),
    Command("RLSUB", _AUTH, "RFC2193#5.2", (a.REFERENCE, a.PATTERN), ("LSUB",)),
    Command("XLIST", _AUTH, "", (a.REFERENCE, a.PATTERN), ("XLIST", "LIST")),
    Command("NAMESPACE", _AUTH, "RFC9051#6.3.10", (), ("NAMESPACE",)),
    Command("STATUS", _AUTH, "RFC9051#6.3.11", (a.MAILBOX, a.ITEMS), ("STATUS",)),
    Command("APPEND", _AUTH, "RFC9051#6.3.12", (a.MAILBOX, a.MESSAGE)),
    Command("IDLE", _AUTH, "RFC9051#6.3.13", (), ("EXISTS", "EXPUNGE", "FETCH", "RECENT")),
    # selected
    Command("CHECK", _SELECTED, "RFC3501#6.4.1"),
    Command("CLOSE", _SELECTED, "RFC9051#6.4.1"),
    Command("UNSELECT", _SELECTED, "RFC9051#6.4.2"),
    Command("EXPUNGE", _SELECTED, "RFC9051#6.4.3", (), ("EXPUNGE", "VANISHED")),
    Command("SEARCH", _SELECTED, "RFC9051#6.4.4", _SEARCH, ("SEARCH", "ESEARCH")),
    Command("FETCH", _SELECTED, "RFC9051#6.4.5", (a.MESSAGES, *_FETCH), _FETCH_DATA),
    Command("STORE", _SELECTED, "RFC9051#6.4.6", (a.MESSAGES, *_STORE), ("FETCH",)),
    Command("COPY", _SELECTED, "RFC9051#6.4.7", (a.MESSAGES, a.MAILBOX)),
    Command("MOVE", _SELECTED, "RFC9051#6.4.8", (a.MESSAGES, a.MAILBOX), ("EXPUNGE",)),
    Command("SORT", _SELECTED, "RFC5256#3", _SORT, ("SORT", "ESEARCH")),
    Command("THREAD", _SELECTED, "RFC5256#3", _THREAD, ("THREAD",)),
    Command("PARTIAL", _SELECTED, "RFC1730#6.4.6", (a.MESSAGES, a.ITEMS, a.REST), ("FETCH",)),
    Command("CONVERT", _SELECTED, "RFC5259#6", (a.MESSAGES, a.ITEMS, a.REST), ("CONVERTED",)),
    Command("CANCELUPDATE", _SELECTED, "RFC5267#4.3.5", (a.PARAMETERS,)),
    Command("REPLACE", _SELECTED, "RFC8508#3.2", (a.MESSAGES, a.MAILBOX, a.MESSAGE)),
    # by unique identifier
    Command("UID FETCH", _SELECTED, "RFC9051#6.4.9", (a.UNIQUE_IDS, *_FETCH), _FETCH_DATA),
    Command("UID STORE", _SELECTED, "RFC9051#6.4.9", (a.UNIQUE_IDS, *_STORE), ("FETCH",)),
    Command("UID COPY", _SELECTED, "RFC9051#6.4.9", (a.UNIQUE_IDS, a.MAILBOX)),
    Command("UID MOVE", _SELECTED, "RFC9051#6.4.9", (a.UNIQUE_IDS, a.MAILBOX), ("EXPUNGE",)),
    Command("UID SEARCH", _SELECTED, "RFC9051#6.4.9", _SEARCH, ("SEARCH", "ESEARCH")),
    Command("UID EXPUNGE", _SELECTED, "RFC9051#6.4.9", (a.UNIQUE_IDS,), ("EXPUNGE", "VANISHED")),
    Command("UID SORT", _SELECTED, "RFC5256#3", _SORT, ("SORT", "ESEARCH")),
    Command("UID THREAD", _SELECTED, "RFC5256#3", _THREAD, ("THREAD",)),
    Command("UID REPLACE", _SELECTED, "RFC8508#3.3", (a.UNIQUE_IDS, a.MAILBOX, a.MESSAGE)),
    # extensions
    Command("COMPRESS", _ANY, "RFC4978#3", (a.MECHANISM,)),
    Command("UNAUTHENTICATE", _AUTH, "RFC8437#3"),
    Command("GETQUOTA", _AUTH, "RFC9208#4.1.1", (a.QUOTA_ROOT,), ("QUOTA",)),
    Command("GETQUOTAROOT", _AUTH, "RFC9208#4.1.2", (a.MAILBOX,), ("QUOTAROOT", "QUOTA")),
    Command("SETQUOTA", _AUTH, "RFC9208#4.1.3", (a.QUOTA_ROOT, a.LIMITS), ("QUOTA",)),
    Command("GETACL", _AUTH, "RFC4314#3.3", (a.MAILBOX,), ("ACL",)),
    Command("SETACL", _AUTH, "RFC4314#3.1", (a.MAILBOX, a.IDENTIFIER, a.RIGHTS)),
    Command("DELETEACL", _AUTH, "RFC4314#3.2", (a.MAILBOX, a.IDENTIFIER)),
    Command("LISTRIGHTS", _AUTH, "RFC4314#3.4", (a.MAILBOX, a.IDENTIFIER), ("LISTRIGHTS",)),
    Command("MYRIGHTS", _AUTH, "RFC4314#3.5", (a.MAILBOX,), ("MYRIGHTS",)),
    Command(
        "GETMETADATA",
        _AUTH,
        "RFC5464#4.2",
        (a.OPTIONS, a.MAILBOX, a.OPTIONS, a.ITEMS),
        ("METADATA",),
    ),
    Command("SETMETADATA", _AUTH, "RFC5464#4.3", (a.MAILBOX, a.PAIRS)),
    Command("NOTIFY", _AUTH, "RFC5465#3.1", (a.PARAMETERS,), ("STATUS", "LIST", "METADATA")),
    Command("ESEARCH", _AUTH, "RFC7377#2", (a.PARAMETERS,), ("ESEARCH",)),
    Command("GENURLAUTH", _AUTH, "RFC4467", (_URLS,), ("GENURLAUTH",)),
    Command("RESETKEY", _AUTH, "RFC4467", (a.PARAMETERS,)),
    Command("URLFETCH", _AUTH, "RFC4467", (_URLS,), ("URLFETCH",)),
    Command("COMPARATOR", _AUTH, "RFC5255#4.7", (a.PARAMETERS,), ("COMPARATOR",)),
    Command("CONVERSIONS", _AUTH, "RFC5259#5.1", (a.PARAMETERS,), ("CONVERSION",)),
    Command("GETJMAPACCESS", _AUTH, "RFC9698", (), ("JMAPACCESS",)),
    # of drafts and vendors
    Command("GETANNOTATION", _AUTH, "", (a.MAILBOX, a.PARAMETERS), ("ANNOTATION",)),
    Command("SETANNOTATION", _AUTH, "", (a.MAILBOX, a.PARAMETERS)),
    Command("PROXYAUTH", _AUTH, "", (a.IDENTIFIER,)),
    Command("XAPPLEPUSHSERVICE", _AUTH, "", (a.PARAMETERS,), ("XAPPLEPUSHSERVICE",)),
)

COMMANDS: dict[str, Command] = {command.verb: command for command in _TABLE}
"""Every verb that this program knows."""

UNKNOWN = Command("", _ANY, "", (a.REST,))
"""Stands for a verb that is not in the table."""
