"""Verdicts that need more than one session: STARTTLS removed, spraying, guessing.

Pure functions over summaries. Never from one session alone: a server that does not offer STARTTLS
may simply not have it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tutor.base import Endpoint, Secret
from tutor.findings.credentials import Credential
from tutor.findings.legs import Leg, Said, legs
from tutor.findings.verdict import Certainty

SPRAY_USERS = 4
SPRAY_SECRETS = 2
SPRAY_REFUSED = 3
GUESSES = 4

_NEAR = 32
"""How many sessions that began next to another one may be its other leg: a relay does not wait."""

_COMPARED = frozenset({"LOGIN", "USER", "PLAIN", "AUTH LOGIN", "XOAUTH2", "OAUTHBEARER"})
"""Mechanisms whose secret crosses itself. The answer to a challenge is another one each time."""


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
        greeting: the server's, without the capabilities in it; b"" where there was none.
        said: the first lines of both ends in the clear.
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
    said: tuple[Said, ...]
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
    alike: dict[tuple[str, bytes], list[Summary]] = defaultdict(list)
    for session in sorted(seen, key=_start):
        if session.offer:
            offered.setdefault((session.protocol, session.server), session)
            alike[session.protocol, session.greeting].append(session)
    for session in seen:
        if session.offer is not False or session.security != "plaintext":
            continue
        far = _far(session, alike.get((session.protocol, session.greeting), []))
        other = far or offered.get((session.protocol, session.server))
        if other is None:
            continue
        yield FileFinding(
            "starttls-removed",
            Certainty.OBSERVED if far else Certainty.INFERRED,
            tuple(sorted((session.id, other.id))),
            (*session.offer_packets, *other.offer_packets),
        )


def _far(session: Summary, alike: Sequence[Summary]) -> Summary | None:
    """The leg behind the relay, among sessions by their start; None where none is known."""
    at = bisect_left(alike, session.start, key=_start)
    near = alike[max(0, at - _NEAR) : at + _NEAR]
    return next((other for other in near if legs(_leg(session), _leg(other))), None)


def _start(session: Summary) -> int:
    return session.start


def _leg(of: Summary) -> Leg:
    return Leg(of.client, of.server, of.start, of.end, of.greeting, of.said)


def _spraying(seen: Sequence[Summary]) -> Iterator[FileFinding]:
    """From one address at one server: many user names, few secrets, mostly refused."""
    groups: dict[tuple[str, str], list[tuple[int, Credential]]] = defaultdict(list)
    for session in seen:
        tries = groups[session.client.address, session.server.address]
        tries += [(session.id, each) for each in session.credentials if _comparable(each)]
    for tries in groups.values():
        users = {credential.username for _, credential in tries}
        secrets: set[Secret | None] = {credential.secret for _, credential in tries}
        refused = sum(credential.accepted is False for _, credential in tries)
        enough = len(users) >= SPRAY_USERS and refused >= SPRAY_REFUSED
        if enough and len(secrets) <= SPRAY_SECRETS:
            yield _from("spraying", tries)


def _comparable(credential: Credential) -> bool:
    """Whether name and secret are known, so that they can be told from others."""
    known = bool(credential.username) and credential.secret is not None
    return known and credential.mechanism in _COMPARED


def _guessing(seen: Sequence[Summary]) -> Iterator[FileFinding]:
    """Many refused attempts for one user name, from wherever."""
    groups: dict[str, list[tuple[int, Credential]]] = defaultdict(list)
    for session in seen:
        for credential in session.credentials:
            if credential.accepted is False and credential.username:
                groups[credential.username].append((session.id, credential))
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
