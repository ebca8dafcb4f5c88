"""STARTTLS removed, mangled, refused, with a command behind it, or agreed to and forgotten."""

from collections.abc import Callable, Mapping

from rig.deeds import Deed
from rig.mailboxes import LUNCH
from rig.network import LAPTOP, MALLORY
from rig.recordings import HAND_MADE, IMAPLIB, POPLIB, SMTPLIB, Recording
from rig.relay import relay
from rig.servers import ALICE, BOB
from rig.smtp_recordings import THANKS
from rig.stage import Stage

PORTS = {"smtp": 587, "imap": 143, "pop3": 110}
CLIENTS = {"smtp": SMTPLIB, "imap": IMAPLIB, "pop3": POPLIB}
REMOVED = {
    "smtp": {"250-STARTTLS\r\n": ""},
    "imap": {" STARTTLS": "", " LOGINDISABLED": ""},
    "pop3": {"STLS\r\n": ""},
}
MANGLED = {"smtp": {"STARTTLS": "XXXXXXXX"}, "imap": {"STARTTLS": "XXXXXXXX"}}
REFUSED = {
    "smtp": {"STARTTLS\r\n": "454 4.7.0 TLS not available due to temporary reason\r\n"},
    "imap": {r"(\S+) STARTTLS\r\n": r"\1 NO TLS is not available right now.\r\n"},
}
BEHIND = {
    "smtp": {"^STARTTLS\r\n": "STARTTLS\r\nRSET\r\n"},
    "imap": {r"(?s)^(\S+) STARTTLS\r\n": r"\1 STARTTLS\r\nM1 CAPABILITY\r\n"},
    "pop3": {"^STLS\r\n": "STLS\r\nCAPA\r\n"},
}


def _client(stage: Stage, protocol: str) -> None:
    told = {"message": THANKS.text(stage.day).decode()} if protocol == "smtp" else {}
    stage.client("laptop", f"{protocol}_if_offered", host=MALLORY.ipv4, **told)


def _through_mallory(
    name: str,
    done: str,
    protocol: str,
    *verdicts: str,
    both: bool = False,
    keys: bool = False,
    **changes: Mapping[str, str],
) -> Recording:
    """Alice's program believes Mallory's host to be its server; seen are its leg, or `both`."""

    def play(stage: Stage) -> None:
        with relay(stage, PORTS[protocol], **changes):
            _client(stage, protocol)
        if both:
            stage.deeds += stage.deeds

    return Recording(
        name=f"{protocol}-{name}",
        done=done,
        client=CLIENTS[protocol],
        play=play,
        mail={ALICE: (LUNCH,), BOB: ()},
        wanted=f"tcp port {PORTS[protocol]}" + ("" if both else f" and host {LAPTOP.ipv4}"),
        keys=keys,
        verdicts=verdicts,
    )


def _removed(protocol: str, offer: str) -> tuple[Recording, ...]:
    """The same deed, seen on one leg and on both."""
    done = f"Mallory's relay takes the offer of {offer} away, and Alice's program goes without"
    change = {"to_client": REMOVED[protocol]}
    return (
        _through_mallory("starttls-removed", f"{done}; only her leg is seen.", protocol, **change),
        _through_mallory(
            "starttls-removed-both-legs",
            f"{done}; the leg to the server is seen too.",
            protocol,
            "starttls-removed",
            both=True,
            **change,
        ),
    )


def _behind(protocol: str, word: str) -> Recording:
    return _through_mallory(
        "starttls-injected",
        f"Mallory's relay puts a command behind {word} in its segment; the server forgets it.",
        protocol,
        "commands-behind-starttls",
        both=True,
        keys=True,
        to_server=BEHIND[protocol],
    )


def _alone(
    name: str,
    done: str,
    client: str,
    play: Callable[[Stage], object],
    *verdicts: str,
    ssl: str = "",
) -> Recording:
    """No Mallory: what the server says itself."""
    return Recording(
        name=name,
        done=done,
        client=client,
        play=play,
        mail={ALICE: (LUNCH,)},
        wanted=f"tcp and host {LAPTOP.ipv4}",
        dovecot={"ssl": ssl} if ssl else {},
        verdicts=verdicts,
    )


