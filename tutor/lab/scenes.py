"""The course's scenes, played by scripted clients against the lab.

Each is a plain function over a ``Stand``; what it does is what a mail program does. A client that
notices mischief stops, and says so; the careless ones go on, which is the lesson.
"""

from __future__ import annotations

import imaplib
import poplib
import smtplib
from collections.abc import Callable
from contextlib import suppress

from tutor.lab.clients import Imaps, Intruder, Stand, auth_plain, checked, imap4, insist, pop3, smtp
from tutor.lab.scram import ScramClient
from tutor.lab.store import ACCOUNTS, Account

ALICE, BOB = ACCOUNTS
_IDLE_TAG = b"wait1"
_MOST_LINES = 1000


def imap_login(stand: Stand) -> None:
    """IMAP in the clear: LOGIN, read one message."""
    with imap4(stand) as imap:
        imap.login(ALICE.name, ALICE.password)
        _read_one(imap)


def imap_starttls(stand: Stand) -> None:
    """IMAP with STARTTLS, by a client that insists on it and checks the certificate."""
    with imap4(stand) as imap:
        insist(lambda: imap.starttls(stand.checking))
        imap.login(ALICE.name, ALICE.password)
        _read_one(imap)


def imap_careless(stand: Stand) -> None:
    """IMAP by a client that takes TLS if it can get it, checks nothing, and else goes on."""
    with imap4(stand) as imap:
        with suppress(imaplib.IMAP4.error):
            imap.starttls(stand.careless)
        imap.login(ALICE.name, ALICE.password)
        _read_one(imap)


def imap_tls(stand: Stand) -> None:
    """IMAP with TLS from the first byte."""
    with checked(), Imaps(stand) as imap:
        imap.login(ALICE.name, ALICE.password)
        _read_one(imap)


def imap_cram_md5(stand: Stand) -> None:
    """IMAP in the clear with CRAM-MD5: no password crosses, yet it can be guessed."""
    with imap4(stand) as imap:
        imap.login_cram_md5(ALICE.name, ALICE.password)
        _read_one(imap)


def imap_scram(stand: Stand) -> None:
    """IMAP in the clear with SCRAM-SHA-256: salted and slow to guess, and the server proves too."""
    with imap4(stand) as imap:
        imap.authenticate("SCRAM-SHA-256", ScramClient(ALICE.name, ALICE.password).answer)
        _read_one(imap)


def imap_xoauth2(stand: Stand) -> None:
    """IMAP in the clear with a bearer token in place of a password."""
    with imap4(stand) as imap:
        answer = f"user={ALICE.name}\x01auth=Bearer {ALICE.token}\x01\x01".encode()
        imap.authenticate("XOAUTH2", lambda _challenge: answer)


def imap_idle(stand: Stand) -> None:
    """IMAP's IDLE: one device waits, another sends it a message, and it hears of that at once."""
    with imap4(stand) as imap:
        imap.login(ALICE.name, ALICE.password)
        imap.select()
        imap.send(_IDLE_TAG + b" IDLE\r\n")
        _await_line(imap, b"+")
        with smtp(stand) as client:
            _send(client, ALICE, ALICE, "A note to myself")
        _await_line(imap, b" EXISTS")
        imap.send(b"DONE\r\n")
        _await_line(imap, _IDLE_TAG)
        imap.fetch("*", "(FLAGS BODY.PEEK[])")


def pop3_user(stand: Stand) -> None:
    """POP3 in the clear: USER, PASS, read one message."""
    with pop3(stand) as client:
        _pop3_login(client)


def pop3_apop(stand: Stand) -> None:
    """POP3 in the clear with APOP: a digest in place of the password."""
    with pop3(stand) as client:
        client.apop(ALICE.name, ALICE.password)
        _retrieve(client)


def pop3_stls(stand: Stand) -> None:
    """POP3 with STLS, by a client that insists on it."""
    with pop3(stand) as client:
        insist(lambda: client.stls(stand.checking))
        _pop3_login(client)


def pop3_careless(stand: Stand) -> None:
    """POP3 by a client that takes TLS if it can get it, checks nothing, and else goes on."""
    with pop3(stand) as client:
        with suppress(poplib.error_proto):
            client.stls(stand.careless)
        _pop3_login(client)


def smtp_submit(stand: Stand) -> None:
    """SMTP in the clear: AUTH PLAIN, and a message to Bob."""
    with smtp(stand) as client:
        _send(client, ALICE, BOB, "The plan")


def smtp_starttls(stand: Stand) -> None:
    """SMTP with STARTTLS, by a client that insists on it and checks the certificate."""
    with smtp(stand) as client:
        insist(lambda: client.starttls(context=stand.checking))
        client.ehlo()
        _send(client, ALICE, BOB, "The plan")


def smtp_careless(stand: Stand) -> None:
    """SMTP by a client that uses STARTTLS if it is offered, checks nothing, and else goes on."""
    with smtp(stand) as client:
        if client.has_extn("starttls"):
            with suppress(smtplib.SMTPException):
                client.starttls(context=stand.careless)
                client.ehlo()
        _send(client, ALICE, BOB, "The plan")


def spraying(stand: Stand) -> None:
    """One password, many users: what a guesser does so that no account is locked.

    It comes from an address of its own, so that nobody else's logins are taken for its own.
    """
    names = [f"user{n:02}@example.org" for n in range(1, 11)]
    for name in [*names, ALICE.name]:
        with suppress(imaplib.IMAP4.error), imap4(stand, Intruder) as imap:
            imap.login(name, ALICE.password)


SCENES: dict[str, Callable[[Stand], None]] = {
    "imap-login": imap_login,
    "imap-starttls": imap_starttls,
    "imap-careless": imap_careless,
    "imap-tls": imap_tls,
    "imap-cram-md5": imap_cram_md5,
    "imap-scram": imap_scram,
    "imap-xoauth2": imap_xoauth2,
    "imap-idle": imap_idle,
    "pop3-user": pop3_user,
    "pop3-apop": pop3_apop,
    "pop3-stls": pop3_stls,
    "pop3-careless": pop3_careless,
    "smtp-submit": smtp_submit,
    "smtp-starttls": smtp_starttls,
    "smtp-careless": smtp_careless,
    "spraying": spraying,
}
"""Every scene by its name."""


def _read_one(imap: imaplib.IMAP4) -> None:
    imap.select()
    imap.fetch("1", "(FLAGS BODY.PEEK[])")


def _pop3_login(client: poplib.POP3) -> None:
    client.user(ALICE.name)
    client.pass_(ALICE.password)
    _retrieve(client)


def _retrieve(client: poplib.POP3) -> None:
    client.stat()
    client.retr(1)


def _await_line(imap: imaplib.IMAP4, words: bytes) -> None:
    """Read up to a line with these words.

    Raises:
        ConnectionError: there is none.
    """
    for _ in range(_MOST_LINES):
        line = imap.readline()
        if not line:
            break
        if words in line:
            return
    raise ConnectionError("the server does not say what was waited for")


def _send(client: smtplib.SMTP, sender: Account, target: Account, subject: str) -> None:
    auth_plain(client, sender)
    names = [account.name.partition("@")[0].title() for account in (sender, target)]
    client.sendmail(
        sender.name,
        [target.name],
        f"From: {names[0]} <{sender.name}>\r\nTo: {names[1]} <{target.name}>\r\n"
        f"Subject: {subject}\r\n\r\nMeet me where the river bends.\r\n",
    )
