"""What the protocols can say besides: extensions of IMAP, SMTP and POP3, proxies, typed lines."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from rig.fronts import http_proxy, socks
from rig.mailboxes import DOTS, HERON, LUNCH, TICKETS
from rig.network import DESK, LAPTOP, NET, ORG
from rig.plain_clients import proxy_v2
from rig.recordings import HAND_MADE, Recording, curl
from rig.servers import ALICE, BOB, CAROL
from rig.stage import Stage

MORE = """
mail_attribute_dict = file:%h/attributes
plugin {
  acl = vfile
  quota = maildir:User quota
  quota_rule = *:storage=1G
}
protocol imap {
  mail_plugins = acl quota imap_zlib imap_acl imap_quota
  imap_metadata = yes
}
"""
PROXIED = """
haproxy_trusted_networks = 192.0.2.0/24
service imap-login {
  inet_listener imap {
    haproxy = yes
  }
}
"""
DRAFT = f"From: Alice <{ALICE}>\r\nTo: Bob <{BOB}>\r\nSubject: Draft\r\n\r\nNot yet.\r\n"
ACCENTS = f"From: Bob <{BOB}>\r\nTo: Alice <{ALICE}>\r\nSubject: Café às oito\r\n\r\nJosé vem.\r\n"
FIND = """
    ID NIL
    ID ("name" "captures/rig" "version" "1" "os" NIL)
    NAMESPACE
    LIST (SPECIAL-USE) "" "*" RETURN (SPECIAL-USE SUBSCRIBED CHILDREN)
    LIST "" (INBOX Sent) RETURN (STATUS (MESSAGES UIDNEXT SIZE HIGHESTMODSEQ))
    LSUB "" "*"
    XLIST "" "*"?
    SELECT INBOX
    SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN
    UID SEARCH RETURN (SAVE) SUBJECT "heron"
    FETCH $ (UID ENVELOPE)
    SEARCH CHARSET UTF-8 OR FROM "bob" NOT SEEN
    SEARCH (SINCE 1-Jan-2020 BEFORE 1-Jan-2100) LARGER 100 SMALLER 9999999 HEADER X-None ""
    SORT (REVERSE DATE SUBJECT) UTF-8 ALL
    UID SORT RETURN (PARTIAL 1:2) (ARRIVAL) UTF-8 ALL?
    THREAD REFERENCES UTF-8 ALL
    UID THREAD ORDEREDSUBJECT US-ASCII ALL
    FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1])
    FETCH 1 (PREVIEW)
    FETCH 1:* FULL
    GETQUOTAROOT INBOX
    GETQUOTA "User quota"
    MYRIGHTS INBOX
    GETACL INBOX
    LISTRIGHTS INBOX bob@example.org?
    SETMETADATA INBOX (/private/comment "My inbox")
    GETMETADATA (DEPTH infinity) INBOX (/private/comment /shared/comment)
    UNSELECT
"""
SYNC = """
    ENABLE QRESYNC CONDSTORE
    SELECT INBOX (QRESYNC (1700000000 1 1:3))
    FETCH 1:* (UID FLAGS MODSEQ)
    FETCH 1:* (FLAGS) (CHANGEDSINCE 1)
    UID STORE 1 (UNCHANGEDSINCE 99999) +FLAGS.SILENT (\\Answered $Important)
    UID STORE 2 (UNCHANGEDSINCE 1) +FLAGS (\\Flagged)?
    CREATE Archive
    UID MOVE 1 Archive
    COPY 1 Archive
    STORE 1 -FLAGS (\\Seen)
    UID STORE 3 FLAGS (\\Deleted)
    UID EXPUNGE 3
    STATUS INBOX (MESSAGES HIGHESTMODSEQ)
    IDLE
    CHECK
    SUBSCRIBE Archive
    RENAME Archive "Old mail"
    UNSUBSCRIBE Archive
    DELETE "Old mail"
    EXAMINE INBOX
    CLOSE
    NOTIFY NONE
