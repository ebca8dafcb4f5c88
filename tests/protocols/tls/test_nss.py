"""Old ciphers that OpenSSL no longer speaks, recorded between NSS's tstclnt and selfserv.

``nss.json`` holds what crossed, the master secret, and what tshark makes of the application data.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.protocols.tls.sessions import Seen, observe
from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.tls import KeyLog

_WAYS = {"client": CLIENT, "server": SERVER}


@cache
def recorded() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("nss.json").read_bytes())
    return loaded


def items(name: str) -> list[tuple[Direction, bytes | int]]:
    return [(_WAYS[way], bytes.fromhex(data)) for way, data in recorded()[name]["wire"]]


def seen(name: str, wire: list[tuple[Direction, bytes | int]] | None = None) -> Seen:
    keys = KeyLog.parse("\n".join(recorded()[name]["keylog"]).encode())
    return observe(wire or items(name), keys)


@pytest.mark.parametrize("name", sorted(recorded()))
def test_old_ciphers_open(name: str) -> None:
    got = seen(name)
    assert [got.text(each).decode() for each in Direction] == recorded()[name]["sent"]
    version, cipher = name.split()
    assert (got.tls.facts.version, got.tls.facts.cipher) == (version, cipher)
    assert got.tls.facts.why_not is None
    assert not any(event.anomalies for event in got.events)


@pytest.mark.parametrize("name", sorted(recorded()))
def test_without_its_client_hello_a_session_is_found_in_the_key_log(name: str) -> None:
    half = [item for item in items(name) if item[0] is SERVER]
    others = KeyLog({("CLIENT_RANDOM", bytes([each]) * 32): bytes(48) for each in range(20)})
    mine = KeyLog.parse("\n".join(recorded()[name]["keylog"]).encode())
    got = observe(half, others | mine)
    assert got.text(SERVER).decode() == recorded()[name]["sent"][SERVER]
    assert got.tls.facts.why_not is None


def test_rc4_goes_on_from_record_to_record_so_a_gap_ends_it() -> None:
    name = "1.2 TLS_RSA_WITH_RC4_128_SHA"
    wire = items(name)
    at = next(at for at, item in enumerate(wire) if at > 2 and item[0] is SERVER)
    changed = wire[at][1]
    assert isinstance(changed, bytes)
    lost = len(changed) - 6  # the Finished behind ChangeCipherSpec
    got = seen(name, [*wire[:at], (SERVER, changed[:6]), (SERVER, lost), *wire[at + 1 :]])
    assert got.text(SERVER) == b""
    assert got.text(CLIENT).decode() == recorded()[name]["sent"][CLIENT]
    missing = f"a gap in the capture: {lost} bytes missing before record"
    assert (got.tls.facts.why_not or "").startswith(missing)
