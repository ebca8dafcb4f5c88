"""DNS look-ups in words: what was asked before a mail session, and what was answered."""

from __future__ import annotations

from tutor.base import sanitise
from tutor.capture import Lookup
from tutor.words import _

_MOST = 6
"""Answers that are named; of more, how many there are."""


def lookup_line(lookup: Lookup) -> str:
    """One look-up in one line: ``DNS: MX of example.net: mail.example.net (preference 10)``."""
    return _("DNS: {type} of {name}: {answer}, packet {packet}").format(
        type=sanitise(lookup.type),
        name=sanitise(lookup.name or "."),
        answer=_answer(lookup),
        packet=lookup.packet,
    )


def _answer(lookup: Lookup) -> str:
    if lookup.rcode is None:
        return _("no answer in this capture")
    if lookup.answers:
        named = [_value(lookup.type, value) for value in lookup.answers[:_MOST]]
        more = len(lookup.answers) - _MOST
        return ", ".join([*named, *([_("{n} more").format(n=more)] if more > 0 else [])])
    return no_answer(lookup.rcode)


def no_answer(rcode: str) -> str:
    """Why an answer holds no record, by its code."""
    words = {
        "NOERROR": _("no such record"),
        "NXDOMAIN": _("no such name"),
        "SERVFAIL": _("the resolver could not find out"),
        "REFUSED": _("the resolver refused"),
    }
    return words.get(rcode, sanitise(rcode))


def _value(kind: str, value: str) -> str:
    preference, blank, host = value.partition(" ")
    if kind != "MX" or not blank:
        return sanitise(value)
    if host == ".":
        return _("takes no mail (null MX)")
    return _("{host} (preference {n})").format(host=sanitise(host), n=sanitise(preference))
