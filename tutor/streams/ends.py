"""Who is the client and who the server, as far as one segment tells."""

from __future__ import annotations

from tutor.base import Endpoint
from tutor.streams.types import Flag, Segment


def client_and_server(
    segment: Segment, hint: Endpoint | None, ports: frozenset[int]
) -> tuple[Endpoint, Endpoint]:
    """Client and server of the connection whose first captured segment this is.

    Args:
        segment: the first one.
        hint: the client, where that is known; counts unless the segment is a SYN.
        ports: ports of servers.
    """
    source, target = segment.source, segment.target
    forward = (source, target)
    if segment.flags & Flag.SYN:
        return (target, source) if segment.flags & Flag.ACK else forward
    if hint in forward:
        return forward if hint == source else (target, source)
    known = [end for end in forward if end.port in ports]
    server = known[0] if len(known) == 1 else min(target, source, key=lambda end: end.port)
    return (source, target) if server == target else (target, source)
