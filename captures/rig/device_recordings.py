"""One mailbox on two devices, a big message fetched in three ways, and a mailbox read offline."""

import random
from base64 import encodebytes
from threading import Semaphore, Thread

from rig.deeds import Deed
from rig.mailboxes import ALICE as ALICE_HEADER
from rig.mailboxes import BOB as BOB_HEADER
from rig.mailboxes import LUNCH, TICKETS, Mail
from rig.network import LAPTOP
from rig.recordings import HAND_MADE, IMAPLIB, POPLIB, Recording
from rig.servers import ALICE
from rig.stage import Stage

PHOTO = Mail(
    BOB_HEADER,
    ALICE_HEADER,
    "The heron, in full size",
    "--photo\nContent-Type: text/plain; charset=us-ascii\n\n"
    "Alice, this is the one.\n\nBob\n"
    '--photo\nContent-Type: image/jpeg; name="heron.jpg"\n'
    'Content-Disposition: attachment; filename="heron.jpg"\nContent-Transfer-Encoding: base64\n\n'
    f"{encodebytes(random.Random(1).randbytes(292_000)).decode()}--photo--\n",  # 400 kB as text
    headers='MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="photo"\n',
)


def _two_devices(stage: Stage) -> None:
    """Laptop and phone take turns: whenever one pauses, the other goes on."""
    laptop, phone = Semaphore(0), Semaphore(0)

    def on_the_phone() -> None:
        told.extend(stage.run_client("phone", "phone", [lambda: hand_over(laptop, phone)] * 3))
        laptop.release()

    def hand_over(to: Semaphore, back: Semaphore) -> None:
        to.release()
        if not back.acquire(timeout=60):
            raise RuntimeError("the other device is stuck")

    told: list[Deed] = []
    thread = Thread(target=on_the_phone)

    def start() -> None:
        thread.start()
        if not laptop.acquire(timeout=60):
            raise RuntimeError("the phone is stuck")

    turns = [start, *[lambda: hand_over(phone, laptop)] * 3]
    stage.client("laptop", "laptop", turns)
    thread.join()
    stage.deeds += told


def _offline(stage: Stage) -> None:
    def next_morning() -> None:
        stage.deliver(TICKETS)
        stage.network.plug_cable(LAPTOP)

    cable = [lambda: stage.network.pull_cable(LAPTOP), next_morning]
    stage.client("laptop", "read_offline", cable)


def _big(name: str, done: str, client: str, function: str, **arguments: object) -> Recording:
    return Recording(
        name=f"big-{name}",
        done=f"A message of 400 kB: {done}.",
        client=client,
        play=lambda stage: stage.client("laptop", function, **arguments),
        mail={ALICE: (PHOTO,)},
    )


RECORDINGS = (
    Recording(
        name="imap-two-devices",
        done="What Alice does on the phone reaches the laptop: first with NOOP, then with IDLE.",
        client=HAND_MADE,
        play=_two_devices,
        mail={ALICE: (LUNCH, TICKETS)},
    ),
    Recording(
        name="imap-offline",
        done="Alice keeps copies, loses the network, and later fetches only what is new.",
        client=HAND_MADE,
        play=_offline,
        mail={ALICE: (LUNCH,)},
        dovecot={"strict": False},  # the restart ends what Dovecot still believes to be a session
    ),
    _big("pop3-retr", "POP3 fetches all of it", POPLIB, "look", whole=True),
    _big("pop3-top", "POP3 fetches its headers with TOP", POPLIB, "look", whole=False),
    _big("imap-headers", "IMAP fetches headers, then one part", IMAPLIB, "look_first"),
)
