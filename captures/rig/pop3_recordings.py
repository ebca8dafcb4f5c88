"""POP3: Alice fetches her mail from mail.example.org."""

from collections.abc import Callable

from rig.mailboxes import DOTS, LUNCH, UIDVALIDITY
from rig.network import LAPTOP
from rig.recordings import HAND_MADE, POPLIB, Recording, openssl
from rig.servers import ALICE
from rig.stage import Stage

WAITING = {ALICE: (LUNCH, DOTS)}


def _pop(
    name: str,
    done: str,
    function: str,
    client: str = POPLIB,
    *,
    keys: bool = False,
    kind: str = "pcapng",
    mechanisms: str = "plain login",
    **arguments: object,
) -> Recording:
    return Recording(
        name=f"pop3-{name}",
        done=done,
        client=client,
        play=lambda stage: stage.client("laptop", function, **arguments),
        mail=WAITING,
        dovecot={"mechanisms": mechanisms} if mechanisms != "plain login" else {},
        keys=keys,
        kind=kind,
    )


def _cut(stage: Stage) -> None:
    cable: list[Callable[[], object]] = [
        lambda: stage.network.pull_cable(LAPTOP),
        lambda: stage.network.plug_cable(LAPTOP),
    ]
    stage.client("laptop", "delete", cable, cut=True)


def _two_devices(stage: Stage) -> None:
    """Dovecot's UIDL is the UID and UIDVALIDITY, in hex."""
    have = [f"{uid:08x}{UIDVALIDITY:08x}" for uid in (1, 2)]
    stage.client("laptop", "collect", known=[])
    stage.client("phone", "collect", known=[])
    stage.client("laptop", "collect", known=have, delete=True)
    stage.client("phone", "collect", known=have)


def _by_hand(stage: Stage) -> None:
    """openssl's client sends line by line, as somebody types."""
    lines = (f"USER {ALICE}", "PASS correct-horse", "STAT", "RETR 1", "QUIT")
    typing = "; ".join(f"sleep 0.4; printf '%s\\n' '{line}'" for line in lines)
    options = "-starttls pop3 -connect mail.example.org:110 -servername mail.example.org"
    trust = '-CAfile "$RIG_CA" -verify_return_error -keylogfile "$SSLKEYLOGFILE"'
    stage.program(
        "laptop", "sh", "-c", f"({typing}) | openssl s_client {options} {trust} -crlf -quiet"
    )
    stage.session(110, "starttls").sent("USER", ALICE, "correct-horse", accepted=True)


READS = "Alice reads one message with Python's poplib"
RECORDINGS = (
    _pop(
        "user-pass",
        "Alice uses every command of POP3; the message she reads has lines that start with dots.",
        "tour",
    ),
    _pop("refused", "Alice mistypes her password and gives up.", "refused", kind="pcap"),
    _pop(
        "apop",
        "Alice logs in with APOP: a digest in place of the password.",
        "apop",
        mechanisms="plain login apop",
    ),
    _pop(
        "auth-plain",
        "Alice logs in with AUTH PLAIN twice: after the server's +, then in one line.",
        "auth_plain",
        HAND_MADE,
    ),
    _pop("script-clear", f"{READS}; everything in the clear.", "script"),
    _pop("stls", f"{READS}; TLS begins after STLS.", "script", keys=True, security="starttls"),
    _pop("tls", f"{READS}; TLS from the first byte.", "script", keys=True, security="tls"),
    _pop("delete-quit", "Alice deletes a message and says QUIT; then it is gone.", "delete"),
    Recording(
        name="pop3-delete-cut",
        done="Alice deletes a message and her cable is pulled before QUIT; then it is still there.",
        client=POPLIB,
        play=_cut,
        mail=WAITING,
        dovecot={"strict": False},  # the restart ends what Dovecot still believes to be a session
    ),
    Recording(
        name="pop3-leave-on-server",
        done="Laptop and phone both fetch the mail; the laptop deletes it, and the phone looks.",
        client=POPLIB,
        play=_two_devices,
        mail=WAITING,
    ),
    Recording(
        name="pop3-s-client",
        done="Alice types POP3 into openssl s_client, under TLS after STLS.",
        client=f"openssl s_client {openssl()}",
        play=_by_hand,
        mail=WAITING,
        keys=True,
    ),
)
