"""SMTP: Alice submits mail at mail.example.org; others try what they may not."""

from rig.mailboxes import ALICE as ALICE_HEADER
from rig.mailboxes import BOB as BOB_HEADER
from rig.mailboxes import Mail
from rig.network import HOSTS
from rig.recordings import HAND_MADE, SMTPLIB, Recording, swaks
from rig.servers import ALICE, BOB, CAROL
from rig.stage import Stage

# From: is not MAIL FROM, Carol is in no header, and a line starts with a dot.
INVITATION = Mail(
    "Bird Club <birds@example.org>",
    BOB_HEADER,
    "Herons at dawn",
    """\
Dear members,

we meet at six, by the old bridge:
.. bring boots
. and a thermos flask

The Bird Club
""",
    hours=0,
)
THANKS = Mail(
    ALICE_HEADER,
    BOB_HEADER,
    "Thank you",
    "The photos are lovely. See you on Thursday.\n",
    hours=0,
)


def _submission(name: str, done: str, security: str) -> Recording:
    def play(stage: Stage) -> None:
        message = INVITATION.text(stage.day).decode()
        stage.client(
            "laptop", "submit", message=message, security=security, recipients=[BOB, CAROL]
        )

    return Recording(
        name=f"smtp-submission-{name}",
        done=f"The Bird Club's invitation goes to Bob, and to Carol in Bcc; {done}.",
        client=SMTPLIB,
        play=play,
        keys=security != "plaintext",
        wanted="tcp port 587 or tcp port 465",
    )


def _swaks(
    name: str,
    done: str,
    *options: str,
    port: int = 587,
    host: str = "laptop",
    server: str = "mail.example.org",
    credential: tuple[str, str, bool] | None = None,
    ok: int = 0,
    kind: str = "pcapng",
) -> Recording:
    """swaks sends, or tries to send, a message to Bob."""

    def play(stage: Stage) -> None:
        stage.program(
            host,
            *("swaks", "--server", server, "--port", str(port), "--to", BOB),
            *("--data", THANKS.text(stage.day).decode().replace("\r\n", "\n")),
            *options,
            ok=(ok,),
        )
        deed = stage.session(port)
        if credential:
            mechanism, secret, accepted = credential
            deed.sent(mechanism, ALICE, secret, accepted)

    return Recording(
        name=f"smtp-{name}",
        done=done,
        client=swaks(),
        play=play,
        kind=kind,
        wanted=f"tcp port {port} and host {HOSTS[host].ipv4}",
    )


def _alice(mechanism: str, secret: str = "correct-horse") -> tuple[str, ...]:
    return ("--from", ALICE, "--auth", mechanism, "--auth-user", ALICE, "--auth-password", secret)


RECORDINGS = (
    _submission("plain", "everything in the clear", "plaintext"),
    _submission("starttls", "TLS begins after STARTTLS", "starttls"),
    _submission("tls", "TLS from the first byte", "tls"),
    _swaks(
        "auth-plain",
        "Alice authenticates with AUTH PLAIN in one line and sends a message.",
        *_alice("PLAIN"),
        credential=("PLAIN", "correct-horse", True),
    ),
    Recording(
        name="smtp-auth-plain-two-lines",
        done="Alice authenticates with AUTH PLAIN after the server's 334.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "auth_plain_two_lines"),
    ),
    _swaks(
        "auth-login",
        "Alice authenticates with AUTH LOGIN and sends a message.",
        *_alice("LOGIN"),
        credential=("AUTH LOGIN", "correct-horse", True),
        kind="pcap",
    ),
    _swaks(
        "auth-refused",
        "Alice mistypes her password and is refused (535).",
        *_alice("PLAIN", "correct-hrose"),
        credential=("PLAIN", "correct-hrose", False),
        ok=28,
    ),
    _swaks(
        "auth-required",
        "Alice forgets to log in before she submits (530).",
        *("--from", ALICE),
        ok=23,
    ),
    _swaks(
        "relay-denied",
        "A stranger asks mail.example.org to relay to example.net, and is refused (554).",
        *("--from", "stranger@example.com"),
        port=25,
        host="desk",
        ok=24,
    ),
    Recording(
        name="smtp-pipelining",
        done="mail.example.org sends envelope and DATA in one segment; one recipient is unknown.",
        client=HAND_MADE,
        play=lambda stage: stage.client(
            "org", "pipelining", message=THANKS.text(stage.day).decode()
        ),
        wanted="tcp port 25",
    ),
    Recording(
        name="smtp-rset-vrfy-noop",
        done="Small verbs, a slip of the finger, and commands out of order.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "verbs"),
    ),
    _swaks(
        "lmtp",
        "Dovecot takes a message by LMTP: one answer for each recipient after the dot.",
        *("--protocol", "LMTP", "--from", ALICE),
        *("--to", f"{BOB},nobody@example.net,{CAROL}"),
        port=24,
        host="org",
        server="mail.example.net",
    ),
)
