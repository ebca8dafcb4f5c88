"""Where packets come from: files through an index of offsets, pipes, live children.

``open_source`` opens a capture, ``Index`` walks it once and remembers where the packets of each
wanted flow are, ``Source.packets_at`` reads the packets of one flow, ``dissect`` makes a segment
or a datagram of a packet.
"""

from tutor.sources.dissect import Datagram, dissect
from tutor.sources.flow import Flow, Wanted
from tutor.sources.index import Index
from tutor.sources.packet import Packet, Records
from tutor.sources.source import Source, open_source

__all__ = [
    "Datagram",
    "Flow",
    "Index",
    "Packet",
    "Records",
    "Source",
    "Wanted",
    "dissect",
    "open_source",
]
