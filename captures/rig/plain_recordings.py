"""What the protocols can say besides: extensions of IMAP, SMTP and POP3, proxies, typed lines."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from rig.fronts import http_proxy, socks
from rig.mailboxes import DOTS, HERON, LUNCH, TICKETS
from rig.network import DESK, LAPTOP, NET, ORG
from rig.plain_clients import proxy_v2
from rig.plain_scripts import (
    BEHIND,
    CANCELLED,
    CHUNKS,
    DRAFT,
    FIND,
    MORE,
    NOTES,
    PLAIN_SEND,
    POP3,
    PROXIED,
    PROXY_V1,
    SYNC,
    TYPED,
    WIDE,
)
from rig.recordings import HAND_MADE, Recording, curl
from rig.servers import ALICE, BOB, CAROL
from rig.stage import Stage


def _lines(text: str) -> list[list[str]]:
    """A command a line; a `?` at the end marks one that may be refused."""
    found = [line.strip() for line in text.strip().splitlines()]
    return [["?" + line[:-1]] if line.endswith("?") else [line] for line in found]


def _imap(name: str, done: str, commands: list[list[str]], **more: object) -> Recording:
    dovecot = more.pop("dovecot", {})
    return Recording(
        name=f"imap-{name}",
        done=done,
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "imap_commands", commands=commands, **more),
        mail={ALICE: (LUNCH, TICKETS, HERON)},
        dovecot=dovecot,  # type: ignore[arg-type]
    )


def _smtp(
    name: str,
    done: str,
    commands: Sequence[Sequence[str]],
    *,
    host: str = "org",
    server: str = NET.fqdn,
    postfix: Mapping[str, str] = {},
    preface: str = "",
) -> Recording:
    def play(stage: Stage) -> None:
        stage.client(host, "smtp_commands", commands=commands, host=server, preface=preface)
        stage.wait_until_delivered()

    client = "laptop" if host == "laptop" else "org"
    return Recording(
        name=f"smtp-{name}",
        done=done,
        client=HAND_MADE,
        play=play,
        postfix=postfix,
        mail={ALICE: (), BOB: (), CAROL: ()},
        wanted=f"tcp port 25 and host {(LAPTOP if client == 'laptop' else ORG).ipv4}",
    )


def _proxied(
    name: str,
    done: str,
    front: Callable[[], AbstractContextManager[None]],
    port: int,
    url: str,
    *options: str,
) -> Recording:
    """curl reads Alice's first message through a proxy; seen is the way to the proxy."""

    def play(stage: Stage) -> None:
        with front():
            stage.program(
                "laptop",
                *("curl", "-s", "-S", *options, "--user", f"{ALICE}:correct-horse"),
                *("--login-options", "AUTH=PLAIN", url),
            )
        deed = stage.session(port)
        deed.spoken = "imap"
        deed.sent("PLAIN", ALICE, "correct-horse", accepted=True)

    return Recording(
        name=f"imap-{name}",
        done=done,
        client=curl(),
        play=play,
        mail={ALICE: (LUNCH,)},
        wanted=f"tcp and host {LAPTOP.ipv4}",
        server="Dovecot 2.3.19.1",
    )


INBOX = "imap://mail.example.org/INBOX;MAILINDEX=1"
RECORDINGS = (
    _imap(
        "extensions",
        "Alice looks for messages and asks for quota, rights and notes, by many extensions.",
        _lines(FIND),
        dovecot={"more": MORE},
    ),
    _imap(
        "sync",
        "Alice's program keeps its copy in step (QRESYNC), moves, and names UIDs.",
        _lines(SYNC),
    ),
    _imap(
        "append",
        "Alice files drafts: with a literal, without waiting, two at once, and by CATENATE.",
        [
            ['APPEND Drafts (\\Draft $Work) "24-Nov-2026 10:00:00 +0000" ', DRAFT, ""],
            ["APPEND Drafts +", DRAFT, ""],
            ["APPEND Drafts (\\Draft) ", DRAFT, " (\\Seen) ", DRAFT, ""],
            ["SELECT Drafts"],
            ["FETCH 1:* (FLAGS INTERNALDATE RFC822.HEADER RFC822.TEXT)"],
            ["?APPEND Nowhere +", DRAFT, ""],
        ],
    ),
    _imap(
        "proxy-header",
        "A load balancer tells in a PROXY line who the client is, before the server's greeting.",
        [["NOOP"]],
        dovecot={"more": PROXIED},
        preface="UFJPWFkgVENQNCAxOTIuMC4yLjc3IDE5OC41MS4xMDAuMjUgNDAwMDAgMTQzDQo=",
    ),
    _proxied(
        "socks5",
        "Alice's program reaches her server through a SOCKS5 proxy.",
        socks,
        1080,
        INBOX,
        "--socks5-hostname",
        f"{DESK.ipv4}:1080",
    ),
    _proxied(
        "http-connect",
        "Alice's program reaches her server through a web proxy, by CONNECT.",
        http_proxy,
        8080,
        INBOX,
        *("--proxytunnel", "--proxy", f"http://{DESK.ipv4}:8080"),
    ),
    _smtp("chunking", "A message goes in chunks (BDAT), the last one empty.", CHUNKS),
    Recording(
        name="smtp-auth-cancelled",
        done="Alice begins to authenticate in many ways, and never sends a secret.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "smtp_commands", commands=CANCELLED, port=587),
    ),
    _smtp("dsn-size", "DSN's parameters, and commands that are refused or unknown.", NOTES),
    _smtp(
        "smtputf8",
        "The sender's address has an accent (SMTPUTF8); a recipient's has too, and is unknown.",
        WIDE,
        host="laptop",
        server=ORG.fqdn,
    ),
    _smtp(
        "proxy-header",
        "A load balancer tells in a PROXY line who the client is, before the greeting.",
        PLAIN_SEND,
        host="laptop",
        server=ORG.fqdn,
        postfix=BEHIND,
        preface=PROXY_V1,
    ),
    _smtp(
        "proxy-header-binary",
        "The same in the header's binary form.",
        PLAIN_SEND,
        host="laptop",
        server=ORG.fqdn,
        postfix=BEHIND,
        preface=proxy_v2(),
    ),
    Recording(
        name="smtp-typed",
        done="Somebody types into nc: one key a segment, lines that end in a bare LF.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "typed_smtp", lines=TYPED),
        wanted=f"tcp and host {LAPTOP.ipv4}",
        mail={ALICE: ()},
    ),
    Recording(
        name="pop3-pipelined",
        done="Alice's program sends POP3 commands in groups, some of them refused or unknown.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "pop3_commands", groups=POP3),
        mail={ALICE: (LUNCH, DOTS)},
    ),
)
