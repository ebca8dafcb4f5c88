"""What the lab serves, and where clients find it. Imports nothing: the doctor asks too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One of the lab's servers.

    Attributes:
        name: such as ``imap`` or ``imaps``.
        protocol: ``smtp``, ``imap`` or ``pop3``.
        port: where clients find it by default (its usual port and a thousand).
        secure: whether TLS runs from the first byte.
        login: whether it wants one; ``mx`` is the server that a domain's MX record would name,
            and who brings mail for its own people need not log in there.
    """

    name: str
    protocol: str
    port: int
    secure: bool
    login: bool = True


SERVICES = (
    Service("smtp", "smtp", 1587, secure=False),
    Service("smtps", "smtp", 1465, secure=True),
    Service("mx", "smtp", 1025, secure=False, login=False),
    Service("imap", "imap", 1143, secure=False),
    Service("imaps", "imap", 1993, secure=True),
    Service("pop3", "pop3", 1110, secure=False),
    Service("pop3s", "pop3", 1995, secure=True),
)
"""All of them."""
