"""The lab's SMTP server: aiosmtpd (RFC 5321, 3207, 4954) on the lab's accounts and mailboxes."""

from __future__ import annotations

import asyncio
import base64
import logging
import ssl
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tutor.lab.peer import Cancelled, decode
from tutor.lab.sasl import MECHANISMS
from tutor.lab.store import HOST, Full, Store

_EXPECTED = (
    "auth_required == True",
    "Session.login_data",
    "unrecognised",
    "too many bogus commands",
)
"""What aiosmtpd warns of and the lab means so: passwords in the clear, commands it does not know.

The latter must not be repeated: a command that nobody knows may be a password.
"""

_Authenticate = Callable[[SMTP, list[str]], Awaitable[AuthResult]]


class Submission:
    """What aiosmtpd asks its handler: who may log in, and where mail goes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        for mechanism in MECHANISMS:
            # aiosmtpd finds mechanisms by the attribute's name; two underscores are a hyphen
            setattr(self, f"auth_{mechanism.replace('-', '__')}", self._mechanism(mechanism))

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        name: str,
        offers: list[str],
    ) -> list[str]:
        """Say that commands may come in a row (RFC 2920): aiosmtpd takes them, and is silent."""
        del server, envelope
        session.host_name = name  # aiosmtpd leaves that to the hook
        return [*offers[:1], "250-PIPELINING", *offers[1:]]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take mail for the lab's own addresses only."""
        del server, session
        if self._store.mailbox(address) is None:
            return "550 5.1.1 nobody of that name here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Put the message into the mailboxes."""
        del server, session
        data = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            box = self._store.mailbox(address)
            if box is None:
                continue
            try:
                box.deliver(data)
            except Full:
                return "452 4.2.2 the mailbox is full"
        return "250 2.0.0 delivered"

    def _mechanism(self, mechanism: str) -> _Authenticate:
        async def authenticate(server: SMTP, words: list[str]) -> AuthResult:
            return await self._authenticate(server, mechanism, words)

        return authenticate

    async def _authenticate(self, server: SMTP, mechanism: str, words: list[str]) -> AuthResult:
        try:
            initial = decode(words[1].encode("ascii", "replace")) if len(words) > 1 else None
            dialogue = MECHANISMS[mechanism](self._store, initial)
            asked = next(dialogue)
            while True:
                asked = dialogue.send(await _answer(server, asked))
        except StopIteration as end:
            if end.value is None:
                return AuthResult(success=False, handled=False)
            return AuthResult(success=True, auth_data=end.value.name)
        except Cancelled:
            await server.push("501 5.0.0 cancelled")
            return AuthResult(success=False, handled=True)


async def _answer(server: SMTP, challenge: bytes) -> bytes:
    """Send a challenge, and give what the client says to it."""
    await server.push(f"334 {base64.b64encode(challenge).decode()}")
    reader: asyncio.StreamReader = server._reader
    try:
        line = (await reader.readline()).rstrip(b"\r\n")
    except ValueError as error:  # longer than a line may be
        raise Cancelled from error
    if line == b"*":
        raise Cancelled
    return decode(line)


def _silence_the_expected() -> None:
    """Let aiosmtpd say what is wrong, and nothing of what the lab does on purpose."""
    warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
    logging.getLogger("mail.log").addFilter(
        lambda record: not any(words in str(record.msg) for words in _EXPECTED)
    )


def factory(
    store: Store, context: ssl.SSLContext | None, *, login: bool = True
) -> Callable[[], SMTP]:
    """What makes a server for each connection.

    Args:
        store: the accounts and their mailboxes.
        context: for STARTTLS.
        login: whether mail is taken only from those who have logged in.
    """
    handler: Any = Submission(store)
    _silence_the_expected()

    def make() -> SMTP:
        return SMTP(
            handler,
            hostname=HOST,
            ident="wiretutor lab ESMTP",
            tls_context=context,
            auth_require_tls=False,
            auth_required=login,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
        )

    return make
