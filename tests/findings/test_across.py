"""Verdicts that need several sessions, and silence where one session is all there is."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from tests import dialogue
from tests.findings.talks import Lines
from tutor.base import CLIENT, SERVER, Endpoint, Secret
from tutor.findings import Certainty, Credential, FileFinding, RuleFold, Summary, across
from tutor.findings.legs import Said

HOST = Endpoint("198.51.100.25", 143)
RELAY = "203.0.113.66"


def attempt(
    user: str | None,
    secret: str | None,
    accepted: bool | None,
    packet: int = 1,
    mechanism: str = "LOGIN",
) -> Credential:
    kept = None if secret is None else Secret(secret)
    return Credential(3, packet, mechanism, user, kept, "readable", accepted)


def session(number: int, **changed: Any) -> Summary:
    values: dict[str, Any] = {
        "id": number,
        "protocol": "imap",
        "client": Endpoint("192.0.2.10", 50000 + number),
        "server": HOST,
        "start": number * 10,
        "end": number * 10 + 5,
        "offer": True,
        "offer_packets": (number,),
        "greeting": b"* OK ready\r\n",
        "said": (),
        "security": "plaintext",
        "credentials": (),
    }
    return Summary(**(values | changed))


def rules(*found: Summary) -> list[str]:
    return [each.rule for each in across(found)]


def test_one_session_without_the_offer_proves_nothing() -> None:
    assert across([session(1, offer=False)]) == ()
    assert across([session(1, offer=False), session(2, offer=False)]) == ()
    assert across([session(1, offer=None), session(2)]) == ()


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_same_server_offered_it_elsewhere(order: tuple[int, int]) -> None:
    lacking, offering = order
    (found,) = across([session(lacking, offer=False), session(offering)])
    assert found.rule == "starttls-removed"
    assert found.certainty is Certainty.INFERRED
    assert found.sessions == (1, 2)
    assert set(found.packets) == {1, 2}


def test_another_server_or_port_or_protocol_says_nothing() -> None:
    lacking = session(1, offer=False)
    assert not rules(lacking, session(2, server=Endpoint(HOST.address, 110)))
    assert not rules(lacking, session(2, server=Endpoint("198.51.100.26", 143)))
    assert not rules(lacking, session(2, protocol="pop3"))


def test_a_session_that_got_its_tls_lacks_nothing() -> None:
    assert not rules(session(1, offer=False, security="tls"), session(2))
    assert not rules(session(1, offer=False, security="starttls"), session(2))


# two legs of one relayed session, from lines


def leg(
    number: int,
    client: str,
    server: Endpoint,
    lines: Lines,
    shift: float = 0.0,
) -> Summary:
    """A session of those lines, one each 100 ms; ``shift``: what the answers come earlier."""
    fold = RuleFold(dialogue.play(server.port, lines))
    fold.update()
    said = []
    for place, line in enumerate(fold.talk.said):
        when = 1000 + 100 * place + int(shift * (1 if line.direction is CLIENT else -1))
        said.append(line._replace(time=when))
    return session(
        number,
        client=Endpoint(client, 50000 + number),
        server=server,
        start=900 + int(shift),
        end=5000,
        offer=fold.offers.told,
        offer_packets=fold.offers.packets,
        greeting=fold.talk.greeting,
        said=tuple(said),
    )


def imap(caps: str, user: str = "alice") -> Lines:
    return [
        f"S: * OK [CAPABILITY IMAP4rev1 {caps}] host ready\r\n",
        "C: a1 ID NIL\r\n",
        "S: a1 OK\r\n",
        f"C: a2 LOGIN {user} s3cret-word\r\n",
        "S: a2 OK in\r\n",
        "C: a3 LOGOUT\r\n",
        "S: a3 OK bye\r\n",
    ]


def found_on(near: Summary, far: Summary) -> FileFinding | None:
    found = across([near, far])
    assert found == across([far, near])
    assert len(found) <= 1
    return found[0] if found else None


def test_both_legs_of_a_relay_are_seen() -> None:
    """Also where the relay takes the offer out of the greeting, which then is another one."""
    near = leg(1, "192.0.2.10", Endpoint(RELAY, 143), imap("IDLE"))
    far = leg(2, RELAY, HOST, imap("IDLE STARTTLS"), 3)
    found = found_on(near, far)
    assert found
    assert (found.rule, found.certainty) == ("starttls-removed", Certainty.OBSERVED)
    assert (found.sessions, found.packets) == ((1, 2), (4, 4))
    mangled = leg(1, "192.0.2.10", Endpoint(RELAY, 143), imap("IDLE XXXXXXXX"))
    assert found_on(mangled, far)


def test_a_relay_that_goes_to_tls_on_its_own() -> None:
    near = leg(1, "192.0.2.10", Endpoint(RELAY, 143), imap("IDLE"))
    own = [*imap("IDLE STARTTLS")[:3], "C: a2 STARTTLS\r\n", "S: a2 OK go\r\n"]
    found = found_on(near, replace(leg(2, RELAY, HOST, own, 3), security="starttls"))
    assert found
    assert found.certainty is Certainty.OBSERVED


def test_a_relay_that_goes_to_tls_before_the_client_speaks() -> None:
    near = leg(1, "192.0.2.10", Endpoint(RELAY, 143), imap("IDLE"))
    own = [imap("IDLE STARTTLS")[0], "C: m1 STARTTLS\r\n", "S: m1 OK go\r\n"]
    far = replace(leg(2, RELAY, HOST, own, 3), security="starttls")
    found = found_on(near, far)
    assert found
    assert found.certainty is Certainty.OBSERVED
    earlier, later = replace(far, start=800), replace(far, start=3000)
    assert found_on(near, earlier) is None  # it was open before anybody called the relay
    assert found_on(near, later) is None
    assert found_on(near, replace(far, client=Endpoint("192.0.2.77", 50002))) is None


def test_not_at_one_time_or_not_the_same_words_are_no_legs() -> None:
    near = leg(1, "192.0.2.10", Endpoint(RELAY, 143), imap("IDLE"))
    far = leg(2, RELAY, HOST, imap("IDLE STARTTLS"), 3)
    assert found_on(near, replace(far, start=6000, end=7000)) is None
    assert found_on(near, leg(2, RELAY, HOST, imap("IDLE STARTTLS", "bob"), 3)) is None
    assert found_on(near, leg(2, "192.0.2.77", HOST, imap("STARTTLS")[:3], 3)) is None
    assert found_on(replace(near, said=()), replace(far, said=())) is None
    assert found_on(near, replace(far, greeting=b"* OK other\r\n")) is None


def test_a_relay_on_one_machine_or_unseen_shows_by_the_order_in_time() -> None:
    here = "127.0.0.1"
    near = leg(1, here, Endpoint(here, 1143), imap("IDLE"))
    behind = leg(2, here, Endpoint(here, 143), imap("IDLE STARTTLS"), 3)
    found = found_on(near, behind)
    assert found
    assert found.certainty is Certainty.OBSERVED
    beside = leg(2, here, Endpoint(here, 143), imap("IDLE STARTTLS"))
    late = replace(beside, said=tuple(line._replace(time=line.time + 3) for line in beside.said))
    assert found_on(near, late) is None, "a second client of the same kind, a little later"
    unseen = leg(1, "192.0.2.10", HOST, imap("IDLE"))
    found = found_on(unseen, leg(2, RELAY, HOST, imap("IDLE STARTTLS"), 3))
    assert found
    assert found.certainty is Certainty.OBSERVED
    twins = found_on(unseen, leg(2, "192.0.2.11", HOST, imap("IDLE STARTTLS", "bob"), 3))
    assert twins
    assert twins.certainty is Certainty.INFERRED


@pytest.mark.slow
def test_very_many_sessions_alike_cost_no_square() -> None:
    said = (Said(CLIENT, 1, "ID", 1), Said(SERVER, 2, "OK", 0))
    many = [session(n, offer=n % 2 == 0, said=said, start=0, end=9) for n in range(20_000)]
    began = time.perf_counter()
    assert len(across(many)) == 10_000
    assert time.perf_counter() - began < 20


# which lists of capabilities tell that there is no offer


@pytest.mark.parametrize(
    ("port", "lines", "told"),
    [
        (143, ["S: * OK [CAPABILITY IDLE] r\r\n"], False),
        (143, ["S: * OK [CAPABILITY STARTTLS] r\r\n"], True),
        (143, ["S: * OK r\r\n"], None),
        (143, ["S: * PREAUTH [CAPABILITY IDLE] r\r\n"], None),
        (143, ["C: a CAPABILITY\r\n", "S: * CAPABILITY IDLE\r\na OK\r\n"], None),
        (
            143,
            ["S: * OK r\r\n", "C: a LOGIN u p\r\n", "S: a OK [CAPABILITY IDLE] in\r\n"],
            None,
        ),
        (110, ["S: +OK\r\n", "C: CAPA\r\n", "S: +OK\r\nTOP\r\n.\r\n"], False),
        (110, ["S: +OK\r\n", "C: CAPA\r\n", "S: +OK\r\nTOP\r\n"], None),
        (110, ["S: +OK\r\n", "C: CAPA\r\n", "S: -ERR what\r\n"], None),
        (
            110,
            [
                *("S: +OK\r\n", "C: USER u\r\n", "S: +OK\r\n", "C: PASS p\r\n", "S: +OK\r\n"),
                *("C: CAPA\r\n", "S: +OK\r\nTOP\r\n.\r\n"),
            ],
            None,
        ),
        (25, ["S: 220 x\r\n", "C: EHLO a\r\n", "S: 250-x\r\n250 SIZE\r\n"], False),
        (25, ["S: 220 x\r\n", "C: EHLO a\r\n", "S: 250 x\r\n"], False),
        (25, ["S: 220 x\r\n", "C: HELO a\r\n", "S: 250 x\r\n"], None),
        (25, ["S: 220 x\r\n", "C: EHLO a\r\n", "S: 502 what\r\n"], None),
        (25, ["C: EHLO a\r\n", "S: 250-x\r\n250 SIZE\r\n"], None),
        (
            25,
            [
                *("S: 220 x\r\n", "C: AUTH PLAIN AGEAYg==\r\n", "S: 235 in\r\n"),
                *("C: EHLO a\r\n", "S: 250-x\r\n250 SIZE\r\n"),
            ],
            None,
        ),
    ],
)
def test_what_a_list_tells_of_the_offer(port: int, lines: Lines, told: bool | None) -> None:
    fold = RuleFold(dialogue.play(port, lines))
    fold.update()
    assert fold.offers.told is told


# logins

NAMES = ["alice", "bob", "carol", "dave"]


def each_in_its_session(tries: list[Credential], **changed: Any) -> list[Summary]:
    return [session(n, credentials=(t,), **changed) for n, t in enumerate(tries, 1)]


def test_spraying_is_many_names_and_few_secrets() -> None:
    tries = [attempt(name, "Spring2026", name == "dave") for name in NAMES]
    (found,) = across(each_in_its_session(tries))
    assert (found.rule, found.certainty) == ("spraying", Certainty.INFERRED)
    assert found.sessions == (1, 2, 3, 4)
    assert rules(session(1, credentials=tuple(tries))) == ["spraying"], "in one session"
    two = [attempt(name, secret, False) for name in NAMES for secret in ("one", "two")]
    assert rules(session(1, credentials=tuple(two))) == ["spraying"]
    ports = [*each_in_its_session(tries[:2]), session(3, credentials=(tries[2],))]
    other = session(4, credentials=(tries[3],), server=Endpoint(HOST.address, 110), protocol="pop3")
    assert rules(*ports, other) == ["spraying"], "one server, whichever protocol"


def test_what_is_no_spraying() -> None:
    own = [attempt(name, f"own-{name}", False) for name in NAMES]
    assert not rules(*each_in_its_session(own))
    same = [attempt(name, "Spring2026", False) for name in NAMES]
    assert not rules(*each_in_its_session(same[:3])), "three names"
    mostly_in = [attempt(name, "Spring2026", name > "b") for name in NAMES]
    assert not rules(*each_in_its_session(mostly_in)), "one refused"
    third = [*same[:3], attempt("dave", "Summer", False), attempt("dave", "Autumn", False)]
    assert not rules(*each_in_its_session(third)), "three secrets"
    unseen = [attempt(name, "Spring2026", None) for name in NAMES]
    assert not rules(*each_in_its_session(unseen)), "no answer was captured"
    apart = [
        session(n, credentials=(t,), client=Endpoint(f"192.0.2.{n}", 5000))
        for n, t in enumerate(same, 1)
    ]
    assert not rules(*apart), "four addresses"
    servers = [
        session(n, credentials=(t,), server=Endpoint(f"192.0.2.{n}", 143))
        for n, t in enumerate(same, 1)
    ]
    assert not rules(*servers), "four servers"


@pytest.mark.parametrize("mechanism", ["CRAM-MD5", "APOP", "DIGEST-MD5", "NTLM", "SCRAM-SHA-1"])
def test_whether_answers_to_challenges_hold_one_secret_cannot_be_told(mechanism: str) -> None:
    tries = [attempt(name, "the same", False, 1, mechanism) for name in NAMES]
    assert not rules(*each_in_its_session(tries))
    lost = [attempt(name, None, False) for name in NAMES]
    assert not rules(*each_in_its_session(lost))


def test_guessing_is_one_name_many_times() -> None:
    tries = tuple(attempt("alice", f"guess{n}", False, n) for n in range(1, 5))
    (found,) = across([session(1, credentials=tries)])
    assert (found.rule, found.certainty) == ("guessing", Certainty.INFERRED)
    assert (found.sessions, found.packets) == ((1,), (1, 2, 3, 4))
    assert not rules(session(1, credentials=tries[:3]))
    places = [
        session(n, credentials=(t,), client=Endpoint(f"192.0.2.{n}", 5000))
        for n, t in enumerate(tries, 1)
    ]
    assert rules(*places) == ["guessing"], "from four addresses"
    hashed = tuple(attempt("alice", f"{n}", False, n, "CRAM-MD5") for n in range(4))
    assert rules(session(1, credentials=hashed)) == ["guessing"], "the name is enough"


@pytest.mark.parametrize(
    "tries",
    [
        [attempt("alice", "g", accepted) for accepted in (False, False, False, True, None)],
        [attempt(name, f"own-{name}", False) for name in NAMES],
        [attempt(None, "g", False) for _ in range(5)],
    ],
)
def test_what_is_no_guessing(tries: list[Credential]) -> None:
    assert not rules(session(1, credentials=tuple(tries)))
