"""SMTP clients: Python's smtplib, and the hand-made one where the spelling matters."""

import base64
import contextlib
import smtplib

from rig.clients import NET, ORG, context, wait_for_close
from rig.deeds import Deed
from rig.wire import Wire

ALICE = "alice@example.org"
BOB = "bob@example.net"
CAROL = "carol@example.net"
SECRET = "correct-horse"
ME = "laptop.example.org"


class _Tidy:
    """smtplib that writes verbs in capitals, as the books do, and lets the server close first."""

    def putcmd(self, cmd: str, args: str = "") -> None:
        super().putcmd(cmd.upper(), args)  # type: ignore[misc]

    def close(self) -> None:
        if connection := getattr(self, "sock", None):
            wait_for_close(connection)
        super().close()  # type: ignore[misc]


class Submission(_Tidy, smtplib.SMTP):
    pass


class SubmissionTLS(_Tidy, smtplib.SMTP_SSL):
    pass


def _open(security: str) -> tuple[smtplib.SMTP, Deed]:
    """Connect by smtplib: in the clear, by STARTTLS, or by TLS from the first byte."""
    if security == "tls":
        return SubmissionTLS(ORG, 465, ME, context=context()), Deed(465, security)
    connection = Submission(ORG, 587, ME)
    connection.ehlo()
    if security == "starttls":
        connection.starttls(context=context())
        connection.ehlo()
    return connection, Deed(587, security)


def submit(
    message: str, security: str = "plaintext", recipients: tuple[str, ...] = (BOB,)
) -> list[Deed]:
    """Log in with AUTH PLAIN and hand over a message."""
    connection, deed = _open(security)
    if security == "tls":
        connection.ehlo()
    connection.user, connection.password = ALICE, SECRET
    connection.auth("PLAIN", connection.auth_plain)
    deed.sent("PLAIN", ALICE, SECRET, accepted=True)
    if connection.sendmail(ALICE, recipients, message):
        raise SystemExit("a recipient was refused")
    connection.quit()
    return [deed]


class Talk:
    """The hand-made client speaking SMTP."""

    def __init__(self, host: str = ORG, port: int = 25, wire: Wire | None = None) -> None:
        self.wire = wire or Wire(host, port)
        self.reply()

    def reply(self) -> str:
        """The code of the next reply, of however many lines."""
        while (line := self.wire.line())[3:4] == "-":
            pass
        return line[:3]

    def do(self, command: str) -> str:
        self.wire.send_line(command)
        return self.reply()

    def quit(self) -> None:
        self.do("QUIT")
        self.wire.close()


def pipelining(message: str) -> list[Deed]:
    """Sender, three recipients (one of them unknown) and DATA in one segment."""
    script = Talk(NET, 25)
    script.do("EHLO mail.example.org")
    recipients = (BOB, "nobody@example.net", CAROL)
    group = [f"MAIL FROM:<{ALICE}>", *(f"RCPT TO:<{name}>" for name in recipients), "DATA"]
    script.wire.send("".join(f"{line}\r\n" for line in group))
    codes = [script.reply() for _ in group]
    if codes != ["250", "250", "550", "250", "354"]:
        raise SystemExit(f"unexpected replies: {codes}")
    script.wire.send(f"{message}.\r\nQUIT\r\n")
    script.reply()
    script.reply()
    script.wire.close()
    return [Deed(25)]


def verbs() -> list[Deed]:
    """The small verbs, a slip of the finger, and commands out of order."""
    script = Talk(ORG, 25)
    for command in (
        f"HELO {ME}",
        f"VRFY {ALICE}",
        "VRFY nobody@example.org",
        "NOOP",
        "HELP",
        f"MIAL FROM:<{BOB}>",
        f"RCPT TO:<{ALICE}>",
        f"MAIL FROM:<{BOB}>",
        f"RCPT TO:<{ALICE}>",
        "RSET",
        "DATA",
        f"mail from:<{BOB}>",
        f"Rcpt To:<{ALICE}>",
        "RSET",
    ):
        script.do(command)
    script.quit()
    return [Deed(25)]


def auth_plain_two_lines() -> list[Deed]:
    """AUTH PLAIN without an initial response: the server's 334 comes first."""
    script = Talk(ORG, 587)
    deed = Deed(587)
    script.do(f"EHLO {ME}")
    script.do("AUTH PLAIN")
    token = base64.b64encode(f"\0{ALICE}\0{SECRET}".encode()).decode()
    deed.sent("PLAIN", ALICE, SECRET, script.do(token) == "235")
    script.quit()
    return [deed]


def connection_refused(host: str) -> list[Deed]:
    """Nothing listens there: not even a greeting comes."""
    with contextlib.suppress(ConnectionRefusedError):
        smtplib.SMTP(host, 25, ME)
        raise SystemExit(f"{host} listens on port 25")
    return []


def turned_away() -> list[Deed]:
    """The greeting is 554; a program that expects that says QUIT."""
    connection = Submission(local_hostname=ME)
    if connection.connect(ORG, 25)[0] != 554:
        raise SystemExit("the server does take mail")
    connection.quit()
    return [Deed(25)]


def opportunistic() -> list[Deed]:
    """Use TLS if it can be had, and log in without it if not."""
    connection, deed = _open("plaintext")
    try:
        connection.starttls(context=context())
        raise SystemExit("the server has TLS after all")
    except smtplib.SMTPResponseException as refused:
        if refused.smtp_code != 454:
            raise
    connection.ehlo()
    connection.user, connection.password = ALICE, SECRET
    connection.auth("PLAIN", connection.auth_plain)
    deed.sent("PLAIN", ALICE, SECRET, accepted=True)
    connection.quit()
    return [deed]