def _forgotten(stage: Stage) -> None:
    with relay(
        stage, 143, answered={r"(\S+) STARTTLS\r\n": r"\1 OK Begin TLS negotiation now.\r\n"}
    ):
        stage.client("laptop", "imap_forgets_tls", host=MALLORY.ipv4)


def _far_leg_secured(stage: Stage) -> None:
    change = {"to_client": REMOVED["imap"], "secured": {"by": "STARTTLS"}}
    with relay(stage, 143, **change):
        _client(stage, "imap")
    stage.deeds.append(
        Deed(143, "starttls", [{**c, "strength": "protected"} for c in stage.deeds[0].credentials])
    )


def _offered_then_removed(stage: Stage) -> None:
    """The same address twice: first the relay changes nothing, then it takes the offer away."""
    for changes in ({}, {"to_client": REMOVED["imap"]}):
        with relay(stage, 143, **changes):
            _client(stage, "imap")


RECORDINGS = (
    *_removed("smtp", "STARTTLS"),
    *_removed("imap", "STARTTLS"),
    *_removed("pop3", "STLS"),
    Recording(
        name="imap-starttls-removed-far-leg-tls",
        done="The same, but Mallory speaks TLS with the server, which suspects nothing.",
        client=IMAPLIB,
        play=_far_leg_secured,
        mail={ALICE: (LUNCH,)},
        wanted="tcp port 143",
        dovecot={"strict": True},
        keys=True,
        verdicts=("starttls-removed",),
    ),
    Recording(
        name="imap-starttls-removed-later",
        done="Alice's program reaches the same address twice: once STARTTLS is offered there, once"
        " Mallory's relay has taken the offer away; only her leg is seen.",
        client=IMAPLIB,
        play=_offered_then_removed,
        mail={ALICE: (LUNCH,)},
        wanted=f"tcp port 143 and host {LAPTOP.ipv4}",
        keys=True,
        verdicts=("starttls-removed",),
    ),
    *(
        _through_mallory(
            "starttls-mangled",
            "Mallory's relay overwrites the offer of STARTTLS with XXXXXXXX.",
            protocol,
            "starttls-mangled",
            to_client=MANGLED[protocol],
        )
        for protocol in MANGLED
    ),
    *(
        _through_mallory(
            "starttls-refused",
            "Mallory's relay refuses STARTTLS herself, and Alice's program goes on in the clear.",
            protocol,
            "starttls-refused",
            answered=REFUSED[protocol],
        )
        for protocol in REFUSED
    ),
    _behind("smtp", "STARTTLS"),
    _behind("imap", "STARTTLS"),
    _behind("pop3", "STLS"),
    _alone(
        "imap-starttls-unavailable",
        "A server without TLS says BAD to STARTTLS, and the client logs in all the same.",
        HAND_MADE,
        lambda stage: stage.client("laptop", "imap_insists"),
        ssl="no",
    ),
    _alone(
        "pop3-stls-unavailable",
        "A server without TLS says -ERR to STLS, and the client logs in all the same.",
        POPLIB,
        lambda stage: stage.client("laptop", "pop3_insists"),
        "starttls-refused",
        ssl="no",
    ),
    _alone(
        "imap-starttls-then-plaintext",
        "Mallory agrees to STARTTLS in the server's place; a broken client goes on in the clear.",
        HAND_MADE,
        _forgotten,
        "starttls-then-plaintext",
    ),
    _alone(
        "imap-starttls-forgotten",
        "The server agrees to STARTTLS; a broken client goes on in the clear and is cut off.",
        HAND_MADE,
        lambda stage: stage.client("laptop", "imap_forgets_tls"),
        "starttls-then-plaintext",
    ),
    _alone(
        "smtp-starttls-forgotten",
        "The server agrees to STARTTLS; a broken client goes on in the clear and is cut off.",
        HAND_MADE,
        lambda stage: stage.client("laptop", "smtp_forgets_tls"),
        "starttls-then-plaintext",
    ),
)
