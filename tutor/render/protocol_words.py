"""Which parts of a line are words of a protocol, and so name nobody.

The lists are closed on purpose: what is not in them may be a name, and is not shown to a class.
Server and client choose tags, keywords, unique ids and unknown verbs freely.
"""

from __future__ import annotations

import re

from tutor.base import Role
from tutor.protocols.imap.data import CODES, DATA, NUMBERED
from tutor.protocols.registry import VERBS

_LONGEST = 200
_ITEMS = """
    ALL FAST FULL UID FLAGS INTERNALDATE ENVELOPE BODY BODYSTRUCTURE RFC822 HEADER TEXT FIELDS NOT
    MIME PEEK SIZE BINARY MODSEQ EMAILID THREADID PREVIEW SAVEDATE X-GM-MSGID X-GM-THRID X-GM-LABELS
    MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED HIGHESTMODSEQ APPENDLIMIT MAILBOXID
    ANSWERED BEFORE DRAFT FLAGGED KEYWORD LARGER NEW OLD ON OR SEEN SENTBEFORE SENTON SENTSINCE
    SINCE SMALLER UNANSWERED UNDELETED UNDRAFT UNFLAGGED UNKEYWORD CHARSET UTF-8 US-ASCII
    RETURN MIN MAX COUNT SAVE PARTIAL SILENT ARRIVAL REVERSE ORDEREDSUBJECT REFERENCES REFS
    STORAGE MESSAGE SUBSCRIBED REMOTE CHILDREN SPECIAL-USE STATUS RECURSIVEMATCH CONDSTORE
    DATE FROM TO CC BCC SUBJECT SENDER MESSAGE-ID IN-REPLY-TO REPLY-TO CONTENT-TYPE NEWSGROUPS
    X-PRIORITY PRIORITY IMPORTANCE LIST-ID LIST-POST
"""
"""Of FETCH, STATUS, SEARCH, SORT, THREAD and LIST (RFC 9051 6.4, 7.5), and usual header fields."""
_POP3_CODES = "IN-USE LOGIN-DELAY SYS TEMP PERM AUTH UTF8"  # RFC 2449, 3206, 6856
_STATUSES = "OK NO BAD BYE PREAUTH ERR"
WORDS = frozenset(
    [*CODES, *DATA, *NUMBERED, *_ITEMS.split(), *_POP3_CODES.split(), *_STATUSES.split()]
)
"""Words in capitals that a status, code or item is made of."""

_PIECES = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_TAG = re.compile(r"[A-Za-z]{0,4}\d{1,8}(?:\.\d{1,8})?\Z|[*+]\Z")
_FLAGS = re.compile(
    r"(?:\\(?:Seen|Answered|Flagged|Deleted|Draft|Recent|\*)"
    r"|\$(?:Forwarded|MDNSent|Junk|NotJunk|Phishing|Important)|[() ])*\Z",
    re.IGNORECASE,
)
"""The flags that are everybody's (RFC 9051 2.3.2); a keyword of one's own may be a name."""
_SIGNS = re.compile(r"[^\w]{1,8}\Z|NIL\Z", re.ASCII)
"""Quotes, parentheses, the dot that ends a message."""
_ASKED = re.compile(
    r"(?:(?:FROM|TO):|[<>\s]|SIZE=\d+|BODY=[78]BIT(?:MIME)?|SMTPUTF8)*\Z", re.IGNORECASE
)
"""What stands around an address in MAIL and RCPT (RFC 5321 4.1.1.2, RFC 1870, RFC 6152)."""
_OFFERED = re.compile(r"(?!IMPLEMENTATION)(?:[A-Z0-9=+_/., ;:-]|(?<=IMAP4)rev)*\Z")
"""A capability or mechanism as usually spelled; IMPLEMENTATION (RFC 2449) is free text."""
_NUMBERS = re.compile(r"[\d\s.,:*+~{}<>()-]*\Z", re.ASCII)
_IPV4 = re.compile(r"\d\.\d+\.\d+\.\d", re.ASCII)
_PROMPTS = frozenset({"VXNlcm5hbWU6", "UGFzc3dvcmQ6"})
"""``Username:`` and ``Password:``, by which AUTH LOGIN asks."""


def is_protocol(role: Role, text: str) -> bool:
    """Whether a part is made of words of the protocol."""
    if len(text) > _LONGEST or not text.isascii():
        return False
    if _SIGNS.match(text):
        return True
    match role:
        case Role.VERB:
            return text.strip().upper().encode() in VERBS
        case Role.TAG:
            return bool(_TAG.match(text))
        case Role.FLAG:
            return bool(_FLAGS.match(text))
        case Role.CHALLENGE:
            return text.strip() in _PROMPTS
        case Role.ARGUMENT | Role.PARAMETER:
            return bool(_ASKED.match(text))
        case Role.CAPABILITY | Role.MECHANISM:
            return bool(_OFFERED.match(text)) and not _IPV4.search(text)
        case Role.STATUS | Role.CODE | Role.ITEM:
            known = all(piece.upper() in WORDS for piece in _PIECES.findall(text))
            return known and not _IPV4.search(text)
        case Role.SEQUENCE | Role.LITERAL_SIZE | Role.COUNT | Role.SIZE | Role.PARTIAL:
            return bool(_NUMBERS.match(text)) and not _IPV4.search(text)
        case Role.UNIQUE_ID:
            return bool(_NUMBERS.match(text)) and len(text) <= 20
        case _:
            return False
