"""Scapy's sniffer as a program: ``python -m tutor.sources.sniff IFACE [FILTER]`` gives pcap.

For machines that have neither tcpdump nor dumpcap, and the rights all the same. It runs as a child,
so that no right is ever given to Python or to the screen. What fails is said on standard error, and
ends it with code 1: Scapy itself keeps it in ``AsyncSniffer.exception``, where nobody looks.
``--try IFACE [FILTER]`` only finds out whether it may.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from struct import pack, unpack
from typing import Any

from tutor.sources.interfaces import LOOPBACK
from tutor.sources.warden import ASK

_BUFFER = 64 << 20
_SNAP = 262144
_RAW_IP = 101
_FORCE_BUFFER = 33  # SO_RCVBUFFORCE: beyond the system's bound, for who may
_PACKET_LEVEL, _STATISTICS = 263, 6  # SOL_PACKET, PACKET_STATISTICS


def main(words: list[str]) -> int:
    """Capture until the end; the exit code."""
    only_try = words[:1] == ["--try"]
    interface, expression = (*words[only_try:], "")[:2]
    try:
        source = _socket(interface, expression)
    except Exception as error:  # Scapy raises many kinds of its own
        return _complain(_reason(error))
    if only_try:
        source.close()
        return 0
    return _Sniffing(source).run()


def _socket(interface: str, expression: str) -> Any:
    """A listening socket that gives whole packets as plain bytes, each once."""
    import scapy.arch  # decides which kind of socket this system has
    import scapy.layers.inet
    import scapy.layers.l2  # noqa: F401 - both make link types known
    from scapy.config import conf
    from scapy.packet import Raw

    class Plain(conf.L2listen):  # type: ignore[misc]
        """Takes nothing apart: that is done later, by others."""

        def recv_raw(self, x: int = _SNAP) -> tuple[Any, bytes | None, float | None]:
            if not hasattr(socket, "AF_PACKET"):
                _kind, data, when = super().recv_raw(x)
                return Raw, data, when
            data, address, when = self._recv_raw(self.ins, x)
            # loopback gives each packet as it goes out, and as it comes in
            if address[0] in LOOPBACK and address[2] == socket.PACKET_OUTGOING:
                return None, None, None
            return Raw, data, when

    made = Plain(iface=interface, promisc=False, filter=expression or None)
    if hasattr(socket, "AF_PACKET"):
        made.ins.setsockopt(socket.SOL_SOCKET, _FORCE_BUFFER, _BUFFER)
    return made


class _Sniffing:
    """Packets from a socket to standard output."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._dropped = 0
        self._ending = False

    def run(self) -> int:
        from scapy.sendrecv import AsyncSniffer

        signal.signal(signal.SIGTERM, self._end)
        signal.signal(ASK, self._count)
        os.write(1, pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, _SNAP, self._link()))
        sniffer = AsyncSniffer(opened_socket=self._source, store=False, prn=self._write)
        sniffer.start()
        while sniffer.thread.is_alive() and not self._ending:
            sniffer.thread.join(0.5)
        self._count()
        if self._ending:
            return 0
        return _complain(_reason(sniffer.exception) if sniffer.exception else "no more packets")

    def _link(self) -> int:
        from scapy.config import conf

        number = conf.l2types.layer2num.get(self._source.LL, 1)
        return _RAW_IP if self._source.LL.__name__ in ("IP", "IPv6") else int(number)

    def _write(self, packet: Any) -> None:
        data = bytes(packet)
        nanoseconds = int(float(packet.time) * 1e9)
        head = pack("<IIII", *divmod(nanoseconds, 1_000_000_000), len(data), len(data))
        try:
            os.write(1, head + data)
        except BrokenPipeError:
            os._exit(0)  # nobody reads any more

    def _count(self, *_: object) -> None:
        """Say how many packets were lost; the system forgets its count when it is asked."""
        if not hasattr(socket, "AF_PACKET"):
            return
        try:
            told = self._source.ins.getsockopt(_PACKET_LEVEL, _STATISTICS, 8)
        except (OSError, ValueError):
            return
        self._dropped += unpack("II", told)[1]
        sys.stderr.write(f"{self._dropped} packets dropped by kernel\n")
        sys.stderr.flush()

    def _end(self, *_: object) -> None:
        self._ending = True


def _reason(error: BaseException) -> str:
    if isinstance(error, PermissionError):
        return "Operation not permitted"
    words = str(error) or type(error).__name__
    return "a filter needs libpcap, which is not here" if "libpcap" in words else words


def _complain(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
