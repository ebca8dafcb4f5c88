"""Products told from banners, as servers send them."""

from __future__ import annotations

import pytest

from tutor.protocols.software import product


@pytest.mark.parametrize(
    ("banner", "name"),
    [
        (b"220 mail.example.org ESMTP Postfix (Debian/GNU)", "Postfix"),
        (b"220 mail.example.org ESMTP Exim 4.96 Mon, 23 Nov 2026", "Exim 4.96"),
        (b"220 x ESMTP Sendmail 8.17.1/8.17.1; Mon", "Sendmail 8.17.1"),
        (b"+OK Dovecot (Ubuntu) ready.", "Dovecot"),
        (
            b"220 x Microsoft ESMTP MAIL Service, Version: 6.0.3790.1830 ready",
            "Microsoft ESMTP MAIL Service 6.0.3790.1830",
        ),
        (b"* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.\r\n", "Dovecot"),
        (b"* OK mail Cyrus IMAP4 v2.3.7 server ready\r\n", "Cyrus 2.3.7"),
        (b"* OK mail Cyrus IMAP 3.6.1-Debian-3.6.1-4 server ready\r\n", "Cyrus IMAP 3.6.1"),
        (
            b"* OK Microsoft Exchange IMAP4rev1 server version 5.5.26 (x) ready",
            "Microsoft Exchange 5.5.26",
        ),
        (b"* OK The Microsoft Exchange IMAP4 service is ready.", "Microsoft Exchange"),
        (b"* OK Gimap ready for requests from 192.0.2.7 x\r\n", "Gimap"),
        (b"* OK [CAPABILITY IMAP4rev1] Courier-IMAP ready. See COPYING for", "Courier-IMAP"),
        (b"* OK x Lotus Domino IMAP4 Server V6.5.4 ready", "Lotus Domino 6.5.4"),
        (b"+OK Qpopper (version 4.0.5) at x starting.", "Qpopper"),
        (b"* OK IMAP4rev1 Service Ready\r\n", None),
        (b"220 mail.example.org ESMTP", None),
        (b"220 postfixer.example.org hello", None),
    ],
)
def test_product(banner: bytes, name: str | None) -> None:
    assert product(banner) == name
