"""Dovecot's imap behind a port of its own, started for a user who is logged in already.

So it is when a program reaches its server by a tunnel: the tunnel has asked for the password.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from rig.network import inside, wait_for_port
from rig.servers import MAIL_USER, Dovecot

_SERVE = """
import os, socket, sys
listener = socket.create_server((sys.argv[1], 143))
connection = listener.accept()[0]
listener.close()
os.dup2(connection.fileno(), 0)
os.dup2(connection.fileno(), 1)
connection.close()
os.execvp(sys.argv[2], sys.argv[2:])
"""


@contextmanager
def preauth(dovecot: Dovecot, user: str) -> Iterator[None]:
    """Serve one connection to the host's second address."""
    imap = ["doveadm", "-c", str(dovecot.root / "dovecot.conf"), "exec", "imap"]
    whose = ["env", f"USER={user}", f"HOME={dovecot.home(user)}", f"IP={dovecot.host.second}"]
    drop = ["setpriv", f"--reuid={MAIL_USER}", f"--regid={MAIL_USER}", "--clear-groups"]
    serve = ["/usr/bin/python3", "-c", _SERVE, dovecot.host.second, *drop, *whose, *imap]
    process = subprocess.Popen(inside(dovecot.host, serve))
    try:
        wait_for_port(dovecot.host, 143)
        yield
    finally:
        process.terminate()
        process.wait(5)
