"""TCP reassembly: segments in, chunks and gaps out, with the packet number of every byte.

Knows nothing of protocols, files or clocks. RFC 9293.
"""

from tutor.streams.causal import in_causal_order
from tutor.streams.reassembly import Connection
from tutor.streams.reuse import Reuse
from tutor.streams.types import Chunk, Closed, Conflict, Flag, Gap, Opened, Segment, StreamItem

__all__ = [
    "Chunk",
    "Closed",
    "Conflict",
    "Connection",
    "Flag",
    "Gap",
    "Opened",
    "Reuse",
    "Segment",
    "StreamItem",
    "in_causal_order",
]
