"""The learner's own hand: lines go to a service of the lab as they were typed.

It connects through the relay, as any client does, so that what crosses is recorded. What the
server says is not told here: it is in the recording. One thing nobody can type is TLS: when the
server grants STARTTLS (STLS in POP3), the hand's end begins it by itself, and what is typed next
goes inside. ``openssl s_client -starttls`` does the same.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

from tutor.lab.mischief import Mallory, Mode
from tutor.lab.own import LAB_HOST
from tutor.lab.store import HOST
from tutor.lab.talk import Place

_LONGEST = 1 << 20
_QUIET = 0.2
"""Seconds of silence before STARTTLS is sent: the next answer is then the one to it."""

_PATIENCE = 5.0
"""Seconds in which the server must answer STARTTLS."""


class Hand:
    """One connection.

    Args:
        place: the service; TLS does not run from the first byte there.
        context: TLS, checked against the lab's authority.
    """

    def __init__(self, place: Place, context: ssl.SSLContext) -> None:
        self._place = place
        self._context = context
        self._lines = Mallory(place.protocol, Mode.HONEST)  # she knows the words, and does nothing
        self._typed: asyncio.Queue[bytes] = asyncio.Queue()
        self._asked = b""  # the line that asked for TLS, until it is answered
        self._answered = asyncio.Event()
        self._heard = 0.0  # when the server spoke last
        self._message = False  # SMTP: the lines that are typed now are a message's

    def type(self, data: bytes) -> None:
        """Send bytes, after what was typed before."""
        self._typed.put_nowait(data)

    async def run(self) -> None:
        """Connect, and go on until an end leaves."""
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(
                LAB_HOST, self._place.port, limit=_LONGEST
            )
            sending = asyncio.ensure_future(self._send(writer))
            try:
                await self._listen(reader, writer)
            finally:
                sending.cancel()
                writer.close()

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await self._typed.get():
                asks = self._asks_for_tls(data, writer)
                if asks:
                    await self._silence()
                    self._asked = data
                    self._answered.clear()
                writer.write(data)
                await writer.drain()
                if asks:
                    # what is typed now goes inside, if there is to be an inside
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._answered.wait(), _PATIENCE)
                    self._asked = b""

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ValueError):  # a line longer than any of the lab's
            while line := await reader.readline():
                self._heard = asyncio.get_running_loop().time()
                self._message |= self._place.protocol == "smtp" and line.startswith(b"354")
                if not self._asked:
                    continue
                granted = self._grants(line)
                if granted:
                    await writer.start_tls(self._context, server_hostname=HOST)
                if granted is not None:
                    self._answered.set()

    def _grants(self, line: bytes) -> bool | None:
        """Whether a line answers STARTTLS with yes or no; None where it is another's answer."""
        tag = self._asked.split(b" ", 1)[0]
        if self._place.protocol == "imap" and not line.startswith(tag + b" "):
            return None
        return self._lines.agrees(line)

    async def _silence(self) -> None:
        """Wait until the server has said nothing for a moment."""
        clock = asyncio.get_running_loop().time
        while (left := self._heard + _QUIET - clock()) > 0:
            await asyncio.sleep(left)

    def _asks_for_tls(self, data: bytes, writer: asyncio.StreamWriter) -> bool:
        if self._message:
            self._message = data != b".\r\n"
            return False
        secure = writer.get_extra_info("ssl_object") is not None
        return not secure and self._lines.asks_for_tls(data)
