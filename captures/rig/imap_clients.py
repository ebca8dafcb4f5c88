"""IMAP clients that log in, one way or another."""

import base64
import contextlib
import hashlib
import hmac
import imaplib
import os
import ssl

from rig.clients import ORG, context
from rig.deeds import Deed
from rig.imap_script import ALICE, SECRET, Polite, Script, accepted, open_imap


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
        mail = open_imap(security, tls, host)
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
    mail = Polite(ORG)
    deed = Deed(143)
    with contextlib.suppress(imaplib.IMAP4.error):
        mail.login(ALICE, "correct-hrose")
    deed.sent("LOGIN", ALICE, "correct-hrose", accepted=False)
    mail.login(ALICE, SECRET)
    deed.sent("LOGIN", ALICE, SECRET, accepted=True)
    mail.logout()
    return [deed]


def login_spelled(line: str, secret: str, host: str = ORG) -> list[Deed]:
    """LOGIN on one line, spelled as given."""
    script = Script(host)
    deed = Deed(143)
    script.do("CAPABILITY")
    deed.sent("LOGIN", ALICE, secret, accepted(script.do(line)))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]


def login_literal(secret: str, plus: bool = False) -> list[Deed]:
    """LOGIN with name and password as literals; `plus`: without waiting for the server's `+`."""
    script = Script()
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
    deed.sent("LOGIN", ALICE, secret, accepted(script.result(tag)))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]


def login_typed() -> list[Deed]:
    """Alice types into an old terminal: each character is a segment of its own."""
    script = Script()
    deed = Deed(143)
    for line in (f"a1 LOGIN {ALICE} {SECRET}", "a2 SELECT INBOX", "a3 LOGOUT"):
        script.wire.type(line)
        result = script.result(line[:2])
        if "LOGIN" in line:
            deed.sent("LOGIN", ALICE, SECRET, accepted(result))
    script.wire.close()
    return [deed]


def login_despite_logindisabled() -> list[Deed]:
    """imaplib never looks whether the server wants no passwords, and sends LOGIN all the same."""
    mail = Polite(ORG)
    deed = Deed(143)
    with contextlib.suppress(imaplib.IMAP4.error):
        mail.login(ALICE, SECRET)
    deed.sent("LOGIN", ALICE, SECRET, accepted=False)
    mail.logout()
    return [deed]


def authenticate_cancelled() -> list[Deed]:
    """Begin to authenticate twice, and think better of it."""
    script = Script()
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
    mail = Polite(ORG)
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
    mail = Polite(ORG)
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
    script = Script()
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
    deed.sent("SCRAM-SHA-256", ALICE, final, accepted(script.result(tag)))
    script.do("SELECT INBOX")
    script.logout()
    return [deed]
