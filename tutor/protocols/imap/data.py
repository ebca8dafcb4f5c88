"""The shapes of what a server sends: untagged data (RFC 9051 7) and response codes (7.1)."""

from __future__ import annotations

from tutor.base import Role
from tutor.protocols.imap import arguments as a
from tutor.protocols.imap.arguments import Argument, Form

_ATTRIBUTES = Argument("attributes", Role.FLAG, Form.LIST)
_DELIMITER = Argument("delimiter", Role.ARGUMENT)
_LISTED = (_ATTRIBUTES, _DELIMITER, a.MAILBOX, a.PARAMETERS)
_NUMBERS = (Argument("numbers", Role.SEQUENCE, Form.RESULTS),)
_COUNTS = Argument("counts", Role.ITEM, Form.PAIRS, b"", Role.COUNT)
_PREFIXES = Argument("prefixes", Role.MAILBOX, Form.NESTED)  # prefix, delimiter, extensions
_USAGE = Argument("usage", Role.ITEM, Form.PAIRS, b"", Role.COUNT, 3)  # resource, used, limit
_VALIDITY = Argument("uid-validity", Role.ARGUMENT)
_COUNT = (Argument("count", Role.COUNT),)
_LIST = (a.PARAMETERS,)
_BARE: tuple[Argument, ...] = ()

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
    "ESEARCH": (a.OPTIONS, *_NUMBERS),
    "NAMESPACE": (_PREFIXES, _PREFIXES, _PREFIXES),
    "ID": (a.PAIRS,),
    "QUOTA": (a.QUOTA_ROOT, _USAGE),
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
    "ANNOTATION": (a.MAILBOX, a.PARAMETERS),
    "JMAPACCESS": (a.REST,),
    "XAPPLEPUSHSERVICE": (a.PARAMETERS,),
}
"""Data by name: ``* NAME ...``."""

UIDS = (Argument("unique-ids", Role.UNIQUE_ID, Form.RESULTS),)
"""The shape of SEARCH, SORT and THREAD where a UID command asked for them (RFC 9051 6.4.9)."""

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
    "MESSAGELIMIT": (*_COUNT, a.UNIQUE_IDS),
    "BADCHARSET": _LIST,
    "BADCOMPARATOR": _LIST,
    "BADEVENT": _LIST,
    "BADURL": (a.REST,),
    "REFERRAL": (a.REST,),
    "NEWNAME": (a.MAILBOX, a.MAILBOX),
    "MAILBOXID": _LIST,
    "METADATA": _LIST,
    "ANNOTATE": _LIST,
    "ANNOTATIONS": _LIST,
    "INPROGRESS": _LIST,
    "NOUPDATE": _LIST,
    "UNDEFINED-FILTER": _LIST,
    "URLMECH": _LIST,
    "MAXCONVERTMESSAGES": _COUNT,
    "MAXCONVERTPARTS": _COUNT,
    **dict.fromkeys(("ALERT", "CLOSED", "NOMODSEQ", "PARSE", "READ-ONLY", "READ-WRITE"), _BARE),
    **dict.fromkeys(("TRYCREATE", "UIDNOTSTICKY", "NOTSAVED", "HASCHILDREN", "TOOBIG"), _BARE),
    **dict.fromkeys(("UNAVAILABLE", "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED"), _BARE),
    **dict.fromkeys(("EXPIRED", "PRIVACYREQUIRED", "CONTACTADMIN", "NOPERM", "INUSE"), _BARE),
    **dict.fromkeys(("EXPUNGEISSUED", "CORRUPTION", "SERVERBUG", "CLIENTBUG", "CANNOT"), _BARE),
    **dict.fromkeys(("LIMIT", "OVERQUOTA", "ALREADYEXISTS", "NONEXISTENT"), _BARE),
    **dict.fromkeys(("UNKNOWN-CTE", "COMPRESSIONACTIVE", "USEATTR", "UIDREQUIRED"), _BARE),
    **dict.fromkeys(("NOTIFICATIONOVERFLOW", "TEMPFAIL"), _BARE),
    **dict.fromkeys(("BADPARAMETERS", "MISSINGPARAMETERS"), _LIST),
    **dict.fromkeys(("WEBALERT", "THROTTLED"), (a.REST,)),
}
"""Response codes (RFC 9051 7.1, RFC 3501 7.1, RFC 5530, extensions) and what they carry."""

SELECT_CODES = frozenset(
    {"UIDVALIDITY", "UIDNEXT", "UNSEEN", "PERMANENTFLAGS", "HIGHESTMODSEQ", "NOMODSEQ", "CLOSED"}
)
"""Codes that only an opened mailbox brings: a line with one of them is no greeting."""
