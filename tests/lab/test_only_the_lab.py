"""Mischief and spraying run where both ends are the lab's own on loopback: every way in refuses."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest

from tests.lab.running import Running
from tutor.lab.clients import Stand
from tutor.lab.mischief import Mode
from tutor.lab.own import Refused
from tutor.lab.relay import Relay
from tutor.lab.talk import Play, Trouble, Turn, hear, say

OTHERS = ["192.0.2.1", "2001:db8::1", "mail.example.org", "0.0.0.0", "10.0.0.1"]


@pytest.mark.parametrize("host", OTHERS)
@pytest.mark.parametrize("mode", list(Mode))
def test_no_relay_stands_before_another_host(host: str, mode: Mode) -> None:
    context = ssl.create_default_context()
    server = (host, 143)
    with pytest.raises(Refused):
        Relay("imap", server, print, secure=False, to_server=context, shown={mode: context})


@pytest.mark.parametrize("host", OTHERS)
def test_no_scene_plays_against_another_host(host: str) -> None:
    context = ssl.create_default_context()
    with pytest.raises(Refused):
        Stand(host, {"imap": 143}, context, context)


def test_no_order_can_name_a_host() -> None:
    """What the app can ask of the lab holds a scene's or a mode's name, and nothing more."""
    for order in (Play("spraying"), Turn("removed")):
        line = say(order).replace(b"}", b', "host": "192.0.2.1"}')
        with pytest.raises(ValueError, match="not a word"):
            hear(line)


@pytest.fixture
def orders(lab: Running) -> Iterator[Running]:
    lab.feed.words.clear()
    yield lab
    lab.feed.words.clear()


@pytest.mark.parametrize("order", [Play("192.0.2.1"), Turn("192.0.2.1")])
def test_an_order_that_nobody_understands(orders: Running, order: Play | Turn) -> None:
    orders.feed.order(order)
    assert orders.play("imap-login").end == "fine"
    assert [word.what for word in orders.feed.words if isinstance(word, Trouble)] == ["order"]


def test_everything_listens_on_loopback_only(lab: Running) -> None:
    from pathlib import Path

    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("this system has no /proc/net/tcp")
    ports = {place.port for place in lab.ready.places} | {p.behind for p in lab.ready.places}
    rows = [line.split() for line in table.read_text().splitlines()[1:]]
    found = {}
    for row in rows:
        address, _, port = row[1].partition(":")
        if row[3] == "0A" and int(port, 16) in ports:
            found[int(port, 16)] = address
    assert set(found) == ports
    assert set(found.values()) == {"0100007F"}
