"""Who has an account in the lab, and one store of messages that IMAP, POP3 and SMTP share.

Everything is in memory and made up: the accounts are of the documentation's domains (RFC 2606).
A store belongs to one event loop; who changes it tells those who wait (IMAP's IDLE).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate

HOST = "mail.example.org"
"""The name the lab's servers go by."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in.

    Attributes:
        name: the address, which is the user name.
        password: of the lab alone, shown to everybody.
        token: what XOAUTH2 takes.
    """

    name: str
    password: str
    token: str


ACCOUNTS = (
    Account("alice@example.org", "correct-horse", "lab-token-alice"),
    Account("bob@example.org", "battery-staple", "lab-token-bob"),
)


MAX_MAILBOX = 1 << 26
"""Bytes of messages that a mailbox takes (64 MiB): the lab is all in memory."""


class Full(Exception):  # noqa: N818 - it is what happens, and no fault of the code
    """A mailbox has no room for a message."""


@dataclass(slots=True, eq=False)
class Message:
    r"""A stored message: its bytes with CRLF line ends, and what IMAP keeps of it.

    Attributes:
        flags: without ``\Recent``, which belongs to a session.
        arrived: Unix seconds.
        recent: no session was told of it so far (RFC 3501 2.3.2).
    """

    uid: int
    data: bytes
    flags: frozenset[str] = frozenset()
    arrived: float = field(default_factory=time.time)
    recent: bool = True


class Mailbox:
    """One account's INBOX.

    Attributes:
        messages: a list is never changed in place, so that who reads one may wait meanwhile.
        uidvalidity: another one in each run, as UIDs begin anew (RFC 9051 2.3.1.1).
        uidnext: what the next message gets.
        revision: grows with every change.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.uidvalidity = int(time.time())
        self.uidnext = 1
        self.revision = 0
        self._changed = asyncio.Event()

    def deliver(self, data: bytes, flags: frozenset[str] = frozenset()) -> Message:
        """Put a message in; line ends become CRLF.

        Raises:
            Full: there is no room.
        """
        message = Message(self.uidnext, crlf(data), flags)
        if len(message.data) + sum(len(known.data) for known in self.messages) > MAX_MAILBOX:
            raise Full
        self.uidnext += 1
        self.messages = [*self.messages, message]
        self.changed()
        return message

    def remove(self, gone: list[Message]) -> None:
        """Take messages out for good."""
        ids = {id(message) for message in gone}
        self.messages = [message for message in self.messages if id(message) not in ids]
        self.changed()

    def changed(self) -> None:
        """Something is different: wake everybody who waits."""
        self.revision += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self, revision: int) -> None:
        """Wait until it is different from what it was at that revision."""
        while self.revision == revision:
            await self._changed.wait()


class Store:
    """The accounts and their mailboxes."""

    def __init__(self, accounts: tuple[Account, ...] = ACCOUNTS) -> None:
        self._accounts = {account.name: account for account in accounts}
        self._boxes = {account.name: Mailbox() for account in accounts}

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        return self._accounts.get(name.lower())

    def accounts(self) -> Iterator[Account]:
        """All accounts."""
        return iter(self._accounts.values())

    def login(self, name: str, password: str) -> Account | None:
        """The account, where name and password are right."""
        account = self.account(name)
        return account if account is not None and account.password == password else None

    def mailbox(self, name: str) -> Mailbox | None:
        """The INBOX of an address; None where nobody has it."""
        return self._boxes.get(name.lower())


def crlf(data: bytes) -> bytes:
    """Text with CRLF at the end of every line."""
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    if lines[-1]:
        lines.append(b"")
    return b"\r\n".join(lines)


def first_messages() -> Iterator[tuple[str, bytes]]:
    """What lies in the mailboxes when the lab opens: address and message."""
    for name, sender, subject, text in (
        ("alice@example.org", "Bob <bob@example.org>", "Lunch", "At noon, by the fountain?"),
        ("alice@example.org", "Carol <carol@example.net>", "Notes", "Page 9 is the one to read."),
        ("bob@example.org", "Alice <alice@example.org>", "Keys", "They are under the mat."),
    ):
        date = formatdate(1_700_000_000, usegmt=True)
        head = f"From: {sender}\nTo: {name}\nSubject: {subject}\nDate: {date}\n"
        yield name, f"{head}Message-ID: <{subject.lower()}@example.org>\n\n{text}\n".encode()
