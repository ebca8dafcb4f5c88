"""Logins by SASL that the other recordings lack, tokens among them; spraying and guessing."""

from rig.mailboxes import LUNCH
from rig.recordings import HAND_MADE, Recording, curl
from rig.sasl import token
from rig.servers import ALICE
from rig.stage import Stage

WAITING = {ALICE: (LUNCH,)}
CREW = ("anna", "ben", "clara", "david", "emma", "felix", "greta", "hugo", "ida", "jonas", "karla")
TEAM = {ALICE: "correct-horse", **{f"{name}@example.org": f"{name}-has-her-own" for name in CREW}}
TEAM["greta@example.org"] = "Summer2026"
GUESSES = ["123456", "password", "alice", "alice1", "qwerty", "letmein", "heron", "Summer2026"]
WEAK = "winter2024"
TOKENS = "plain login xoauth2 oauthbearer"
ASKS_AGAIN = {"max_use": "1"}  # each process of Postfix asks Dovecot once what mechanisms it has


def _name(protocol: str, mechanism: str, end: str) -> str:
    return f"{protocol}-{mechanism.lower()}" + (f"-{end}" if end else "")


def _sasl(
    protocol: str, mechanism: str, done: str, end: str = "", at_once: bool = False
) -> Recording:
    """Alice logs in by our hand-made client."""

    def play(stage: Stage) -> None:
        stage.client(
            "laptop", "sasl_login", protocol=protocol, mechanism=mechanism, at_once=at_once
        )

    return Recording(
        name=_name(protocol, mechanism, end),
        done=done,
        client=HAND_MADE,
        play=play,
        mail=WAITING,
        dovecot={"mechanisms": f"plain login {mechanism.lower()}"},
        postfix=ASKS_AGAIN if protocol == "smtp" else {},
    )


def _token(
    protocol: str, mechanism: str, done: str, end: str = "", hours: int = 87600, once: bool = True
) -> Recording:
    """Alice's program has a token and no password; with `hours` below 0 it has expired."""

    def play(stage: Stage) -> None:
        stage.client(
            "laptop",
            "sasl_login",
            protocol=protocol,
            mechanism=mechanism,
            at_once=once,
            token=token(hours=hours),
            refused=hours < 0,
        )

    return Recording(
        name=_name(protocol, mechanism, end),
        done=done,
        client=HAND_MADE,
        play=play,
        mail=WAITING,
        dovecot={"mechanisms": TOKENS},
        postfix=ASKS_AGAIN if protocol == "smtp" else {},
        verdicts=("token-in-clear",),
    )


def _curl_bearer(protocol: str, port: int, place: str) -> Recording:
    """curl prefers OAUTHBEARER where it is offered."""

    def play(stage: Stage) -> None:
        bearer = token()
        stage.program(
            "laptop",
            *("curl", "-s", "-S", "--user", ALICE, "--oauth2-bearer", bearer),
            *(
                "--login-options",
                "AUTH=OAUTHBEARER",
                f"{protocol}://mail.example.org:{port}{place}",
            ),
        )
        stage.session(port).sent("OAUTHBEARER", ALICE, bearer, accepted=True)

    return Recording(
        name=f"{protocol}-oauthbearer-curl",
        done="Alice's program logs in with a token, by OAUTHBEARER.",
        client=curl(),
        play=play,
        mail=WAITING,
        dovecot={"mechanisms": TOKENS},
        postfix=ASKS_AGAIN if protocol == "smtp" else {},
        verdicts=("token-in-clear",),
    )


SPRAYED = Recording(
    name="imap-spraying",
    done="Somebody tries one password on twelve accounts; Greta has it.",
    client=HAND_MADE,
    play=lambda stage: stage.client(
        "mallory",
        "spray",
        users={user: secret == "Summer2026" for user, secret in TEAM.items()},
        secret="Summer2026",
    ),
    mail={**WAITING, "greta@example.org": ()},
    dovecot={"passwords": TEAM},
    verdicts=("spraying",),
)
GUESSED = Recording(
    name="imap-guessing",
    done="Somebody tries eight passwords on Alice's account; none is hers.",
    client=HAND_MADE,
    play=lambda stage: stage.client(
        "mallory",
        "guess",
        user=ALICE,
        secrets=[
            "123456",
            "password",
            "alice",
            "alice1",
            "qwerty",
            "letmein",
            "heron",
            "Summer2026",
            "horse",
        ],
    ),
    mail=WAITING,
    verdicts=("guessing",),
)


