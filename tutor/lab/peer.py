"""One client of a lab server: lines in, lines out, TLS in between. Shared by IMAP and POP3."""

from __future__ import annotations

import asyncio
import base64
import binascii
import ssl
from collections.abc import Awaitable, Callable

from tutor.lab.sasl import MECHANISMS
from tutor.lab.store import Account, Store

MAX_LINE = 1 << 16
"""Bytes of a line; whoever sends more is sent away."""

_IDLE_SECONDS = 1800  # RFC 9051 5.4: at least 30 minutes
_LITERAL_SECONDS = 120


class Gone(Exception):  # noqa: N818 - no error: a client may leave at any moment
    """The client is gone, or was sent away."""


class Cancelled(Exception):  # noqa: N818 - no error: SASL allows it
    """The client gave the SASL dialogue up with ``*``."""


class Peer:
    """A connected client.

    Args:
        reader, writer: the streams.
        context: for STARTTLS; None where TLS is not to be had.
        secure: whether TLS runs from the first byte.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        context: ssl.SSLContext | None,
        *,
        secure: bool,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._context = context
        self.secure = secure

    async def line(self) -> bytes:
        """The next line without its end (CRLF or a bare LF).

        Raises:
            Gone: there is none.
        """
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                line = await self._reader.readline()
        except (ValueError, OSError, TimeoutError) as error:
            raise Gone from error
        if not line.endswith(b"\n"):
            raise Gone
        return line.rstrip(b"\r\n")

    async def octets(self, count: int) -> bytes:
        """The next ``count`` bytes.

        Raises:
            Gone: they do not come.
        """
        try:
            async with asyncio.timeout(_LITERAL_SECONDS):
                return await self._reader.readexactly(count)
        except (asyncio.IncompleteReadError, OSError, TimeoutError) as error:
            raise Gone from error

    async def say(self, *lines: str) -> None:
        """Send lines."""
        await self.send("".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace"))

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise Gone from error

    @property
    def may_start_tls(self) -> bool:
        """Whether STARTTLS is to be offered."""
        return self._context is not None and not self.secure

    async def start_tls(self, answer: str) -> None:
        """Grant STARTTLS by a line, and turn to TLS.

        What the client sent in the clear behind its request is thrown away: nothing that came
        before may be kept (RFC 3501 6.2.1, RFC 3207 4.2).
        """
        assert self._context is not None
        # what comes from now on is for TLS, which reads again by itself
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]
        self._reader._buffer.clear()  # type: ignore[attr-defined]  # no public way
        await self.say(answer)
        try:
            await self._writer.start_tls(self._context)
        except (ssl.SSLError, OSError) as error:
            raise Gone from error
        self.secure = True

    async def sasl(
        self,
        store: Store,
        mechanism: str,
        initial: bytes | None,
        challenge: Callable[[bytes], Awaitable[None]],
    ) -> Account | None:
        """Run a SASL dialogue; the account, or None where the proof was wrong.

        Args:
            store: the accounts.
            mechanism: one of ``MECHANISMS``.
            initial: the initial response in base64 (``=`` for an empty one), or None.
            challenge: sends a challenge that is base64 already.

        Raises:
            Cancelled: the client sent ``*``, or what is no base64.
        """
        dialogue = MECHANISMS[mechanism](store, None if initial is None else decode(initial))
        try:
            asked = next(dialogue)
            while True:
                await challenge(base64.b64encode(asked))
                answer = await self.line()
                if answer == b"*":
                    raise Cancelled
                asked = dialogue.send(decode(answer))
        except StopIteration as end:
            found: Account | None = end.value
            return found

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def decode(encoded: bytes) -> bytes:
    """The bytes behind base64; ``=`` is the empty response (RFC 4954 4).

    Raises:
        Cancelled: it is no base64.
    """
    if encoded == b"=":
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise Cancelled from error
