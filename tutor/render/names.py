"""Words for roles, facts, protocols and states, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tutor.base import MASK, Secret
from tutor.findings import EveFact
from tutor.render.needles import Needles, hide
from tutor.words import _, ngettext

_NANO = 1_000_000_000
NONE = Needles()


def fact(kind: str) -> str:
    """The kind of a fact in Eve's notebook."""
    return {
        "address": _("address"),
        "port": _("port"),
        "time": _("time"),
        "size": _("size"),
        "protocol": _("protocol"),
        "software": _("software"),
        "server-name": _("server name"),
        "certificate": _("certificate"),
        "username": _("user name"),
        "password": _("password"),
        "token": _("token"),
        "response": _("proof of the password"),
        "sender": _("sender"),
        "recipient": _("recipient"),
        "subject": _("subject"),
        "message": _("message"),
        "attachment": _("attachment"),
        "mailbox": _("mailbox"),
    }.get(kind, kind)


def value(told: EveFact, *, masked: bool, secrets: Needles = NONE) -> str:
    """The value of a fact, a secret masked unless shown; ``secrets`` are masked in it too."""
    content = told.value
    if isinstance(content, Secret):
        return MASK if masked else content.reveal()
    if told.kind == "time" and content.isdigit():
        moment = datetime.fromtimestamp(int(content) / _NANO, UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
    if told.kind == "protocol":
        return protocol(content)
    if content.startswith("sha256:"):
        return ""  # what it is known by to the program says nothing to a person
    if told.kind == "size":
        return _("{n} bytes in a record").format(n=content)
    return " ".join((hide(content, secrets) if masked else content).split())


def known(facts: Sequence[EveFact]) -> Needles:
    """The secrets among the facts, which may be in other facts too: a subject, a name."""
    return Needles(fact.value for fact in facts if isinstance(fact.value, Secret))


def packets(numbers: Sequence[int], most: int) -> str:
    """``packet 7``, ``packets 7, 8 …``: at most ``most`` numbers; "" for none."""
    if not numbers:
        return ""
    words = ngettext("packet {numbers}", "packets {numbers}", len(numbers))
    more = " …" if len(numbers) > most else ""
    return words.format(numbers=", ".join(map(str, numbers[:most]))) + more


def security(name: str) -> str:
    """How a session is protected."""
    return {
        "plaintext": _("in the clear"),
        "starttls": "STARTTLS",
        "tls": "TLS",
    }.get(name, name)


def protocol(name: str) -> str:
    """A protocol's name."""
    known = {"imap": "IMAP", "pop3": "POP3", "smtp": "SMTP", "tls": "TLS", "dns": "DNS"}
    return known.get(name, name)


def row(key: str) -> str:
    """What stands side by side: a moment in the reader's words, a command as on the wire."""
    return {
        "connect": _("connection"),
        "greeting": _("greeting"),
        "tls": "TLS",
        "protected": _("encrypted"),
        "end": _("end"),
        "other": _("other"),
    }.get(key, key.upper())


def eye(name: str) -> str:
    """A way to look."""
    return {"eve": _("Eve"), "endpoints": _("the two ends"), "both": _("both")}[name]
