"""What a session is, in words: its protocol, and how it is protected."""

from __future__ import annotations

from tutor.capture import Entry
from tutor.render.closed import closed_words
from tutor.words import _


def protocol_of(entry: Entry) -> str:
    """The protocol's name, or what is presumed under TLS."""
    if entry.presumed:
        return _("TLS, presumed {protocol}").format(protocol=entry.presumed.upper())
    return entry.protocol.upper()


def security_words(entry: Entry) -> str:
    """In the clear, or which TLS and whether it was opened."""
    words = {
        "plaintext": _("in the clear"),
        "starttls": _("TLS after STARTTLS"),
        "tls": _("TLS from the first byte"),
    }[entry.security]
    if entry.tls and entry.tls.version:
        opened = _("decrypted") if entry.tls.decrypted else _("not decrypted")
        words += f" {entry.tls.version}, {opened}"
    if entry.tls and entry.tls.why_not:
        words += f" ({closed_words(entry.tls.why_not)})"
    return words
