"""Pseudonyms: what stands for a person's or a machine's name where a class looks on.

A name gets its pseudonym when it is first met, and keeps it: ``host-A``, ``user-1``,
``user-1@host-B``, ``mailbox-1``. One ``Pseudonyms`` serves all sessions of a capture, so that the
same machine has the same name in each. Nothing leads back from a pseudonym to a name.
"""

from __future__ import annotations

import re
from string import ascii_uppercase

from tutor.base import Secret
from tutor.findings import EveFact

_AROUND = " \t\r\n<>[]()\"'"
_IPV6 = "ipv6:"  # RFC 5321 4.1.3: before an address in brackets
_COMMON_NAME = re.compile(r"(?:^|,\s*)CN=([^,]+)", re.IGNORECASE)
_PLAIN_FACTS = frozenset({"port", "time", "size", "protocol"})
_INBOX = "inbox"  # RFC 9051 5.1: the one mailbox that everybody has, in any case
_WILDCARDS = re.compile(r"[%*/.]*\Z")


class Pseudonyms:
    """Gives pseudonyms; the same name gets the same one, however it is written."""

    def __init__(self) -> None:
        self._hosts: dict[str, str] = {}
        self._users: dict[str, str] = {}
        self._mailboxes: dict[str, str] = {}

    def host(self, name: str) -> str:
        """A machine, by address or name (brackets and a last dot do not matter)."""
        plain = name.strip(_AROUND).casefold().removeprefix(_IPV6).rstrip(".")
        if not plain:
            return ""
        return self._hosts.setdefault(plain, f"host-{_letters(len(self._hosts))}")

    def user(self, name: str) -> str:
        """A person: a user name, a mail address, or a name after a domain and a backslash."""
        plain = name.strip(_AROUND).casefold()
        local, at, domain = plain.rpartition("@")
        if at:
            return f"{self._user(local)}@{self.host(domain)}"
        domain, slash, local = plain.rpartition("\\")
        return f"{self.host(domain)}\\{self._user(local)}" if slash else self._user(plain)

    def _user(self, plain: str) -> str:
        plain = plain.strip(_AROUND)
        if not plain:
            return ""
        return self._users.setdefault(plain, f"user-{len(self._users) + 1}")

    def mailbox(self, name: str) -> str:
        """A mailbox; INBOX is nobody's name, and a pattern (``*``) is none either."""
        plain = name.strip(_AROUND)
        if plain.casefold() == _INBOX or _WILDCARDS.match(plain):
            return plain
        key = plain.casefold()
        return self._mailboxes.setdefault(key, f"mailbox-{len(self._mailboxes) + 1}")

    def subject(self, name: str) -> str:
        """The subject of a certificate (RFC 4514): its common name, as a machine's."""
        found = _COMMON_NAME.search(name)
        return self.host(found[1] if found else name)

    def fact(self, fact: EveFact) -> EveFact:
        """The same fact under a pseudonym; the value is "" where text of others would show."""
        if isinstance(fact.value, Secret):
            return fact
        return EveFact(fact.kind, self._value(fact.kind, fact.value), fact.step)

    def _value(self, kind: str, value: str) -> str:
        match kind:
            case "address" | "server-name":
                return self.host(value)
            case "username" | "sender" | "recipient":
                return self.user(value)
            case "mailbox":
                return self.mailbox(value)
            case "certificate":
                return self.subject(value)
            case _:
                return value if kind in _PLAIN_FACTS else ""


def _letters(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    text = ""
    while number >= 0:
        text = ascii_uppercase[number % 26] + text
        number = number // 26 - 1
    return text
