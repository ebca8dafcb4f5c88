"""Programs that stand before Dovecot on the mail host's second address: TLS, proxies, SOCKS."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rig.network import DESK, ORG, Host, inside, wait_for_port
from rig.stage import Stage

_HAPROXY = """
global
  log stderr format raw local0
defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen imaps
  bind {second}:993 ssl crt {pem} alpn imap allow-0rtt
  server dovecot {first}:143
"""
_TINYPROXY = """
Port 8080
Listen {host.ipv4}
Timeout 60
MaxClients 5
ConnectPort 143
ConnectPort 587
DisableViaHeader Yes
"""


@contextmanager
def _running(host: Host, address: str, port: int, *command: str) -> Iterator[None]:
    process = subprocess.Popen(
        inside(host, command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(host, port, address=address)
        yield
    finally:
        process.terminate()
        process.wait(5)


@contextmanager
def haproxy(stage: Stage) -> Iterator[None]:
    """TLS 1.3 with early data, before Dovecot's port 143."""
    with tempfile.TemporaryDirectory(prefix="rig-front-") as folder:
        pem, config = Path(folder) / "server.pem", Path(folder) / "haproxy.cfg"
        certificate, key = stage.dovecot.authority.server(ORG.fqdn)
        pem.write_bytes(certificate.read_bytes() + key.read_bytes())
        config.write_text(_HAPROXY.format(second=ORG.second, first=ORG.ipv4, pem=pem))
        with _running(ORG, ORG.second, 993, "haproxy", "-db", "-f", str(config)):
            yield


@contextmanager
def socks() -> Iterator[None]:
    """A SOCKS5 proxy on the desk's host."""
    with _running(DESK, DESK.ipv4, 1080, "microsocks", "-i", DESK.ipv4, "-p", "1080"):
        yield


@contextmanager
def http_proxy() -> Iterator[None]:
    """A web proxy on the desk's host that lets CONNECT through to mail."""
    with tempfile.TemporaryDirectory(prefix="rig-front-") as folder:
        config = Path(folder) / "tinyproxy.conf"
        config.write_text(_TINYPROXY.format(host=DESK))
        with _running(DESK, DESK.ipv4, 8080, "tinyproxy", "-d", "-c", str(config)):
            yield