"""


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


def _chunk(data: str, last: bool = False) -> list[str]:
    size = len(data.encode())
    return [f"BDAT {size}{' LAST' if last else ''}", "250", data]


MESSAGE = f"From: Alice <{ALICE}>\r\nTo: Bob <{BOB}>\r\nSubject: In pieces\r\n\r\n"
HELLO = ["EHLO mail.example.org", "250"]
CHUNKS = [
    HELLO,
    [f"MAIL FROM:<{ALICE}> BODY=BINARYMIME", "5"],
    [f"MAIL FROM:<{ALICE}> BODY=8BITMIME SIZE=300", "250"],
    [f"RCPT TO:<{BOB}>", "250"],
    _chunk(MESSAGE),
    _chunk("The café opens at eight.\r\n.\r\nQUIT is a word in this line.\r\n"),
    _chunk("", last=True),
    [f"MAIL FROM:<{ALICE}>", "250"],
    [f"RCPT TO:<{BOB}>", "250"],
    _chunk(MESSAGE + "All in one.\r\n", last=True),
    ["BDAT 5 LAST", "503", "12345"],
]
NOTES = [
    HELLO,
    [f"MAIL FROM:<{ALICE}> RET=HDRS ENVID=QQ314159 BODY=7BIT", "250"],
    [f"RCPT TO:<{BOB}> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;bob+2Bold@example.net", "250"],
    [f"RCPT TO:<{CAROL}> NOTIFY=NEVER", "250"],
    ["RCPT TO:<nobody@example.net> ORCPT=rfc822;nobody@example.net", "550"],
    ["RSET", "250"],
    [f"MAIL FROM:<{ALICE}> SIZE=99999999", "552"],
    [f"MAIL FROM:<{ALICE}> FOO=BAR", "5"],
    ["MAIL FROM:<alice", "501"],
    [f"VRFY {BOB}", "25"],
    ["EXPN staff", "5"],
    ["HELP", "5"],
    ["ETRN example.net", ""],
    ["TURN", "5"],
    ["NOOP still there?", "250"],
]
WIDE = [
    ["EHLO mail.example.net", "250"],
    ["MAIL FROM:<andré@example.net> SMTPUTF8 BODY=8BITMIME", "250"],
    [f"RCPT TO:<{ALICE}>", "250"],
    ["RCPT TO:<josé@example.org>", "550"],
    ["DATA", "354"],
    [f"{ACCENTS}.", "250"],
]
PLAIN_SEND = [
    ["EHLO laptop.example.org", "250"],
    [f"MAIL FROM:<{BOB}>", "250"],
    [f"RCPT TO:<{ALICE}>", "250"],
    ["DATA", "354"],
    ["Subject: By way of a proxy\r\n\r\nHello.\r\n.", "250"],
]
PROXY_V1 = "UFJPWFkgVENQNCAxOTIuMC4yLjc3IDE5OC41MS4xMDAuMjUgNDAwMDAgMjUNCg=="
BEHIND = {"smtpd_upstream_proxy_protocol": "haproxy"}
POP3 = [
    ["CAPA."],
    ["AUTH."],
    ["AUTH PLAIN", "*"],
    ["UTF8"],
    ["LANG"],
    [f"USER {ALICE}", "PASS correct-horse", "STAT", "LIST.", "UIDL."],
    ["LIST 1", "UIDL 2", "TOP 1 0.", "TOP 2 3.", "RETR 1."],
    ["RETR 9", "DELE 1", "DELE 1", "RSET", "NOOP"],
    ["XTND XMIT"],
    ["QUIT"],
]
TYPED = {
    "helo laptop": "250",
    "mail from:<bob@example.net>": "250",
    "rcpt to:<alice@example.org>": "250",
    "DATA": "354",
    "Subject: typed": "",
    "": "",
    "Hello Alice, no line here ends as it should.": "",
    ".": "250",
    "QUIT": "221",
}


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
