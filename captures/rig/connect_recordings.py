"""What can come of a connection before any mail: refused, turned away, already logged in, BYE."""

from rig.mailboxes import LUNCH
from rig.network import DNS, LAPTOP, ORG
from rig.preauth import preauth
from rig.recordings import HAND_MADE, IMAPLIB, SMTPLIB, Recording
from rig.servers import ALICE
from rig.stage import Stage


def _preauth(stage: Stage) -> None:
    with preauth(stage.dovecot, ALICE):
        stage.client("laptop", "preauthenticated", host=ORG.second)


def _one_side(side: str, address: str) -> Recording:
    """The first lesson's script, recorded where only one direction comes by."""

    def play(stage: Stage) -> None:
        (deed,) = stage.client("laptop", "first_look")
        deed.complete = False
        deed.credentials = [
            {**credential, "accepted": None} for credential in deed.credentials if side == "client"
        ]

    return Recording(
        name=f"imap-only-{side}",
        done=f"Alice reads one message; only what the {side} sends was recorded.",
        client=IMAPLIB,
        play=play,
        mail={ALICE: (LUNCH,)},
        wanted=f"tcp and src host {address}",
        one_side=True,
    )


RECORDINGS = (
    Recording(
        name="connect-refused",
        done="Alice's program tries SMTP on the name server, where nothing listens.",
        client=SMTPLIB,
        play=lambda stage: stage.client("laptop", "connection_refused", host=DNS.ipv4),
    ),
    Recording(
        name="smtp-turned-away",
        done="mail.example.org greets with 554: it wants nothing from this host.",
        client=SMTPLIB,
        play=lambda stage: stage.client("laptop", "turned_away"),
        postfix={"smtpd_client_restrictions": "reject", "smtpd_delay_reject": "no"},
    ),
    Recording(
        name="smtp-starttls-unavailable",
        done="The server has no TLS after all (454), and Alice's program goes on in the clear.",
        client=SMTPLIB,
        play=lambda stage: stage.client("laptop", "opportunistic"),
        postfix={"smtpd_tls_cert_file": "/nowhere.pem", "smtpd_tls_key_file": "/nowhere.key"},
    ),
    Recording(
        name="imap-preauth",
        done="Alice reaches a server that knows her already and greets with PREAUTH.",
        client=HAND_MADE,
        play=_preauth,
        mail={ALICE: (LUNCH,)},
    ),
    Recording(
        name="imap-bye",
        done="An SMTP client talks to an IMAP server, until that says BYE.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "wrong_protocol"),
    ),
    _one_side("client", LAPTOP.ipv4),
    _one_side("server", ORG.ipv4),
)
