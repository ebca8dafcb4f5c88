"""ClientHello, ServerHello and EncryptedExtensions (RFC 8446 4.1, 4.3.1; RFC 5246 7.4.1).

A body that ends too early gives None; extensions that do not parse are left out. A ClientHello in
the SSL 2.0 format (RFC 5246 E.2), which old clients sent first, is read too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tutor.protocols.tls import names
from tutor.protocols.tls.wire import Reader, Short

RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""A ServerHello with this random is a HelloRetryRequest (RFC 8446 4.1.3)."""

_NAMED_CURVE = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """What a ClientHello says, in numbers.

    ``name_at`` is the server name's range in the body. GREASE values (RFC 8701) are left out of the
    lists; ``grease`` says whether there were any.
    """

    random: bytes
    version: int
    session_id: bytes = b""
    ciphers: tuple[int, ...] = ()
    extensions: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    server_name: str | None = None
    name_at: tuple[int, int] | None = None
    alpn: tuple[str, ...] = ()
    grease: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What a ServerHello says; ``version`` is the one that was chosen (supported_versions).

    ``compression`` is the method's number, 0 for none; ``group`` that of the key exchange in
    TLS 1.3, 0 where it is not named.
    """

    random: bytes
    version: int
    session_id: bytes
    cipher: int
    extensions: tuple[int, ...]
    alpn: str | None
    compression: int = 0
    group: int = 0

    @property
    def retry(self) -> bool:
        """Whether it is a HelloRetryRequest."""
        return self.random == RETRY_RANDOM


@dataclass(slots=True)
class _Extensions:
    """The extensions that tell something, read from the end of a hello."""

    types: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    server_name: str | None = None
    name_at: tuple[int, int] | None = None
    alpn: list[str] = field(default_factory=list)
    group: int = 0


def parse_client_hello(body: bytes) -> Offer | None:
    """Read the body of a ClientHello; None where it ends too early."""
    reader = Reader(body)
    try:
        version = reader.number(2)
        random = reader.take(32)
        session_id = reader.vector(1).rest()
        ciphers = reader.vector(2).numbers(2)
        reader.vector(1)  # compression methods
    except Short:
        return None
    found = _extensions(reader, from_client=True)
    return Offer(
        random,
        version,
        session_id,
        _known(ciphers),
        _known(found.types),
        _known(found.versions),
        found.server_name,
        found.name_at,
        tuple(found.alpn),
        any(map(names.is_grease, (*ciphers, *found.types, *found.versions))),
    )


def parse_server_hello(body: bytes) -> Choice | None:
    """Read the body of a ServerHello or HelloRetryRequest; None where it ends too early."""
    reader = Reader(body)
    try:
        version = reader.number(2)
        random = reader.take(32)
        old_draft = names.draft(version) != 0  # up to draft 21 of TLS 1.3 these were left out
        session_id = b"" if old_draft else reader.vector(1).rest()
        cipher = reader.number(2)
        compression = 0 if old_draft else reader.number(1)
    except Short:
        return None
    found = _extensions(reader, from_client=False)
    if found.versions:
        version = found.versions[0]
    alpn = found.alpn[0] if found.alpn else None
    types = tuple(found.types)
    return Choice(random, version, session_id, cipher, types, alpn, compression, found.group)


def parse_encrypted_extensions(body: bytes) -> tuple[tuple[int, ...], str | None]:
    """The extensions' numbers and the chosen application protocol (RFC 8446 4.3.1)."""
    found = _extensions(Reader(body), from_client=False)
    return tuple(found.types), found.alpn[0] if found.alpn else None


def key_exchange_group(cipher: str, body: bytes) -> str | None:
    """Which group a ServerKeyExchange names (RFC 8422 5.4, RFC 5246 7.4.3); None where none is."""
    reader = Reader(body)
    try:
        if "PSK" in cipher:
            reader.vector(2)  # a hint which key is meant (RFC 4279 2)
        if "_ECDH" in cipher:
            return names.group_name(reader.number(2)) if reader.number(1) == _NAMED_CURVE else None
        if "_DHE_" in cipher or "_DH_anon_" in cipher:
            prime = int.from_bytes(reader.vector(2).rest())
            return f"DH {prime.bit_length()}"
    except Short:
        pass
    return None


def parse_ssl2_client_hello(record: bytes) -> Offer | None:
    """Read a ClientHello in the SSL 2.0 format, its 2-byte header included (RFC 5246 E.2)."""
    reader = Reader(record, 3)
    try:
        version = reader.number(2)
        sizes = [reader.number(2) for _ in range(3)]
        specs = Reader(reader.take(sizes[0])).numbers(3)
        session_id = reader.take(sizes[1])
        challenge = reader.take(sizes[2])
    except Short:
        return None
    ciphers = tuple(number for number in specs if number <= 0xFFFF)
    return Offer(challenge[-32:].rjust(32, b"\0"), version, session_id, ciphers)


def _known(values: list[int]) -> tuple[int, ...]:
    return tuple(value for value in values if not names.is_grease(value))


def _extensions(reader: Reader, *, from_client: bool) -> _Extensions:
    found = _Extensions()
    try:
        block = reader.vector(2)
        while block:
            kind = block.number(2)
            content = block.vector(2)
            found.types.append(kind)
            try:
                _extension(found, kind, content, from_client=from_client)
            except Short:
                continue  # this one is malformed; the frame holds, so the others may be read
    except Short:
        pass
    return found


def _extension(found: _Extensions, kind: int, content: Reader, *, from_client: bool) -> None:
    if kind == names.SUPPORTED_VERSIONS:
        found.versions = (content.vector(1) if from_client else content).numbers(2)
    elif kind == names.ALPN:
        protocols = content.vector(2)
        while protocols:
            found.alpn.append(_text(protocols.vector(1).rest()))
    elif kind == names.KEY_SHARE and not from_client:
        found.group = content.number(2)
    elif kind == names.SERVER_NAME and from_client:
        entries = content.vector(2)
        if entries.number(1) == 0:
            name = entries.vector(2)
            found.name_at = (name.at, name.end)
            found.server_name = _text(name.rest())


def _text(data: bytes) -> str:
    return data.decode("ascii", "backslashreplace")
