"""Which packets of a capture are worth remembering: the table of flows.

A flow is an unordered pair of endpoints. The readers look up the raw address-and-port bytes of
each TCP packet in ``FlowTable.known``, one dict look-up a packet, and do nothing at all
where the answer is ``REJECTED``. A flow is *wanted* at once by its port, or by the first
bytes it carries; until those come it is undecided, and keeps a few offsets so that its
handshake is not lost. Port reuse inside a flow is told apart later, by the reassembler.

The table is bounded: undecided flows and rejected ones are forgotten, oldest first. A rejected flow
that was forgotten is only looked at again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tutor.base import Endpoint
from tutor.sources.dissect import TCP, UDP, UDP_TUNNELS, Located, endpoint, locate
from tutor.sources.link import CUT, IP_AT, IP_TYPES, TYPED
from tutor.sources.packet import Records

MAX_UNDECIDED = 20_000
MAX_REJECTED = 200_000
MAX_LOOKUPS = 1_000_000
_KEPT = 128  # packets after which a flow that is still undecided is rejected
_HEAD = 256  # first bytes of each direction by which it must be told
_DNS = 53
_DNS_RAW = b"\x00\x35"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What tells mail from the rest.

    Attributes:
        ports: ports whose TCP flows are all wanted.
        looks_like: given the first bytes of a flow's packet: True (mail), False (certainly
            not), None (not yet known). Asked for either end's first packets.
        all_tls: keep flows that begin with a TLS handshake on any port.
        all_flows: keep every TCP flow; those that are nothing else have ``why`` "other".
    """

    ports: frozenset[int]
    looks_like: Callable[[bytes], bool | None]
    all_tls: bool = False
    all_flows: bool = False


class Flow:
    """A TCP flow and where its packets are.

    Attributes:
        key: addresses and ports as in the first packet: source, target, two ports.
        offsets: its records: file offsets and packet numbers.
        why: what made it wanted: ``port``, ``look``, ``tls``, ``dns``, or ``other`` (only where
            all flows are wanted; it may become ``look`` or ``tls`` with later packets).
        settled: whether its packets need no further look.
    """

    __slots__ = ("heads", "key", "offsets", "settled", "why")

    def __init__(self, key: bytes, why: str = "") -> None:
        self.key = key
        self.offsets = Records()
        self.why = why
        self.settled = False
        self.heads = [b"", b""]

    @property
    def endpoints(self) -> tuple[Endpoint, Endpoint]:
        """Source and target of its first packet."""
        size = (len(self.key) - 4) // 2
        ports = self.key[-4:]
        return (
            endpoint(self.key[:size], int.from_bytes(ports[:2], "big")),
            endpoint(self.key[size : 2 * size], int.from_bytes(ports[2:], "big")),
        )

    @property
    def first(self) -> int:
        """Number of its first packet."""
        return self.offsets.numbers[0]


REJECTED: Final = Flow(b"")
"""Stands in the table for a flow that nobody wants."""


def _turned(key: bytes) -> bytes:
    """The key of the opposite direction."""
    size = (len(key) - 4) // 2
    return key[size : 2 * size] + key[:size] + key[-2:] + key[-4:-2]


