"""IMAP clients: Python's imaplib, and the hand-made one where the spelling matters."""

import base64
import contextlib
import hashlib
import hmac
import imaplib
import os
import ssl
import time

from rig.clients import ORG, Context, context, pause, wait_for_close
from rig.deeds import Deed
from rig.wire import Wire

ALICE = "alice@example.org"
SECRET = "correct-horse"


class _Polite(imaplib.IMAP4):
    """imaplib that lets the server close first; otherwise its FIN may end in an RST."""

    def shutdown(self) -> None:
        wait_for_close(self.sock)
        super().shutdown()


class _PoliteTLS(imaplib.IMAP4_SSL):
    def shutdown(self) -> None:
        wait_for_close(self.sock)
        super().shutdown()


def _open(security: str, tls: Context, host: str = ORG) -> imaplib.IMAP4:
    """Connect by imaplib: in the clear, by STARTTLS, or by TLS from the first byte."""
    if security == "tls":
        return _PoliteTLS(host, ssl_context=tls)
    connection = _Polite(host)
    if security == "starttls":
        connection.starttls(tls)
    return connection


def first_look(
    security: str = "plaintext",
    newest: str = "1.3",
    ciphers: str = "",
    times: int = 1,
    user: str = ALICE,
    secret: str = SECRET,
    host: str = ORG,
) -> list[Deed]:
    """Log in, open the inbox, read the first message, log out; the second time with the TLS
    session of the first."""
    tls = context(newest, ciphers)
    deeds = []
    for _ in range(times):
        mail = _open(security, tls, host)
        deed = Deed(993 if security == "tls" else 143, security)
        mail.login(user, secret)
        deed.sent("LOGIN", user, secret, accepted=True)
        mail.select("INBOX")
        mail.fetch("1", "(BODY[])")
        if isinstance(mail.sock, ssl.SSLSocket):
            tls.remembered = mail.sock.session
        mail.logout()
        deeds.append(deed)
    return deeds


def login_refused() -> list[Deed]:
    """A mistyped password, and the right one at the second try."""
    mail = _Polite(ORG)
    deed = Deed(143)
    with contextlib.suppress(imaplib.IMAP4.error):
        mail.login(ALICE, "correct-hrose")
    deed.sent("LOGIN", ALICE, "correct-hrose", accepted=False)
    mail.login(ALICE, SECRET)
    deed.sent("LOGIN", ALICE, SECRET, accepted=True)
    mail.logout()
    return [deed]


class _Script:
    """The hand-made client speaking IMAP: numbered tags, one command at a time."""

    def __init__(self, host: str = ORG) -> None:
        self.wire = Wire(host, 143)
        self.wire.until("* ")
        self._count = 0

    def tag(self) -> str:
        self._count += 1
        return f"a{self._count}"

    def do(self, command: str) -> str:
        """Send a command, and give back what follows the tag of its reply: `OK ...`."""
        tag = self.tag()
        self.wire.send_line(f"{tag} {command}")
        return self.result(tag)

    def ask(self, command: str) -> str:
        """Send a command that the server answers with `+`, and give back the tag."""
        tag = self.tag()
        self.wire.send_line(f"{tag} {command}")
        self.challenge()
        return tag

    def challenge(self) -> str:
        return self.wire.until("+")[2:]

    def result(self, tag: str) -> str:
        return self.wire.until(f"{tag} ").partition(" ")[2]

    def logout(self) -> None:
        self.do("LOGOUT")
        self.wire.close()


def _accepted(result: str) -> bool:
    return result.startswith("OK")


def login_spelled(line: str, secret: str, host: str = ORG) -> list[Deed]:
    """LOGIN on one line, spelled as given."""
    script = _Script(host)
    deed = Deed(143)
    script.do("CAPABILITY")
    deed.sent("LOGIN", ALICE, secret, _accepted(script.do(line)))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]


def login_literal(secret: str, plus: bool = False) -> list[Deed]:
    """LOGIN with name and password as literals; `plus`: without waiting for the server's `+`."""
    script = _Script()
    deed = Deed(143)
    script.do("CAPABILITY")
    if plus:
        tag = script.tag()
        script.wire.send_line(
            f"{tag} LOGIN {{{len(ALICE)}+}}\r\n{ALICE} {{{len(secret)}+}}\r\n{secret}"
        )
    else:
        tag = script.ask(f"LOGIN {{{len(ALICE)}}}")
        script.wire.send_line(f"{ALICE} {{{len(secret)}}}")
        script.challenge()
        script.wire.send_line(secret)
    deed.sent("LOGIN", ALICE, secret, _accepted(script.result(tag)))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]


def login_typed() -> list[Deed]:
    """Alice types into an old terminal: each character is a segment of its own."""
    script = _Script()
    deed = Deed(143)
    for line in (f"a1 LOGIN {ALICE} {SECRET}", "a2 SELECT INBOX", "a3 LOGOUT"):
        script.wire.type(line)
        result = script.result(line[:2])
        if "LOGIN" in line:
            deed.sent("LOGIN", ALICE, SECRET, _accepted(result))
    script.wire.close()
    return [deed]


def login_despite_logindisabled() -> list[Deed]:
    """imaplib never looks whether the server wants no passwords, and sends LOGIN all the same."""
    mail = _Polite(ORG)
    deed = Deed(143)
    with contextlib.suppress(imaplib.IMAP4.error):
        mail.login(ALICE, SECRET)
    deed.sent("LOGIN", ALICE, SECRET, accepted=False)
    mail.logout()
    return [deed]


