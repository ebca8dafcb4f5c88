"""A secret is a type, so that showing one is always a deliberate act.

``str``, ``repr``, ``format``, logging, JSON by accident: all give the same fixed-width mask,
which tells not even the length. Only ``reveal()`` gives the text.
"""

from __future__ import annotations

from typing import final

MASK = "\u2022" * 8
"""What stands for a secret wherever it is not revealed."""


@final
class Secret:
    """A password, token or response, as decoded text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the secret itself. Call it only where a person asked to see it."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        # A pickle would carry the text into a file; give the mask instead.
        return (Secret, (MASK,))
