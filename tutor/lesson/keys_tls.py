"""Which texts of the reference speak of a TLS record; see ``keys``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.findings.trust import weak
from tutor.protocols.events import ClientHello, Event, ServerHello
from tutor.protocols.tls.names import group_class
from tutor.protocols.tls.suites import cipher_class, exchange_class

Keys = tuple[str, ...]


def record_keys(event: Event) -> Iterator[Keys]:
    """The things to say of a TLS record, the most specific first."""
    name = event.name
    if name.startswith("alert"):
        yield (f"tls/alert/{name.partition('/')[2]}", "tls/alert/unknown")
    elif name == "encrypted-handshake":
        yield ("tls/handshake/encrypted",)
    elif name == "ChangeCipherSpec":
        yield ("tls/record/change-cipher-spec",)
    elif name in ("application-data", "early-data", "heartbeat"):
        yield (f"tls/record/{name}",)
    else:
        # a record may carry several handshake messages: "ServerHello, Certificate"
        for one in re.split(r"[,+/ ]+", name.removeprefix("handshake/")):
            yield (f"tls/handshake/{one}", f"tls/record/{one}", "tls/record/handshake")
    for detail in event.details:
        if isinstance(detail, ClientHello):
            yield from _offered(detail)
        elif isinstance(detail, ServerHello):
            yield from _chosen(detail)
    if event.about == "application-data" and name != "application-data":
        yield ("tls/record/application-data",)


_TELLING = frozenset(
    {"server_name", "application_layer_protocol_negotiation", "pre_shared_key", "early_data"}
)


def _offered(hello: ClientHello) -> Iterator[Keys]:
    """What of a ClientHello tells most: not each of its many extensions."""
    for name in hello.extensions:
        if name in _TELLING:
            yield (f"tls/extension/{name}", "tls/extension/unknown")
    if hello.ech:
        yield ("tls/hello/ech",)
    if hello.grease:
        yield ("tls/hello/grease",)


def _chosen(hello: ServerHello) -> Iterator[Keys]:
    """What a ServerHello settles, and whether that is worth something."""
    yield (f"tls/version/{hello.version}", "tls/version/unknown")
    if weak(hello.version, hello.cipher):
        yield ("tls/weak",)
    yield (f"tls/exchange/{exchange_class(hello.cipher)}",)
    yield (f"tls/cipher/{cipher_class(hello.cipher)}",)
    if hello.group:
        yield (f"tls/group/{group_class(hello.group)}",)
    if hello.resumed:
        yield ("tls/hello/resumed",)
