"""A client of bare lines, for what no mail library would send."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

_SECONDS = 10.0


class Talk:
    """A connection; a context manager."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _SECONDS)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def line(self) -> bytes:
        return self._file.readline().rstrip(b"\r\n")

    def until(self, words: bytes) -> list[bytes]:
        """Lines up to the first that begins so."""
        lines: list[bytes] = []
        while True:
            line = self.line()
            assert line or lines[-1:] != [b""], (words, lines)
            lines.append(line)
            if line.startswith(words):
                return lines

    def rest(self) -> bytes:
        """All up to the end of the connection, which may be a hard one."""
        found = b""
        try:
            while data := self._file.read1():
                found += data
        except ConnectionResetError:
            pass
        return found


def imap(port: int, *, logged_in: bool = True) -> Talk:
    talk = Talk(port)
    talk.until(b"* OK")
    if logged_in:
        talk.send(b"in LOGIN alice@example.org correct-horse\r\nse SELECT INBOX\r\n")
        talk.until(b"se OK")
    return talk
