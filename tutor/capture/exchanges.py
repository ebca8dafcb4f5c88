"""Who takes whose mail, as the DNS answers in a capture say (RFC 5321 5.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

_ADDRESSES = frozenset({"A", "AAAA"})


class Exchanges:
    """Grows with each answer."""

    def __init__(self) -> None:
        self._hosts: defaultdict[str, set[str]] = defaultdict(set)
        self._addresses: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, name: str, kind: str, answers: Iterable[str]) -> None:
        """Take an answer: ``kind`` is MX, A, AAAA (others say nothing); MX as ``10 host``."""
        if kind == "MX":
            self._hosts[name.lower()] |= {value.partition(" ")[2].lower() for value in answers}
        elif kind in _ADDRESSES:
            self._addresses[name.lower()] |= set(answers)

    def takes_mail(self, address: str, domain: str) -> bool:
        """Whether mail for the domain goes to that address; a domain without MX takes its own."""
        hosts = self._hosts.get(domain.lower()) or {domain.lower()}
        return any(address in self._addresses.get(host, ()) for host in hosts)
