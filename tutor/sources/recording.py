"""A recording that is written as it arrives: pcapng, readable after a kill at any moment.

What the lab's relay hears is no packets but bytes and moments; packets are made of them
as TCP would have sent them, with right sequence numbers and checksums. Such a file says of itself
that it is synthetic, and nothing about TCP's timing should be learned from it.

Blocks: draft-ietf-opsawg-pcapng.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import pack
from typing import Final

from tutor.lab.talk import Closed, Heard, Opened, Passed
from tutor.sources.growing import GrowingFile
from tutor.sources.wire import ACK, FIN, PSH, RST, SYN, Ends, packet

SYNTHETIC: Final = (
    "synthetic: made by wiretutor from what its relay heard, not captured from a wire"
)
RAW_IP: Final = 101
"""The link type of packets that begin with their IP header."""

_SECTION, _INTERFACE, _STATISTICS, _PACKET, _SECRETS = 0x0A0D0D0A, 1, 5, 6, 10
_COMMENT, _NAME, _APPLICATION, _OS_DROP, _RESOLUTION, _FILTER = 1, 2, 4, 7, 9, 11
_END = pack("<HH", 0, 0)
_NANOSECONDS = b"\x09"
_TLS_KEYS = 0x544C534B
_SEGMENT = 1400


class Pcapng:
    """Writes blocks to a file.

    Args:
        path: where; a file that is there already is not overwritten.
        comment: what the file says of itself; never anything that was captured.
        link: the link type of its packets; without, they are IP.
        interface: name of the interface, where there is one.
        expression: the pcap filter that was used, where there was one.

    Raises:
        CaptureError: it cannot be written.
    """

    def __init__(
        self,
        path: str,
        comment: str = "",
        link: int = RAW_IP,
        interface: str = "",
        expression: str = "",
    ) -> None:
        self.path = path
        self._file = GrowingFile(path)
        said = _text(_COMMENT, comment) + _text(_APPLICATION, "wiretutor")
        section = pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + said + _END
        options = _text(_NAME, interface) + _option(_RESOLUTION, _NANOSECONDS)
        if expression:
            options += _option(_FILTER, b"\0" + expression.encode())
        described = pack("<HHI", link, 0, 0) + options + _END
        # together: a reader never sees a section whose interface is missing
        self._file.write(_block(_SECTION, section) + _block(_INTERFACE, described))

    def packet(self, data: bytes, time_ns: int) -> None:
        """Write a packet; the time is Unix nanoseconds."""
        self.packets([(time_ns, data, len(data))])

    def packets(self, packets: Iterable[tuple[int, bytes, int]]) -> None:
        """Write packets: time in Unix nanoseconds, what was captured, and how long it was."""
        self._file.write(*(_packet(*each) for each in packets))

    def keys(self, log: bytes) -> None:
        """Write lines of a TLS key log, so that the file opens by itself."""
        self._file.write(_block(_SECRETS, pack("<II", _TLS_KEYS, len(log)) + _padded(log)))

    def dropped(self, count: int, time_ns: int) -> None:
        """Write how many packets the system had no room for so far."""
        body = pack("<III", 0, time_ns >> 32, time_ns & 0xFFFFFFFF)
        self._file.write(_block(_STATISTICS, body + _option(_OS_DROP, pack("<Q", count)) + _END))

    def close(self) -> None:
        """End the file."""
        self._file.close()


class Recording:
    """Makes packets of what a relay hears, and writes them."""

    def __init__(self, file: Pcapng) -> None:
        self._file = file
        self._open: dict[int, _Tcp] = {}
        self._time = 0

    def take(self, word: Heard) -> None:
        """Write the next thing that was heard."""
        if isinstance(word, Opened):
            tcp = self._open[word.number] = _Tcp(word)
            self._write(tcp.opening(), word.time)
            return
        known = self._open.get(word.number)
        if known is None:
            return
        if isinstance(word, Passed):
            self._write(known.data(word), word.time)
        else:
            self._write(known.end(word), word.time)
            if known.ended:
                del self._open[word.number]

    def _write(self, packets: list[bytes], when: int) -> None:
        for each in packets:
            # tshark takes packets of the same time for reordered: each is later than the one before
            self._time = max(self._time + 1000, when)
            self._file.packet(each, self._time)


class _Tcp:
    """One connection's sequence numbers; gives whole IP packets."""

    def __init__(self, opened: Opened) -> None:
        self._ends = {
            "client": Ends.of(opened.client, opened.server),
            "server": Ends.of(opened.server, opened.client),
        }
        # any numbers do; these differ between connections and are the same in every run
        self._next = {"client": opened.number * 100_000, "server": opened.number * 100_000 + 50_000}
        self._done: set[str] = set()

    @property
    def ended(self) -> bool:
        return len(self._done) == 2

    def opening(self) -> list[bytes]:
        syn = self._packet("client", SYN, ack=False)
        self._next["client"] += 1
        answer = self._packet("server", SYN | ACK)
        self._next["server"] += 1
        return [syn, answer, self._packet("client", ACK)]

    def data(self, passed: Passed) -> list[bytes]:
        packets = []
        for start in range(0, len(passed.data), _SEGMENT):
            piece = passed.data[start : start + _SEGMENT]
            packets.append(self._packet(passed.sender, PSH | ACK, piece))
            self._next[passed.sender] += len(piece)
            packets.append(self._packet(_other(passed.sender), ACK))
        return packets

    def end(self, closed: Closed) -> list[bytes]:
        if closed.sender in self._done or self.ended:
            return []
        if closed.how == "reset":
            self._done = {"client", "server"}
            return [self._packet(closed.sender, RST | ACK)]
        self._done.add(closed.sender)
        packets = [self._packet(closed.sender, FIN | ACK)]
        self._next[closed.sender] += 1
        return [*packets, self._packet(_other(closed.sender), ACK)]

    def _packet(self, sender: str, flags: int, payload: bytes = b"", *, ack: bool = True) -> bytes:
        other = self._next[_other(sender)] if ack else 0
        return packet(self._ends[sender], flags, self._next[sender], other, payload)


def _other(sender: str) -> str:
    return "server" if sender == "client" else "client"


def _packet(time_ns: int, data: bytes, length: int) -> bytes:
    head = pack("<IIIII", 0, time_ns >> 32, time_ns & 0xFFFFFFFF, len(data), length)
    return _block(_PACKET, head + _padded(data))


def _block(kind: int, body: bytes) -> bytes:
    size = 12 + len(body)
    return pack("<II", kind, size) + body + pack("<I", size)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def _option(code: int, value: bytes) -> bytes:
    return pack("<HH", code, len(value)) + _padded(value)


def _text(code: int, words: str) -> bytes:
    return _option(code, words.encode()) if words else b""
