"""Verdicts that need several sessions, and silence where one session is all there is."""

from __future__ import annotations

from typing import Any

from tutor.base import Endpoint, Secret
from tutor.findings import Certainty, Credential, Summary, across

SERVER = Endpoint("198.51.100.25", 143)


def attempt(user: str, secret: str, accepted: bool | None, packet: int = 1) -> Credential:
    return Credential(3, packet, "LOGIN", user, Secret(secret), "readable", accepted)


def session(number: int, **changed: Any) -> Summary:
    values: dict[str, Any] = {
        "id": number,
        "protocol": "imap",
        "client": Endpoint("192.0.2.10", 50000 + number),
        "server": SERVER,
        "start": number * 10,
        "end": number * 10 + 5,
        "offer": True,
        "offer_packets": (number,),
        "greeting": b"* OK ready\r\n",
        "security": "plaintext",
        "credentials": (),
    }
    return Summary(**(values | changed))


def test_one_session_without_the_offer_proves_nothing() -> None:
    assert across([session(1, offer=False)]) == ()
    assert across([session(1, offer=False), session(2, offer=False)]) == ()
    assert across([session(1, offer=None), session(2)]) == ()


def test_the_same_server_offered_it_elsewhere() -> None:
    (found,) = across([session(1, offer=False), session(2)])
    assert found.rule == "starttls-removed"
    assert found.certainty is Certainty.INFERRED
    assert found.sessions == (1, 2)
    assert found.packets == (1, 2)


def test_another_server_or_port_says_nothing() -> None:
    other = Endpoint("198.51.100.25", 110)
    assert across([session(1, offer=False), session(2, server=other)]) == ()


def test_both_legs_of_a_relay_are_seen() -> None:
    relay = Endpoint("203.0.113.66", 143)
    near = session(1, offer=False, server=relay, start=0, end=50)
    far = session(2, client=Endpoint("203.0.113.66", 51000), start=1, end=49)
    (found,) = across([near, far])
    assert found.certainty is Certainty.OBSERVED
    later = session(2, client=Endpoint("203.0.113.66", 51000), start=60, end=70)
    assert across([near, later]) == ()


def test_spraying_is_many_names_and_few_secrets() -> None:
    names = ["alice", "bob", "carol", "dave"]
    tries = tuple(attempt(name, "Spring2026", name == "dave") for name in names)
    (found,) = across([session(n, credentials=(t,)) for n, t in enumerate(tries, 1)])
    assert (found.rule, found.certainty) == ("spraying", Certainty.INFERRED)
    assert found.sessions == (1, 2, 3, 4)
    own = tuple(attempt(name, f"own-{name}", False) for name in names)
    assert across([session(1, credentials=own)]) == ()
    assert across([session(1, credentials=tries[:3])]) == ()


def test_guessing_is_one_name_many_times() -> None:
    tries = tuple(attempt("alice", f"guess{n}", False, n) for n in range(4))
    (found,) = across([session(1, credentials=tries)])
    assert (found.rule, found.packets) == ("guessing", (0, 1, 2, 3))
    assert across([session(1, credentials=tries[:3])]) == ()
