"""What a recording is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from rig.mailboxes import Mail
from rig.network import run
from rig.stage import Stage

IMAPLIB = "Python imaplib 3.11"
POPLIB = "Python poplib 3.11"
SMTPLIB = "Python smtplib 3.11"
HAND_MADE = "hand-made client of captures/rig (wire.py)"


@cache
def curl() -> str:
    """What curl calls itself: its name and version."""
    return " ".join(run("curl", "--version").split()[:2])


@cache
def openssl() -> str:
    """The version of openssl."""
    return run("openssl", "version").split()[1]


@cache
def swaks() -> str:
    """What swaks calls itself: its name and version."""
    return " ".join(run("swaks", "--version").splitlines()[0].split()[-2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording to be made: `play` happens on the wire, the rest before it."""

    name: str
    done: str  # who did what, in one sentence
    client: str
    play: Callable[[Stage], object]
    mail: Mapping[str, tuple[Mail, ...]] = field(default_factory=dict)  # what mailboxes hold
    dovecot: Mapping[str, object] = field(default_factory=dict)  # settings of example.org's
    postfix: Mapping[str, str] = field(default_factory=dict)  # likewise
    keys: bool = False  # the clients write a key log
    embedded: bool = False  # the keys are inside the pcapng, not beside it
    kind: str = "pcapng"
    wanted: str = "tcp"  # tcpdump's filter
    one_side: bool = False  # `wanted` lets only one direction through
    lookups: bool = False  # the manifest lists the DNS look-ups
    server: str = ""  # what answers, where it is not the lab's usual servers
    verdicts: tuple[str, ...] = ()  # rules of docs/findings that what was done must set off

    @property
    def file(self) -> str:
        return f"{self.name}.{self.kind}"
