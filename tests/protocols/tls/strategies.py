"""Wires to try an observer with: real sessions, damaged as captures and attackers damage them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache

from hypothesis import strategies as st

from tests.protocols.tls.sessions import TALK, Session, record, resumed
from tutor.base import SERVER, Direction

Item = tuple[Direction, bytes | int]
"""Bytes of a direction, or the length of a gap in it."""

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
_LONG = (*TALK, (SERVER, bytes(range(256)) * 80))


@cache
def bases() -> tuple[Session, ...]:
    """Sessions that differ in what a damaged byte can break."""
    return (
        record(_LONG, version=V13, alpn=("imap",)),
        record(_LONG, version=V12),
        record(TALK, version=V12, ciphers="ECDHE-ECDSA-AES128-SHA256"),
        record(TALK, version=ssl.TLSVersion.TLSv1, ciphers="ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
        resumed(V13),
        resumed(V12),
    )


_NOISE = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"220 plain text\r\n",
            b"a1 OK\r\n" * 20,
            b"\x16\x03\x01",
            b"\x17\x03\x03\x00\x04abcd",
            b"\x16\x03\x03\x00\x04\x0e\x00\x00\x00",
            b"\x14\x03\x03\x00\x01\x01",
            b"\x15\x03\x03\x00\x02\x02\x28",
            b"\x16\x03\x03\x00\x08\x01\xff\xff\xff1234",
            b"\x80\x2e\x01\x03\x01",
        ]
    ),
)


@dataclass(frozen=True)
class Case:
    """A session, its wire after some damage, and what the damage was."""

    session: Session = field(repr=False)
    wire: list[Item] = field(repr=False)
    base: int
    damage: tuple[str, ...]


@st.composite
def wires(draw: st.DrawFn, most: int = 4) -> Case:
    """A session and its wire after up to ``most`` damages."""
    base = draw(st.integers(0, len(bases()) - 1))
    session = bases()[base]
    wire: list[Item] = list(session.wire)
    damage: list[str] = []
    for _ in range(draw(st.integers(0, most))):
        if not wire:
            break
        at = draw(st.integers(0, len(wire) - 1))
        direction, data = wire[at]
        if isinstance(data, int):
            continue
        first, second = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
        head, middle, tail = data[:first], data[first:second], data[second:]
        new: list[Item] = []
        act = draw(
            st.sampled_from(["flip", "cut", "gap", "noise", "drop", "lose", "twice", "swap"])
        )
        damage.append(f"{act} item {at} ({direction.name}) bytes {first}:{second}")
        match act:
            case "flip":
                flipped = bytes([middle[0] ^ draw(st.integers(1, 255))]) if middle else b""
                new = [(direction, head + flipped + middle[1:] + tail)]
            case "cut":
                new = [(direction, head + tail)]
            case "gap":
                new = [(direction, head), (direction, max(1, len(middle))), (direction, tail)]
            case "noise":
                new = [(direction, head + draw(_NOISE) + middle + tail)]
            case "drop":
                new = []
            case "lose":
                new = [(direction, max(1, len(data)))]
            case "twice":
                new = [(direction, data), (direction, data)]
            case "swap":
                new = [(direction.other, data)]
        wire[at : at + 1] = new
    only = draw(st.sampled_from([None, None, None, None, *Direction]))
    first = draw(st.integers(0, 2))
    damage.append(f"from item {first} of {only.name if only else 'both'}")
    wire = [item for item in wire if only is None or item[0] is only][first:]
    return Case(session, wire, base, tuple(damage))


@st.composite
def chunked(draw: st.DrawFn, wire: list[Item]) -> list[Item]:
    """The same wire in other chunks: neighbours of one direction are joined, then cut anew."""
    joined: list[Item] = []
    for direction, data in wire:
        last = joined[-1] if joined else None
        if last and last[0] is direction and isinstance(last[1], bytes) and isinstance(data, bytes):
            joined[-1] = (direction, last[1] + data)
        else:
            joined.append((direction, data))
    sizes = draw(st.lists(st.integers(1, 3000), min_size=1, max_size=8))
    out: list[Item] = []
    for direction, data in joined:
        if isinstance(data, int):
            out.append((direction, data))
            continue
        at = 0
        while at < len(data):
            size = sizes[len(out) % len(sizes)]
            out.append((direction, data[at : at + size]))
            at += size
    return out
