"""POP3 clients: Python's poplib, and the hand-made one where the spelling or a cut matters."""

import base64
import contextlib
import hashlib
import poplib
import re
import time

from rig.clients import ORG, context, pause, wait_for_close
from rig.deeds import Deed
from rig.wire import Wire, tear

ALICE = "alice@example.org"
SECRET = "correct-horse"


class Polite(poplib.POP3):
    """poplib that lets the server close first; otherwise its FIN may end in an RST."""

    def close(self) -> None:
        wait_for_close(self.sock)
        super().close()


class PoliteTLS(poplib.POP3_SSL):
    def close(self) -> None:
        wait_for_close(self.sock)
        super().close()


def _open(security: str = "plaintext", host: str = ORG) -> tuple[poplib.POP3, Deed]:
    """Connect by poplib: in the clear, by STLS, or by TLS from the first byte."""
    deed = Deed(995 if security == "tls" else 110, security)
    if security == "tls":
        return PoliteTLS(host, context=context()), deed
    connection = Polite(host)
    if security == "starttls":
        connection.capa()
        connection.stls(context())
    return connection, deed


def _log_in(pop: poplib.POP3, deed: Deed, user: str = ALICE, secret: str = SECRET) -> None:
    pop.user(user)
    try:
        pop.pass_(secret)
    except poplib.error_proto:
        deed.sent("USER", user, secret, accepted=False)
        raise
    deed.sent("USER", user, secret, accepted=True)


def tour() -> list[Deed]:
    """Every command of POP3; one message has lines that start with dots."""
    pop, deed = _open()
    pop.capa()
    _log_in(pop, deed)
    pop.stat()
    pop.list()
    pop.uidl()
    pop.top(2, 0)
    pop.retr(2)
    pop.dele(1)
    pop.stat()
    pop.rset()
    pop.noop()
    pop.quit()
    return [deed]


def script(
    security: str = "plaintext", user: str = ALICE, secret: str = SECRET, host: str = ORG
) -> list[Deed]:
    """The script of the twins: log in, count, read one message, leave."""
    pop, deed = _open(security, host)
    pop.capa()
    _log_in(pop, deed, user, secret)
    pop.stat()
    pop.retr(1)
    pop.quit()
    return [deed]


def refused() -> list[Deed]:
    """A mistyped password, and Alice gives up."""
    pop, deed = _open()
    with contextlib.suppress(poplib.error_proto):
        _log_in(pop, deed, secret="correct-hrose")
    pop.quit()
    return [deed]


def apop() -> list[Deed]:
    """Log in with a digest of the greeting's time stamp and the password."""
    pop, deed = _open()
    stamp = re.search(rb"<[^>]+>", pop.getwelcome())
    if not stamp:
        raise SystemExit("the server offers no APOP")
    digest = hashlib.md5(stamp[0] + SECRET.encode()).hexdigest()
    pop.apop(ALICE, SECRET)
    deed.sent("APOP", ALICE, digest, accepted=True)
    pop.stat()
    pop.quit()
    return [deed]


def _connect() -> Wire:
    wire = Wire(ORG, 110)
    wire.until("+OK")
    return wire


def _ask(wire: Wire, command: str) -> bool:
    """Send a command with a one-line answer."""
    wire.send_line(command)
    return wire.until("+OK", "-ERR").startswith("+OK")


def _end(wire: Wire) -> None:
    _ask(wire, "QUIT")
    wire.close()


def auth_plain() -> list[Deed]:
    """AUTH PLAIN twice: after the server's `+`, then in one line."""
    token = base64.b64encode(f"\0{ALICE}\0{SECRET}".encode()).decode()
    deeds = []
    for at_once in (False, True):
        wire = _connect()
        wire.send_line("CAPA")
        wire.until(".")
        if at_once:
            accepted = _ask(wire, f"AUTH PLAIN {token}")
        else:
            wire.send_line("AUTH PLAIN")
            wire.until("+ ")
            accepted = _ask(wire, token)
        deed = Deed(110)
        deed.sent("PLAIN", ALICE, SECRET, accepted)
        _ask(wire, "STAT")
        _end(wire)
        deeds.append(deed)
    return deeds


def delete(cut: bool = False) -> list[Deed]:
    """Delete a message, then QUIT, or lose the network; look again in a second session."""
    pop, first = _open()
    _log_in(pop, first)
    pop.stat()
    pop.retr(1)
    pop.dele(1)
    if cut:
        time.sleep(0.5)  # the last answer is acknowledged
        pause()  # the cable is pulled
        pop.file.close()
        tear(pop.sock)
        first.complete = False
        time.sleep(2)
        pause()  # and plugged in again
    else:
        pop.quit()
    pop, second = _open()
    _log_in(pop, second)
    pop.stat()
    pop.list()
    pop.quit()
    return [first, second]


def collect(known: list[str], delete: bool = False) -> list[Deed]:
    """Fetch what this device does not have yet, and leave it on the server or not."""
    pop, deed = _open()
    _log_in(pop, deed)
    pop.stat()
    for line in pop.uidl()[1]:
        number, name = line.decode().split()
        if name not in known:
            pop.retr(int(number))
        if delete:
            pop.dele(int(number))
    pop.quit()
    return [deed]


def look(whole: bool) -> list[Deed]:
    """Look at the first message: all of it, or its headers."""
    pop, deed = _open()
    _log_in(pop, deed)
    pop.list()
    if whole:
        pop.retr(1)
    else:
        pop.top(1, 0)
    pop.quit()
    return [deed]
