"""Real captures: every file is read, and tshark sees the same packets and the same bytes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tutor.base import CLIENT, SERVER
from tutor.sources import Flow, Index, Source, Wanted, dissect, open_source
from tutor.streams import Chunk, Connection, Gap, Segment, StreamItem

ALL = Wanted(frozenset(), lambda head: None, all_flows=True)
needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def connections(source: Source, found: Flow) -> Iterator[tuple[Connection, list[StreamItem]]]:
    connection, items = Connection(), list[StreamItem]()
    for packet in source.packets_at(found.offsets):
        segment = dissect(packet)
        if isinstance(segment, Segment):
            if connection.starts_anew(segment):
                yield connection, items + connection.finish()
                connection, items = Connection(), []
            items += connection.feed(segment)
    yield connection, items + connection.finish()


def check(path: Path) -> dict[str, int]:
    """Read all of a file; tell how much there was of what."""
    counts = {"packets": 0, "connections": 0, "complete": 0, "bytes": 0, "gaps": 0}
    with open_source(str(path)) as source:
        index = Index(source, ALL).run()
        counts["packets"] = source.packets
        for found in index.flows:
            for connection, items in connections(source, found):
                done = [0, 0]
                for item in items:
                    if isinstance(item, Chunk | Gap):
                        assert item.offset == done[item.direction]
                        length = len(item.data) if isinstance(item, Chunk) else item.length
                        done[item.direction] += length
                        counts["bytes"] += length
                        counts["gaps"] += isinstance(item, Gap)
                counts["connections"] += 1
                counts["complete"] += connection.complete
    return counts


GOLDEN = {
    "OISF+suricata-verify/imap-detection.pcap": (106, 1, 1, 21515, 0),
    "OISF+suricata-verify/smtp-errors__smtperr.pcap": (158, 4, 4, 39621, 0),
    "OISF+suricata-verify/smtp-pipelining.pcap": (18, 1, 1, 402, 0),
    "chrissanders+packets/mail_receiver_server_3.pcapng": (54, 2, 1, 7357, 0),
    "derived/imap_login.pcapng.gz": (33, 1, 0, 1580, 0),
    "derived/imap_login_sll.pcap": (33, 1, 0, 1580, 0),
    "derived/pop_login_rawip.pcap": (34, 1, 1, 20232, 0),
    "derived/smtp_login_cut_midpacket.pcap": (36, 1, 0, 7872, 0),
    "derived/smtp_login_nanosecond.pcap": (60, 1, 1, 15243, 0),
    "derived/empty_header_only.pcap": (0, 0, 0, 0, 0),
    "seladb+PcapPlusPlus/raw_ip.pcap": (100, 6, 0, 24437, 0),
    "zeek+zeek/mime-header-size-limit.pcap.gz": (44, 1, 1, 400350, 0),
    "zeek+zeek/pop3.pcap": (125, 7, 5, 20847, 0),
    "zeek+zeek/pppoe-over-qinq.pcap": (86, 1, 1, 16336, 0),
    "hadrielk+pcapng-test-generator/be_test202.pcapng": (8, 0, 0, 0, 0),
}
"""Packets, connections, complete ones, bytes, gaps."""


def test_every_file_of_the_corpus_is_read(corpus: Path) -> None:
    files = [path for path in sorted((corpus / "files").rglob("*")) if path.is_file()]
    assert len(files) > 60
    for path in files:
        counts = tuple(check(path).values())
        name = path.relative_to(corpus / "files").as_posix()
        assert counts == GOLDEN.get(name, counts), name


def test_the_file_cut_in_mid_packet_says_so(corpus: Path) -> None:
    with open_source(str(corpus / "files/derived/smtp_login_cut_midpacket.pcap")) as source:
        Index(source, ALL).run()
        assert source.damaged == (
            "the file ends inside a packet that begins at byte 18544; read 36 packets"
        )


def test_our_own_recordings_are_whole() -> None:
    files = sorted((ROOT / "captures").glob("*.pcap*"))
    if not files:
        pytest.skip("no captures here")
    for path in files:
        with open_source(str(path)) as source:
            Index(source, ALL).run()
            assert source.damaged is None, path.name
            assert source.packets > 0, path.name
        assert check(path)["gaps"] == 0, path.name


@cache
def tshark(*arguments: str) -> list[str]:
    done = subprocess.run(["tshark", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


@needs_tshark
@pytest.mark.tshark
def test_tshark_counts_the_same_packets_at_the_same_times(corpus: Path) -> None:
    for name in [*GOLDEN][3:]:
        path = corpus / "files" / name
        lines = tshark(
            "-r", str(path), "-T", "fields", "-e", "frame.time_epoch", "-Y", "tcp && !icmp"
        )
        times = sorted(round(float(line) * 1e6) for line in lines if line)
        with open_source(str(path)) as source:
            index = Index(source, ALL).run()
            ours = sorted(
                round(packet.time_ns / 1e3)
                for found in index.flows
                for packet in source.packets_at(found.offsets)
            )
        assert len(ours) == len(times), name
        assert all(abs(a - b) <= 1 for a, b in zip(ours, times, strict=True)), name


FOLLOWED = [
    "OISF+suricata-verify/imap-detection.pcap",
    "OISF+suricata-verify/smtp-rfc2231.pcap",
    "zeek+zeek/pop3-starttls.pcap",
    "derived/pop_login_rawip.pcap",
]


@needs_tshark
@pytest.mark.tshark
@pytest.mark.parametrize("name", FOLLOWED)
def test_tshark_follows_the_same_stream(corpus: Path, name: str) -> None:
    path = corpus / "files" / name
    lines = tshark("-r", str(path), "-q", "-z", "follow,tcp,raw,0")
    body = lines[
        lines.index("===================================================================") :
    ]
    theirs = {CLIENT: b"", SERVER: b""}
    for line in body:
        text = line.strip()
        if text and not text.startswith(("=", "Follow", "Filter", "Node")):
            theirs[SERVER if line.startswith("\t") else CLIENT] += bytes.fromhex(text)
    with open_source(str(path)) as source:
        index = Index(source, ALL).run()
        ((_, items),) = connections(source, index.flows[0])
    for who, expected in theirs.items():
        chunks = [i.data for i in items if isinstance(i, Chunk) and i.direction is who]
        assert b"".join(chunks) == expected
