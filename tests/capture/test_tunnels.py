"""Mail through a proxy, in a file: the flow is kept on whatever port, and nothing leaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dialogue import pieces
from tests.session.test_layers import CONNECT, PROXY_1, SMTP, SOCKS, Lines
from tests.sources import wire
from tutor.capture import Capture
from tutor.protocols.events import Kind
from tutor.render.json_report import report
from tutor.render.view import View

CASES: dict[str, tuple[int, Lines]] = {
    "socks": (1080, SOCKS + SMTP),
    "connect": (8080, CONNECT + SMTP),
    "proxy": (10025, PROXY_1 + SMTP),
}
HIDDEN = (b"proxypasswd", b"Ym9iOnB3", b"secret-2", b"AGFubgBzZWNyZXQtMg")


def saved(folder: Path, port: int, lines: Lines) -> str:
    turns = [("c" if client else "s", data) for client, data in pieces(lines)]
    path = folder / "through.pcap"
    frames = wire.conversation(("192.0.2.10", 50000), ("198.51.100.25", port), turns)
    path.write_bytes(wire.pcap(frames))
    return str(path)


@pytest.mark.parametrize("name", CASES)
def test_the_session_is_listed_with_its_credential(name: str, tmp_path: Path) -> None:
    port, lines = CASES[name]
    with Capture(saved(tmp_path, port, lines)) as capture:
        capture.load()
        (entry,) = capture.entries
        assert (entry.protocol, entry.commands, entry.server.port) == ("smtp", 3, port)
        (found,) = entry.credentials
        sent = next(n for n, line in enumerate(lines) if "AUTH PLAIN A" in str(line))
        assert found.packet == sent + 4  # three packets open the connection
        assert "encoded-credential" in {finding.rule for finding in entry.findings}


@pytest.mark.parametrize("name", CASES)
def test_nothing_secret_is_shown(name: str, tmp_path: Path) -> None:
    with Capture(saved(tmp_path, *CASES[name])) as capture:
        capture.load()
        session = capture.session(1)
        view, bare = View(session), View(session, masked=False)
        revealed = [line.text for i in range(len(session)) for line in bare.lines(i)]
        assert any("AGFubgBzZWNyZXQtMg" in text for text in revealed)
        shown = [json.dumps(report(capture))]
        for index in range(len(session)):
            shown += [line.text for line in (*view.lines(index), *view.hex(index))]
        text = "\n".join(shown)
        for secret in HIDDEN:
            assert secret.decode() not in text
            assert secret[:8].hex(" ") not in text
        assert any(session.event(i).kind is Kind.PREAMBLE for i in range(len(session)))


def test_a_web_session_through_a_proxy_is_not_listed(tmp_path: Path) -> None:
    web: Lines = [
        "C: CONNECT www.example.net:443 HTTP/1.1\r\n\r\n",
        "S: HTTP/1.1 200 OK\r\n\r\n",
        *SMTP,
    ]
    with Capture(saved(tmp_path, 8080, web)) as capture:
        capture.load()
        assert capture.entries == []
