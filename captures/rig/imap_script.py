"""How the IMAP clients speak: by Python's imaplib, or by hand where the spelling matters."""

import imaplib

from rig.clients import ORG, Context, wait_for_close
from rig.deeds import Deed
from rig.wire import Wire

ALICE = "alice@example.org"
BOB = "bob@example.net"
SECRET = "correct-horse"


class Polite(imaplib.IMAP4):
    """imaplib that lets the server close first; otherwise its FIN may end in an RST."""

    def shutdown(self) -> None:
        wait_for_close(self.sock)
        super().shutdown()


class PoliteTLS(imaplib.IMAP4_SSL):
    def shutdown(self) -> None:
        wait_for_close(self.sock)
        super().shutdown()


def open_imap(security: str, tls: Context, host: str = ORG) -> imaplib.IMAP4:
    """Connect by imaplib: in the clear, by STARTTLS, or by TLS from the first byte."""
    if security == "tls":
        return PoliteTLS(host, ssl_context=tls)
    connection = Polite(host)
    if security == "starttls":
        connection.starttls(tls)
    return connection


class Script:
    """The hand-made client speaking IMAP: numbered tags, one command at a time."""

    def __init__(self, host: str = ORG, wire: Wire | None = None) -> None:
        self.wire = wire or Wire(host, 143)
        self.wire.until("* ")
        self._count = 0

    def tag(self) -> str:
        self._count += 1
        return f"a{self._count}"

    def do(self, command: str) -> str:
        """Send a command, and give back what follows the tag of its reply: `OK ...`."""
        tag = self.tag()
        self.wire.send_line(f"{tag} {command}")
        return self.result(tag)

    def ask(self, command: str) -> str:
        """Send a command that the server answers with `+`, and give back the tag."""
        tag = self.tag()
        self.wire.send_line(f"{tag} {command}")
        self.challenge()
        return tag

    def challenge(self) -> str:
        return self.wire.until("+")[2:]

    def result(self, tag: str) -> str:
        return self.wire.until(f"{tag} ").partition(" ")[2]

    def logout(self) -> None:
        self.do("LOGOUT")
        self.wire.close()


def accepted(result: str) -> bool:
    return result.startswith("OK")


def log_in() -> tuple[Script, Deed]:
    script = Script()
    deed = Deed(143)
    deed.sent("LOGIN", ALICE, SECRET, accepted(script.do(f"LOGIN {ALICE} {SECRET}")))
    return script, deed
