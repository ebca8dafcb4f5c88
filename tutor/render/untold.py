"""What a capture cannot tell of a session, said in a sentence each, so that nobody has to guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tutor.capture import Entry
from tutor.findings.across import FileFinding
from tutor.render.closed import closed_words
from tutor.words import _

_MAIL = frozenset({"imap", "pop3", "smtp"})
_REMOVED = "starttls-removed"
_VERB = {"pop3": "STLS"}


def untold(entry: Entry, across: Iterable[FileFinding]) -> Iterator[str]:
    """The sentences on one session; ``across`` are the verdicts that took more than one."""
    if entry.tls and entry.tls.why_not:
        yield closed_words(entry.tls.why_not)
    removed = any(found.rule == _REMOVED and entry.id in found.sessions for found in across)
    bare = entry.security == "plaintext" and entry.offer is False
    if entry.protocol in _MAIL and bare and not removed:
        words = _("{verb} was not offered. Never there, or removed: one session cannot tell.")
        yield words.format(verb=_VERB.get(entry.protocol, "STARTTLS"))
    if any(credential.accepted is None for credential in entry.credentials):
        yield _("Whether a login was accepted is not in the capture.")
    if not entry.complete:
        yield _("The capture does not hold all of this session.")
