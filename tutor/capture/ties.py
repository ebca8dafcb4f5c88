"""Which mail session followed from which DNS look-up.

A client that is about to connect asks for an address, and a mail server before that for the MX of
the domain (RFC 5321 5.1). The wire shows only who asked, what was answered and who then connected
where; so a session is tied to the last answer its client had before with the server's address in
it, and, where it is SMTP, to the last answer about an MX that leads to that host. An answer from a
cache leaves no such trace.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from tutor.base import Endpoint
from tutor.capture.lookups import Lookup

_ADDRESSES = frozenset({"A", "AAAA"})


class Connected(Protocol):
    """What of a session matters here."""

    @property
    def id(self) -> int: ...  # noqa: D102 - as in Entry
    @property
    def protocol(self) -> str: ...  # noqa: D102
    @property
    def presumed(self) -> str | None: ...  # noqa: D102
    @property
    def client(self) -> Endpoint: ...  # noqa: D102
    @property
    def server(self) -> Endpoint: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102


def tie(lookups: Sequence[Lookup], sessions: Iterable[Connected]) -> tuple[Lookup, ...]:
    """The look-ups, each with the ids of the mail sessions that followed from it."""
    addresses = _Answers(lookups, _addresses_of)
    exchanges = _Answers(lookups, _hosts_of)
    followed: dict[int, list[int]] = {}
    for session in sessions:
        if session.protocol == "other":
            continue
        client, start = session.client.address, session.start
        at = addresses.last(client, session.server.address, start)
        if at is None:
            continue
        followed.setdefault(at, []).append(session.id)
        if "smtp" in (session.protocol, session.presumed):
            at = exchanges.last(client, lookups[at].name.lower(), start)
            if at is not None:
                followed.setdefault(at, []).append(session.id)
    return tuple(
        replace(lookup, sessions=tuple(sorted(followed[at]))) if at in followed else lookup
        for at, lookup in enumerate(lookups)
    )


class _Answers:
    """Answers by who asked and what they lead to, in the order of time."""

    def __init__(
        self, lookups: Sequence[Lookup], leads_to: Callable[[Lookup], Iterable[str]]
    ) -> None:
        self._known: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for at, lookup in enumerate(lookups):
            for value in leads_to(lookup):
                key = (lookup.client.address, value)
                self._known.setdefault(key, []).append((lookup.time, at))
        for times in self._known.values():
            times.sort()

    def last(self, client: str, value: str, time: int) -> int | None:
        """The last one up to that time; its place in the list."""
        times = self._known.get((client, value), [])
        before = bisect_right(times, time, key=lambda pair: pair[0])
        return times[before - 1][1] if before else None


def _addresses_of(lookup: Lookup) -> Iterable[str]:
    return lookup.answers if lookup.type in _ADDRESSES else ()


def _hosts_of(lookup: Lookup) -> Iterable[str]:
    """Hosts that take the mail of a domain; itself, where it names none (RFC 5321 5.1)."""
    if lookup.type != "MX":
        return []
    if not lookup.answers and lookup.rcode == "NOERROR" and not lookup.truncated:
        return [lookup.name.lower()]
    return {value.partition(" ")[2].lower() for value in lookup.answers}
