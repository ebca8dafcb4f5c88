"""DNS look-ups over UDP and TCP, and the mail sessions that followed from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from struct import pack

import pytest

from tests.conftest import ROOT
from tests.sources import wire
from tutor.base import Endpoint
from tutor.capture import Capture, Lookup
from tutor.capture.ties import tie
from tutor.render.json_report import report
from tutor.sources import index

CLIENT, SERVER = "192.0.2.10", "198.51.100.53"
TYPES = {"A": 1, "MX": 15, "TXT": 16}


def name(text: str) -> bytes:
    labels = [label.encode() for label in text.split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def message(number: int, asked: str, kind: str, *answers: bytes, reply: bool = False) -> bytes:
    """A query, or a response with the data of its answers."""
    flags = 0x8180 if reply else 0x0100
    head = pack(">HHHHHH", number, flags, 1, len(answers), 0, 0)
    question = name(asked) + pack(">HH", TYPES[kind], 1)
    records = [
        b"\xc0\x0c" + pack(">HHIH", TYPES[kind], 1, 300, len(data)) + data for data in answers
    ]
    return head + question + b"".join(records)


QUERY = message(7, "example.net", "MX")
ANSWER = message(7, "example.net", "MX", pack(">H", 10) + name("mail.example.net"), reply=True)
LONG = message(8, "example.org", "TXT", *[b"\xff" + b"x" * 255] * 20, reply=True)


def framed(*messages: bytes) -> bytes:
    return b"".join(pack(">H", len(each)) + each for each in messages)


def over_tcp(turns: list[tuple[str, bytes]], port: int = 4001) -> list[bytes]:
    return wire.conversation((CLIENT, port), (SERVER, 53), turns)


def over_udp(said: bytes, *, back: bool = False) -> bytes:
    ends, ports = ((SERVER, CLIENT), (53, 4001)) if back else ((CLIENT, SERVER), (4001, 53))
    return wire.ETHERNET + wire.ipv4(*ends, wire.udp(ports, said), 17)


def look_ups(folder: Path, frames: list[bytes], slice_size: int = 0) -> list[Lookup]:
    """What is found in a capture; with ``slice_size``, read so many bytes at a time."""
    path = folder / "a.pcap"
    path.write_bytes(wire.pcap(frames))
    with pytest.MonkeyPatch.context() as patch, Capture(str(path)) as capture:
        if slice_size:
            patch.setattr(index, "SLICE", slice_size)
            while capture.advance(1):
                pass
            capture.finish()
        else:
            capture.load()
        assert capture.entries == []
        return list(capture.lookups)


def test_a_look_up_over_tcp_is_like_one_over_udp(tmp_path: Path) -> None:
    frames = over_tcp([("c", framed(QUERY)), ("s", framed(ANSWER))])
    (one,) = look_ups(tmp_path, frames)
    assert (one.name, one.type, one.answers, one.rcode) == (
        "example.net", "MX", ("10 mail.example.net",), "NOERROR",
    )  # fmt: skip
    assert (one.packet, one.transport) == (5, "tcp")
    assert (one.client, one.server) == (Endpoint(CLIENT, 4001), Endpoint(SERVER, 53))
    (other,) = look_ups(tmp_path, [over_udp(QUERY), over_udp(ANSWER, back=True)])
    assert (other.answers, other.packet, other.transport) == (one.answers, 2, "udp")


@pytest.mark.parametrize("slice_size", [0, 400])
def test_messages_in_single_bytes_and_many_in_one_segment(tmp_path: Path, slice_size: int) -> None:
    bytewise = [("c", bytes([byte])) for byte in framed(QUERY)]
    second = message(8, "example.org", "TXT")
    frames = over_tcp([*bytewise, ("c", framed(second)), ("s", framed(LONG, ANSWER))])
    one, two = look_ups(tmp_path, frames, slice_size)
    assert (one.name, one.packet) == ("example.net", 3 + len(bytewise) + 2)
    assert (two.name, len(two.answers), two.packet) == ("example.org", 20, one.packet)


def test_they_come_in_the_order_of_their_questions(tmp_path: Path) -> None:
    tcp = over_tcp([("c", framed(QUERY)), ("s", framed(ANSWER))])
    early = over_udp(message(1, "a.example", "A"))
    late = over_udp(message(2, "b.example", "A"))
    found = look_ups(tmp_path, [early, *tcp, late])
    assert [(each.name, each.transport) for each in found] == [
        ("a.example", "udp"),
        ("example.net", "tcp"),
        ("b.example", "udp"),
    ]


@pytest.mark.parametrize("slice_size", [0, 400])
def test_the_same_port_again_and_echoes_behind_the_end(tmp_path: Path, slice_size: int) -> None:
    frames = over_tcp([("c", framed(QUERY)), ("s", framed(ANSWER))])
    all_of_it = [*frames, frames[3], frames[-1], *frames, *frames[3:5]]
    found = look_ups(tmp_path, all_of_it, slice_size)
    assert [each.packet for each in found] == [5, len(frames) + 2 + 5]


def test_the_same_port_again_though_the_first_connection_never_ended(tmp_path: Path) -> None:
    ports = (4001, 53)
    again = [
        wire.frame(CLIENT, SERVER, ports, 90_000, 0, wire.SYN, b""),
        wire.frame(SERVER, CLIENT, ports[::-1], 70_000, 90_001, wire.SYN | wire.ACK, b""),
        wire.frame(CLIENT, SERVER, ports, 90_001, 70_001, wire.ACK, framed(QUERY)),
    ]
    cut = framed(message(1, "example.org", "MX"))[:20]
    found = look_ups(tmp_path, [*over_tcp([("c", cut)])[:4], *again])
    assert [(each.name, each.packet) for each in found] == [("example.net", 7)]


def test_behind_a_gap_nothing_is_guessed(tmp_path: Path) -> None:
    record = len(LONG) - len(message(8, "example.org", "TXT"))
    at, size = 2 + len(LONG) - record // 2, record // 20
    stream = framed(LONG) + LONG[-size:]  # with one record lost, that makes it whole again
    turns = [("s", stream[:at]), ("s", stream[at : at + size]), ("s", stream[at + size :])]
    frames = over_tcp([("c", framed(message(8, "example.org", "TXT"))), *turns])
    found = look_ups(tmp_path, frames[:5] + frames[6:])
    assert [(each.name, each.rcode) for each in found] == [("example.org", None)]


def test_an_answer_that_waited_for_its_lost_question_is_found_at_the_end(tmp_path: Path) -> None:
    frames = over_tcp([("c", framed(QUERY)), ("s", framed(ANSWER))])
    for slice_size in (0, 400):
        (one,) = look_ups(tmp_path, [*frames[:3], frames[4]], slice_size)
        assert (one.answers, one.packet) == (("10 mail.example.net",), 4)


def test_one_side_only_and_no_dns_at_all(tmp_path: Path) -> None:
    frames = over_tcp([("c", framed(QUERY)), ("s", framed(ANSWER))])
    (one,) = look_ups(tmp_path, [frames[1], *frames[4:5]])
    assert (one.answers, one.rcode) == (("10 mail.example.net",), "NOERROR")
    assert look_ups(tmp_path, over_tcp([("c", b"GET / HTTP/1.1\r\n\r\n" * 2000)])) == []


# what followed


@dataclass(frozen=True)
class Connected:
    id: int
    client: Endpoint
    server: Endpoint
    start: int
    protocol: str = "smtp"
    presumed: str | None = None


HOST, ADDRESS = "mail.example.net", "203.0.113.25"


def asked(kind: str, of: str, time: int, *answers: str, client: str = CLIENT) -> Lookup:
    ends = Endpoint(client, 4001), Endpoint(SERVER, 53)
    return Lookup(of, kind, answers, "NOERROR", time, time, *ends)


def tied(lookups: list[Lookup], *sessions: Connected) -> list[tuple[int, ...]]:
    return [each.sessions for each in tie(lookups, sessions)]


def session(number: int, start: int, **more: str) -> Connected:
    return Connected(number, Endpoint(CLIENT, 5000), Endpoint(ADDRESS, 25), start, **more)


def test_a_session_follows_from_address_and_exchange() -> None:
    lookups = [asked("MX", "example.net", 1, f"10 {HOST}"), asked("A", HOST, 2, ADDRESS)]
    assert tied(lookups, session(1, 3)) == [(1,), (1,)]
    assert tied(lookups, session(1, 3), session(2, 9)) == [(1, 2), (1, 2)]
    assert tied(lookups, session(1, 1)) == [(), ()]


def test_only_smtp_follows_from_an_exchange_and_only_mail_from_anything() -> None:
    lookups = [asked("MX", "example.net", 1, f"10 {HOST}"), asked("AAAA", HOST, 2, ADDRESS)]
    assert tied(lookups, session(1, 3, protocol="imap")) == [(), (1,)]
    assert tied(lookups, session(1, 3, protocol="tls", presumed="smtp")) == [(1,), (1,)]
    assert tied(lookups, session(1, 3, protocol="other")) == [(), ()]


def test_the_last_answer_before_it_counts() -> None:
    lookups = [asked("A", HOST, 2, ADDRESS), asked("A", "other.example", 4, ADDRESS)]
    lookups += [asked("A", HOST, 8, ADDRESS)]
    assert tied(lookups, session(1, 3), session(2, 5), session(3, 8)) == [(1,), (2,), (3,)]
    crossed = [asked("A", HOST, 9, ADDRESS), asked("A", "other.example", 4, ADDRESS)]
    assert tied(crossed, session(4, 30), session(2, 20), session(1, 5)) == [(2, 4), (1,)]


def test_who_asked_must_be_who_connects_and_be_told_that_address() -> None:
    elsewhere = asked("A", HOST, 2, ADDRESS, client="192.0.2.11")
    wrong = asked("A", HOST, 2, "203.0.113.26")
    text = asked("TXT", HOST, 2, ADDRESS)
    assert tied([elsewhere, wrong, text], session(1, 3)) == [(), (), ()]


def test_an_exchange_through_an_alias_and_in_capitals() -> None:
    lookups = [
        asked("MX", "example.net", 1, "20 OTHER.example", "10 MAIL.example.net"),
        asked("A", "mail.EXAMPLE.net", 2, "host.example.net", ADDRESS),
    ]
    assert tied(lookups, session(1, 3)) == [(1,), (1,)]


def test_a_domain_without_exchange_takes_its_mail_itself() -> None:
    none, null = asked("MX", "example.net", 1), asked("MX", "example.net", 1, "0 .")
    failed = replace(none, rcode="SERVFAIL")
    address = asked("A", "example.net", 2, ADDRESS)
    assert tied([none, address], session(1, 3)) == [(1,), (1,)]
    assert tied([null, address], session(1, 3)) == [(), (1,)]
    assert tied([failed, address], session(1, 3)) == [(), (1,)]


RECORDED = {
    "journey": [[1], [], [2], [2], [3], [], [4], []],
    "mx-two-hosts": [[1], [], [2], [], [2]],
    "mx-none": [[1], [], [2], [2]],
    "mx-null": [[1], [], []],
    "mx-retry": [[1], [], [2], [2], [3], [3]],
}


@pytest.mark.parametrize("recording", RECORDED)
def test_our_recordings_tell_what_followed_from_what(recording: str) -> None:
    path = ROOT / "captures" / f"{recording}.pcapng"
    if not path.exists():
        pytest.skip("no captures here")
    with Capture(str(path)) as capture:
        capture.load()
        told = report(capture)["lookups"]
    assert [each["sessions"] for each in told] == RECORDED[recording]
    assert {each["transport"] for each in told} == {"udp"}


OTHER = message(7, "example.net", "MX", pack(">H", 5) + name("evil.example.com"), reply=True)


@pytest.mark.parametrize(
    ("turns", "count"),
    [
        ("qqaa", 1),  # each captured twice
        ("qaqa", 1),
        ("aq", 1),  # the answer was captured first
        ("qao", 2),  # another answer to the same question is told
    ],
)
def test_copies_are_one_look_up_and_another_answer_is_not(
    tmp_path: Path, turns: str, count: int
) -> None:
    frames = {
        "q": over_udp(QUERY),
        "a": over_udp(ANSWER, back=True),
        "o": over_udp(OTHER, back=True),
    }
    found = look_ups(tmp_path, [frames[turn] for turn in turns])
    assert found[0].answers == ("10 mail.example.net",)
    assert len(found) == count
    assert all(lookup.rcode == "NOERROR" for lookup in found)


def test_an_id_that_is_used_again_pairs_nothing_with_another_question(tmp_path: Path) -> None:
    lost = message(7, "lost.example", "A")
    query = message(7, "mail.example.net", "A")
    forged = message(7, "evil.example", "A", b"\xcb\x00\x71\x06", reply=True)
    told = message(7, "MAIL.example.net", "A", b"\xc6\x33\x64\x02", reply=True)
    frames = [over_udp(lost), over_udp(query), over_udp(forged, back=True)]
    found = look_ups(tmp_path, [*frames, over_udp(told, back=True)])
    assert [(each.name, each.answers, each.rcode) for each in found] == [
        ("lost.example", (), None),
        ("mail.example.net", ("198.51.100.2",), "NOERROR"),
        ("evil.example", ("203.0.113.6",), "NOERROR"),
    ]


def test_an_answer_cut_short_says_so_and_does_not_mean_that_there_is_no_exchange(
    tmp_path: Path,
) -> None:
    cut = bytearray(message(7, "example.net", "MX", reply=True))
    cut[2] |= 0x02
    (found,) = look_ups(tmp_path, [over_udp(QUERY), over_udp(bytes(cut), back=True)])
    assert (found.truncated, found.answers, found.rcode) == (True, (), "NOERROR")
    whole = asked("MX", "example.net", 1)
    assert tied([whole, asked("A", "example.net", 2, ADDRESS)], session(1, 3)) == [(1,), (1,)]
    short = replace(whole, truncated=True)
    assert tied([short, asked("A", "example.net", 2, ADDRESS)], session(1, 3)) == [(), (1,)]
