"""Verdicts that need more than one session: STARTTLS removed, spraying, guessing.

Pure functions over summaries. Never from one session alone: a server that does not offer STARTTLS
may simply not have it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tutor.base import Endpoint
from tutor.findings.credentials import Credential
from tutor.findings.rules import Certainty

SPRAY_USERS = 4
SPRAY_SECRETS = 2
SPRAY_REFUSED = 3
GUESSES = 4


@dataclass(frozen=True, slots=True)
class Summary:
    """What these rules need of a session.

    Attributes:
        id: the session's number.
        protocol: ``imap``, ``pop3``, ``smtp``...
        client, server: its ends.
        start, end: Unix time in nanoseconds.
        offer: whether STARTTLS or STLS was offered before TLS; None where no list was seen.
        offer_packets: packets of the first list of capabilities.
        greeting: the server's greeting as it crossed, b"" where there was none.
        security: ``plaintext``, ``starttls`` or ``tls``.
        credentials: its attempts.
    """

    id: int
    protocol: str
    client: Endpoint
    server: Endpoint
    start: int
    end: int
    offer: bool | None
    offer_packets: tuple[int, ...]
    greeting: bytes
    security: str
    credentials: tuple[Credential, ...]


@dataclass(frozen=True, slots=True)
class FileFinding:
    """A verdict on the file: the rule, its certainty, the sessions and the packets that show it."""

    rule: str
    certainty: Certainty
    sessions: tuple[int, ...]
    packets: tuple[int, ...]


def across(sessions: Iterable[Summary]) -> tuple[FileFinding, ...]:
    """All verdicts on these sessions together."""
    seen = [session for session in sessions if session.protocol in ("imap", "pop3", "smtp")]
    return (*_removed(seen), *_spraying(seen), *_guessing(seen))


def _removed(seen: Sequence[Summary]) -> Iterator[FileFinding]:
    offered: dict[tuple[str, Endpoint], Summary] = {}
    by_greeting: dict[tuple[str, bytes], list[Summary]] = defaultdict(list)
    for session in seen:
        if session.offer:
            offered.setdefault((session.protocol, session.server), session)
            by_greeting[session.protocol, session.greeting].append(session)
    for session in seen:
        if session.offer is not False or session.security == "tls":
            continue
        legs = by_greeting.get((session.protocol, session.greeting), [])
        leg = next((other for other in legs if _legs(session, other)), None)
        other = leg or offered.get((session.protocol, session.server))
        if other is None:
            continue
        yield FileFinding(
            "starttls-removed",
            Certainty.OBSERVED if leg else Certainty.INFERRED,
            tuple(sorted((session.id, other.id))),
            (*session.offer_packets, *other.offer_packets),
        )


def _legs(one: Summary, other: Summary) -> bool:
    """Whether two sessions are the two legs of one relayed session.

    The relay is the server of one and the client of the other, both run at the same time, and the
    greeting passed through as it was.
    """
    if not one.greeting or one.server == other.server:
        return False
    joined = (
        one.server.address == other.client.address or other.server.address == one.client.address
    )
    return joined and one.start <= other.end and other.start <= one.end


def _spraying(seen: Sequence[Summary]) -> Iterator[FileFinding]:
    """From one address: many user names, few secrets, mostly refused."""
    groups: dict[tuple[str, Endpoint], list[tuple[int, Credential]]] = defaultdict(list)
    for session in seen:
        for credential in session.credentials:
            groups[session.client.address, session.server].append((session.id, credential))
    for tries in groups.values():
        users = {credential.username for _, credential in tries if credential.username}
        secrets = {credential.secret for _, credential in tries if credential.secret is not None}
        refused = sum(credential.accepted is False for _, credential in tries)
        enough = len(users) >= SPRAY_USERS and refused >= SPRAY_REFUSED
        if enough and 0 < len(secrets) <= SPRAY_SECRETS:
            yield _from("spraying", tries)


def _guessing(seen: Sequence[Summary]) -> Iterator[FileFinding]:
    """Many refused attempts for one user name at one server."""
    groups: dict[tuple[str, Endpoint], list[tuple[int, Credential]]] = defaultdict(list)
    for session in seen:
        for credential in session.credentials:
            if credential.accepted is False and credential.username:
                groups[credential.username, session.server].append((session.id, credential))
    for tries in groups.values():
        if len(tries) >= GUESSES:
            yield _from("guessing", tries)


def _from(rule: str, tries: list[tuple[int, Credential]]) -> FileFinding:
    return FileFinding(
        rule,
        Certainty.INFERRED,
        tuple(dict.fromkeys(number for number, _ in tries)),
        tuple(credential.packet for _, credential in tries),
    )
