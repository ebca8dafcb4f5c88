"""IMAP clients that work with a mailbox, and some that get no further than the greeting."""

import time
from itertools import cycle

from rig.clients import ORG, context, pause
from rig.deeds import Deed
from rig.imap_script import ALICE, BOB, SECRET, Script, accepted, log_in, open_imap
from rig.wire import Wire

DRAFT = f"""\
From: Alice <{ALICE}>
To: Bob <bob@example.net>
Subject: Re: Lunch on Thursday?

Thursday at noon, with pleasure.
""".replace("\n", "\r\n")


def mailbox() -> list[Deed]:
    """A tour of what one can do with a mailbox; a message arrives during IDLE."""
    script = Script()
    deed = Deed(143)
    script.do("CAPABILITY")
    deed.sent("LOGIN", ALICE, SECRET, accepted(script.do(f"LOGIN {ALICE} {SECRET}")))
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
        if not accepted(result := script.do(command)):
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


def preauthenticated(host: str) -> list[Deed]:
    """The greeting is PREAUTH: nobody logs in."""
    script = Script(host)
    script.do("SELECT INBOX")
    script.do("FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    script.logout()
    return [Deed(143)]


def wrong_protocol() -> list[Deed]:
    """Talk SMTP to an IMAP server, until it has had enough."""
    wire = Wire(ORG, 143)
    wire.until("* OK")
    for command in cycle(("EHLO laptop.example.org", f"MAIL FROM:<{ALICE}>", f"RCPT TO:<{BOB}>")):
        wire.send_line(command)
        if wire.line().startswith("* BYE"):
            break
    wire.close()
    return [Deed(143)]


def laptop() -> list[Deed]:
    """The device on which Alice only looks; see `phone`."""
    script, deed = log_in()
    script.do("SELECT INBOX")
    script.do("FETCH 1:2 (FLAGS)")
    pause()  # the phone logs in
    pause()  # the phone reads the first message
    script.do("NOOP")
    tag = script.ask("IDLE")
    pause()  # the phone flags the second
    script.wire.until("* 2 FETCH")
    pause()  # the phone expunges the first
    script.wire.until("* 1 EXPUNGE")
    time.sleep(0.3)
    script.wire.send_line("DONE")
    script.result(tag)
    script.do("FETCH 1 (FLAGS)")
    script.logout()
    return [deed]


def phone() -> list[Deed]:
    """The device on which Alice acts, while `laptop` looks."""
    script, deed = log_in()
    script.do("SELECT INBOX")
    pause()
    script.do("FETCH 1 (BODY[TEXT])")
    pause()
    script.do("STORE 2 +FLAGS (\\Flagged)")
    pause()
    script.do("STORE 1 +FLAGS (\\Deleted)")
    script.do("EXPUNGE")
    script.logout()
    return [deed]


def read_offline() -> list[Deed]:
    """Copy a mailbox, lose the network, and later ask for what is new only."""
    script, first = log_in()
    script.do("SELECT INBOX")
    script.do("UID FETCH 1:* (FLAGS BODY.PEEK[])")
    time.sleep(0.5)  # the last answer is acknowledged
    pause()  # the cable is pulled; Alice reads her copies
    script.wire.tear()
    first.complete = False
    time.sleep(3)
    pause()  # and plugged in again; a message has come
    script, second = log_in()
    script.do("SELECT INBOX")
    script.do("UID FETCH 1:1 (FLAGS)")
    script.do("UID FETCH 2:* (FLAGS BODY.PEEK[])")
    script.logout()
    return [first, second]


def look_first() -> list[Deed]:
    """Look at headers and structure, then fetch only the part with words."""
    mail = open_imap("plaintext", context())
    deed = Deed(143)
    mail.login(ALICE, SECRET)
    deed.sent("LOGIN", ALICE, SECRET, accepted=True)
    mail.select("INBOX")
    mail.fetch("1", "(RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)])")
    mail.fetch("1", "(BODYSTRUCTURE)")
    mail.fetch("1", "(BODY.PEEK[1])")
    mail.logout()
    return [deed]


def compressed() -> list[Deed]:
    """After COMPRESS DEFLATE both sides go on in compressed form."""
    script, deed = log_in()
    script.do("COMPRESS DEFLATE")
    script.wire.compress()
    script.do("SELECT INBOX")
    script.do("FETCH 1 (BODY[])")
    script.logout()
    return [deed]
