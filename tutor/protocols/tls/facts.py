"""What a TLS session gives to those above: its facts and its plaintext."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tutor.base import Direction
from tutor.protocols.events import Certificate


class Plaintext(NamedTuple):
    """Application data out of one record, or word of data that could not be had.

    Attributes:
        direction: who sent it.
        data: the bytes; empty where ``missing`` is not 0.
        outer_start: stream offset in the parent layer where the record begins that carried it.
        outer_end: where that record ends.
        record_event_index: which of the observer's events, counted from 0, the record is.
        missing: 0, or about how many bytes of plaintext are missing here, because of a gap or
            because records stayed closed or were damaged. As a rule it is a little too high.
    """

    direction: Direction
    data: bytes
    outer_start: int
    outer_end: int
    record_event_index: int
    missing: int = 0


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What is known about a TLS session so far; None and empty where it was not seen.

    Attributes:
        version: ``1.3``, ``1.2``, ... ``SSL 3.0``: the one the server chose.
        cipher: IANA name of the suite the server chose; ``0x1234`` where it is not known.
        sni: the server name the client asked for.
        alpn: the application protocol the server chose (in TLS 1.3 visible with keys only).
        resumed: the session goes on with keys of an earlier one, as far as that can be told.
        certificate: the server's own (in TLS 1.3 visible with keys only).
        decrypted: at least one record was opened with the keys.
        why_not: where keys were given and a record stayed closed: the first reason, in words.
        client_version: the highest version the client offered.
        client_versions: all that it offered, in its order; before TLS 1.3 only the highest.
        client_alpn: the application protocols the client offered.
        early_data: the server accepted data before the handshake was done (visible with keys only).
        group: of the key exchange: ``x25519``, ``secp256r1``, ``DH 2048``.
        ech: the client sent an encrypted ClientHello, or what looks like one (RFC 9849): ``sni``
            may be an outer name that stands for many.
        random: the client's, by which a key log names the session.
    """

    version: str | None = None
    cipher: str | None = None
    sni: str | None = None
    alpn: str | None = None
    resumed: bool = False
    certificate: Certificate | None = None
    decrypted: bool = False
    why_not: str | None = None
    client_version: str | None = None
    client_versions: tuple[str, ...] = ()
    client_alpn: tuple[str, ...] = ()
    early_data: bool = False
    group: str | None = None
    ech: bool = False
    random: bytes | None = None
