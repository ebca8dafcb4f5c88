"""A tap: passes bytes on between two ends of TCP, unchanged, and tells what passed.

It is the relay's honest part, and its ears: what it tells is what crossed the wire, encrypted or
not. ``wiretutor tap`` is one of these before a server that you may use; in the lab Mallory stands
between two of them, so that both legs are seen.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from tutor.lab.talk import Closed, Heard, Opened, Passed, Sender, Trouble
from tutor.lab.tasks import Tasks

_CHUNK = 1 << 14
_CONNECT_SECONDS = 20.0
_numbers = count(1)


class Tap:
    """Listens at one place, connects to another.

    Args:
        target: host and port to connect to.
        heard: told of everything that passes, and where the target does not answer.
        delay: seconds by which each chunk is held back.
    """

    def __init__(
        self, target: tuple[str, int], heard: Callable[[Heard | Trouble], None], delay: float = 0.0
    ) -> None:
        self.target = target
        self.delay = delay
        self._heard = heard
        self._server: asyncio.Server | None = None
        self._tasks = Tasks()

    async def listen(self, host: str, port: int) -> tuple[str, int]:
        """Begin; port 0 takes a free one. Gives the place it listens at.

        Raises:
            OSError: the port is taken or may not be used.
        """
        self._server = await asyncio.start_server(self._accept, host, port)
        name = self._server.sockets[0].getsockname()
        return str(name[0]), int(name[1])

    async def close(self) -> None:
        """Stop listening and cut what is under way."""
        if self._server:
            self._server.close()
        await self._tasks.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.start(self._relay(reader, writer))

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(_numbers)
        client, server = _ends(writer)
        self._heard(Opened(number, time.time_ns(), client, server))
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                there, back = await asyncio.open_connection(*self.target)
        except OSError as error:  # TimeoutError is one
            self._heard(Closed(number, time.time_ns(), "server", "reset"))
            self._heard(Trouble("no-answer", detail=f"{_place(self.target)}: {_reason(error)}"))
            writer.transport.abort()
            return
        try:
            await asyncio.gather(
                self._pump(number, "client", reader, back),
                self._pump(number, "server", there, writer),
            )
        finally:
            for end in (writer, back):
                end.close()

    async def _pump(
        self,
        number: int,
        sender: Sender,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            while data := await reader.read(_CHUNK):
                self._heard(Passed(number, time.time_ns(), sender, data))
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(data)
                await writer.drain()
        except OSError:
            self._heard(Closed(number, time.time_ns(), sender, "reset"))
            writer.transport.abort()
            return
        self._heard(Closed(number, time.time_ns(), sender, "fin"))
        with suppress(OSError, RuntimeError):
            writer.write_eof()


def _ends(writer: asyncio.StreamWriter) -> tuple[tuple[str, int], tuple[str, int]]:
    names = writer.get_extra_info("peername"), writer.get_extra_info("sockname")
    # an IPv6 address may name its interface (RFC 4007 11), which no packet carries
    client, server = ((str(name[0]).partition("%")[0], int(name[1])) for name in names)
    return client, server


def _place(target: tuple[str, int]) -> str:
    host, port = target
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reason(error: OSError) -> str:
    """Why, in the system's words; asyncio wraps them where it tried several addresses."""
    if isinstance(error, TimeoutError):
        return f"no answer in {_CONNECT_SECONDS:.0f} seconds"
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
