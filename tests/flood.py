"""Traffic at a given pace on loopback: an IMAP client that says NOOP, and a server that says OK."""

from __future__ import annotations

import multiprocessing
import socket
import time
from bisect import bisect_right
from pathlib import Path


def _serve(server: socket.socket) -> None:
    peer, _address = server.accept()
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer.sendall(b"* OK ready\r\n")
    while peer.recv(1 << 16):
        pass


class Flood:
    """A connection whose client sends numbered messages.

    Attributes:
        port: of the server.
    """

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._moments: list[float] = []

    def sent_before(self, seconds: float) -> int:
        """How many messages had been sent that long ago."""
        return bisect_right(self._moments, time.perf_counter() - seconds)

    def run(self, pace: int, seconds: float) -> int:
        """Send; each message is a segment of its own. Gives how many there were."""
        process = multiprocessing.Process(target=_serve, args=(self._server,), daemon=True)
        process.start()
        client = socket.create_connection(("127.0.0.1", self.port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.recv(100)
        begin, sent = time.perf_counter(), 0
        while (now := time.perf_counter() - begin) < seconds:
            while sent < pace * now:
                client.send(b"a%07d NOOP\r\n" % sent)
                sent += 1
                self._moments.append(time.perf_counter())
            time.sleep(0.0005)
        client.close()
        process.join(10)
        self._server.close()
        return sent


def began(recording: str | Path) -> bool:
    """Whether something is in a recording: its first bytes come when the program listens."""
    return Path(recording).exists() and Path(recording).stat().st_size > 0


def each_once(data: bytes, sent: int, step: int = 1) -> bool:
    """Whether a recording has every message, and none twice but for what TCP itself repeats.

    A sender that waits for an acknowledgement sends its last segment again (tail loss probe,
    RFC 8985 7), on loopback too: three, or a few of many, may be there twice. A program that hears
    every packet twice would double them all.
    """
    counts = [data.count(b"a%07d NOOP" % number) for number in range(0, sent, step)]
    return min(counts) > 0 and sum(counts) - len(counts) <= max(3, len(counts) // 20)
