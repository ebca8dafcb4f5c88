"""Tell a mail server's product from what it says of itself."""

from __future__ import annotations

import re

_NAMES = (
    rb"Apache James|Archiveopteryx|Axigen|BincIMAP|Citadel|CommuniGate Pro|Courier(?:-IMAP|-POP3)?"
    rb"|Cyrus(?: IMAP| POP3)?|DBMail|Dovecot|Exim|GreenMail|GroupWise|Haraka|IceWarp|iPlanet"
    rb"|(?:IBM |Lotus )?Domino|Kerio Connect|Kerio|Macallan|Maddy|MailEnable|MDaemon|Merak|MERCUR"
    rb"|Mercury/32|Microsoft ESMTP MAIL Service|Microsoft Exchange|OpenSMTPD|Perdition|Postfix"
    rb"|Python SMTP|Qpopper|Sendmail|SmarterMail|Stalwart|UW POP3|XMail|Zimbra|ArGoSoft|aiosmtpd"
    rb"|Gimap|Gpop|gsmtp|hMailServer|qmail"
)
_PRODUCT = re.compile(rb"\b(?:" + _NAMES + rb")(?!\w)", re.IGNORECASE)
_VERSION = re.compile(
    rb"[ /,:-]+(?:v|ver(?:sion)?:? ?)?(\d[\w.]{0,30})"
    rb"|[^\[\]()]{0,60}?\b(?:v|version )(\d+(?:\.\w+)+)",
    re.IGNORECASE,
)
"""A version directly behind the name, or one that is called so."""

_LOOKED_AT = 2000


def product(text: bytes) -> str | None:
    """Name the product (and its version where it stands beside it), None where none is evident."""
    text = text[:_LOOKED_AT]
    name = _PRODUCT.search(text)
    if name is None:
        return None
    version = _VERSION.match(text, name.end())
    words = (name[0], version[1] or version[2]) if version else (name[0],)
    return b" ".join(words).decode("latin-1").rstrip(".")
