"""tcpdump on the wire, and its packets written down as pcapng or pcap.

tcpdump writes pcap. The pcapng is written here, not by editcap, because editcap puts the recording
machine's operating system and kernel into the file.
"""

import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from rig.network import BRIDGE, WIRE

_PCAP_HEADER = struct.Struct("<IHHiIII")
_PCAP_RECORD = struct.Struct("<IIII")
_ETHERNET = 1
_SNAPLEN = 262144


class Tap:
    """tcpdump on the bridge for the length of a `with` block."""

    def __init__(self, target: Path, wanted: str) -> None:
        self._target = target
        self._wanted = wanted

    def __enter__(self) -> Self:
        options = [
            "-i",
            BRIDGE,
            "-s",
            str(_SNAPLEN),
            "--immediate-mode",
            "-B",
            "262144",
            "-U",
            "-n",
        ]
        output = ["-Z", "root", "-w", str(self._target), self._wanted]
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", WIRE, "tcpdump", *options, *output],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr
        for line in self._process.stderr:
            if "listening on" in line:
                return self
        raise RuntimeError("tcpdump did not start")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        time.sleep(0.1)
        self._process.send_signal(signal.SIGINT)
        complaints = self._process.communicate(timeout=10)[1]
        if "0 packets dropped by kernel" not in complaints:
            raise RuntimeError(f"tcpdump lost packets: {complaints.strip()}")


def _packets(pcap: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Microseconds since 1970, length on the wire, bytes: of each packet of a pcap file."""
    magic, _, _, _, _, _, link = _PCAP_HEADER.unpack_from(pcap)
    if magic != 0xA1B2C3D4 or link != _ETHERNET:
        raise RuntimeError("tcpdump wrote an unexpected kind of pcap")
    place = _PCAP_HEADER.size
    while place < len(pcap):
        seconds, micros, kept, length = _PCAP_RECORD.unpack_from(pcap, place)
        place += _PCAP_RECORD.size
        yield seconds * 1_000_000 + micros, length, pcap[place : place + kept]
        place += kept


def _block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(pcap: bytes, comment: str, keys: bytes = b"") -> bytes:
    """The same packets as pcapng, with a comment and, if given, the TLS keys inside."""
    end = _option(0, b"")
    section = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _option(1, comment.encode()) + end
    interface = struct.pack("<HHI", _ETHERNET, 0, _SNAPLEN) + _option(2, BRIDGE.encode()) + end
    blocks = [_block(0x0A0D0D0A, section), _block(1, interface)]
    if keys:
        blocks.append(_block(10, struct.pack("<II", 0x544C534B, len(keys)) + keys))
    for micros, length, data in _packets(pcap):
        stamp = struct.pack("<IIIII", 0, micros >> 32, micros & 0xFFFFFFFF, len(data), length)
        blocks.append(_block(6, stamp + data))
    return b"".join(blocks)
