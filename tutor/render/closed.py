"""Why a TLS session stayed closed, in the reader's language: the core that says it knows none."""

from __future__ import annotations

import re

from tutor.base import sanitise
from tutor.words import _, noted

REASONS = (
    noted("the key log has no secrets for this session's client random"),
    noted("the key log has no {what} for this session"),
    noted("the ServerHello was not captured"),
    noted("cipher {what} is not supported here"),
    noted("cipher {what} is not supported"),
    noted("compression method {what} is not supported"),
    noted("draft {what} of TLS 1.3 is not supported"),
    noted("{what} is not supported"),
    noted("the {what} cannot be read, and the key log has nothing to try without it"),
    noted(
        "the {what} was not captured, and no secret of the key log opens record {n} from the client"
    ),
    noted(
        "the {what} was not captured, and no secret of the key log opens record {n} from the server"
    ),
    noted(
        "the key log lacks this client random (an encrypted ClientHello would hold another), and"
        " no secret of the key log opens record {n} from the client"
    ),
    noted(
        "the key log lacks this client random (an encrypted ClientHello would hold another), and"
        " no secret of the key log opens record {n} from the server"
    ),
    noted("a gap in the capture: {what} missing before record {n} from the client"),
    noted("a gap in the capture: {what} missing before record {n} from the server"),
    noted("record {n} from the client failed its integrity check"),
    noted("record {n} from the server failed its integrity check"),
    noted("a record is missing or damaged, and the compressed ones behind it need it"),
)
"""The sentences of ``tutor.protocols.tls``; a test finds one that is not here."""

_PLACE = re.compile(r"\\\{(\w+)\\\}")
_PATTERNS = [
    (reason, re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(reason)))) for reason in REASONS
]


def closed_words(why: str) -> str:
    """A reason (``Facts.why_not``) in words, sanitised; one that is not known stays English."""
    for reason, pattern in _PATTERNS:
        if found := pattern.fullmatch(why):
            return sanitise(_(reason).format(**found.groupdict()))
    return sanitise(why)
