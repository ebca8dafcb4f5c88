"""The clients' common ground, and the way the rig calls them.

`python3 -m rig.clients NAME ARGUMENTS` runs one client as a program on its host; the arguments are
JSON. It prints what it did as JSON: a list of sessions, each with the credentials sent in it.
"""

import contextlib
import json
import os
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import Any

from rig.deeds import Deed

ORG = "mail.example.org"
NET = "mail.example.net"


class Context(ssl.SSLContext):
    """A TLS client that checks certificates, writes its keys where SSLKEYLOGFILE says, and goes on
    with `remembered`, a session that it had before."""

    remembered: ssl.SSLSession | None = None

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*args, **{"session": self.remembered, **kwargs})


def context(newest: str = "1.3", ciphers: str = "", careless: bool = False) -> Context:
    """TLS as a careful client speaks it, or held back to an older version or other suites.

    A `careless` one takes any certificate.
    """
    made = Context(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(os.environ["RIG_CA"])
    if keys := os.environ.get("SSLKEYLOGFILE"):
        made.keylog_filename = keys
    if careless:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if newest == "1.2":
        made.maximum_version = ssl.TLSVersion.TLSv1_2
    if ciphers:
        made.set_ciphers(ciphers)
    return made


def certified(made: Context) -> Context:
    """The same with the client's own certificate."""
    made.load_cert_chain(os.environ["RIG_OWN"] + ".pem", os.environ["RIG_OWN"] + ".key")
    return made


def wait_for_close(connection: socket.socket) -> None:
    """Read until the server has closed, so that our own FIN comes second and no RST follows."""
    connection.settimeout(5)
    with contextlib.suppress(OSError):
        while connection.recv(4096):
            pass


def pause() -> None:
    """Stand still, with the connection open, until the rig has done what its script says."""
    print("pause", flush=True)
    sys.stdin.readline()


def main() -> None:
    """Run the client that the command line names."""
    name, arguments = sys.argv[1], json.loads(sys.argv[2])
    for kind in ("imap", "mailbox", "pop3", "smtp", "careless", "sasl", "plain", "tls"):
        module = import_module(f"rig.{kind}_clients")
        function: Callable[..., list[Deed]] | None = getattr(module, name, None)
        if function:
            print(json.dumps([asdict(deed) for deed in function(**arguments)]))
            return
    raise SystemExit(f"no such client: {name}")


if __name__ == "__main__":
    main()
