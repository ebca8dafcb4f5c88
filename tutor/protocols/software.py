"""Tell a mail server's product from what it says of itself."""

from __future__ import annotations

import re

_PRODUCTS = re.compile(
    rb"\b("
    rb"Postfix|Dovecot|Exim|Sendmail|Microsoft ESMTP MAIL Service|Microsoft Exchange|OpenSMTPD|"
    rb"Courier(?:-IMAP|-POP3)?|Cyrus (?:IMAP|POP3)|Cyrus|Qpopper|qmail|Haraka|MDaemon|hMailServer|"
    rb"Zimbra|Kerio Connect|Stalwart|Maddy|aiosmtpd|Lotus Domino|IBM Domino|Gimap|gsmtp|Gpop|"
    rb"MailEnable|Mercury/32|UW POP3|XMail|ArGoSoft|CommuniGate Pro|Apache James|"
    rb"Python SMTP"
    rb")(?!\w)(?:[ /,:]+(?:v|ver(?:sion)?:? ?)?(\d[\w.\-]{0,30}))?",
    re.IGNORECASE,
)
_LOOKED_AT = 2000


def product(text: bytes) -> str | None:
    """Name the product (and its version where it stands beside it), None where none is evident."""
    match = _PRODUCTS.search(text[:_LOOKED_AT])
    if match is None:
        return None
    name, version = (piece.decode("latin-1") if piece else "" for piece in match.groups())
    return f"{name} {version}".strip()
