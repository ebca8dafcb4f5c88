"""Captures made to hurt: each takes a path and a size, and writes what grows with it.

What a size means (bytes, lines, sessions) is up to the maker; ``BOMBS`` names them all with a
size that takes seconds. A maker writes as it goes, so that a bomb of a gigabyte costs no memory.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from pathlib import Path
from struct import pack

from tests.bombs.wire import (
    ACK,
    CLIENT_IP,
    PSH,
    SERVER_IP,
    SYN,
    Pcap,
    Tcp,
    repeat,
    zipped,
)

Maker = Callable[[Path, int], None]
BOMBS: dict[str, tuple[Maker, int]] = {}
IMAP, POP3, SMTP, IMAPS = 143, 110, 25, 993
GREETING = b"* OK [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE AUTH=PLAIN] ready\r\n"


def bomb(size: int) -> Callable[[Maker], Maker]:
    """Register a maker with the size at which it is measured."""

    def register(maker: Maker) -> Maker:
        BOMBS[maker.__name__] = (maker, size)
        return maker

    return register


Talker = Callable[[Tcp, int], None]


def session(size: int, port: int) -> Callable[[Talker], Talker]:
    """Register what is one connection to a port."""

    def register(talker: Talker) -> Talker:
        def maker(path: Path, size: int) -> None:
            with path.open("wb") as file:
                tcp = Tcp(Pcap(file), port)
                tcp.open()
                if port == IMAP:
                    tcp.server(GREETING)
                elif port == SMTP:
                    tcp.server(b"220 mail.example.net ESMTP\r\n")
                    tcp.client(b"EHLO c.example.org\r\n")
                    tcp.server(b"250-mail.example.net\r\n250-CHUNKING\r\n250 AUTH PLAIN LOGIN\r\n")
                elif port == POP3:
                    tcp.server(b"+OK POP3 ready\r\n")
                talker(tcp, size)
                tcp.close()

        BOMBS[talker.__name__] = (maker, size)
        return talker

    return register


# files


@bomb(1 << 30)
def gzip_bomb(path: Path, size: int) -> None:
    header = pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    frame = bytes(1400)
    record = pack("<IIII", 1_700_000_000, 0, len(frame), len(frame)) + frame
    zipped(path, [header, *repeat(record, size)])


@bomb(20)
def huge_block(path: Path, size: int) -> None:
    section = pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    path.write_bytes(section + pack("<II", 6, 0xFFFFFFFC) + bytes(size))


@bomb(20)
def zero_block(path: Path, size: int) -> None:
    section = pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    path.write_bytes(section + pack("<II", 6, 0) + bytes(size))


@bomb(1_000_000)
def sections(path: Path, size: int) -> None:
    section = pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    with path.open("wb") as file:
        for piece in repeat(section, size * len(section)):
            file.write(piece)


@bomb(1_000_000)
def interfaces(path: Path, size: int) -> None:
    section = pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    with path.open("wb") as file:
        file.write(section)
        for piece in repeat(pack("<IIHHII", 1, 20, 1, 0, 65535, 20), size * 20):
            file.write(piece)


@bomb(100_000_000)
def key_log_inside(path: Path, size: int) -> None:
    line = b"CLIENT_RANDOM %064x " + b"ab" * 48 + b"\n"
    text = b"".join(line % number for number in range(size // len(line % 0)))
    text += bytes(-len(text) % 4)
    section = pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    total = len(text) + 20
    block = pack("<IIII", 10, total, 0x544C534B, len(text)) + text + pack("<I", total)
    path.write_bytes(section + block)


# frames


@bomb(200_000)
def nested_ip(path: Path, size: int) -> None:
    """Each packet is IP in IP in IP, as deep as a frame of 64 KB holds."""
    with path.open("wb") as file:
        pcap = Pcap(file)
        head = pack(">BBHHHBBHII", 0x45, 0, 60000, 1, 0, 64, 4, 0, CLIENT_IP, SERVER_IP)
        for _ in range(max(1, size // 3000)):
            pcap.frame(bytes(12) + b"\x08\x00" + head * 3000)


@bomb(200_000)
def nested_gre(path: Path, size: int) -> None:
    with path.open("wb") as file:
        pcap = Pcap(file)
        head = pack(">BBHHHBBHII", 0x45, 0, 60000, 1, 0, 64, 47, 0, CLIENT_IP, SERVER_IP)
        for _ in range(max(1, size // 2500)):
            pcap.frame(bytes(12) + b"\x08\x00" + (head + b"\0\0\x08\0") * 2500)


@bomb(200_000)
def nested_vlan(path: Path, size: int) -> None:
    with path.open("wb") as file:
        pcap = Pcap(file)
        for _ in range(max(1, size // 15000)):
            pcap.frame(bytes(12) + b"\x81\x00\x00\x01" * 15000)


@bomb(500_000)
def open_fragments(path: Path, size: int) -> None:
    """Pieces of packets that are never whole."""
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            pcap.ip(CLIENT_IP + (number >> 16), SERVER_IP, 6, bytes(64), 0x2000)


@bomb(500_000)
def one_packet_of_fragments(path: Path, size: int) -> None:
    """Copies of pieces of one packet, every second one missing."""
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            body = pack(">II", number, 0)
            head = pack(
                ">BBHHHBBHII",
                0x45,
                0,
                28,
                7,
                0x2000 | number * 2 % 8000,
                64,
                6,
                0,
                CLIENT_IP,
                SERVER_IP,
            )
            pcap.frame(bytes(12) + b"\x08\x00" + head + body)


# TCP


@bomb(1_000_000)
def half_open(path: Path, size: int) -> None:
    """SYNs to a mail port, each from another end."""
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            Tcp(pcap, SMTP, 0x0A000000 + number // 50000, 1024 + number % 50000).segment(0, SYN)


@bomb(1_000_000)
def half_open_elsewhere(path: Path, size: int) -> None:
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            Tcp(pcap, 8080, 0x0A000000 + number // 50000, 1024 + number % 50000).segment(0, SYN)


@bomb(100_000)
def sessions(path: Path, size: int) -> None:
    """Short mail sessions, each whole, with a login."""
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            tcp = Tcp(pcap, POP3, 0x0A000000 + number // 50000, 1024 + number % 50000)
            tcp.open()
            tcp.server(b"+OK POP3 ready\r\n")
            tcp.client(b"USER user%d\r\n" % number)
            tcp.server(b"+OK\r\n")
            tcp.client(b"PASS secret\r\n")
            tcp.server(b"-ERR no\r\n")
            tcp.close()


@bomb(100_000)
def reused_port(path: Path, size: int) -> None:
    """The same two ends, again and again."""
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            tcp = Tcp(pcap, POP3)
            tcp.seq = [number * 7919, number * 104729]
            tcp.open()
            tcp.server(b"+OK POP3 ready\r\n")
            tcp.client(b"QUIT\r\n")
            tcp.close()


@bomb(100_000)
def reused_port_syns(path: Path, size: int) -> None:
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            tcp = Tcp(pcap, POP3)
            tcp.seq = [number * 7919, 0]
            tcp.segment(0, SYN)


@session(500_000, IMAP)
def never_closed_hole(tcp: Tcp, size: int) -> None:
    """Every second byte, for ever; nothing is acknowledged."""
    start = tcp.seq[0]
    for number in range(size):
        tcp.segment(0, PSH | ACK, b"x", start + 1 + number * 2)


@session(300_000, IMAP)
def backwards(tcp: Tcp, size: int) -> None:
    """One byte a segment, the last one first."""
    start = tcp.seq[0]
    for number in range(size):
        tcp.segment(0, PSH | ACK, b"x", start + size - number)


@session(500_000, IMAP)
def overlaps(tcp: Tcp, size: int) -> None:
    """The same range again, with other bytes each time."""
    tcp.client(b"a1 NOOP\r\n")
    start = tcp.seq[0] - 9
    for number in range(size):
        tcp.segment(0, PSH | ACK, b"%08d\n" % number, start)


@session(500_000, IMAP)
def overlaps_waiting(tcp: Tcp, size: int) -> None:
    """The same behind a hole that is never closed."""
    start = tcp.seq[0] + 10
    for number in range(size):
        tcp.segment(0, PSH | ACK, b"%08d\n" % number, start)


@session(200_000, IMAP)
def overlaps_long(tcp: Tcp, size: int) -> None:
    """A window of one-byte pieces, and copies that cover all of it."""
    line = b"a1 NOOP\r\n"
    for number in range(size // 10):
        tcp.segment(0, PSH | ACK, line[number % 9 : number % 9 + 1])
    start = tcp.seq[0] - size // 10
    for number in range(size // 100):
        tcp.segment(0, PSH | ACK, bytes([number % 256]) * 1400, start + number * 7 % (size // 10))


@session(1_000_000, IMAP)
def one_byte_segments(tcp: Tcp, size: int) -> None:
    line = b"a1 NOOP\r\n"
    for number in range(size):
        tcp.segment(0, PSH | ACK, line[number % 9 : number % 9 + 1])


@session(1_000_000, IMAP)
def one_byte_of_one_line(tcp: Tcp, size: int) -> None:
    for _ in range(size):
        tcp.segment(0, PSH | ACK, b"x")


@session(300_000, IMAP)
def one_byte_of_one_literal(tcp: Tcp, size: int) -> None:
    tcp.client(b"a1 APPEND INBOX {4000000000+}\r\n")
    for _ in range(size):
        tcp.segment(0, PSH | ACK, b"x")


@session(300_000, IMAP)
def gaps(tcp: Tcp, size: int) -> None:
    """A hole before each segment, acknowledged by the other end."""
    for _ in range(size):
        tcp.seq[0] += 5
        tcp.client(b"a1 NOOP\r\n")
        tcp.segment(1, ACK)


@session(300_000, IMAP)
def acks_of_nothing(tcp: Tcp, size: int) -> None:
    """The server acknowledges bytes that never come, one more each time."""
    tcp.client(b"a1 NOOP\r\n")
    for _ in range(size):
        tcp.seq[0] += 1
        tcp.segment(1, ACK)


# lines


@session(500_000_000, IMAP)
def line_without_end(tcp: Tcp, size: int) -> None:
    tcp.stream(0, repeat(b"x", size))


@session(200_000_000, SMTP)
def smtp_line_without_end(tcp: Tcp, size: int) -> None:
    tcp.stream(1, repeat(b"x", size))


@session(200_000_000, POP3)
def pop3_list_without_end(tcp: Tcp, size: int) -> None:
    tcp.client(b"LIST\r\n")
    tcp.server(b"+OK\r\n")
    tcp.stream(1, repeat(b"1 100\r\n", size))


@session(100_000, SMTP)
def smtp_reply_without_end(tcp: Tcp, size: int) -> None:
    tcp.client(b"EHLO x\r\n")
    tcp.stream(1, repeat(b"250-AUTH PLAIN\r\n", size * 16))


@session(1_000_000, IMAP)
def commands(tcp: Tcp, size: int) -> None:
    """Pipelined, each with its own tag, never answered."""
    tcp.stream(0, (b"t%d NOOP\r\n" % number for number in range(size)))


@session(1_000_000, IMAP)
def answers(tcp: Tcp, size: int) -> None:
    """Answers to tags that nobody used."""
    tcp.stream(1, (b"t%d OK done\r\n" % number for number in range(size)))


@session(1_000_000, IMAP)
def no_tags(tcp: Tcp, size: int) -> None:
    """Lines that are no commands, each with another first word."""
    tcp.stream(0, (b"%d!\r\n" % number for number in range(size)))


@session(1_000_000, SMTP)
def smtp_pipelined(tcp: Tcp, size: int) -> None:
    tcp.stream(0, repeat(b"NOOP\r\n", size * 6))


@session(300_000, SMTP)
def recipients(tcp: Tcp, size: int) -> None:
    tcp.client(b"MAIL FROM:<a@example.org>\r\n")
    tcp.server(b"250 ok\r\n")
    tcp.stream(0, (b"RCPT TO:<u%d@example.net>\r\n" % number for number in range(size)))


@session(300_000, SMTP)
def recipients_foreign(tcp: Tcp, size: int) -> None:
    tcp.client(b"MAIL FROM:<a@example.org>\r\n")
    tcp.server(b"250 ok\r\n")
    for number in range(size):
        tcp.client(b"RCPT TO:<u%d@example.com>\r\n" % number)
    for _ in range(size):
        tcp.server(b"550 no\r\n")


@session(300_000, IMAP)
def mailboxes(tcp: Tcp, size: int) -> None:
    """Facts: each line another mailbox."""
    tcp.client(b'a1 LIST "" "*"\r\n')
    tcp.stream(1, (b'* LIST () "/" box%d\r\n' % number for number in range(size)))


@session(1_000_000, IMAP)
def capabilities(tcp: Tcp, size: int) -> None:
    tcp.stream(1, [b"* CAPABILITY IMAP4rev1", *(b" X%d" % n for n in range(size // 10)), b"\r\n"])


@session(100_000, IMAP)
def capability_lists(tcp: Tcp, size: int) -> None:
    tcp.stream(1, (b"* CAPABILITY IMAP4rev1 X%d\r\n" % number for number in range(size)))


@session(100_000, IMAP)
def imap_logins(tcp: Tcp, size: int) -> None:
    for number in range(size):
        tcp.client(b"t%d LOGIN user%d secret%d\r\n" % (number, number, number))
        tcp.server(b"t%d NO no\r\n" % number)


@session(100_000, POP3)
def pop3_logins(tcp: Tcp, size: int) -> None:
    for number in range(size):
        tcp.client(b"USER user%d\r\n" % number)
        tcp.server(b"+OK\r\n")
        tcp.client(b"PASS same\r\n")
        tcp.server(b"-ERR no\r\n")


@session(100_000, SMTP)
def smtp_logins_unanswered(tcp: Tcp, size: int) -> None:
    for number in range(size):
        word = base64.b64encode(b"\0user%d\0secret%d" % (number, number))
        tcp.client(b"AUTH PLAIN " + word + b"\r\n")


@session(300_000, SMTP)
def sasl_without_end(tcp: Tcp, size: int) -> None:
    tcp.client(b"AUTH X-THING\r\n")
    for _ in range(size):
        tcp.server(b"334 eA==\r\n")
        tcp.client(b"eA==\r\n")


@session(300_000, IMAP)
def imap_sasl_without_end(tcp: Tcp, size: int) -> None:
    tcp.client(b"a1 AUTHENTICATE X-THING\r\n")
    for _ in range(size):
        tcp.server(b"+ eA==\r\n")
        tcp.client(b"eA==\r\n")


@session(100_000, IMAP)
def starttls_refused(tcp: Tcp, size: int) -> None:
    for number in range(size):
        tcp.client(b"t%d STARTTLS\r\n" % number)
        tcp.server(b"t%d NO no\r\n" % number)


# literals, lists


@session(4_000_000_000, IMAP)
def huge_literal(tcp: Tcp, size: int) -> None:
    tcp.client(b"a1 APPEND INBOX {%d+}\r\n" % size)
    tcp.stream(0, repeat(b"x", 50_000_000))


@session(200_000_000, IMAP)
def served_literal(tcp: Tcp, size: int) -> None:
    tcp.client(b"a1 FETCH 1 BODY[]\r\n")
    tcp.server(b"* 1 FETCH (BODY[] {%d}\r\n" % size)
    tcp.stream(1, repeat(b"x" * 76 + b"\r\n", size))
    tcp.server(b")\r\na1 OK done\r\n")


@session(10**18, IMAP)
def absurd_literal(tcp: Tcp, size: int) -> None:
    tcp.client(b"a1 LOGIN {%d}\r\n" % size)
    tcp.server(b"a1 NO too long\r\n")
    for number in range(1000):
        tcp.client(b"a2 APPEND x {%d}\r\n" % (size + number))
        tcp.client(b"a3 APPEND x {-1}\r\na4 APPEND x {%s}\r\n" % (b"9" * 1000))


@session(300_000, IMAP)
def empty_literals(tcp: Tcp, size: int) -> None:
    tcp.client(b"a1 LOGIN ")
    tcp.stream(0, repeat(b"{0+}\r\n ", size * 7))


@session(300_000, IMAP)
def synchronising_literals(tcp: Tcp, size: int) -> None:
    tcp.client(b"a1 LOGIN ")
    for _ in range(size):
        tcp.client(b" {1}\r\n")
        tcp.server(b"+ go on\r\n")
        tcp.client(b"x")


@session(300_000, IMAP)
def served_literals(tcp: Tcp, size: int) -> None:
    tcp.server(b"* 1 FETCH (")
    tcp.stream(1, repeat(b"BODY[1] {1}\r\nx ", size * 15))


@session(1_000_000, IMAP)
def parentheses(tcp: Tcp, size: int) -> None:
    tcp.server(b"* 1 FETCH (BODYSTRUCTURE ")
    tcp.stream(1, [b"(" * (size // 10), b")" * (size // 10), b")\r\n"])
    for _ in range(size // 100_000):
        tcp.server(b"* 1 FETCH (ENVELOPE " + b"(" * 50_000 + b"\r\n")
    tcp.stream(0, [b"a1 SEARCH ", b"(" * (size // 10), b"ALL\r\n"])


@session(300_000, IMAP)
def search_keys(tcp: Tcp, size: int) -> None:
    tcp.stream(0, [b"a1 SEARCH ", *repeat(b"HEADER x y ", size), b"\r\n"])


@session(500_000, IMAP)
def sequence_set(tcp: Tcp, size: int) -> None:
    tcp.stream(0, [b"a1 FETCH ", *repeat(b"1:2,", size), b"x FLAGS\r\n"])


@session(900_000, IMAP)
def quotes(tcp: Tcp, size: int) -> None:
    tcp.stream(0, [b"a1 LOGIN ", *repeat(b'"', size), b"\r\n", b'a2 LOGIN "', *repeat(b"\\", size)])


@session(900_000, IMAP)
def brackets(tcp: Tcp, size: int) -> None:
    tcp.stream(
        1, [b"* OK ", *repeat(b"[", size), b"\r\n", b"* OK [", *repeat(b" [x] ", size), b"\r\n"]
    )
    tcp.stream(1, [b"* 1 FETCH (BODY[", *repeat(b"[", size), b"\r\n"])


@session(900_000, IMAP)
def blanks(tcp: Tcp, size: int) -> None:
    for start in (b"", b"a1", b"a1 LOGIN", b"a1 UID"):
        tcp.stream(0, [start, *repeat(b" ", size), b"x\r\n"])
    for start in (b"* ", b"* 1", b"* OK", b"+"):
        tcp.stream(1, [start, *repeat(b" ", size), b"x\r\n"])


@session(900_000, SMTP)
def smtp_odd_lines(tcp: Tcp, size: int) -> None:
    for verb in (b"MAIL FROM:", b"RCPT TO:", b"AUTH ", b"EHLO ", b"BDAT ", b"MAIL FROM:<"):
        for filler in (b" ", b"<", b"@a,", b"a=b ", b"\t\v", b'\\"', b'"', b"1"):
            tcp.stream(0, [verb, *repeat(filler, size), b"\r\n"])
            tcp.stream(1, [b"250 ", *repeat(filler, size), b"\r\n"])


@session(900_000, POP3)
def pop3_odd_lines(tcp: Tcp, size: int) -> None:
    for verb in (b"USER ", b"APOP ", b"LIST ", b"STAT", b"AUTH ", b""):
        for filler in (b" ", b"<", b"a@", b"1 ", b"[", b"[a "):
            tcp.stream(0, [verb, *repeat(filler, size), b"\r\n"])
            tcp.stream(1, [b"+OK ", *repeat(filler, size), b"\r\n"])


# messages


def _mail(tcp: Tcp) -> None:
    tcp.client(b"MAIL FROM:<a@example.org>\r\n")
    tcp.server(b"250 ok\r\n")
    tcp.client(b"RCPT TO:<b@example.net>\r\n")
    tcp.server(b"250 ok\r\n")
    tcp.client(b"DATA\r\n")
    tcp.server(b"354 go on\r\n")


@session(100_000_000, SMTP)
def headers_without_end(tcp: Tcp, size: int) -> None:
    _mail(tcp)
    tcp.stream(0, repeat(b"X-Header: something to fill the line with\r\n", size))
    tcp.client(b"\r\nhello\r\n.\r\n")


@session(100_000_000, SMTP)
def one_long_header(tcp: Tcp, size: int) -> None:
    _mail(tcp)
    tcp.stream(0, [b"Subject: ", *repeat(b"x", size), b"\r\n\r\nhello\r\n.\r\n"])


@session(60_000, SMTP)
def deep_mime(tcp: Tcp, size: int) -> None:
    _mail(tcp)
    tcp.client(b'Content-Type: multipart/mixed; boundary="b0"\r\n\r\n')
    kind = b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n'
    tcp.stream(0, (kind % (number, number + 1) for number in range(size)))
    tcp.client(b"\r\n.\r\n")


@session(1_000_000, SMTP)
def many_parts(tcp: Tcp, size: int) -> None:
    _mail(tcp)
    tcp.client(b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n')
    tcp.stream(
        0, repeat(b"--b\r\nContent-Disposition: attachment; filename=a\r\n\r\nx\r\n", size * 55)
    )
    tcp.client(b"\r\n.\r\n")


@session(1_000_000, SMTP)
def encoded_words(tcp: Tcp, size: int) -> None:
    _mail(tcp)
    tcp.stream(0, [b"Subject: ", *repeat(b"=?utf-8?q?a?=\r\n ", size * 16), b"\r\n\r\nx\r\n.\r\n"])


@session(20_000, SMTP)
def many_mails(tcp: Tcp, size: int) -> None:
    """Messages with everything in the header that is slow to read."""
    for number in range(size // 100):
        _mail(tcp)
        tcp.client(b"From: " + b"(" * 8000 + b"\r\n")
        tcp.client(b"To: " + b'a <"' * 2000 + b"\r\n")
        tcp.client(b"Cc: " + b"a@b," * 2000 + b"\r\n")
        tcp.client(b"Subject: " + b"=?" * 4000 + b"\r\n")
        tcp.client(b"Message-ID: <%d@x>\r\n" % number)
        continued = b"".join(b" filename*%d*=utf-8''a;\r\n" % n for n in range(1000))
        tcp.client(b"Content-Disposition: attachment;\r\n" + continued)
        tcp.client(b'Content-Type: multipart/mixed; boundary="' + b"\\" * 4000 + b'"\r\n\r\n')
        tcp.client(b"x\r\n.\r\n")
        tcp.server(b"250 ok\r\n")


@session(100_000_000, SMTP)
def base64_body(tcp: Tcp, size: int) -> None:
    _mail(tcp)
    tcp.client(b"Content-Transfer-Encoding: base64\r\n\r\n")
    tcp.stream(0, repeat(base64.b64encode(bytes(57)) + b"\r\n", size))
    tcp.client(b".\r\n")


@session(300_000, SMTP)
def chunks(tcp: Tcp, size: int) -> None:
    """BDAT, one byte each, in one message."""
    tcp.client(b"MAIL FROM:<a@example.org>\r\n")
    tcp.server(b"250 ok\r\n")
    for _ in range(size):
        tcp.client(b"BDAT 1\r\nx")


@session(300_000, SMTP)
def empty_chunks(tcp: Tcp, size: int) -> None:
    tcp.client(b"MAIL FROM:<a@example.org>\r\n")
    tcp.server(b"250 ok\r\n")
    for _ in range(size):
        tcp.client(b"BDAT 0\r\n")


@session(300_000, SMTP)
def header_in_chunks(tcp: Tcp, size: int) -> None:
    tcp.client(b"MAIL FROM:<a@example.org>\r\n")
    tcp.server(b"250 ok\r\n")
    for _ in range(size):
        tcp.client(b"BDAT 7\r\nX: yy\r\n")


@session(60_000_000, SMTP)
def dots(tcp: Tcp, size: int) -> None:
    _mail(tcp)
    tcp.stream(0, repeat(b"\n.x", size))


# TLS, DEFLATE, DNS


@session(1_000_000, IMAPS)
def empty_records(tcp: Tcp, size: int) -> None:
    tcp.client(b"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + bytes(40))
    tcp.stream(0, repeat(b"\x17\x03\x03\x00\x00", size * 5))


@session(1_000_000, IMAPS)
def one_byte_handshake(tcp: Tcp, size: int) -> None:
    """A handshake message of 16 MB, announced, a byte a record."""
    tcp.client(b"\x16\x03\x01\x00\x04\x01\xff\xff\xff")
    tcp.stream(0, repeat(b"\x16\x03\x01\x00\x01\x00", size * 6))


@session(100_000, IMAPS)
def hellos(tcp: Tcp, size: int) -> None:
    hello = b"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + bytes(32) + b"\0\0\x02\x13\x01\x01\0"
    tcp.stream(0, repeat(hello + b"\0\0", size * 52))


@session(16_000_000, IMAPS)
def big_certificate(tcp: Tcp, size: int) -> None:
    tcp.client(
        b"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + bytes(32) + b"\0\0\x02\0\x2f\x01\0\0\0"
    )
    hello = b"\x02\x00\x00\x26\x03\x03" + bytes(32) + b"\0\0\x2f\0"
    body = (size + 6).to_bytes(3, "big") + (size + 3).to_bytes(3, "big") + size.to_bytes(3, "big")
    certificate = b"\x0b" + body + b"\x30\x84" + size.to_bytes(4, "big")
    handshake = hello + certificate + bytes(size - 6)
    for at in range(0, len(handshake), 16000):
        piece = handshake[at : at + 16000]
        tcp.server(b"\x16\x03\x03" + len(piece).to_bytes(2, "big") + piece)


@session(300_000, IMAPS)
def alerts(tcp: Tcp, size: int) -> None:
    tcp.client(b"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + bytes(40))
    tcp.stream(0, repeat(b"\x15\x03\x03\x00\x02\x01\x00", size * 7))


@session(5_000_000, IMAPS)
def no_records(tcp: Tcp, size: int) -> None:
    """TLS begins, and then come bytes that are no records."""
    tcp.client(b"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + bytes(40))
    tcp.stream(0, repeat(b"\x16\x03\x03\xff", size))


@session(100_000, IMAP)
def many_tls(tcp: Tcp, size: int) -> None:
    """Text, STARTTLS, one record, text again."""
    for number in range(size):
        tcp.client(b"t%d STARTTLS\r\n" % number)
        tcp.server(b"t%d OK go\r\n" % number)


@session(1 << 30, IMAP)
def deflate_bomb(tcp: Tcp, size: int) -> None:
    tcp.client(b"a1 COMPRESS DEFLATE\r\n")
    tcp.server(b"a1 OK go\r\n")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    tcp.stream(1, (packer.compress(piece) for piece in repeat(b"* 1 EXISTS\r\n", size)))
    tcp.server(packer.flush())


@session(300_000_000, IMAP)
def deflate_lines(tcp: Tcp, size: int) -> None:
    """Compressed within the bound: mail of that size, 90 times smaller on the wire."""
    import random

    random.seed(7)
    tcp.client(b"a1 COMPRESS DEFLATE\r\n")
    tcp.server(b"a1 OK go\r\n")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)

    def lines() -> list[bytes]:
        return [b"* %d EXISTS\r\n" % random.randrange(10**6) + b"* 1 EXISTS\r\n" * 50] * 1

    made = 0
    while made < size:
        piece = b"".join(lines())
        made += len(piece)
        tcp.server(packer.compress(piece))
    tcp.server(packer.flush())


@session(5, IMAP)
def deflate_in_deflate(tcp: Tcp, size: int) -> None:
    inside = b"* 1 EXISTS\r\n" * 10_000_000
    for number in range(size, 0, -1):
        client = b"a%d COMPRESS DEFLATE\r\n" % number
        inside = b"a%d OK go\r\n" % (number + 1) + inside
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        inside = packer.compress(inside) + packer.flush()
        if number == 1:
            tcp.client(client)
    tcp.server(b"a1 OK go\r\n" + inside)


def _question(number: int) -> bytes:
    name = b"\x08%08d\x07example\x03net\x00" % number
    return pack(">HHHHHH", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + name + b"\0\x0f\0\x01"


@bomb(1_000_000)
def lookups(path: Path, size: int) -> None:
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            ports = (1024 + number % 60000, 53)
            pcap.udp(CLIENT_IP, SERVER_IP, ports, _question(number))


@bomb(50_000)
def dns_answers(path: Path, size: int) -> None:
    """Answers of 64 KB with names that point to names."""
    with path.open("wb") as file:
        pcap = Pcap(file)
        name = b"\x3f" + b"a" * 63
        chain = name * 3 + b"\x00"
        records = b"\xc0\x0c\0\x0f\0\x01\0\0\0\0\0\4\0\x01\xc0\x0c" * 200
        body = pack(">HHHHHH", 1, 0x8180, 1, 200, 0, 0) + chain + b"\0\x0f\0\x01" + records
        for number in range(size // 10):
            pcap.udp(SERVER_IP, CLIENT_IP, (53, 1024 + number % 60000), body)


@session(1_000_000, 53)
def dns_over_tcp(tcp: Tcp, size: int) -> None:
    message = _question(1)
    tcp.stream(0, repeat(pack(">H", len(message)) + message, size * (len(message) + 2)))


@session(1_000_000, 53)
def dns_empty_over_tcp(tcp: Tcp, size: int) -> None:
    tcp.stream(0, repeat(b"\0\0", size * 2))


@bomb(100_000)
def dns_tcp_flows(path: Path, size: int) -> None:
    with path.open("wb") as file:
        pcap = Pcap(file)
        for number in range(size):
            tcp = Tcp(pcap, 53, 0x0A000000 + number // 50000, 1024 + number % 50000)
            tcp.segment(0, PSH | ACK, b"\xff\xff" + bytes(10))


# tunnels


@session(2_000_000, 1080)
def socks_preamble(tcp: Tcp, size: int) -> None:
    tcp.client(b"\x05\x01\x00")
    tcp.server(b"\x05\x00")
    tcp.client(b"\x05\x01\x00\x03\x10mail.example.net\x00\x8f")
    tcp.stream(1, repeat(b"\x05", size))


@session(20_000_000, 3128)
def connect_headers(tcp: Tcp, size: int) -> None:
    tcp.client(b"CONNECT mail.example.net:143 HTTP/1.1\r\n")
    tcp.stream(0, repeat(b"X: y\r\n", size))


@session(20_000_000, IMAP)
def proxy_line(tcp: Tcp, size: int) -> None:
    tcp.client(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff")
    tcp.stream(0, repeat(b"x", size))
