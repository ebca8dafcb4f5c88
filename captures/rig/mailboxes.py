"""The messages in the lab's mailboxes, and a mailbox as it is before a recording."""

import os
import shutil
import subprocess
import time
from base64 import encodebytes
from dataclasses import dataclass, replace
from pathlib import Path

from rig.servers import MAIL_USER, Dovecot

UIDVALIDITY = 1700000000


@dataclass(frozen=True, slots=True)
class Mail:
    """A message waiting in a mailbox; `hours` is how long before the day of recording it came."""

    sender: str
    recipient: str
    subject: str
    body: str
    hours: int = 15
    headers: str = ""

    def arrived(self, day: float) -> float:
        return day - self.hours * 3600 + 12 * 60 + 41

    def text(self, day: float) -> bytes:
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(self.arrived(day)))
        head = (
            f"From: {self.sender}\nTo: {self.recipient}\nSubject: {self.subject}\n"
            f"Date: {date}\n{self.headers}\n"
        )
        return (head + self.body).replace("\n", "\r\n").encode()


ALICE = "Alice <alice@example.org>"
BOB = "Bob <bob@example.net>"

LUNCH = Mail(
    BOB,
    ALICE,
    "Lunch on Thursday?",
    """\
Hi Alice,

the little place by the river has soup again.
Thursday at noon? I will bring the photos of the heron.

Bob
""",
)
DOTS = Mail(
    BOB,
    ALICE,
    "A recipe, with dots",
    """\
Hi Alice,

the soup, as promised:
.. two onions
. one leek
...and patience.
.
The line above is a single dot, and the message still goes on.

Bob
""",
    hours=18,
)
TICKETS = Mail(
    "Box office <tickets@example.com>",
    ALICE,
    "Your two tickets",
    """\
Dear Alice,

two seats in row F are kept for you until Friday.
""",
    hours=5,
)


HERON = Mail(
    BOB,
    ALICE,
    "The heron, again",
    """\
--heron
Content-Type: text/plain; charset=us-ascii

He came back this morning. The notes are attached.

Bob
--heron
Content-Type: text/csv; name="heron.csv"
Content-Disposition: attachment; filename="heron.csv"
Content-Transfer-Encoding: base64

ZGF5LGhlcm9ucwptb25kYXksMQp0dWVzZGF5LDIK
--heron--
""",
    hours=3,
    headers='MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="heron"\n',
)


def sealed(mail: Mail, certificate: Path) -> Mail:
    """The same message, its body encrypted by openssl for the owner of a certificate."""
    command = ["openssl", "cms", "-encrypt", "-aes256", "-outform", "DER", str(certificate)]
    done = subprocess.run(command, input=mail.body.encode(), check=True, capture_output=True)
    kind = 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
    headers = f"MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n"
    return replace(mail, body=encodebytes(done.stdout).decode(), headers=headers)


def reset(dovecot: Dovecot, user: str, mails: tuple[Mail, ...], day: float) -> None:
    """Let a mailbox hold exactly these messages, unseen, with UIDs from 1.

    `day` is the day's first second, so that twins (one script in the clear and under TLS) find the
    same message down to its date.
    """
    maildir = dovecot.home(user) / "Maildir"
    shutil.rmtree(maildir, ignore_errors=True)
    for folder in ("cur", "new", "tmp"):
        (maildir / folder).mkdir(parents=True)
    listed = [f"3 V{UIDVALIDITY} N{len(mails) + 1} G{'0' * 31}1\n"]
    for uid, mail in enumerate(mails, start=1):
        arrived = int(mail.arrived(day))
        file = maildir / "new" / f"{arrived}.M{uid}.{dovecot.host.fqdn}"
        file.write_bytes(mail.text(day))
        os.utime(file, (arrived, arrived))
        listed.append(f"{uid} :{file.name}\n")
    (maildir / "dovecot-uidlist").write_text("".join(listed))
    for path in (maildir.parents[1], maildir.parent, maildir, *maildir.rglob("*")):
        os.chown(path, MAIL_USER, MAIL_USER)
