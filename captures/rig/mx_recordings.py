"""MX: mail.example.org finds the server of a domain, and what it does where that is not easy."""

import time
from collections.abc import Callable

from rig.mailboxes import Mail
from rig.recordings import SMTPLIB, Recording
from rig.servers import BOB
from rig.stage import Stage

NEWS = Mail(
    "Alice <alice@example.org>",
    "Bob <bob@example.net>",
    "Otters",
    "Two otters under the bridge this morning.\n",
    hours=0,
)
NOT_NOW = {
    "smtpd_recipient_restrictions": "check_recipient_access static:{450 4.2.0 Not now, try later}"
}


def _send(stage: Stage, recipient: str) -> None:
    message = NEWS.text(stage.day).decode().replace(BOB, recipient)
    stage.client("laptop", "submit", message=message, recipients=[recipient])


def _mx(name: str, done: str, recipient: str, sessions: int) -> Recording:
    """Alice submits a message, and mail.example.org brings it to its recipient's server."""

    def play(stage: Stage) -> None:
        _send(stage, recipient)
        for _ in range(sessions):
            stage.session(25)
        stage.wait_until_delivered()

    return _recording(name, done, play)


def _recording(name: str, done: str, play: Callable[[Stage], None]) -> Recording:
    return Recording(
        name=f"mx-{name}",
        done=done,
        client=SMTPLIB,
        play=play,
        mail={BOB: ()},
        wanted="tcp or udp port 53",
        lookups=True,
    )


def _retry(stage: Stage) -> None:
    """The server says 450 first; a while later it takes the message."""
    server = stage.sites["net"].postfix
    server.reload(NOT_NOW)
    time.sleep(1)
    _send(stage, BOB)
    stage.session(25)
    time.sleep(1)
    server.reload({})
    stage.session(25)
    stage.wait_until_delivered()


RECORDINGS = (
    _mx(
        "two-hosts",
        "The first host of club.example.net is down, so the message goes to the second.",
        "bob@club.example.net",
        1,
    ),
    _recording("retry", "mail.example.net says 450 first, and takes the message later.", _retry),
    _mx(
        "none",
        "attic.example.net has no MX, so its own address counts.",
        "bob@attic.example.net",
        1,
    ),
    _mx(
        "large",
        "large.example.net has so many MX that the answer comes by TCP.",
        "bob@large.example.net",
        1,
    ),
    _mx("null", "quiet.example.net has a null MX: it takes no mail.", "bob@quiet.example.net", 0),
)
