"""One session in the list of a capture's sessions."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.capture.growing import Growing
from tutor.findings import Finding, Summary
from tutor.protocols.tls import TlsFacts
from tutor.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Summary):
    """What a list of sessions shows of one; replaced as the session grows."""

    presumed: str | None
    steps: int
    commands: int
    replies: int
    gaps: int
    complete: bool
    tls: TlsFacts | None
    findings: tuple[Finding, ...]
    revision: int


def describe(number: int, session: Session, growing: Growing) -> Entry:
    """What there is to say of a session by now."""
    folds = growing.folds()
    assert folds is not None
    credentials, rules = folds
    return Entry(
        id=number,
        protocol=session.protocol,
        presumed=session.presumed,
        security=session.security,
        client=session.client,
        server=session.server,
        start=session.start,
        end=session.end,
        steps=len(session),
        commands=session.commands,
        replies=session.replies,
        gaps=session.gaps,
        complete=session.complete,
        tls=session.tls,
        offer=rules.offers.told,
        offer_packets=rules.offers.packets,
        greeting=rules.talk.greeting,
        said=tuple(rules.talk.said),
        credentials=tuple(credentials.found),
        findings=tuple(rules.found),
        revision=session.revision,
    )
