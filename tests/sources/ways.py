"""One mail session, and what the wire and the capture may do to it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.sources import wire
from tests.sources.wire import ACK, FIN, PSH, RST, SYN
from tutor.capture import Capture
from tutor.render.json_report import report

__all__ = ["ACK", "FIN", "PSH", "RST", "SYN", "TURNS", "Wire", "analyze", "session", "told"]

CLIENT, SERVER = ("192.0.2.10", 51234), ("198.51.100.25", 143)
TURNS = (
    ("s", b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n"),
    ("c", b"a1 LOGIN alice correct-horse\r\n"),
    ("s", b"a1 OK done\r\n"),
    ("c", b"a2 SELECT INBOX\r\n"),
    ("s", b"* 3 EXISTS\r\na2 OK selected\r\n"),
    ("c", b"a3 LOGOUT\r\n"),
    ("s", b"* BYE\r\na3 OK gone\r\n"),
)


class Wire:
    """Builds the frames of a TCP connection, as odd as a test likes.

    Attributes:
        frames: what was sent so far.
        seq: by end (``c``, ``s``) its next sequence number.
    """

    def __init__(self, isn: tuple[int, int] = (1000, 5000), port: int = SERVER[1]) -> None:
        self.frames: list[bytes] = []
        self.seq = {"c": isn[0], "s": isn[1]}
        self._port = port

    def send(
        self,
        who: str,
        flags: int,
        data: bytes = b"",
        seq: int | None = None,
        ack: int | None = None,
    ) -> None:
        """One segment; with ``seq`` it is beside the stream, and does not move it on."""
        ends = CLIENT, (SERVER[0], self._port)
        (here, port), (there, other) = ends if who == "c" else ends[::-1]
        start = self.seq[who] if seq is None else seq
        if ack is None:
            ack = self.seq["s" if who == "c" else "c"] if flags & ACK else 0
        self.frames.append(wire.frame(here, there, (port, other), start, ack, flags, data))
        if seq is None:
            self.seq[who] += len(data) + bool(flags & (SYN | FIN))

    def open(self) -> Wire:
        self.send("c", SYN)
        self.send("s", SYN | ACK)
        self.send("c", ACK)
        return self

    def say(self, turns: Iterable[tuple[str, bytes]] = TURNS) -> Wire:
        for who, data in turns:
            self.send(who, PSH | ACK, data)
        return self

    def close(self) -> Wire:
        self.send("c", FIN | ACK)
        self.send("s", FIN | ACK)
        self.send("c", ACK)
        return self


def session(isn: tuple[int, int] = (1000, 5000), port: int = SERVER[1]) -> list[bytes]:
    """The frames of the whole session."""
    return Wire(isn, port).open().say().close().frames


def analyze(data: bytes, name: str = "a.pcap", *, reveal: bool = True) -> dict[str, Any]:
    """What ``wiretutor analyze --json --reveal --digest`` says of a capture with these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        with Capture(str(path)) as capture:
            capture.load()
            return report(capture, reveal=reveal, digest=True)


_OF_THE_FILE = frozenset({"packet", "packets", "name", "format"})
_OF_TIME = frozenset({"start", "duration"})


def told(data: bytes, name: str = "a.pcap", keep: Callable[[str], bool] = lambda key: True) -> Any:
    """The same without packet numbers and what else depends on the format of the file."""
    return bare(analyze(data, name), keep)


def bare(value: Any, keep: Callable[[str], bool]) -> Any:
    """A report without packet numbers, and without the keys that are not to be kept."""
    if isinstance(value, dict):
        kept = [key for key in value if key not in _OF_THE_FILE and keep(key)]
        return {key: bare(value[key], keep) for key in kept}
    return [bare(each, keep) for each in value] if isinstance(value, list) else value


def untimed(key: str) -> bool:
    """For ``told``: leave out the times too."""
    return key not in _OF_TIME
