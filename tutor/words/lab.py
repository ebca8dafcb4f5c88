"""The lab's scenes and modes in words."""

from __future__ import annotations

from tutor.words import _

SCENES: dict[str, str] = {
    "imap-login": "IMAP",
    "imap-starttls": "IMAP",
    "imap-careless": "IMAP",
    "imap-tls": "IMAPS",
    "imap-cram-md5": "IMAP",
    "imap-scram": "IMAP",
    "imap-xoauth2": "IMAP",
    "imap-idle": "IMAP",
    "pop3-user": "POP3",
    "pop3-apop": "POP3",
    "pop3-stls": "POP3",
    "pop3-careless": "POP3",
    "smtp-submit": "SMTP",
    "smtp-starttls": "SMTP",
    "smtp-careless": "SMTP",
    "spraying": "IMAP",
}
"""The scenes, and what they speak; a test holds them against the lab's own list."""

MODES = (
    "honest",
    "removed",
    "mangled",
    "refused",
    "injected",
    "delay",
    "wrong-name",
    "unknown-issuer",
)
"""What the relay can do; a test holds it against the lab's own list."""


def scene_word(name: str) -> str:
    """A scene in a few words."""
    return {
        "imap-login": _("LOGIN in the clear, read a message"),
        "imap-starttls": _("STARTTLS, by a careful client"),
        "imap-careless": _("TLS if it can be had, by a careless client"),
        "imap-tls": _("TLS from the first byte"),
        "imap-cram-md5": _("CRAM-MD5: prove it, without saying it"),
        "imap-scram": _("SCRAM-SHA-256: the same, slow to guess"),
        "imap-xoauth2": _("XOAUTH2: a token in place of a password"),
        "imap-idle": _("IDLE: wait, and hear of new mail at once"),
        "pop3-user": _("USER and PASS in the clear"),
        "pop3-apop": _("APOP: a digest in place of the password"),
        "pop3-stls": _("STLS, by a careful client"),
        "pop3-careless": _("TLS if it can be had, by a careless client"),
        "smtp-submit": _("AUTH PLAIN in the clear, send a message"),
        "smtp-starttls": _("STARTTLS, by a careful client"),
        "smtp-careless": _("TLS if it can be had, by a careless client"),
        "spraying": _("Spraying: one password, many users"),
    }[name]


def mode_word(name: str) -> str:
    """What the relay does, in a few words."""
    return {
        "honest": _("honest: passes everything on"),
        "removed": _("removes the offer of STARTTLS"),
        "mangled": _("writes X over the offer of STARTTLS"),
        "refused": _("refuses STARTTLS in the server's name"),
        "injected": _("puts a command of its own behind STARTTLS"),
        "delay": _("holds everything back for a moment"),
        "wrong-name": _("ends TLS with a certificate of another name"),
        "unknown-issuer": _("ends TLS with a certificate nobody vouches for"),
    }[name]
