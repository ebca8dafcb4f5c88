"""Clients that try what TLS can be: certificates checked or not, one of their own, compression."""

import contextlib
import ssl

from rig.clients import ORG, Context, certified, context
from rig.deeds import Deed
from rig.imap_script import ALICE, SECRET, PoliteTLS, Script
from rig.wire import Wire


def _read(mail: PoliteTLS, deed: Deed) -> list[Deed]:
    mail.login(ALICE, SECRET)
    deed.sent("LOGIN", ALICE, SECRET, accepted=True)
    mail.select("INBOX")
    mail.logout()
    return [deed]


def careful(shows: str, newest: str = "1.3") -> list[Deed]:
    """The certificate is not good enough: an alert, and nothing more."""
    with contextlib.suppress(ssl.SSLCertVerificationError):
        PoliteTLS(ORG, ssl_context=context(newest))
        raise SystemExit("the certificate was accepted")
    return [Deed(993, "tls", spoken="tls", shows=shows)]


def careless(shows: str, newest: str = "1.3") -> list[Deed]:
    """The certificate is not looked at."""
    tls = context(newest, careless=True)
    return _read(PoliteTLS(ORG, ssl_context=tls), Deed(993, "tls", shows=shows))


def external(newest: str = "1.3") -> list[Deed]:
    """The client's certificate says who it is; AUTHENTICATE EXTERNAL only points to it."""
    mail = PoliteTLS(ORG, ssl_context=certified(context(newest)))
    deed = Deed(993, "tls")
    mail.authenticate("EXTERNAL", lambda _: b"")
    deed.sent("EXTERNAL", None, "", accepted=True)
    mail.select("INBOX")
    mail.logout()
    return [deed]


def compressed_under_tls() -> list[Deed]:
    """COMPRESS DEFLATE inside TLS."""
    tls: Context = context()
    script = Script(wire=Wire(ORG, 993, tls))
    deed = Deed(993, "tls")
    script.do(f"LOGIN {ALICE} {SECRET}")
    deed.sent("LOGIN", ALICE, SECRET, accepted=True)
    script.do("COMPRESS DEFLATE")
    script.wire.compress()
    script.do("SELECT INBOX")
    script.do("FETCH 1 (BODY[])")
    script.logout()
    return [deed]
