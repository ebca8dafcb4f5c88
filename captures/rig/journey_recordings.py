"""One message on its whole way, from Alice's laptop to Bob's desk."""

from rig.mailboxes import Mail
from rig.network import NET
from rig.recordings import Recording
from rig.servers import ACCOUNTS, BOB
from rig.stage import Stage

NINE_WORDS = Mail(
    "Alice <alice@example.org>",
    "Bob <bob@example.net>",
    "By the river",
    "The heron waits where the silver river turns north.\n",
    hours=0,
)


def _journey(stage: Stage) -> None:
    bob = {"host": NET.fqdn, "user": BOB, "secret": ACCOUNTS[NET][BOB]}
    stage.client("laptop", "submit", message=NINE_WORDS.text(stage.day).decode())
    stage.session(25)  # from mail.example.org to mail.example.net
    stage.wait_until_delivered()
    stage.client("desk", "first_look", **bob)
    stage.client("desk", "script", **bob)


RECORDINGS = (
    Recording(
        name="journey",
        done=(
            "Alice submits a message to mail.example.org, which looks up the MX of example.net and"
            " relays it to mail.example.net; Bob reads it there by IMAP, and by POP3."
        ),
        client="Python smtplib, imaplib and poplib 3.11",
        play=_journey,
        mail={BOB: ()},
        wanted="tcp or udp port 53",
        lookups=True,
    ),
)
