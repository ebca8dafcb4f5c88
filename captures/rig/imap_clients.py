"""IMAP clients: Python's imaplib, and the hand-made one where the spelling matters."""

import contextlib
import imaplib

from rig.clients import ORG, Context, context, wait_for_close
from rig.deeds import Deed
from rig.wire import Wire

ALICE = "alice@example.org"
SECRET = "correct-horse"


class _Polite(imaplib.IMAP4):
    """imaplib that lets the server close first; otherwise its FIN may end in an RST."""

    def shutdown(self) -> None:
        wait_for_close(self.sock)
        super().shutdown()


class _PoliteTLS(imaplib.IMAP4_SSL):
    def shutdown(self) -> None:
        wait_for_close(self.sock)
        super().shutdown()


def _open(security: str, tls: Context, host: str = ORG) -> imaplib.IMAP4:
    """Connect by imaplib: in the clear, by STARTTLS, or by TLS from the first byte."""
    if security == "tls":
        return _PoliteTLS(host, ssl_context=tls)
    connection = _Polite(host)
    if security == "starttls":
        connection.starttls(tls)
    return connection


def first_look(
    security: str = "plaintext",
    newest: str = "1.3",
    ciphers: str = "",
    times: int = 1,
    user: str = ALICE,
    secret: str = SECRET,
    host: str = ORG,
) -> list[Deed]:
    """Log in, open the inbox, read the first message, log out; the second time with the TLS
    session of the first."""
    tls = context(newest, ciphers)
    deeds = []
    for _ in range(times):
        mail = _open(security, tls, host)
        deed = Deed(993 if security == "tls" else 143, security)
        mail.login(user, secret)
        deed.sent("LOGIN", user, secret, accepted=True)
        mail.select("INBOX")
        mail.fetch("1", "(BODY[])")
        if isinstance(mail, imaplib.IMAP4_SSL):
            tls.remembered = mail.sock.session
        mail.logout()
        deeds.append(deed)
    return deeds


def login_refused() -> list[Deed]:
    """A mistyped password, and the right one at the second try."""
    mail = _Polite(ORG)
    deed = Deed(143)
    with contextlib.suppress(imaplib.IMAP4.error):
        mail.login(ALICE, "correct-hrose")
    deed.sent("LOGIN", ALICE, "correct-hrose", accepted=False)
    mail.login(ALICE, SECRET)
    deed.sent("LOGIN", ALICE, SECRET, accepted=True)
    mail.logout()
    return [deed]


class _Script:
    """The hand-made client speaking IMAP: numbered tags, one command at a time."""

    def __init__(self, host: str = ORG) -> None:
        self.wire = Wire(host, 143)
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
        self.wire.wait_for_close()
        self.wire._socket.close()


def _accepted(result: str) -> bool:
    return result.startswith("OK")


def login_spelled(line: str, secret: str, host: str = ORG) -> list[Deed]:
    """LOGIN on one line, spelled as given."""
    script = _Script(host)
    deed = Deed(143)
    script.do("CAPABILITY")
    deed.sent("LOGIN", ALICE, secret, _accepted(script.do(line)))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]


def login_literal(secret: str, plus: bool = False) -> list[Deed]:
    """LOGIN with name and password as literals; `plus`: without waiting for the server's `+`."""
    script = _Script()
    deed = Deed(143)
    script.do("CAPABILITY")
    if plus:
        tag = script.tag()
        script.wire.send_line(
            f"{tag} LOGIN {{{len(ALICE)}+}}\r\n{ALICE} {{{len(secret)}+}}\r\n{secret}"
        )
    else:
        tag = script.ask(f"LOGIN {{{len(ALICE)}}}")
        script.wire.send_line(f"{ALICE} {{{len(secret)}}}")
        script.challenge()
        script.wire.send_line(secret)
    deed.sent("LOGIN", ALICE, secret, _accepted(script.result(tag)))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]
