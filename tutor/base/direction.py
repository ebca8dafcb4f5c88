"""Which end of a conversation speaks."""

from __future__ import annotations

from enum import IntEnum


class Direction(IntEnum):
    """CLIENT: from the client to the server. SERVER: from the server to the client.

    The values index pairs: ``streams[direction]``.
    """

    CLIENT = 0
    SERVER = 1

    @property
    def other(self) -> Direction:
        """The opposite direction."""
        return Direction(1 - self)


CLIENT = Direction.CLIENT
SERVER = Direction.SERVER