def authenticate_cancelled() -> list[Deed]:
    """Begin to authenticate twice, and think better of it."""
    script = _Script()
    script.do("CAPABILITY")
    tag = script.ask("AUTHENTICATE PLAIN")
    script.wire.send_line("*")
    script.result(tag)
    tag = script.ask("AUTHENTICATE LOGIN")
    script.wire.send_line(base64.b64encode(ALICE.encode()).decode())
    script.challenge()
    script.wire.send_line("*")
    script.result(tag)
    script.logout()
    return [Deed(143)]


def authenticate(mechanism: str) -> list[Deed]:
    """imaplib answers the server's `+`, once or, for LOGIN, twice."""
    mail = _Polite(ORG)
    deed = Deed(143)
    steps = [f"\0{ALICE}\0{SECRET}"] if mechanism == "PLAIN" else [ALICE, SECRET]
    answers = iter(steps)
    mail.authenticate(mechanism, lambda _: next(answers).encode())
    deed.sent("AUTH LOGIN" if mechanism == "LOGIN" else mechanism, ALICE, SECRET, accepted=True)
    mail.select("INBOX")
    mail.fetch("1", "(BODY[])")
    mail.logout()
    return [deed]


def cram_md5() -> list[Deed]:
    """imaplib answers the server's challenge."""
    mail = _Polite(ORG)
    deed = Deed(143)
    answers: list[str] = []

    def answer(challenge: bytes) -> bytes:
        proof = hmac.new(SECRET.encode(), challenge, "md5").hexdigest()
        answers.append(f"{ALICE} {proof}")
        return answers[-1].encode()

    mail.authenticate("CRAM-MD5", answer)
    deed.sent("CRAM-MD5", ALICE, answers[0], accepted=True)
    mail.select("INBOX")
    mail.logout()
    return [deed]


def scram_sha_256() -> list[Deed]:
    """Both sides prove that they know the password, and neither says it."""
    script = _Script()
    deed = Deed(143)
    script.do("CAPABILITY")
    tag = script.ask("AUTHENTICATE SCRAM-SHA-256")
    nonce = base64.b64encode(os.urandom(18)).decode()
    first = f"n={ALICE},r={nonce}"
    script.wire.send_line(base64.b64encode(f"n,,{first}".encode()).decode())
    challenge = base64.b64decode(script.challenge()).decode()
    facts = dict(item.split("=", 1) for item in challenge.split(","))
    salted = hashlib.pbkdf2_hmac(
        "sha256", SECRET.encode(), base64.b64decode(facts["s"]), int(facts["i"])
    )
    key = hmac.digest(salted, b"Client Key", "sha256")
    final = f"c=biws,r={facts['r']}"
    told = f"{first},{challenge},{final}".encode()
    signature = hmac.digest(hashlib.sha256(key).digest(), told, "sha256")
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    final += f",p={base64.b64encode(proof).decode()}"
    script.wire.send_line(base64.b64encode(final.encode()).decode())
    # The server's own proof comes with a last "+", and the client has nothing to add.
    proved = base64.b64decode(script.challenge()).decode()
    expected = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), told, "sha256")
    if proved != f"v={base64.b64encode(expected).decode()}":
        raise SystemExit("the server does not know the password either")
    script.wire.send_line("")
    deed.sent("SCRAM-SHA-256", ALICE, final, _accepted(script.result(tag)))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]


DRAFT = f"""\
From: Alice <{ALICE}>
To: Bob <bob@example.net>
Subject: Re: Lunch on Thursday?

Thursday at noon, with pleasure.
""".replace("\n", "\r\n")


def mailbox() -> list[Deed]:
    """A tour of what one can do with a mailbox; a message arrives during IDLE."""
    script = _Script()
    deed = Deed(143)
    script.do("CAPABILITY")
    deed.sent("LOGIN", ALICE, SECRET, _accepted(script.do(f"LOGIN {ALICE} {SECRET}")))
    for command in (
        'ID ("name" "captures/rig" "version" "1")',
        "NAMESPACE",
        "ENABLE CONDSTORE",
        'LIST "" "*"',
        "STATUS INBOX (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)",
        "SELECT INBOX",
        "UID FETCH 1:* (FLAGS)",
        "FETCH 1:3 (ENVELOPE RFC822.SIZE)",
        "FETCH 3 (BODYSTRUCTURE)",
        "FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT DATE)])",
        "FETCH 1 (BODY.PEEK[TEXT]<0.40>)",
        "FETCH 3 (BODY[2])",
        "STORE 1 +FLAGS (\\Flagged)",
        "SEARCH UNSEEN",
        'SEARCH SUBJECT "heron"',
        "CREATE Archive",
        "COPY 1 Archive",
    ):
        if not _accepted(result := script.do(command)):
            raise SystemExit(f"{command}: {result}")
    tag = script.ask(f"APPEND Drafts (\\Draft) {{{len(DRAFT)}}}")
    script.wire.send_line(DRAFT)
    script.result(tag)
    tag = script.ask("IDLE")
    pause()
    script.wire.until("* 4 EXISTS")
    time.sleep(0.3)
    script.wire.send_line("DONE")
    script.result(tag)
    for command in ("NOOP", "STORE 2 +FLAGS (\\Deleted)", "EXPUNGE", "CLOSE", "LOGOUT"):
        script.do(command)
    script.wire.close()
    return [deed]
