"""A hand-made client: what it is told to send, byte for byte, for where the spelling matters."""

import socket
import time
import zlib

from rig.clients import Context, wait_for_close


def tear(connection: socket.socket) -> None:
    """Close without a word: the kernel forgets the connection and sends no FIN for it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    connection.close()


class Wire:
    """A connection to a line-based server; one `send` is one segment."""

    def __init__(self, host: str, port: int, tls: Context | None = None) -> None:
        self._socket = socket.create_connection((host, port), timeout=20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._socket = tls.wrap_socket(self._socket, server_hostname=host)
        self._pending = b""
        self._deflate: zlib._Compress | None = None
        self._inflate: zlib._Decompress | None = None

    def compress(self) -> None:
        """From here on both sides send DEFLATE (RFC 4978)."""
        self._deflate = zlib.compressobj(wbits=-15)
        self._inflate = zlib.decompressobj(wbits=-15)

    def tear(self) -> None:
        """Lose the connection without a word."""
        tear(self._socket)

    def send(self, data: str | bytes) -> None:
        plain = data.encode() if isinstance(data, str) else data
        if self._deflate:
            plain = self._deflate.compress(plain) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._socket.sendall(plain)

    def send_line(self, line: str) -> None:
        self.send(line + "\r\n")

    def type(self, line: str, pause: float = 0.04, end: str = "\r\n") -> None:
        """Send a line as a person types it into an old terminal: one key a segment."""
        for character in line:
            self.send(character)
            time.sleep(pause)
        self.send(end)

    def receive(self) -> bytes:
        """Whatever comes next; raises when the server has closed."""
        data = self._socket.recv(65536)
        if not data:
            raise EOFError("the server closed the connection")
        return self._inflate.decompress(data) if self._inflate else data

    def line(self) -> str:
        """The next line, without its CRLF."""
        while b"\r\n" not in self._pending:
            self._pending += self.receive()
        line, self._pending = self._pending.split(b"\r\n", 1)
        return line.decode("utf-8", "replace")

    def until(self, *starts: str) -> str:
        """Read up to a line that starts with one of these, and give it back."""
        while not (line := self.line()).startswith(starts):
            pass
        return line

    def close(self) -> None:
        """Close, after the server."""
        wait_for_close(self._socket)
        self._socket.close()
