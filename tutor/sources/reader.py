"""What the two file formats have in common: how an index walks a file, and reads records again."""

from __future__ import annotations

from struct import Struct
from typing import Final, Literal, Protocol

from tutor.sources.flows import FlowTable
from tutor.sources.link import IP_AT, TYPED
from tutor.sources.packet import Packet

MAX_PACKET: Final = 1 << 18
"""A packet that claims to be longer (256 KiB, Wireshark's limit) means that the file is damaged."""

HEADER: Final = 32
"""Bytes at the start of a record that tell its size."""


class Reader(Protocol):
    """One capture format.

    Attributes:
        format: its name: ``pcap`` or ``pcapng``.
        unit: what it consists of, in a word: ``packet`` or ``block``.
        first: offset of the first record.
        secrets: TLS key logs that the file carries.
        fault: why the record at the offset where ``scan`` stopped cannot be read, or None.
    """

    format: str
    unit: str
    first: int
    secrets: list[bytes]
    fault: str | None

    def scan(self, data: bytes, end: int, base: int, table: FlowTable) -> int:
        """Walk whole records.

        Args:
            data: a piece of the file, with at least ``PEEK`` bytes of anything behind ``end``,
                or more file.
            end: where the piece ends in ``data``.
            base: offset of ``data[0]`` in the file, where a record begins.
            table: is told of the packets.

        Returns:
            How many bytes were done; may lie beyond ``end``, where a block is to be skipped.
        """
        ...

    def size(self, header: bytes, at: int, offset: int) -> int:
        """Bytes of the record whose first ``HEADER`` bytes are at ``header[at:]``."""
        ...

    def packet(self, data: bytes, at: int, offset: int, number: int) -> Packet:
        """Make the packet of the record at ``data[at:]`` (``offset`` in the file)."""
        ...


class Peek:
    """The few fields of a plain TCP/IPv4 packet that decide its fate, in one ``unpack_from``.

    After the fields of the record header come: the second byte of the EtherType with the first
    of IP as one number (on links without a type: the first of IP alone), the fragment field, the
    protocol, and addresses and ports in one piece. Half an EtherType is enough: what is taken for
    IPv4 by mistake has no addresses that are known, and is looked at with care.

    Attributes:
        unpack: ``Struct.unpack_from``.
        head: what the first of those fields is for IPv4 without options.
        pieces: the bits of the fragment field that only a fragment has.
        length: bytes it looks at.
    """

    def __init__(self, record: str, link: int) -> None:
        at = IP_AT.get(link, 0)
        order: Literal["little", "big"] = "big" if record[0] == ">" else "little"
        if link in TYPED:
            fields, self.head = f"{at - 1}xH", int.from_bytes(b"\x00\x45", order)
        else:
            fields, self.head = f"{at}xB", 0x45
        if link not in IP_AT:
            self.head = -1  # nothing is plain IPv4 here
        self.pieces = int.from_bytes(b"\x3f\xff", order)
        struct = Struct(f"{record}{fields}5xHxB2x12s")
        self.unpack = struct.unpack_from
        self.length = struct.size


PEEK: Final = 128
"""No ``Peek`` looks further ahead, nor does ``FlowTable.take_quickly``."""
