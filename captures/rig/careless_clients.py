"""Clients that use TLS if they are offered it, and go on without it if they are not."""

import base64
import contextlib
import imaplib
import poplib
import smtplib

from rig.clients import ORG, context
from rig.deeds import Deed
from rig.imap_script import ALICE, BOB, SECRET, Polite, Script, accepted
from rig.pop3_clients import Polite as PolitePOP
from rig.smtp_clients import ME, Submission, Talk


def smtp_if_offered(host: str, message: str) -> list[Deed]:
    """Submit a message; STARTTLS only where EHLO offers it."""
    connection = Submission(host, 587, ME)
    connection._host = ORG  # Mallory's address was given out as that of the server
    deed = Deed(587, shows=ORG)
    connection.ehlo()
    if connection.has_extn("starttls"):
        with contextlib.suppress(smtplib.SMTPResponseException):
            connection.starttls(context=context())
            deed.security = "starttls"
        connection.ehlo()
    connection.user, connection.password = ALICE, SECRET
    connection.auth("PLAIN", connection.auth_plain)
    deed.sent("PLAIN", ALICE, SECRET, accepted=True)
    connection.sendmail(ALICE, [BOB], message)
    connection.quit()
    return [deed]


def imap_if_offered(host: str) -> list[Deed]:
    """Read a message; STARTTLS only where the capabilities have it."""
    mail = Polite(host, timeout=10)
    mail.host = ORG
    deed = Deed(143, shows=ORG)
    if "STARTTLS" in mail.capabilities:
        deed.security = "starttls"
        try:
            mail.starttls(context())
        except imaplib.IMAP4.error:
            deed.security = "plaintext"
        except OSError:  # the server has hung up, or says nothing any more
            return [deed]
    mail.login(ALICE, SECRET)
    deed.sent("LOGIN", ALICE, SECRET, accepted=True)
    mail.select("INBOX")
    mail.fetch("1", "(BODY[])")
    mail.logout()
    return [deed]


def imap_insists() -> list[Deed]:
    """Ask for STARTTLS without looking whether it is offered, and log in whatever the answer."""
    script = Script()
    deed = Deed(143)
    script.do("CAPABILITY")
    if accepted(script.do("STARTTLS")):
        raise SystemExit("the server has TLS after all")
    deed.sent("LOGIN", ALICE, SECRET, accepted(script.do(f"LOGIN {ALICE} {SECRET}")))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]


def pop3_if_offered(host: str) -> list[Deed]:
    """Count the messages; STLS only where CAPA has it, and no matter if it is refused."""
    pop = PolitePOP(host, timeout=10)
    pop.host = ORG
    deed = Deed(110, shows=ORG)
    if "STLS" in pop.capa():
        deed.security = "starttls"
        try:
            pop.stls(context())
        except poplib.error_proto:
            deed.security = "plaintext"
        except OSError:  # the server has hung up, or says nothing any more
            return [deed]
    pop.user(ALICE)
    pop.pass_(SECRET)
    deed.sent("USER", ALICE, SECRET, accepted=True)
    pop.stat()
    pop.quit()
    return [deed]


def pop3_insists() -> list[Deed]:
    """Ask for STLS in any case, and log in whatever the answer."""
    pop = PolitePOP(ORG)
    deed = Deed(110)
    pop.capa()
    with contextlib.suppress(poplib.error_proto):
        pop._shortcmd("STLS")
        raise SystemExit("the server has TLS after all")
    pop.user(ALICE)
    pop.pass_(SECRET)
    deed.sent("USER", ALICE, SECRET, accepted=True)
    pop.stat()
    pop.quit()
    return [deed]


def imap_forgets_tls(host: str = ORG) -> list[Deed]:
    """Ask for STARTTLS, get OK, and go on in the clear as if nothing had been said."""
    script = Script(host)
    deed = Deed(143)
    script.do("CAPABILITY")
    script.do("STARTTLS")
    with contextlib.suppress(EOFError):  # a server that means it closes
        answer = accepted(script.do(f"LOGIN {ALICE} {SECRET}"))
        deed.sent("LOGIN", ALICE, SECRET, answer)
        script.do("SELECT INBOX")
        script.logout()
        return [deed]
    deed.sent("LOGIN", ALICE, SECRET, accepted=None)
    script.wire.close()
    return [deed]


def smtp_forgets_tls() -> list[Deed]:
    """Get 220 for STARTTLS, and go on in the clear as if nothing had been said."""
    script = Talk(ORG, 587)
    deed = Deed(587)
    for command in (f"EHLO {ME}", "STARTTLS"):
        script.do(command)
    token = base64.b64encode(f"\0{ALICE}\0{SECRET}".encode()).decode()
    script.wire.send_line(f"AUTH PLAIN {token}")
    deed.sent("PLAIN", ALICE, SECRET, accepted=None)
    script.wire.close()
    return [deed]
