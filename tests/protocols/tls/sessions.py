"""Real TLS sessions, made on the spot by OpenSSL through memory: no socket, no file kept."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import ssl
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.events import Event
from tutor.protocols.tls import KeyLog, Plaintext, TlsObserver

NAME = "mail.example.net"
ISSUER = "Test CA"
Wire = list[tuple[Direction, bytes]]
Script = Iterable[tuple[Direction, bytes]]

GREETING = b"* OK [CAPABILITY IMAP4rev1] ready\r\n"
LOGIN = b"a1 LOGIN alice@example.org correct-horse\r\n"
TALK: tuple[tuple[Direction, bytes], ...] = (
    (SERVER, GREETING),
    (CLIENT, LOGIN),
    (SERVER, b"a1 OK logged in\r\n"),
    (CLIENT, b"a2 LOGOUT\r\n"),
    (SERVER, b"* BYE see you\r\na2 OK done\r\n"),
)


@dataclass
class Session:
    """What crossed, what was meant, and the secrets."""

    wire: Wire
    keylog: bytes
    sent: tuple[bytes, bytes]
    ticket: ssl.SSLSession | None = None

    @property
    def keys(self) -> KeyLog:
        return KeyLog.parse(self.keylog)


@dataclass
class Seen:
    """What an observer made of a wire."""

    tls: TlsObserver
    events: list[Event] = field(default_factory=list)
    plaintext: list[Plaintext] = field(default_factory=list)

    def names(self, direction: Direction) -> list[str]:
        return [each.name for each in self.events if each.span.direction is direction]

    def text(self, direction: Direction) -> bytes:
        return b"".join(each.data for each in self.plaintext if each.direction is direction)


def observe(wire: Iterable[tuple[Direction, bytes | int]], keys: KeyLog | None = None) -> Seen:
    """Feed a wire to an observer; a number in place of bytes is a gap of that length."""
    seen = Seen(TlsObserver(keys=keys))
    for direction, data in wire:
        if isinstance(data, int):
            seen.events += seen.tls.gap(direction, data)
        else:
            seen.events += seen.tls.feed(direction, data)
        seen.plaintext += seen.tls.take_plaintext()
    seen.events += seen.tls.finish()
    seen.plaintext += seen.tls.take_plaintext()
    return seen


def certificate(
    kind: str,
    *,
    issuer: str | None = ISSUER,
    san: bool = True,
    email: str | None = None,
    names: int = 0,
) -> tuple[bytes, bytes]:
    """A certificate and its key, PEM; ``issuer`` None makes it self-signed, ``names`` long."""
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if kind == "ec":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(65537, 2048)
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, NAME)]
    if email:
        attributes.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, email))
    subject = x509.Name(attributes)
    by = subject if issuer is None else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=365))
    )
    if san:
        others: list[x509.GeneralName] = [
            x509.DNSName(NAME),
            x509.IPAddress(ipaddress.ip_address("192.0.2.1")),
            *(x509.DNSName(f"host-{number:04}.example.net") for number in range(names)),
        ]
        builder = builder.add_extension(x509.SubjectAlternativeName(others), critical=False)
    signer = key if issuer is None else ec.generate_private_key(ec.SECP256R1())
    made = builder.sign(signer, hashes.SHA256())
    return (
        made.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


@cache
def _identity(kind: str) -> tuple[bytes, bytes]:
    return certificate(kind)


def contexts(
    folder: Path,
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ciphers: str | None = None,
    alpn: tuple[str, ...] = (),
    kind: str = "ec",
    identity: tuple[bytes, bytes] | None = None,
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A client's and a server's context of one version; the client writes ``folder/keys``."""
    pem, key = identity or _identity(kind)
    (folder / "cert.pem").write_bytes(pem + key)
    pair = (ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    for context in pair:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
        if ciphers:
            context.set_ciphers(ciphers)
        if alpn:
            context.set_alpn_protocols(list(alpn))
    client, server = pair
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.keylog_filename = str(folder / "keys")
    server.load_cert_chain(folder / "cert.pem")
    return client, server


class Ends:
    """A client and a server joined by memory; everything that crosses is on ``wire``."""

    def __init__(
        self,
        client: ssl.SSLContext,
        server: ssl.SSLContext,
        ticket: ssl.SSLSession | None = None,
        name: str | None = NAME,
    ) -> None:
        self.wire: Wire = []
        self._bios = [(ssl.MemoryBIO(), ssl.MemoryBIO()) for _ in Direction]
        self.ends = (
            client.wrap_bio(*self._bios[CLIENT], server_hostname=name, session=ticket),
            server.wrap_bio(*self._bios[SERVER], server_side=True),
        )

    def shake(self) -> bool:
        """Do the handshake; False where one side refuses."""
        done = []
        for _ in range(6):
            done = [self.attempt(each, self.ends[each].do_handshake) for each in Direction]
        return all(done)

    def attempt(self, direction: Direction, act: Callable[[], object]) -> bool:
        """Let one end act and carry over what it says; True where it is content."""
        content = False
        with contextlib.suppress(ssl.SSLError):
            act()
            content = True
        data = self._bios[direction][1].read()
        if data:
            self.wire.append((direction, data))
            self._bios[direction.other][0].write(data)
        return content

    def say(self, direction: Direction, data: bytes) -> None:
        """Send application data and let the other end read it."""
        self.attempt(direction, lambda: self.ends[direction].write(data))
        other = direction.other
        self.attempt(other, lambda: self.ends[other].read(1 << 20))


def record(
    script: Script = TALK,
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ciphers: str | None = None,
    alpn: tuple[str, ...] = (),
    kind: str = "ec",
    identity: tuple[bytes, bytes] | None = None,
) -> Session:
    """One whole session of the given version and suite."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pair = contexts(folder, version, ciphers, alpn, kind, identity)
        return run(folder, pair, script)


def run(
    folder: Path,
    pair: tuple[ssl.SSLContext, ssl.SSLContext],
    script: Script,
    ticket: ssl.SSLSession | None = None,
) -> Session:
    """One session of given contexts, maybe resuming an earlier one."""
    ends = Ends(*pair, ticket)
    if not ends.shake():
        return Session(ends.wire, b"", (b"", b""))
    sent = [b"", b""]
    for direction, data in script:
        ends.say(direction, data)
        sent[direction] += data
    session = ends.ends[CLIENT].session
    for direction in Direction:
        ends.attempt(direction, ends.ends[direction].unwrap)
    return Session(ends.wire, (folder / "keys").read_bytes(), (sent[0], sent[1]), session)


def resumed(version: ssl.TLSVersion, *, tickets: bool = True) -> Session:
    """The second session of two, which goes on with the keys of the first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pair = contexts(folder, version)
        if not tickets:
            for context in pair:
                context.options |= ssl.OP_NO_TICKET
        first = run(folder, pair, TALK)
        (folder / "keys").write_bytes(b"")
        return run(folder, pair, TALK, first.ticket)
