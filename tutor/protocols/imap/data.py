"""The shapes of what a server sends: untagged data (RFC 9051 7) and response codes (7.1)."""

from __future__ import annotations

from tutor.base import Role
from tutor.protocols.imap import arguments as a
from tutor.protocols.imap.arguments import Argument, Form

_ATTRIBUTES = Argument("attributes", Role.FLAG, Form.LIST)
_DELIMITER = Argument("delimiter", Role.ARGUMENT)
_LISTED = (_ATTRIBUTES, _DELIMITER, a.MAILBOX, a.PARAMETERS)
_NUMBERS = (Argument("numbers", Role.SEQUENCE, Form.REST),)
_COUNTS = Argument("counts", Role.ITEM, Form.PAIRS, b"", Role.COUNT)
_PREFIXES = Argument("prefixes", Role.MAILBOX, Form.PAIRS)  # prefix and delimiter by turns
_VALIDITY = Argument("uid-validity", Role.ARGUMENT)
_COUNT = (Argument("count", Role.COUNT),)

STATUSES = frozenset({"OK", "NO", "BAD", "BYE", "PREAUTH"})
"""Words that begin a status response (RFC 9051 7.1)."""

DATA: dict[str, tuple[Argument, ...]] = {
    "CAPABILITY": (a.CAPABILITIES,),
    "ENABLED": (a.CAPABILITIES,),
    "FLAGS": (a.FLAGS,),
    "LIST": _LISTED,
    "LSUB": _LISTED,
    "XLIST": _LISTED,
    "STATUS": (a.MAILBOX, _COUNTS),
    "SEARCH": _NUMBERS,
    "SORT": _NUMBERS,
    "THREAD": _NUMBERS,
    "ESEARCH": (a.PARAMETERS,),
    "NAMESPACE": (_PREFIXES, _PREFIXES, _PREFIXES),
    "ID": (a.PAIRS,),
    "QUOTA": (a.QUOTA_ROOT, a.REST),
    "QUOTAROOT": (a.MAILBOX, a.REST),
    "ACL": (a.MAILBOX, a.REST),
    "LISTRIGHTS": (a.MAILBOX, a.IDENTIFIER, a.REST),
    "MYRIGHTS": (a.MAILBOX, a.RIGHTS),
    "METADATA": (a.MAILBOX, a.PAIRS),
    "VANISHED": (a.OPTIONS, a.UNIQUE_IDS),
    "LANGUAGE": (a.PARAMETERS,),
    "COMPARATOR": (a.PARAMETERS,),
    "GENURLAUTH": (a.REST,),
    "URLFETCH": (a.REST,),
    "CONVERSION": (a.PARAMETERS,),
}
"""Data by name: ``* NAME ...``."""

NUMBERED = frozenset({"EXISTS", "RECENT", "EXPUNGE", "FETCH", "CONVERTED"})
"""Data with a number before the name: ``* 23 EXISTS``."""

COUNTED = frozenset({"EXISTS", "RECENT"})
"""Of those, the ones whose number counts messages; the others' number means one message."""

CODES: dict[str, tuple[Argument, ...]] = {
    "CAPABILITY": (a.CAPABILITIES,),
    "PERMANENTFLAGS": (a.FLAGS,),
    "UIDNEXT": (a.UNIQUE_IDS,),
    "UIDVALIDITY": (_VALIDITY,),
    "UNSEEN": (a.MESSAGES,),
    "APPENDUID": (_VALIDITY, a.UNIQUE_IDS),
    "COPYUID": (_VALIDITY, a.UNIQUE_IDS, a.UNIQUE_IDS),
    "HIGHESTMODSEQ": _COUNT,
    "MODIFIED": (a.MESSAGES,),
}
"""Response codes that carry something the theme and the mask know a role for."""

SELECT_CODES = frozenset(
    {"UIDVALIDITY", "UIDNEXT", "UNSEEN", "PERMANENTFLAGS", "HIGHESTMODSEQ", "NOMODSEQ", "CLOSED"}
)
"""Codes that only an opened mailbox brings: a line with one of them is no greeting."""
