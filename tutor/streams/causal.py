"""The segments of a flow in an order in which nothing is answered before it was said.

A capture of two interfaces, or two files put one behind the other, may hold a reply far ahead of
its command, or a segment behind many that follow it. The numbers of each end tell the order of its
own segments, and an acknowledgement (RFC 9293 3.4) proves that its sender had heard what it
acknowledges: so the two can be laid into each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from tutor.streams.strays import FAR
from tutor.streams.types import Flag, Segment

MOST = 1 << 24
"""Bytes that are put in another order, in memory (16 MiB)."""

_EACH = 200  # what a segment costs besides its bytes
_ACK, _SYN = int(Flag.ACK), int(Flag.SYN)
_MASK = 0xFFFFFFFF


def in_causal_order(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Give the segments of one flow anew: what is answered first, otherwise in file order.

    All of them are in memory meanwhile; a flow of more than ``MOST`` bytes stays as it is.
    """
    coming = iter(segments)
    held: list[Segment] = []
    size = 0
    for segment in coming:
        held.append(segment)
        size += len(segment.payload) + _EACH
        if size > MOST:
            yield from held
            held.clear()
            yield from coming
    yield from _laid_together(held)


def _laid_together(segments: list[Segment]) -> Iterator[Segment]:
    ends: tuple[list[Segment], list[Segment]] = ([], [])
    for segment in segments:
        ends[segment.source != segments[0].source].append(segment)
    one, two = deque(_by_place(ends[0])), deque(_by_place(ends[1]))
    while one and two:
        here, there = (one, two) if one[0].number <= two[0].number else (two, one)
        if _answers(here[0], there[0]) and not _answers(there[0], here[0]):
            here = there
        yield here.popleft()
    yield from one
    yield from two


def _by_place(segments: list[Segment]) -> list[Segment]:
    """What one end sent, by its numbers; a SYN with another number begins a new connection."""
    keyed: list[tuple[int, int, int]] = []
    epoch, syn, place, before = 0, None, 0, None
    for index, segment in enumerate(segments):
        if segment.flags & _SYN and segment.seq != syn:
            epoch, syn = epoch + (syn is not None), segment.seq
        step = (segment.seq - (segment.seq if before is None else before)) & _MASK
        place += step if step <= _MASK >> 1 else step - _MASK - 1
        before = segment.seq
        keyed.append((epoch, place, index))
    return [segments[index] for _, _, index in sorted(keyed)]


def _answers(segment: Segment, other: Segment) -> bool:
    """Whether its sender had heard the other segment, or an earlier copy of it."""
    return bool(segment.flags & _ACK) and 0 < (segment.ack - other.seq) & _MASK <= FAR
