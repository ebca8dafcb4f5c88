"""The lab's relay: honest, or Mallory's, between a lab client and a lab server.

Mallory listens at a place of her own between two taps, so that what crosses on either side of her
is recorded. She serves the lab only: both ends must be on 127.0.0.1, and a test holds that.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from tutor.lab.mischief import ENDS_TLS, Mode
from tutor.lab.own import LAB_HOST, only_the_lab
from tutor.lab.passage import Ended, Passage, Stream
from tutor.lab.talk import Heard, Trouble
from tutor.lab.tap import Tap
from tutor.lab.tasks import Tasks


class Relay:
    """Stands before one server of the lab.

    Args:
        protocol: ``smtp``, ``imap`` or ``pop3``.
        server: where the server listens.
        secure: whether TLS runs from the first byte there.
        heard: told of everything that passes.
        to_server: TLS towards the server, for modes that end TLS.
        shown: what Mallory shows in these modes.

    Raises:
        Refused: the server is not on loopback.
    """

    def __init__(
        self,
        protocol: str,
        server: tuple[str, int],
        heard: Callable[[Heard | Trouble], None],
        *,
        secure: bool,
        to_server: ssl.SSLContext,
        shown: dict[Mode, ssl.SSLContext],
    ) -> None:
        only_the_lab(server[0])
        self._protocol = protocol
        self._secure = secure
        self._server = server
        self._to_server = to_server
        self._shown = shown
        self._front = Tap(server, heard)
        self._back = Tap(server, heard)
        self._mallory: asyncio.Server | None = None
        self._passages = Tasks()
        self._behind = server
        self._between = server
        self.mode = Mode.HONEST

    @property
    def behind(self) -> int:
        """The port at which Mallory's own connections to the server are heard."""
        return self._behind[1]

    async def listen(self, port: int) -> tuple[str, int]:
        """Begin; port 0 takes a free one. Gives where clients connect to.

        Raises:
            OSError: the port is taken.
        """
        place = await self._front.listen(LAB_HOST, port)
        self._behind = await self._back.listen(LAB_HOST, 0)
        self._mallory = await asyncio.start_server(self._accept, LAB_HOST, 0)
        name = self._mallory.sockets[0].getsockname()
        self._between = (str(name[0]), int(name[1]))
        return place

    def turn(self, mode: Mode) -> None:
        """Change what the relay does, from the next connection on."""
        self.mode = mode
        straight = mode in (Mode.HONEST, Mode.DELAY)
        self._front.target = self._server if straight else self._between
        self._front.delay = 0.3 if mode is Mode.DELAY else 0.0

    async def close(self) -> None:
        """Stop."""
        await self._front.close()
        if self._mallory:
            self._mallory.close()
        await self._passages.close()
        await self._back.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._passages.start(self._pass(reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode in ENDS_TLS and self._secure:
            # what comes first is for TLS, which takes the connection over in a moment. Not said
            # in ``_accept``: up to Python 3.11.2 reading begins right behind that, paused or not
            writer.transport.pause_reading()  # type: ignore[attr-defined]
        only_the_lab(writer.get_extra_info("peername")[0], self._behind[0])
        client = Stream(reader, writer)
        server = Stream(*await asyncio.open_connection(*self._behind))
        try:
            await Passage(self._protocol, self.mode, client, server).run(self._tls())
        except (OSError, EOFError):
            pass  # an end is gone, or will not have this certificate
        finally:
            client.writer.close()
            server.writer.close()

    def _tls(self) -> Ended | None:
        """How Mallory ends TLS, where her mode does that."""
        if self.mode not in ENDS_TLS:
            return None
        return Ended(self._shown[self.mode], self._to_server, at_once=self._secure)
