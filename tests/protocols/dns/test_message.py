"""DNS messages: as made by Scapy, an independent implementation, and garbled ones."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.dns import DNS, DNSQR, DNSRR, DNSRRMX, DNSRRSOA

from tutor.protocols.dns import DnsMessage, Question, Record, frames, parse


def question(name: str = "example.net", kind: str = "MX") -> bytes:
    return bytes(DNS(id=7, rd=1, qd=DNSQR(qname=name, qtype=kind)))


def answer(*records: object) -> bytes:
    return bytes(DNS(id=7, qr=1, qd=DNSQR(qname="example.net", qtype="MX"), an=list(records)))


# the answer of RFC 1035 4.1.4's kind: the second name points into the first
COMPRESSED = (
    struct.pack("!6H", 7, 0x8180, 1, 2, 0, 0)
    + b"\x07example\x03net\x00"
    + struct.pack("!HH", 15, 1)
    + b"\xc0\x0c"
    + struct.pack("!HHIH", 15, 1, 300, 9)
    + b"\x00\x0a\x04mail\xc0\x0c"
    + b"\xc0\x2b"
    + struct.pack("!HHIH", 1, 1, 60, 4)
    + bytes([192, 0, 2, 1])
)


def test_a_question() -> None:
    assert parse(question()) == DnsMessage(7, False, "NOERROR", (Question("example.net", "MX"),))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            DNSRRMX(rrname="example.net", ttl=300, preference=10, exchange="mail.example.net"),
            ("MX", 300, "10 mail.example.net"),
        ),
        (DNSRR(type="A", ttl=60, rdata="192.0.2.1"), ("A", 60, "192.0.2.1")),
        (DNSRR(type="AAAA", ttl=60, rdata="2001:db8::1"), ("AAAA", 60, "2001:db8::1")),
        (DNSRR(type="TXT", ttl=1, rdata=["v=spf1 ", "-all"]), ("TXT", 1, "v=spf1 -all")),
        (DNSRR(type="CNAME", ttl=1, rdata="a.example.net"), ("CNAME", 1, "a.example.net")),
        (DNSRR(type="NS", ttl=1, rdata="ns.example.net"), ("NS", 1, "ns.example.net")),
        (DNSRR(type="PTR", ttl=1, rdata="mail.example.net"), ("PTR", 1, "mail.example.net")),
        (
            DNSRRSOA(mname="ns.example.net", rname="me.example.net", serial=5, ttl=1),
            ("SOA", 1, "ns.example.net me.example.net 5 0 0 0 0"),
        ),
        (DNSRR(type=99, ttl=1, rdata=b"\x01\xff"), ("TYPE99", 1, "01ff")),
    ],
)
def test_records(record: object, expected: tuple[str, int, str]) -> None:
    message = parse(answer(record))
    assert message is not None
    (found,) = message.answers
    assert (found.type, found.ttl, found.value) == expected


def test_compressed_names() -> None:
    assert parse(COMPRESSED) == DnsMessage(
        7,
        True,
        "NOERROR",
        (Question("example.net", "MX"),),
        (
            Record("example.net", "MX", 300, "10 mail.example.net"),
            Record("mail.example.net", "A", 60, "192.0.2.1"),
        ),
    )


def test_response_codes_and_truncation() -> None:
    message = parse(bytes(DNS(id=1, qr=1, tc=1, rcode=3, qd=DNSQR(qname="no.example"))))
    assert message is not None
    assert (message.rcode, message.truncated) == ("NXDOMAIN", True)


def test_a_dot_inside_a_label_is_not_a_separator() -> None:
    data = question().replace(b"\x07example", b"\x07exa.ple")
    message = parse(data)
    assert message is not None
    assert message.questions[0].name == "exa\\.ple.net"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"EHLO client.example.org\r\n",
        COMPRESSED[:20],
        COMPRESSED[:-1],
        COMPRESSED.replace(b"\xc0\x2b", b"\xc0\x37"),  # a pointer forward
        COMPRESSED.replace(b"\xc0\x2b", b"\xc0\x36"),  # a pointer to itself
        COMPRESSED.replace(b"\x07example", b"\x87example"),
        struct.pack("!6H", 7, 0, 0, 0, 0, 0),
        struct.pack("!6H", 7, 0x2800, 1, 0, 0, 0) + question()[12:],  # an update
        struct.pack("!6H", 7, 0, 60000, 0, 0, 0) + question()[12:] * 300,
    ],
)
def test_what_is_no_dns(data: bytes) -> None:
    assert parse(data) is None


def test_frames_of_a_stream() -> None:
    one, two = question(), answer()
    stream = b"".join(len(m).to_bytes(2, "big") + m for m in (one, two))
    assert frames(stream) == [one, two]
    assert frames(stream[:-1]) == [one]
    assert frames(b"\0") == []


@given(st.lists(st.tuples(st.integers(0, len(COMPRESSED) - 1), st.integers(0, 255)), max_size=5))
def test_garbled_messages_do_not_raise(changes: list[tuple[int, int]]) -> None:
    data = bytearray(COMPRESSED)
    for at, value in changes:
        data[at] = value
    for end in (len(data), len(data) // 2):
        message = parse(bytes(data[:end]))
        assert message is None or len(message.questions) + len(message.answers) <= 200