class FlowTable:
    """All flows seen so far.

    Attributes:
        known: from raw key (both directions) to the flow or ``REJECTED``.
        flows: wanted flows, in the order in which that became known; only grows.
        lookups: records of DNS datagrams; lookup_flows: flows of DNS over TCP.
        skipped: packets not looked into, counted by a word.
        packets: number of the last packet seen.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.known: dict[bytes, Flow] = {}
        self.flows: list[Flow] = []
        self.lookups = Records()
        self.lookup_flows: list[Flow] = []
        self.skipped: Counter[str] = Counter()
        self.packets = 0
        self._undecided: dict[bytes, Flow] = {}
        self._rejected = 0

    def take_quickly(
        self, link: int, data: bytes, start: int, end: int, length: int, offset: int, number: int
    ) -> None:
        """Look at a packet in a buffer: TCP over IPv4 and IPv6, one VLAN tag, DNS; else ``take``.

        Args:
            link: LINKTYPE_ value.
            data: the buffer.
            start: where in it the captured bytes begin.
            end: where they end.
            length: bytes on the wire.
            offset: of its record in the file.
            number: of the packet.
        """
        at = start + IP_AT.get(link, 0)
        if link in TYPED:
            if data[at - 2 : at] == b"\x81\x00":
                at += 4
            if data[at - 2 : at] not in IP_TYPES:
                self.take(link, data[start:end], length, offset, number)
                return
        if data[at] == 0x45:
            protocol, key = data[at + 9], data[at + 12 : at + 24]
            if protocol == UDP and at + 28 <= end and not data[at + 6] & 0x3F | data[at + 7]:
                self._take_udp(key[8:], offset, number)
                return
        else:
            protocol, key = data[at + 6], data[at + 8 : at + 44]
        if protocol == TCP:
            flow = self.known.get(key)
            if flow is REJECTED:
                return
            if flow is not None and flow.settled:
                flow.offsets.append(offset, number)
                return
        self.take(link, data[start:end], length, offset, number)

    def take(self, link: int, data: bytes, length: int, offset: int, number: int) -> None:
        """Look at one packet with care: a new or undecided flow, or no plain TCP over IPv4."""
        found = locate(link, data, length)
        if isinstance(found, str):
            self.skipped[found] += 1
            return
        start = found.start
        ports = data[start : start + 4]
        if len(ports) < 4:
            self.skipped[CUT] += 1
        elif found.protocol == TCP:
            self._take_tcp(found, data, found.source + found.target + ports, offset, number)
        else:
            self._take_udp(ports, offset, number)

    def _take_udp(self, ports: bytes, offset: int, number: int) -> None:
        """Remember a DNS datagram, count any other one; ``ports`` is source and target, raw."""
        if ports[:2] == _DNS_RAW or ports[2:] == _DNS_RAW:
            if len(self.lookups) < MAX_LOOKUPS:
                self.lookups.append(offset, number)
            else:
                self.skipped["DNS beyond the first million"] += 1
            return
        self.skipped[UDP_TUNNELS.get(ports[2:], "UDP")] += 1

    def _take_tcp(self, found: Located, data: bytes, key: bytes, offset: int, number: int) -> None:
        flow = self.known.get(key)
        if flow is None:
            flow = self._new(key)
        if flow is REJECTED:
            return
        flow.offsets.append(offset, number)
        if not flow.settled:
            start = found.start
            body = start + (data[start + 12] >> 4) * 4 if len(data) > start + 12 else len(data)
            payload = data[body : max(found.end, body)]
            if payload:
                self._look(flow, int(key != flow.key), payload)
            elif len(flow.offsets) >= _KEPT:
                self._reject(flow)

    def _new(self, key: bytes) -> Flow:
        flow = Flow(key)
        self.known[key] = self.known[_turned(key)] = flow
        ports = {int.from_bytes(key[-4:-2], "big"), int.from_bytes(key[-2:], "big")}
        if ports & self.wanted.ports:
            self._settle(flow, "port")
        elif _DNS in ports:
            self._settle(flow, "dns")
        else:
            self._undecided[key] = flow
            if self.wanted.all_flows:
                flow.why = "other"
                self.flows.append(flow)
            if len(self._undecided) > MAX_UNDECIDED:
                self._forget_undecided()
        return flow

    def _look(self, flow: Flow, side: int, payload: bytes) -> None:
        head = flow.heads[side] = (flow.heads[side] + payload)[:_HEAD]
        verdict = self.wanted.looks_like(head)
        if verdict:
            self._settle(flow, "look")
        elif self.wanted.all_tls and head[:2] == b"\x16\x03":
            self._settle(flow, "tls")
        elif verdict is False or len(head) == _HEAD or len(flow.offsets) >= _KEPT:
            self._reject(flow)

    def _settle(self, flow: Flow, why: str) -> None:
        flow.settled = True
        flow.heads.clear()
        self._undecided.pop(flow.key, None)
        if not flow.why:
            (self.lookup_flows if why == "dns" else self.flows).append(flow)
        flow.why = why

    def _reject(self, flow: Flow) -> None:
        if flow.why:
            self._settle(flow, flow.why)
            return
        del self._undecided[flow.key]
        self.known[flow.key] = self.known[_turned(flow.key)] = REJECTED
        self._rejected += 1
        if self._rejected > MAX_REJECTED:
            self._forget_rejected()

    def _forget_undecided(self) -> None:
        flow = next(iter(self._undecided.values()))
        if flow.why:
            self._settle(flow, flow.why)
            return
        del self._undecided[flow.key]
        for key in {flow.key, _turned(flow.key)}:
            del self.known[key]

    def _forget_rejected(self) -> None:
        """Forget the older half; the readers hold ``known`` itself, so it is changed in place."""
        excess = self._rejected // 2 * 2  # each has two keys: this is half of them
        old = [key for key, flow in self.known.items() if flow is REJECTED][:excess]
        for key in old:
            del self.known[key]
        self._rejected -= excess // 2
