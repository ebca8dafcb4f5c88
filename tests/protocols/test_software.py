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
        (b"220 mail.example.org ESMTP", None),
        (b"220 postfixer.example.org hello", None),
    ],
)
def test_product(banner: bytes, name: str | None) -> None:
    assert product(banner) == name
