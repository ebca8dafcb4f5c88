"""Segments whose numbers have nothing to do with what is known of their connection."""

from __future__ import annotations

FAR = 1 << 24
"""Bytes ahead of the known stream (16 MiB) at which one segment alone is taken for a stray."""


class Strays:
    """Counts those that follow each other: one is noise, several are something else.

    Attributes:
        count: how many followed each other lately.
    """

    __slots__ = ("_end", "count")

    def __init__(self) -> None:
        self.count = 0
        self._end = 0

    def __bool__(self) -> bool:
        return self.count > 0

    def take(self, start: int, end: int) -> None:
        """One more, with its places."""
        follows = self.count and self._end <= start < self._end + FAR
        self.count = self.count + 1 if follows else 1
        self._end = end
