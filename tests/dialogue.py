"""Sessions from lines written by hand: ``C:`` and ``S:`` before what each end sends."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.base import CLIENT, SERVER, Endpoint
from tutor.session import Conversation, Options, Session
from tutor.streams import Chunk, Opened

CLIENT_END = Endpoint("192.0.2.10", 50000)
SERVER_ADDRESS = "198.51.100.25"


def pieces(lines: Sequence[str | bytes]) -> list[tuple[bool, bytes]]:
    """From-client flag and bytes of each line; the prefix is ``C: `` or ``S: ``."""
    raw = [line.encode() if isinstance(line, str) else line for line in lines]
    assert all(line[:3] in (b"C: ", b"S: ") for line in raw)
    return [(line.startswith(b"C"), line[3:]) for line in raw]


def play(
    port: int,
    lines: Sequence[str | bytes],
    options: Options | None = None,
    start: int = 1_700_000_000,
) -> Session:
    """The session that these lines make; ``start`` in Unix seconds, then a line a millisecond."""
    conversation = Conversation(1, CLIENT_END, Endpoint(SERVER_ADDRESS, port), options)
    conversation.take(Opened("open", (1, 2, 3), start * 1_000_000_000))
    offsets = [0, 0]
    for number, (from_client, data) in enumerate(pieces(lines), 4):
        direction = CLIENT if from_client else SERVER
        time = start * 1_000_000_000 + number * 1_000_000
        conversation.take(Chunk(direction, offsets[direction], data, number, time))
        offsets[direction] += len(data)
    conversation.finish()
    return conversation.session
