"""One connection through Mallory's hands: lines while they are lines, bytes once they are not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tutor.lab.mischief import Mallory, Mode
from tutor.lab.store import HOST

_CHUNK = 1 << 14
_LONGEST = 1 << 16
_TLS_RECORD = b"\x16\x03"


@dataclass(frozen=True, slots=True)
class Stream:
    """One end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass(frozen=True, slots=True)
class Ended:
    """How TLS is ended here: what the client is shown, what the server is spoken to with.

    ``at_once``: TLS runs from the first byte.
    """

    shown: ssl.SSLContext
    to_server: ssl.SSLContext
    at_once: bool


class Passage:
    """Passes a connection on.

    Args:
        protocol: ``smtp``, ``imap`` or ``pop3``.
        mode: what Mallory does.
        client, server: the two ends.
    """

    def __init__(self, protocol: str, mode: Mode, client: Stream, server: Stream) -> None:
        self._mallory = Mallory(protocol, mode)
        self._client = client
        self._server = server
        self._asked = asyncio.Event()  # the client asked for TLS, and waits
        self._answered = asyncio.Event()
        self._ended: Ended | None = None

    async def run(self, ended: Ended | None) -> None:
        """Pass on until an end leaves.

        Raises:
            OSError, EOFError: an end is gone, or TLS failed.
        """
        self._ended = ended
        if ended and ended.at_once:
            await self._end_tls(ended)
            to_server = self._raw(self._client, self._server)
            await self._both(to_server, self._raw(self._server, self._client))
            return
        await self._both(self._from_client(), self._from_server())

    async def _both(self, *ways: Coroutine[Any, Any, None]) -> None:
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _end_tls(self, ended: Ended) -> None:
        await self._server.writer.start_tls(ended.to_server, server_hostname=HOST)
        await self._client.writer.start_tls(ended.shown)

    async def _raw(self, source: Stream, target: Stream, first: bytes = b"") -> None:
        """Pass bytes on as they are; ``first`` were read already."""
        data = first or await source.reader.read(_CHUNK)
        while data:
            target.writer.write(data)
            await target.writer.drain()
            data = await source.reader.read(_CHUNK)
        with suppress(OSError, RuntimeError, NotImplementedError):
            target.writer.write_eof()

    async def _lines(
        self, source: Stream, target: Stream, take: Callable[[bytes], Awaitable[None]]
    ) -> None:
        """Give each line to ``take``, until TLS begins or the end has no more to say."""
        held = b""
        while data := await source.reader.read(_CHUNK):
            held += data
            if held.startswith(_TLS_RECORD):
                await self._raw(source, target, held)
                return
            while b"\n" in held:
                line, _, held = held.partition(b"\n")
                await take(line + b"\n")
            held = await _overlong(held, target)
        if source is self._server:
            self._answered.set()  # nothing more will be answered
        target.writer.write(held)
        with suppress(OSError, RuntimeError):
            target.writer.write_eof()

    async def _from_client(self) -> None:
        await self._lines(self._client, self._server, self._client_line)

    async def _client_line(self, line: bytes) -> None:
        passed = self._mallory.from_client(line)
        if passed.back:
            self._client.writer.write(passed.back)
            await self._client.writer.drain()
        if passed.on:
            if self._ended and self._mallory.asks_for_tls(line):
                self._asked.set()
                # what follows the server's consent is for TLS, not for this reader
                self._client.writer.transport.pause_reading()  # type: ignore[attr-defined]
            self._server.writer.write(passed.on)
            await self._server.writer.drain()
        if self._asked.is_set():
            await self._answered.wait()  # nothing is read before it is known what comes
            self._asked.clear()
            self._answered.clear()

    async def _from_server(self) -> None:
        await self._lines(self._server, self._client, self._server_line)

    async def _server_line(self, line: bytes) -> None:
        shown = self._mallory.from_server(line)
        if shown:
            self._client.writer.write(shown)
            await self._client.writer.drain()
        if not self._asked.is_set() or self._ended is None:
            return
        agreed = self._mallory.agrees(line)
        if agreed is not None:
            if agreed:
                await self._end_tls(self._ended)
            else:
                self._client.writer.transport.resume_reading()  # type: ignore[attr-defined]
            self._answered.set()


async def _overlong(held: bytes, target: Stream) -> bytes:
    """What is held of a line; what is longer than any line of mail is passed on as it is."""
    if len(held) <= _LONGEST:
        return held
    target.writer.write(held)
    await target.writer.drain()
    return b""
