"""The lab's servers: SMTP, IMAP and POP3, with STARTTLS and with TLS from the first byte."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress

from tutor.lab.imap import Imap
from tutor.lab.peer import MAX_LINE, Gone, Peer
from tutor.lab.pop3 import Pop3
from tutor.lab.services import SERVICES, Service
from tutor.lab.smtp import factory
from tutor.lab.store import Store
from tutor.lab.tasks import Tasks

LOOPBACK = "127.0.0.1"

_Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


class Servers:
    """All of them, on ports that nobody else knows: clients come through the relay.

    Args:
        store: what they serve.
        context: the certificate they show.
    """

    def __init__(self, store: Store, context: ssl.SSLContext) -> None:
        self._store = store
        self._context = context
        self._running: list[asyncio.Server] = []
        self._peers = Tasks()

    async def start(self) -> dict[str, tuple[str, int]]:
        """Begin; gives each service's name and where it listens."""
        places = {}
        for service in SERVICES:
            server = await self._serve(service)
            self._running.append(server)
            name = server.sockets[0].getsockname()
            places[service.name] = (str(name[0]), int(name[1]))
        return places

    async def close(self) -> None:
        """Stop."""
        for server in self._running:
            server.close()
        await self._peers.close()

    async def _serve(self, service: Service) -> asyncio.Server:
        tls = self._context if service.secure else None
        if service.protocol == "smtp":
            upgrade = None if service.secure else self._context
            make = factory(self._store, upgrade, login=service.login)
            return await asyncio.get_running_loop().create_server(make, LOOPBACK, 0, ssl=tls)
        run = self._accept(service)
        return await asyncio.start_server(run, LOOPBACK, 0, ssl=tls, limit=MAX_LINE)

    def _accept(self, service: Service) -> _Accept:
        session = Imap if service.protocol == "imap" else Pop3

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = Peer(reader, writer, self._context, secure=service.secure)
            self._peers.start(_run(session(peer, self._store), peer))

        return accept


async def _run(session: Imap | Pop3, peer: Peer) -> None:
    with suppress(Gone):
        await session.run()
    peer.close()
