"""Packets made by hand, against Scapy's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6

from tutor.sources.wire import ACK, FIN, PSH, SYN, Ends, packet

NUMBER = st.integers(0, 2**32 - 1)
PORT = st.integers(1, 65535)


@given(
    st.sampled_from([("192.0.2.1", "127.0.0.1"), ("2001:db8::1", "::1")]),
    PORT,
    PORT,
    st.sampled_from([SYN, SYN | ACK, ACK, PSH | ACK, FIN | ACK]),
    NUMBER,
    NUMBER,
    st.binary(max_size=40),
)
def test_they_are_the_same(
    hosts: tuple[str, str], sport: int, dport: int, flags: int, seq: int, ack: int, data: bytes
) -> None:
    source, target = hosts
    ip = IPv6(src=source, dst=target) if ":" in source else IP(src=source, dst=target)
    tcp = TCP(sport=sport, dport=dport, flags=flags, seq=seq, ack=ack, window=65535)
    made = packet(Ends.of((source, sport), (target, dport)), flags, seq, ack, data)
    assert made == bytes(ip / tcp / data)


def test_numbers_wrap_and_a_mixed_pair_is_ipv6() -> None:
    ends = Ends.of(("127.0.0.1", 1), ("::1", 2))
    assert packet(ends, ACK, 2**32 + 7, -1) == packet(ends, ACK, 7, 2**32 - 1)
    assert len(ends.source) == len(ends.target) == 16


@pytest.mark.parametrize("size", [0, 1, 1399, 1400])
def test_odd_lengths(size: int) -> None:
    ends = Ends.of(("127.0.0.1", 1), ("127.0.0.1", 2))
    assert len(packet(ends, ACK, 0, 0, b"x" * size)) == 40 + size
