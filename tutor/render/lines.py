"""What a screen draws: lines of segments, each with a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Seg(NamedTuple):
    """A run of text, sanitised and masked, and its role: a ``Role`` value, ``mask`` or ``dim``."""

    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript.

    Attributes:
        step: the 1-based step that it belongs to.
        number: 0-based number of the line within its step.
        side: ``C`` or ``S``, who speaks; "" where neither does.
        arrow: ``->`` client, ``<-`` server, ``~>`` ``<~`` under TLS, ``**`` unexpected, ``··`` TCP.
        segments: the text, in order; without line end.
        mark: ``!!`` readable secret, ``b64`` encoded, ``#`` hashed or salted, ``~`` protected,
            ``··`` not visible, "" none.
    """

    step: int
    number: int
    side: str
    arrow: str
    segments: tuple[Seg, ...]
    mark: str = ""

    @property
    def text(self) -> str:
        """The text of all segments."""
        return "".join(segment.text for segment in self.segments)
