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

import re
from array import array
from collections import Counter
from collections.abc import Callable
from typing import Final

from tutor.sources.ether import CUT
from tutor.sources.flow import FULL, REJECTED, Flow, Wanted, turned
from tutor.sources.fragments import RAW_IP, Fragments
from tutor.sources.link import IP_AT, IP_TYPES, TYPED
from tutor.sources.locate import FRAGMENT, TCP, UDP, Fragment, Located, locate
from tutor.sources.packet import Records

MAX_UNDECIDED = 20_000
MAX_REJECTED = 200_000
MAX_LOOKUPS = 1_000_000
MAX_FLOWS = 100_000
"""Wanted flows that are remembered; packets of others are counted where they are recognised."""

BEYOND: Final = f"mail beyond the first {MAX_FLOWS:,} connections"
"""The word under which they are counted."""

DNS_BEYOND: Final = "DNS beyond the first million"
"""The same of DNS datagrams, of which ``MAX_LOOKUPS`` are remembered."""

_RECORD = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]")  # of TLS, maybe from its middle on
_KEPT = 128  # packets after which a flow that is still undecided is rejected
_HEAD = 2048  # first bytes of each direction by which it must be told: a ClientHello, say
_SYN = 0x02
_DNS = 53
_DNS_RAW = b"\x00\x35"

UDP_TUNNELS: Final = {
    port.to_bytes(2, "big"): word
    for port, word in (
        (1701, "L2TP"),
        (2152, "GTP"),
        (3544, "Teredo"),
        (4500, "ESP"),
        (4789, "VXLAN"),
        (6081, "GENEVE"),
        (8472, "VXLAN"),
    )
}
"""By the target's port, raw: what may hold other traffic, and is not looked into."""


class FlowTable:
    """All flows seen so far.

    Args:
        wanted: what tells mail from the rest.
        time_at: Unix time, in nanoseconds, of the record at an offset of the file.

    Attributes:
        known: from raw key (both directions) to the flow or ``REJECTED``.
        flows: wanted flows, in the order in which that became known; only grows.
        lookups: records of DNS datagrams; lookup_flows: flows of DNS over TCP.
        keyed: the file has brought TLS keys: as ``Wanted.all_tls``.
        skipped: packets not looked into, counted by a word.
        packets: number of the last packet seen.
    """

    def __init__(self, wanted: Wanted, time_at: Callable[[int], int]) -> None:
        self.wanted = wanted
        self.known: dict[bytes, Flow] = {}
        self.flows: list[Flow] = []
        self.lookups = Records()
        self.lookup_flows: list[Flow] = []
        self.keyed = False
        self.skipped: Counter[str] = Counter()
        self.packets = 0
        self._undecided: dict[bytes, Flow] = {}
        self._rejected = 0
        self._fragments = Fragments(time_at, self.skipped)

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
            if data[at + 6] & 0x3F | data[at + 7]:
                protocol = -1  # a fragment
            elif protocol == UDP and at + 28 <= end:
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
        if isinstance(found, Located):
            self._take_located(found, data, offset, number)
        elif isinstance(found, Fragment):
            self._take_fragment(found, data, offset, number)
        else:
            self.skipped[found] += 1

    def _take_fragment(self, found: Fragment, data: bytes, offset: int, number: int) -> None:
        """Look at a fragment; where it completes a packet, look at that."""
        whole = self._fragments.add(found, data, offset)
        if whole is None:
            return
        inner = locate(RAW_IP, whole.head, whole.length)
        if isinstance(inner, Located):
            self._take_located(inner, whole.head, offset, number, whole.parts)
        else:  # fragments of fragments are not put together
            word = FRAGMENT if isinstance(inner, Fragment) else inner
            self.skipped[word] += whole.packets

    def _take_located(
        self,
        found: Located,
        data: bytes,
        offset: int,
        number: int,
        parts: array[int] | None = None,
    ) -> None:
        """Look at a packet of TCP or UDP; ``parts`` are the fragments that it came in."""
        ports = data[found.start : found.start + 4]
        if len(ports) < 4:
            self.skipped[CUT] += len(parts or b" ")
        elif found.protocol == TCP:
            key = found.source + found.target + ports
            self._take_tcp(found, data, key, offset, number, parts)
        else:
            self._take_udp(ports, offset, number, parts)

    def _take_udp(
        self, ports: bytes, offset: int, number: int, parts: array[int] | None = None
    ) -> None:
        """Remember a DNS datagram, count any other one; ``ports`` is source and target, raw."""
        if ports[:2] == _DNS_RAW or ports[2:] == _DNS_RAW:
            if len(self.lookups) < MAX_LOOKUPS:
                self.lookups.append(offset, number, parts)
            else:
                self.skipped[DNS_BEYOND] += 1
            return
        self.skipped[UDP_TUNNELS.get(ports[2:], "UDP")] += len(parts or b" ")

    def _take_tcp(
        self,
        found: Located,
        data: bytes,
        key: bytes,
        offset: int,
        number: int,
        parts: array[int] | None,
    ) -> None:
        flow = self.known.get(key)
        if flow is None:
            flow = self._new(key)
        if flow is FULL:
            self.skipped[BEYOND] += 1
            return
        if flow is REJECTED:
            return
        flow.offsets.append(offset, number, parts)
        if not flow.settled:
            start = found.start
            body = start + (data[start + 12] >> 4) * 4 if len(data) > start + 12 else len(data)
            payload = data[body : max(found.end, body)]
            side = int(key != flow.key)
            opens = len(data) > start + 13 and bool(data[start + 13] & _SYN)
            seq = int.from_bytes(data[start + 4 : start + 8], "big") + opens
            if payload := flow.new_part(side, seq, payload, opens=opens):
                self._look(flow, side, payload)
            elif len(flow.offsets) >= _KEPT:
                self._reject(flow)

    def _new(self, key: bytes) -> Flow:
        ports = {int.from_bytes(key[-4:-2], "big"), int.from_bytes(key[-2:], "big")}
        if self._full and (self.wanted.all_flows or _DNS in ports or ports & self.wanted.ports):
            return FULL
        flow = Flow(key)
        self.known[key] = self.known[turned(key)] = flow
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
        elif (self.wanted.all_tls or self.keyed) and _RECORD.match(head):
            self._settle(flow, "tls")
        elif verdict is False or len(head) == _HEAD or len(flow.offsets) >= _KEPT:
            self._reject(flow)

    @property
    def _full(self) -> bool:
        return len(self.flows) + len(self.lookup_flows) >= MAX_FLOWS

    def _settle(self, flow: Flow, why: str) -> None:
        if self._full and not flow.why:
            self.skipped[BEYOND] += len(flow.offsets)
            self._reject(flow)
            return
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
        self.known[flow.key] = self.known[turned(flow.key)] = REJECTED
        self._rejected += 1
        if self._rejected > MAX_REJECTED:
            self._forget_rejected()

    def _forget_undecided(self) -> None:
        flow = next(iter(self._undecided.values()))
        if flow.why:
            self._settle(flow, flow.why)
            return
        del self._undecided[flow.key]
        for key in {flow.key, turned(flow.key)}:
            del self.known[key]

    def _forget_rejected(self) -> None:
        """Forget the older half; the readers hold ``known`` itself, so it is changed in place."""
        excess = self._rejected // 2 * 2  # each has two keys: this is half of them
        old = [key for key, flow in self.known.items() if flow is REJECTED][:excess]
        for key in old:
            del self.known[key]
        self._rejected -= excess // 2
