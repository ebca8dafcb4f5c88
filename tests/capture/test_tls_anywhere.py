"""TLS on odd ports: kept for its keys or its ALPN, and told as mail where it proves to be."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.protocols.tls.sessions import TALK, Session, record
from tests.sources import wire
from tutor.base import CLIENT
from tutor.capture import Capture, Entry
from tutor.sources import index

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
CLIENT_END, SERVER_END = ("192.0.2.10", 50000), ("198.51.100.25", 10993)


def frames(session: Session, port: int = 10993) -> list[bytes]:
    turns = [("c" if way is CLIENT else "s", data) for way, data in session.wire]
    return wire.conversation(CLIENT_END, (SERVER_END[0], port), turns)


def pcapng(packets: list[bytes], keys: bytes | None, *, at: int = 0) -> bytes:
    """A capture with its keys before packet ``at``."""
    blocks = [wire.enhanced(data, number) for number, data in enumerate(packets)]
    if keys is not None:
        blocks.insert(at, wire.secrets(keys))
    return wire.section() + wire.interface() + b"".join(blocks)


def entries(path: Path) -> list[Entry]:
    with Capture(str(path)) as capture:
        capture.load()
        return capture.entries


@pytest.mark.parametrize("version", [V12, V13])
def test_mail_on_an_odd_port_is_found_with_the_keys_inside_the_file(
    tmp_path: Path, version: ssl.TLSVersion
) -> None:
    session = record(TALK, version=version)
    path = tmp_path / "a.pcapng"
    path.write_bytes(pcapng(frames(session), session.keylog))
    (found,) = entries(path)
    assert (found.protocol, found.security, found.commands) == ("imap", "tls", 2)
    path.write_bytes(pcapng(frames(session), None))
    assert entries(path) == []


def test_keys_that_come_behind_the_packets_open_them_on_a_mail_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = record(TALK, version=V13)
    packets = frames(session, 993)
    path = tmp_path / "a.pcapng"
    for at in (0, len(packets) // 2, len(packets)):
        path.write_bytes(pcapng(packets, session.keylog, at=at))
        (found,) = entries(path)
        assert (found.protocol, found.commands) == ("imap", 2)
        with monkeypatch.context() as patch, Capture(str(path)) as capture:
            patch.setattr(index, "SLICE", 128)
            while capture.advance(128):
                pass
            capture.finish()
            (slowly,) = capture.entries
            assert (slowly.protocol, slowly.commands, slowly.tls) == ("imap", 2, found.tls)
            assert len(capture.session(1)) == found.steps


@pytest.mark.parametrize("version", [V12, V13])
def test_alpn_for_mail_is_enough_on_an_odd_port(tmp_path: Path, version: ssl.TLSVersion) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(wire.pcap(frames(record(TALK, version=version, alpn=("imap",)))))
    (found,) = entries(path)
    assert (found.protocol, found.presumed, found.security) == ("tls", "imap", "tls")
    for offered in (("http/1.1",), ("http/1.1", "imap"), ()):
        path.write_bytes(wire.pcap(frames(record(TALK, version=V13, alpn=offered))))
        assert entries(path) == []
