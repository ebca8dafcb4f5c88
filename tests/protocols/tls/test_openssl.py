"""Sessions that Python cannot make, recorded between OpenSSL 3.0's s_client and s_server.

``openssl.json`` holds what crossed a relay between the two, the client's key log, and what was
typed at each end: KeyUpdate from both ends (the commands k and K), early data (-early_data), each
cipher of TLS 1.3 (-ciphersuites), a HelloRetryRequest (-groups), and a renegotiation (r).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.protocols.tls.sessions import Seen, Wire, observe
from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.events import Anomaly, ClientHello, ServerHello
from tutor.protocols.tls import KeyLog
from tutor.protocols.tls.decrypt import MOST_TRIES

_WAYS = {"client": CLIENT, "server": SERVER}


@cache
def recorded() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("openssl.json").read_bytes())
    return loaded


def wire(name: str) -> Wire:
    return [(_WAYS[way], bytes.fromhex(data)) for way, data in recorded()[name]["wire"]]


def keys(name: str) -> KeyLog:
    return KeyLog.parse("\n".join(recorded()[name]["keylog"]).encode())


def seen(name: str) -> Seen:
    return observe(wire(name), keys(name))


@pytest.mark.parametrize("name", sorted(recorded()))
def test_both_ends_words_come_out(name: str) -> None:
    got = seen(name)
    assert [got.text(each).decode() for each in Direction] == recorded()[name]["sent"]
    assert got.tls.facts.why_not is None
    assert not any(event.anomalies for event in got.events)


@pytest.mark.parametrize("name", [name for name in sorted(recorded()) if name.startswith("TLS_")])
def test_the_cipher_is_named_and_can_be_found_without_the_server_hello(name: str) -> None:
    assert seen(name).tls.facts.cipher == name
    half = observe([item for item in wire(name) if item[0] is CLIENT], keys(name))
    assert half.text(CLIENT).decode() == recorded()[name]["sent"][CLIENT]
    assert (half.tls.facts.cipher, half.tls.facts.version) == (name, "1.3")


@pytest.mark.parametrize("name", sorted(recorded()))
def test_an_undamaged_session_opens_without_trying(name: str) -> None:
    inside = seen(name).tls._inside
    assert inside is not None
    # nothing on the wire says where early data ends that was refused: one try finds it out
    assert inside.decryptor.tries_left == MOST_TRIES - ("refused" in name)


def test_key_update() -> None:
    got = seen("key-update")
    assert got.names(CLIENT)[3:8] == ["application-data", "KeyUpdate"] * 2 + ["application-data"]
    assert "KeyUpdate" in got.names(SERVER)


def test_a_key_update_lost_in_a_gap() -> None:
    items: list[tuple[Direction, bytes | int]] = list(wire("key-update"))
    at = [index for index, item in enumerate(items) if item[0] is CLIENT][-3]
    items[at] = (CLIENT, len(wire("key-update")[at][1]))
    got = observe(items, keys("key-update"))
    assert got.text(CLIENT).endswith(b"after two\n")
    assert any(piece.missing for piece in got.plaintext)


def test_early_data_is_opened_and_told() -> None:
    got = seen("early-data")
    assert got.names(CLIENT)[:4] == [
        "ClientHello",
        "ChangeCipherSpec",
        "early-data",
        "EndOfEarlyData",
    ]
    assert (got.tls.facts.early_data, got.tls.facts.resumed) == (True, True)
    (offer,) = [each for each in got.events[0].details if isinstance(each, ClientHello)]
    assert (offer.early_data, offer.offers_psk) == (True, True)
    # whether the server took it stands in EncryptedExtensions, which a listener cannot read
    assert not observe(wire("early-data")).tls.facts.early_data


def test_a_retry_is_named_and_the_second_hello_read() -> None:
    got = seen("retry")
    assert got.names(CLIENT)[:3] == ["ClientHello", "ChangeCipherSpec", "ClientHello"]
    assert got.names(SERVER)[:3] == ["HelloRetryRequest", "ChangeCipherSpec", "ServerHello"]
    choices = [
        detail.retry
        for event in got.events
        for detail in event.details
        if isinstance(detail, ServerHello)
    ]
    assert choices == [True, False]
    half = observe([item for item in wire("retry") if item[0] is CLIENT])
    assert half.names(CLIENT)[:3] == ["ClientHello", "ChangeCipherSpec", "ClientHello"]


def test_a_renegotiation_changes_keys_but_not_the_facts() -> None:
    got = seen("renegotiation")
    assert got.names(SERVER)[7:11] == [
        "HelloRequest",
        "ServerHello",
        "ChangeCipherSpec",
        "Finished",
    ]
    assert not got.tls.facts.resumed  # only the second handshake was a short one
    assert got.tls.facts.certificate is not None
    assert got.tls.facts == observe(wire("renegotiation"), keys("renegotiation")).tls.facts


def test_encrypted_handshake_records_are_told_where_the_beginning_is_missing() -> None:
    items = wire("renegotiation")
    first = next(at for at, item in enumerate(items) if item[1][0] == 23)
    got = observe(items[first:])
    assert got.names(CLIENT)[:4] == [
        "application-data",
        "encrypted-handshake",
        "ChangeCipherSpec",
        "encrypted-handshake",
    ]
    assert got.tls.facts.version is None


def test_a_secret_that_the_log_lacks_costs_only_its_records() -> None:
    text = "\n".join(
        line for line in recorded()["retry"]["keylog"] if "HANDSHAKE_TRAFFIC" not in line
    )
    got = observe(wire("retry"), KeyLog.parse(text.encode()))
    assert [got.text(each).decode() for each in Direction] == recorded()["retry"]["sent"]
    odd = [event.name for event in got.events if Anomaly.UNDECRYPTABLE_RECORD in event.anomalies]
    assert set(odd) == {"application-data"}
    assert got.tls.facts.decrypted
    assert got.tls.facts.why_not == (
        "the key log has no SERVER_HANDSHAKE_TRAFFIC_SECRET for this session"
    )
    half = observe(
        [item for item in wire("retry") if item[0] is CLIENT], KeyLog.parse(text.encode())
    )
    assert half.tls.facts.why_not == (
        "the key log has no CLIENT_HANDSHAKE_TRAFFIC_SECRET for this session"
    )


@pytest.mark.parametrize("name", ["early-data-refused", "early-data-refused-by-retry"])
def test_early_data_that_the_server_refused_was_never_read(name: str) -> None:
    got = seen(name)
    assert got.names(CLIENT)[2] == "early-data"
    assert not got.tls.facts.early_data
    # the client alone shows it too: without EndOfEarlyData it was refused
    half = observe([item for item in wire(name) if item[0] is CLIENT], keys(name))
    assert half.names(CLIENT)[2] == "early-data"
    assert half.text(CLIENT) == b""


def test_early_data_waits_for_the_verdict_but_not_for_ever() -> None:
    got = seen("early-data")
    half = observe([item for item in wire("early-data") if item[0] is CLIENT], keys("early-data"))
    assert half.text(CLIENT) == got.text(CLIENT)
    assert half.tls.facts.early_data
    first = observe(wire("early-data")[:1], keys("early-data"))
    assert first.text(CLIENT)
    assert got.text(CLIENT).startswith(first.text(CLIENT))
    assert not first.tls.facts.early_data


def test_early_data_without_its_secret_says_so() -> None:
    text = "\n".join(line for line in recorded()["early-data"]["keylog"] if "EARLY" not in line)
    got = observe(wire("early-data"), KeyLog.parse(text.encode()))
    assert got.tls.facts.why_not == (
        "the key log has no CLIENT_EARLY_TRAFFIC_SECRET for this session"
    )
    assert got.tls.facts.early_data
    assert got.text(SERVER).decode() == recorded()["early-data"]["sent"][SERVER]
