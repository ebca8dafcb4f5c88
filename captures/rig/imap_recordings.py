"""IMAP: what Alice does with her mailbox on mail.example.org."""

from rig.mailboxes import HERON, LUNCH, TICKETS, sealed
from rig.network import ORG
from rig.recordings import HAND_MADE, IMAPLIB, Recording, curl
from rig.servers import ALICE, accounts
from rig.stage import Stage

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


def _curl(mechanism: str) -> Recording:
    """curl sends its first answer with the command, since Dovecot offers SASL-IR."""
    told = {"LOGIN": "AUTH LOGIN"}.get(mechanism, mechanism)

    def play(stage: Stage) -> None:
        stage.program(
            "laptop",
            *("curl", "-s", "-S", "--login-options", f"AUTH={mechanism}"),
            *("--user", f"{ALICE}:correct-horse"),
            "imap://mail.example.org/INBOX;MAILINDEX=1",
        )
        stage.session(143).sent(told, ALICE, "correct-horse", accepted=True)

    return Recording(
        name=f"imap-authenticate-{mechanism.lower()}-ir",
        done=f"Alice authenticates with {mechanism}; the first answer is in the command's line.",
        client=curl(),
        play=play,
        mail=WAITING,
    )


def _authenticate(mechanism: str, steps: str) -> Recording:
    return _login(
        f"authenticate-{mechanism.lower()}",
        f"Alice authenticates with {mechanism}, {steps}.",
        IMAPLIB,
        "authenticate",
        mechanism=mechanism,
    )


def _challenge(name: str, done: str, client: str, function: str, mechanism: str) -> Recording:
    return Recording(
        name=f"imap-{name}",
        done=done,
        client=client,
        play=lambda stage: stage.client("laptop", function),
        mail=WAITING,
        dovecot={"mechanisms": f"plain login {mechanism}"},
    )


OTHER_LOGINS = (
    Recording(
        name="imap-login-typed",
        done="Alice types into an old terminal, one key a segment.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "login_typed"),
        mail=WAITING,
    ),
    Recording(
        name="imap-logindisabled",
        done="The server wants no password without TLS; a careless client sends it all the same.",
        client=IMAPLIB,
        play=lambda stage: stage.client("laptop", "login_despite_logindisabled"),
        mail=WAITING,
        dovecot={"strict": True},
    ),
    _authenticate("PLAIN", "after the server's +"),
    _curl("PLAIN"),
    _authenticate("LOGIN", "with two prompts"),
    _curl("LOGIN"),
    Recording(
        name="imap-authenticate-cancelled",
        done="Alice begins to authenticate twice, and cancels before any secret is sent.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "authenticate_cancelled"),
        mail=WAITING,
    ),
    _challenge("cram-md5", "Alice answers a CRAM-MD5 challenge.", IMAPLIB, "cram_md5", "cram-md5"),
    _challenge(
        "scram-sha-256",
        "Alice and the server prove to each other that they know the password.",
        HAND_MADE,
        "scram_sha_256",
        "scram-sha-256",
    ),
)

MAILBOX = (
    Recording(
        name="imap-mailbox",
        done="Alice looks at three messages in many ways, flags, files, deletes; one more arrives.",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "mailbox", [lambda: stage.deliver(TICKETS)]),
        mail={ALICE: (LUNCH, TICKETS, HERON)},
    ),
    Recording(
        name="imap-compress",
        done="Alice logs in, and then both sides go on compressed (COMPRESS DEFLATE).",
        client=HAND_MADE,
        play=lambda stage: stage.client("laptop", "compressed"),
        mail=WAITING,
    ),
)


def _sealed(stage: Stage) -> None:
    stage.mailbox(ALICE, sealed(LUNCH, stage.certificate))
    stage.client("laptop", "first_look")


SEALED = (
    Recording(
        name="imap-encrypted-message",
        done="Alice reads a message whose body Bob has encrypted (S/MIME); its headers are not.",
        client=IMAPLIB,
        play=_sealed,
    ),
)

RECORDINGS = FIRST_LOOK + LOGINS + OTHER_LOGINS + MAILBOX + SEALED
