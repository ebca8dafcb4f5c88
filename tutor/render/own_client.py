"""What to type into one's own mail program so that it talks to the lab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from tutor.lab.services import SERVICES
from tutor.lab.talk import Ready
from tutor.words import _

Line: TypeAlias = tuple[Literal["say", "type"], str]

_HOST = "127.0.0.1"
_FRIEND = "bob@example.org"
_FOR_PROGRAMS = {service.name for service in SERVICES if service.login}


def own_client(ready: Ready) -> Iterator[Line]:
    """Lines of two kinds: ``say`` is for reading, ``type`` is for typing into a shell in order.

    What is to be typed fits 79 columns, so that it can be copied from the screen: what is long is
    put into variables first.
    """
    told = _("User name: {user}. Password: {password}. Server: {host}.")
    yield "say", told.format(user=ready.user, password=ready.password, host=_HOST)
    yield "say", _("Everything stays on this machine. Into a shell, first:")
    yield "type", f"ME={ready.user} PW={ready.password}"
    yield "type", f"CA={ready.authority}"
    for words in (_curl, _swaks, _openssl, _mutt):
        yield "say", ""
        yield from words(ready)
    yield "say", ""
    yield "say", _("Thunderbird: add an account by hand with these ports; trust the certificate.")
    for place in (place for place in ready.places if place.service in _FOR_PROGRAMS):
        secure = "SSL/TLS" if place.secure else _("none, or STARTTLS")
        yield "say", f"  {place.protocol.upper():<5} {_HOST}  {place.port}  {secure}"


def _at(ready: Ready, service: str) -> str:
    port = next(place.port for place in ready.places if place.service == service)
    return f"{_HOST}:{port}"


def _curl(ready: Ready) -> Iterator[Line]:
    clear = "curl -u $ME:$PW --login-options AUTH=PLAIN"
    tls = "curl -u $ME:$PW --ssl-reqd --cacert $CA"
    yield "say", _("curl, to read: in the clear, then with TLS:")
    yield "type", f'{clear} "imap://{_at(ready, "imap")}/INBOX;UID=1"'
    yield "type", f'{tls} "imap://{_at(ready, "imap")}/INBOX;UID=1"'
    yield "type", f"{clear} pop3://{_at(ready, 'pop3')}/1"
    yield "type", f"{tls} pop3s://{_at(ready, 'pop3s')}/1"


def _swaks(ready: Ready) -> Iterator[Line]:
    line = f"swaks -s {_at(ready, 'smtp')} -t {_FRIEND} -a PLAIN -au $ME -ap $PW"
    yield "say", _("swaks, to send: in the clear, then with TLS:")
    yield "type", line
    yield "type", f"{line} -tls"


def _openssl(ready: Ready) -> Iterator[Line]:
    # -quiet also keeps lines that begin with R or Q from being orders to openssl itself
    line = "openssl s_client -quiet -crlf -CAfile $CA"
    yield "say", _("openssl, to type the protocol by hand under TLS:")
    yield "type", f"{line} {_at(ready, 'imaps')}"
    for service in ("imap", "pop3", "smtp"):
        yield "type", f"{line} -starttls {service} {_at(ready, service)}"


def _mutt(ready: Ready) -> Iterator[Line]:
    yield "say", _("mutt, a whole mail program: with TLS, then in the clear:")
    # without a folder that is there it would ask to make one
    yield "type", 'M="set folder=. imap_user=$ME imap_pass=$PW"'
    start = 'mutt -nF /dev/null -e "$M'
    yield "type", f'{start} certificate_file=$CA" -f imaps://{_at(ready, "imaps")}'
    yield "type", 'M="$M nossl_force_tls ssl_starttls=no"'
    yield "type", f'{start}" -f imap://{_at(ready, "imap")}'
