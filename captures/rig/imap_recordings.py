"""IMAP: what Alice does with her mailbox on mail.example.org."""

from rig.mailboxes import LUNCH
from rig.network import ORG
from rig.recordings import HAND_MADE, IMAPLIB, Recording
from rig.servers import ALICE, accounts

READS = "Alice reads one message with Python's imaplib"
QUOTED = 'tea for "two" \\ more'
AES = "ECDHE-ECDSA-AES256-GCM-SHA384"
CHACHA = "ECDHE-ECDSA-CHACHA20-POLY1305"
CBC = "ECDHE-ECDSA-AES128-SHA256"
WAITING = {ALICE: (LUNCH,)}


def _twin(name: str, done: str, **arguments: object) -> Recording:
    """The script of the first lesson, under TLS."""
    return Recording(
        name=f"imap-first-look-{name}",
        done=f"{READS}; {done}",
        client=IMAPLIB,
        play=lambda stage: stage.client("laptop", "first_look", **arguments),
        mail=WAITING,
        keys=True,
        embedded=name.endswith("embedded"),
    )


FIRST_LOOK = (
    Recording(
        name="imap-first-look",
        done=f"{READS}; everything in the clear.",
        client=IMAPLIB,
        play=lambda stage: stage.client("laptop", "first_look"),
        mail=WAITING,
    ),
    _twin("starttls", "TLS 1.3 begins after STARTTLS.", security="starttls"),
    _twin("tls", "TLS 1.3 from the first byte.", security="tls"),
    _twin(
        "tls-resumed",
        "TLS 1.3 from the first byte, twice, the second time resuming the first.",
        security="tls",
        times=2,
    ),
    _twin(
        "tls-embedded",
        "TLS 1.3 from the first byte, and the keys are inside the file.",
        security="tls",
    ),
    _twin("tls12", "TLS 1.2 with AES-GCM.", security="tls", newest="1.2", ciphers=AES),
    _twin("tls12-chacha", "TLS 1.2 with ChaCha20.", security="tls", newest="1.2", ciphers=CHACHA),
    _twin("tls12-cbc", "TLS 1.2 with AES-CBC.", security="tls", newest="1.2", ciphers=CBC),
    _twin(
        "tls12-resumed",
        "TLS 1.2, twice, the second time resuming the first.",
        security="tls",
        newest="1.2",
        ciphers=AES,
        times=2,
    ),
)


def _login(name: str, done: str, client: str, function: str, **arguments: object) -> Recording:
    """A login by one of our clients; `secret` becomes Alice's password for it."""
    secret = arguments.get("secret")
    return Recording(
        name=f"imap-{name}",
        done=done,
        client=client,
        play=lambda stage: stage.client("laptop", function, **arguments),
        mail=WAITING,
        dovecot={"passwords": accounts(ALICE, str(secret))} if secret else {},
    )


LOGINS = (
    _login(
        "login-atom",
        "Alice logs in with name and password as atoms.",
        HAND_MADE,
        "login_spelled",
        line=f"LOGIN {ALICE} blue-kettle",
        secret="blue-kettle",
    ),
    _login(
        "login-quoted",
        "Alice's password has a space, quotes and a backslash, so it is a quoted string.",
        HAND_MADE,
        "login_spelled",
        line=f'LOGIN "{ALICE}" "tea for \\"two\\" \\\\ more"',
        secret=QUOTED,
    ),
    _login(
        "login-literal",
        "Alice sends name and password as literals, and waits for the server's + before each.",
        HAND_MADE,
        "login_literal",
        secret="winter apples",
    ),
    _login(
        "login-literal-plus",
        "Alice sends name and password as non-synchronising literals, all in one segment.",
        HAND_MADE,
        "login_literal",
        secret="winter apples",
        plus=True,
    ),
    _login(
        "login-refused",
        "Alice mistypes her password, is refused, and gets it right the second time.",
        IMAPLIB,
        "login_refused",
    ),
    _login(
        "login-ipv6",
        "Alice logs in over IPv6.",
        HAND_MADE,
        "login_spelled",
        line=f"LOGIN {ALICE} correct-horse",
        secret="correct-horse",
        host=ORG.ipv6,
    ),
)

RECORDINGS = FIRST_LOOK + LOGINS
