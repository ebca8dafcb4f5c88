"""Scripted clients: Python's own mail libraries, as a mail program would use them.

What they connect to is the lab, and nothing else. A client that notices mischief stops, and says
what it noticed.
"""

from __future__ import annotations

import imaplib
import poplib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tutor.lab.own import only_the_lab
from tutor.lab.store import HOST, Account
from tutor.lab.talk import Why

_SECONDS = 10
_ELSEWHERE = "127.0.0.2"


@dataclass(frozen=True, slots=True)
class Stand:
    """What a scene needs: where each service is, and a TLS context that checks or does not.

    Raises:
        Refused: the host is not the lab's.
    """

    host: str
    ports: Mapping[str, int]
    checking: ssl.SSLContext
    careless: ssl.SSLContext

    def __post_init__(self) -> None:
        only_the_lab(self.host)


class Noticed(Exception):  # noqa: N818 - it is the client's success
    """The client noticed that something is wrong, and stopped before it said a secret."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(why, detail)
        self.why = why
        self.detail = detail


def reason(error: Exception) -> tuple[Why, str]:
    """Why a client gave up, as a word and in its library's words."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, TimeoutError):
        return "silent", detail
    if isinstance(error, ssl.SSLError):
        return "tls", error.reason or detail
    if isinstance(error, ConnectionError | EOFError | smtplib.SMTPServerDisconnected):
        return "gone", detail
    if isinstance(error, imaplib.IMAP4.abort):
        return "gone", detail
    if isinstance(error, imaplib.IMAP4.error | poplib.error_proto | smtplib.SMTPException):
        return "refused", detail
    return "other", detail


def insist(upgrade: Callable[[], object]) -> None:
    """Turn to TLS or stop: no secret is said before.

    Raises:
        Noticed: TLS was not offered, was refused, or its certificate is wrong.
    """
    try:
        with checked():
            upgrade()
    except (imaplib.IMAP4.error, poplib.error_proto, smtplib.SMTPException) as error:
        raise Noticed("no-tls", str(error)) from error


@contextmanager
def checked() -> Iterator[None]:
    """Notice what TLS did not like.

    Raises:
        Noticed: the certificate is wrong, or TLS failed.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Noticed("certificate", error.verify_message) from error
    except ssl.SSLError as error:
        raise Noticed("tls", error.reason or str(error)) from error


class Imaps(imaplib.IMAP4_SSL):
    """TLS from the first byte. Asks for the lab's name, whatever address it goes to.

    Args:
        stand: where the lab is.
    """

    def __init__(self, stand: Stand) -> None:
        port = stand.ports["imaps"]
        super().__init__(stand.host, port, ssl_context=stand.checking, timeout=_SECONDS)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        sock = socket.create_connection((self.host, self.port), timeout)
        context: ssl.SSLContext = self.ssl_context
        return context.wrap_socket(sock, server_hostname=HOST)


class Intruder(imaplib.IMAP4):
    """A client of nobody's: it comes from another address of loopback, where there is one."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        place = (self.host, self.port)
        try:
            return socket.create_connection(place, timeout, source_address=(_ELSEWHERE, 0))
        except OSError:  # this system has one loopback address only
            return socket.create_connection(place, timeout)


@contextmanager
def imap4(stand: Stand, kind: type[imaplib.IMAP4] = imaplib.IMAP4) -> Iterator[imaplib.IMAP4]:
    """A client that says goodbye where all went well, and hangs up where not."""
    imap = kind(stand.host, stand.ports["imap"], timeout=_SECONDS)
    imap.host = HOST  # what STARTTLS asks for
    try:
        yield imap
        imap.logout()
    except BaseException:
        with suppress(OSError):
            imap.shutdown()
        raise


@contextmanager
def pop3(stand: Stand) -> Iterator[poplib.POP3]:
    """The same for POP3."""
    pop = poplib.POP3(stand.host, stand.ports["pop3"], timeout=_SECONDS)
    pop.host = HOST
    try:
        yield pop
        pop.quit()
    except BaseException:
        with suppress(OSError):
            pop.close()
        raise


@contextmanager
def smtp(stand: Stand) -> Iterator[smtplib.SMTP]:
    """The same for SMTP; it has said EHLO."""
    client = smtplib.SMTP(stand.host, stand.ports["smtp"], "laptop.example.org", timeout=_SECONDS)
    client._host = HOST  # type: ignore[attr-defined]
    with client:
        client.ehlo()
        yield client


def auth_plain(client: smtplib.SMTP, account: Account) -> None:
    """AUTH PLAIN with an initial response (RFC 4954)."""
    client.user, client.password = account.name, account.password
    client.auth("PLAIN", client.auth_plain)