def _heard_and_replayed(stage: Stage) -> None:
    """What Alice answered is of no use a minute later: the challenge is another one."""
    told = stage.client("laptop", "cram_md5_of", secret=WEAK)
    stage.client("mallory", "cram_md5_replayed", answer=told[0].credentials[0]["secret"])


WEAKLY_PROVED = Recording(
    name="imap-cram-md5-weak",
    done="Alice answers a CRAM-MD5 challenge with a weak password; then somebody sends her answer"
    " once more to another challenge, and is refused.",
    client=HAND_MADE,
    play=_heard_and_replayed,
    mail=WAITING,
    dovecot={"passwords": {ALICE: WEAK}, "mechanisms": "plain login cram-md5"},
    verdicts=("hashed-credential",),
)


def _passwords_off(stage: Stage) -> None:
    """LOGIN does no longer lead anywhere, not even with the right password; a token does."""
    stage.client(
        "mallory",
        "spray",
        users={"greta@example.org": False, ALICE: False},
        secret="Summer2026",
    )
    stage.client(
        "laptop", "sasl_login", protocol="imap", mechanism="XOAUTH2", at_once=True, token=token()
    )


RECORDINGS = (
    _token("imap", "XOAUTH2", "Alice's program logs in with a token, by XOAUTH2."),
    _token("imap", "XOAUTH2", "The token comes after the server's +.", "two-lines", once=False),
    _token(
        "imap",
        "XOAUTH2",
        "The token has expired: the server says why, the client sends an empty line, and NO.",
        "refused",
        hours=-2,
    ),
    _token("imap", "OAUTHBEARER", "Alice's program logs in with a token, by OAUTHBEARER."),
    _token(
        "imap",
        "OAUTHBEARER",
        "The token has expired: the server says why, the client sends %x01, and NO.",
        "refused",
        hours=-2,
    ),
    _token("smtp", "XOAUTH2", "Alice's program submits with a token, by XOAUTH2."),
    _token(
        "smtp",
        "XOAUTH2",
        "The token has expired: 334 says why, the client sends an empty line, and 535.",
        "refused",
        hours=-2,
    ),
    _token("pop3", "XOAUTH2", "Alice's program fetches with a token, by XOAUTH2."),
    _curl_bearer("imap", 143, "/INBOX;MAILINDEX=1"),
    _sasl("imap", "DIGEST-MD5", "Alice answers a DIGEST-MD5 challenge."),
    _sasl("smtp", "DIGEST-MD5", "Alice answers a DIGEST-MD5 challenge."),
    _sasl("smtp", "CRAM-MD5", "Alice answers a CRAM-MD5 challenge."),
    _sasl("pop3", "CRAM-MD5", "Alice answers a CRAM-MD5 challenge."),
    _sasl("imap", "SCRAM-SHA-1", "Alice proves that she knows her password, by SCRAM-SHA-1."),
    _sasl(
        "imap",
        "SCRAM-SHA-256",
        "The same by SCRAM-SHA-256, with the first message in the command's line.",
        "ir",
        at_once=True,
    ),
    _sasl("smtp", "SCRAM-SHA-256", "Alice proves that she knows her password.", at_once=True),
    _sasl("pop3", "SCRAM-SHA-1", "Alice proves that she knows her password.", at_once=True),
    _sasl("imap", "ANONYMOUS", "Somebody logs in as nobody, and leaves a trace."),
    SPRAYED,
    GUESSED,
    WEAKLY_PROVED,
    Recording(
        name="imap-passwords-off",
        done="Password commands are turned off: LOGIN fails, also with the right password; a token"
        " gets in.",
        client=HAND_MADE,
        play=_passwords_off,
        mail=WAITING,
        dovecot={"passwords": TEAM, "mechanisms": "xoauth2 oauthbearer"},
    ),
)
