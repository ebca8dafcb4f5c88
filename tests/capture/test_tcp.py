"""What TCP, networks and captures do to a session does not change what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources import wire
from tests.sources.ways import ACK, FIN, PSH, RST, SYN, TURNS, Wire, analyze, session, told, untimed

WHOLE = session()
FROM_CLIENT = [frame for frame in WHOLE if frame[26:30] == wire.address("192.0.2.10")]
FROM_SERVER = [frame for frame in WHOLE if frame not in FROM_CLIENT]


def same(frames: list[bytes]) -> bool:
    return bool(told(wire.pcap(frames), keep=untimed) == told(wire.pcap(WHOLE), keep=untimed))


def sessions(frames: list[bytes]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = analyze(wire.pcap(frames))["sessions"]
    return found


def secrets(frames: list[bytes]) -> list[list[tuple[str, bool]]]:
    """Of each session: what was sent as a secret, and whether it was accepted."""
    return [[(c["secret"], c["accepted"]) for c in s["credentials"]] for s in sessions(frames)]


LOGIN = [("correct-horse", True)]


def one_byte_each() -> list[bytes]:
    turns = [(who, data[at : at + 1]) for who, data in TURNS for at in range(len(data))]
    return Wire().open().say(turns).close().frames


def keep_alive(garbage: bytes) -> list[bytes]:
    made = Wire().open()
    for who, data in TURNS:
        made.say([(who, data)])
        peer = "s" if who == "c" else "c"
        made.send(peer, ACK)
        made.send(who, ACK, garbage, seq=made.seq[who] - 1)
        made.send(peer, ACK)
    return made.close().frames


def half_behind(lead: int) -> list[bytes]:
    """The server's packets are captured ``lead`` packets ahead of the client's."""
    ours, theirs = list(FROM_CLIENT), list(FROM_SERVER)
    frames = theirs[:lead]
    rest = theirs[lead:]
    while ours or rest:
        frames += ours[:1] + rest[:1]
        ours, rest = ours[1:], rest[1:]
    return frames


def with_stray(flags: int, seq: int, ack: int | None = None) -> list[bytes]:
    """The session with a segment of the client's in it that belongs to nothing."""
    made = Wire().open().say(TURNS[:2])
    made.send("c", flags, seq=seq, ack=ack)
    made.send("s", ACK)
    return made.say(TURNS[2:]).close().frames


def two_syns() -> list[bytes]:
    made = Wire()
    made.send("c", SYN)
    made.send("s", SYN)
    made.send("c", SYN | ACK, seq=1000)
    made.send("s", SYN | ACK, seq=5000)
    return made.say().close().frames


SAME = {
    "one byte a segment": one_byte_each(),
    "one byte a segment, each twice": [f for f in one_byte_each() for _ in range(2)],
    "every packet twice": [frame for frame in WHOLE for _ in range(2)],
    "keep-alive with a zero": keep_alive(b"\0"),
    "keep-alive with garbage": keep_alive(b"?"),
    "keep-alive with nothing": keep_alive(b""),
    "numbers that wrap": session((2**32 - 20, 2**32 - 70)),
    "the SYN-ACK before the SYN": [WHOLE[1], WHOLE[0], *WHOLE[2:]],
    "both ends open at once": two_syns(),
    "one end's packets, then the other's": FROM_CLIENT + FROM_SERVER,
    "the replies, then the commands": FROM_SERVER + FROM_CLIENT,
    **{f"replies {lead} packets early": half_behind(lead) for lead in range(1, 6)},
    "a SYN that nobody accepts": with_stray(SYN, 777_777, 0),
    "a reset out of the window": with_stray(RST, 777_777_777),
}


@pytest.mark.parametrize("name", SAME)
def test_the_report_is_the_same(name: str) -> None:
    assert same(SAME[name])


@pytest.mark.parametrize("at", range(len(WHOLE) - 1))
def test_two_packets_in_the_wrong_order_change_nothing(at: int) -> None:
    assert same([*WHOLE[:at], WHOLE[at + 1], WHOLE[at], *WHOLE[at + 2 :]])


def test_a_syn_may_carry_data() -> None:
    first, rest = b"a0 NOOP\r\n", [("s", b"* OK hi\r\na0 OK\r\n"), *TURNS[1:]]
    taken = Wire()
    taken.send("c", SYN, first)
    taken.send("s", SYN | ACK)
    taken.send("c", ACK)
    refused = Wire()
    refused.send("c", SYN, first)
    refused.seq["c"] -= len(first)
    refused.send("s", SYN | ACK)
    refused.send("c", ACK | PSH, first)
    for made in (taken, refused):
        (found,) = sessions(made.say(rest).close().frames)
        assert (found["complete"], found["gaps"], found["commands"]) == (True, 0, 4)


def again(isn: tuple[int, int], skip: int = 0) -> list[bytes]:
    return session(isn)[skip:]


REUSED = {
    "after both FINs": WHOLE + again((900_000, 800_000)),
    "with numbers close behind": WHOLE + again((1200, 5300)),
    "after no end": WHOLE[:-3] + again((900_000, 800_000)),
    "without its SYN": WHOLE + again((900_000_000, 800_000_000), 3),
    "without its SYN, far above": WHOLE + again((3_900_000_000, 800_000_000), 3),
    "after a SYN that was answered with a reset": [
        *Wire((7, 0)).open().frames[:1],
        wire.frame("198.51.100.25", "192.0.2.10", (143, 51234), 0, 8, RST | ACK, b""),
        *WHOLE,
        *again((900_000, 800_000)),
    ],
}


@pytest.mark.parametrize("name", REUSED)
def test_ports_used_again_are_two_sessions(name: str) -> None:
    assert secrets(REUSED[name]) == [LOGIN, LOGIN]


def test_a_rebooted_client_is_challenged_before_its_syn_counts() -> None:
    """RFC 9293 3.5.1, figure 9: the answer to the SYN is an ACK, and to that a reset."""
    made = Wire().open().say(TURNS[:3])
    old = made.seq["c"]
    made.send("c", SYN, seq=70_000_000, ack=0)
    made.send("s", ACK)
    made.send("c", RST, seq=old, ack=0)
    first, second = sessions(made.frames + again((70_000_000, 800_000)))
    assert [len(s["credentials"]) for s in (first, second)] == [1, 1]
    assert (first["complete"], second["complete"]) == (True, True)


def test_a_session_goes_on_behind_a_hole_that_is_too_large_to_believe() -> None:
    made = Wire().open().say(TURNS[:5])
    made.seq["s"] += 500_000_000
    for number in range(4):
        made.say([("s", b"* %d EXISTS\r\n" % number)])
        made.send("c", ACK)
    made.say([("c", b"b1 LOGIN bob second\r\n"), ("s", b"b1 OK\r\n")])
    assert secrets(made.close().frames) == [LOGIN, [("second", True)]]


def test_late_bytes_fill_the_gap_that_was_believed() -> None:
    late = [*WHOLE[:4], *WHOLE[5:], WHOLE[4]]
    (found,) = sessions(late)
    assert (found["gaps"], found["commands"], len(found["credentials"])) == (0, 3, 1)
    assert found["credentials"][0]["accepted"] is True


def test_data_behind_a_fin_and_after_one_end_closed() -> None:
    made = Wire().open().say(TURNS[:-1])
    made.send("c", FIN | ACK)
    made.say(TURNS[-1:])
    made.send("s", FIN | ACK)
    assert same(made.frames)
