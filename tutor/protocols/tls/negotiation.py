"""Following a handshake: what its messages tell, and what the record layer must know of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.events import ClientHello, Detail, ServerHello
from tutor.protocols.tls import names
from tutor.protocols.tls.certificates import decompress, first_certificate, parse_certificate
from tutor.protocols.tls.decrypt import Decryptor
from tutor.protocols.tls.facts import TlsFacts
from tutor.protocols.tls.hello import (
    Choice,
    Offer,
    key_exchange_group,
    parse_client_hello,
    parse_encrypted_extensions,
    parse_server_hello,
)
from tutor.protocols.tls.messages import Message
from tutor.protocols.tls.suites import suite_name

_KEYS_CHANGE = frozenset({names.FINISHED, names.END_OF_EARLY_DATA, names.KEY_UPDATE})


class Negotiation:
    """The handshake of one session, and renegotiations inside it.

    Attributes:
        facts: what is known so far (the decryptor's part is added by the observer).
        version: wire number of the chosen version, 0 while unknown.
        name_at: where the last ClientHello has the server name, offsets in its body.
        early: the server took the client's early data; None while that is not known.
    """

    def __init__(self, decryptor: Decryptor | None) -> None:
        self._decryptor = decryptor
        self._session_id = b""
        self._again = False  # this is a renegotiation; the facts are those of the first handshake
        self._resumable = False  # a server's ChangeCipherSpec now would end a short handshake
        self.facts = TlsFacts()
        self.version = 0
        self.early: bool | None = None
        self.name_at: tuple[int, int] | None = None

    def message(
        self, direction: Direction, message: Message, *, sealed: bool
    ) -> tuple[str, tuple[Detail, ...]]:
        """Take a handshake message, which came under encryption or not; give name and details."""
        kind, body = message.type, message.body
        self._again = sealed and not self._modern
        self.name_at = None
        if kind == names.CLIENT_HELLO and direction is CLIENT:
            return "ClientHello", self.offered(parse_client_hello(body))
        if kind == names.SERVER_HELLO and direction is SERVER:
            return self._chosen(parse_server_hello(body))
        details: tuple[Detail, ...] = ()
        if kind in (names.CERTIFICATE, names.COMPRESSED_CERTIFICATE):
            details = self._certificate(direction, kind, body)
        elif kind == names.ENCRYPTED_EXTENSIONS and direction is SERVER:
            self._encrypted_extensions(body)
        elif kind == names.SERVER_KEY_EXCHANGE and direction is SERVER:
            self._learn(group=key_exchange_group(self.facts.cipher or "", body))
        elif kind == names.SERVER_HELLO_DONE:
            self._full()
        elif kind in _KEYS_CHANGE and self._modern and self._decryptor is not None:
            self._decryptor.advance(direction)
            if direction is CLIENT and kind != names.KEY_UPDATE and self.early is None:
                # it says that its early data ends only where the server took it (RFC 8446 4.5)
                self._took_early(took=kind == names.END_OF_EARLY_DATA)
        return names.handshake_name(kind), details

    @property
    def _modern(self) -> bool:
        """TLS 1.3, or no ServerHello was seen and the decryptor found out by trying."""
        guessed = self._decryptor is not None and self._decryptor.guessed is not None
        return self.version >= names.TLS13 or (self.version == 0 and guessed)

    def change_cipher_spec(self, direction: Direction) -> None:
        """A ChangeCipherSpec came; in TLS 1.3 it means nothing (RFC 8446 5)."""
        if self._modern:
            return
        if direction is SERVER and self._resumable:
            # no Certificate, no ServerHelloDone between ServerHello and here (RFC 5246 7.3)
            self._learn(resumed=True)
        if self._decryptor is not None:
            self._decryptor.change_cipher_spec(direction)

    def gap(self) -> None:
        """Messages may be missing: what did not come proves nothing any more."""
        self._resumable = False

    def offered(self, offer: Offer | None) -> tuple[Detail, ...]:
        """A ClientHello was read (None: it was malformed)."""
        if offer is None:
            return ()
        ech = names.ENCRYPTED_CLIENT_HELLO in offer.extensions
        self._session_id = offer.session_id
        self.name_at = offer.name_at
        if self._decryptor is not None:
            early = names.EARLY_DATA in offer.extensions
            self._decryptor.client_hello(offer.random, early=early, ech=ech)
        versions = tuple(names.version_name(each) for each in offer.versions or (offer.version,))
        highest = names.version_name(max(offer.versions, default=offer.version))
        self._learn(
            sni=offer.server_name,
            client_version=highest,
            client_versions=versions,
            client_alpn=offer.alpn,
            ech=ech,
            random=offer.random,
        )
        return (
            ClientHello(
                random=offer.random,
                version=highest,
                ciphers=tuple(suite_name(each) for each in offer.ciphers),
                sni=offer.server_name,
                alpn=offer.alpn,
                offers_psk=names.PRE_SHARED_KEY in offer.extensions,
                versions=versions,
                extensions=tuple(names.extension_name(each) for each in offer.extensions),
                early_data=names.EARLY_DATA in offer.extensions,
                ech=ech,
                grease=offer.grease,
            ),
        )

    def _chosen(self, choice: Choice | None) -> tuple[str, tuple[Detail, ...]]:
        if choice is None:
            return "ServerHello", ()
        self.version = names.TLS13 if names.draft(choice.version) else choice.version
        if self._modern:
            resumed = names.PRE_SHARED_KEY in choice.extensions
        else:  # RFC 5246 7.4.1.3, and RFC 5077 3.4 for tickets
            resumed = choice.session_id != b"" and choice.session_id == self._session_id
        self._resumable = not self._modern
        if choice.retry:
            self._took_early(took=False)  # RFC 8446 4.2.10
        elif self._decryptor is not None:
            draft = names.draft(choice.version)
            self._decryptor.server_hello(self.version, choice, draft)
        version, cipher = names.version_name(self.version), suite_name(choice.cipher)
        group = names.group_name(choice.group) if choice.group else None
        self._learn(
            version=version,
            cipher=cipher,
            alpn=choice.alpn or self.facts.alpn,
            resumed=resumed,
            group=group,
        )
        extensions = tuple(names.extension_name(each) for each in choice.extensions)
        name = "HelloRetryRequest" if choice.retry else "ServerHello"
        told = ServerHello(version, cipher, choice.alpn, resumed, choice.retry, extensions, group)
        return name, (told,)

    def _learn(self, **facts: Any) -> None:
        if not self._again:
            self.facts = replace(self.facts, **facts)

    def _certificate(self, direction: Direction, kind: int, body: bytes) -> tuple[Detail, ...]:
        plain = decompress(body) if kind == names.COMPRESSED_CERTIFICATE else body
        der = first_certificate(plain or b"", tls13=self._modern)
        if direction is SERVER:
            self._full()
        certificate = parse_certificate(der) if der else None
        if certificate is None:
            return ()
        if direction is SERVER:
            self._learn(certificate=certificate)
        return (certificate,)

    def _full(self) -> None:
        """The server goes through a full handshake, whatever session id it sent."""
        self._resumable = False
        self._learn(resumed=False)

    def _encrypted_extensions(self, body: bytes) -> None:
        extensions, alpn = parse_encrypted_extensions(body)
        self._learn(alpn=alpn or self.facts.alpn)
        self._took_early(took=names.EARLY_DATA in extensions)

    def _took_early(self, *, took: bool) -> None:
        self.early = took
        self._learn(early_data=took)
