"""Guess a password from the answer to a challenge, as a listener can: CRAM-MD5 and APOP.

Both answers are fingerprints of the challenge and the password, and the challenge crossed as well.
So a guess is tried by computing the same fingerprint: RFC 2195 section 2, RFC 1939 section 7.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

from tutor.base import SERVER, Role
from tutor.findings import credentials
from tutor.session import Session

GUESSABLE = ("CRAM-MD5", "APOP")
"""The mechanisms whose answers are tried here."""


def guesses(session: Session, index: int, words: Iterable[str]) -> tuple[str, ...] | None:
    """Those of ``words`` that explain the answer in an event.

    None where the event ends no answer of CRAM-MD5 or APOP, or where its challenge was not
    captured.
    """
    there = next((c for c in credentials(session) if c.step == index + 1), None)
    if there is None or there.mechanism not in GUESSABLE or there.secret is None:
        return None
    answer = there.secret.reveal().rpartition(" ")[2].lower()
    challenge = _challenge(session, index)
    if challenge is not None and there.mechanism == "CRAM-MD5":
        challenge = _decoded(challenge)
    if not challenge:
        return None
    print_of = _cram if there.mechanism == "CRAM-MD5" else _apop
    return tuple(word for word in words if print_of(challenge, word) == answer)


def _cram(challenge: bytes, word: str) -> str:
    return hmac.new(word.encode(), challenge, "md5").hexdigest()


def _apop(challenge: bytes, word: str) -> str:
    digest = hashlib.md5(challenge + word.encode(), usedforsecurity=False)
    return digest.hexdigest()


def _challenge(session: Session, index: int) -> bytes | None:
    """The last challenge of the server before an event, as it stands on the wire."""
    layer = session.event(index).span.layer
    for before in range(index - 1, -1, -1):
        event = session.event(before)
        if event.span.layer != layer or event.span.direction is not SERVER:
            continue
        for number, part in enumerate(event.parts):
            if part.role is Role.CHALLENGE:
                return session.part(event, number)
    return None


def _decoded(data: bytes) -> bytes | None:
    try:
        return base64.b64decode(data.strip(), validate=True)
    except binascii.Error:
        return None
