"""What the lab's process says, in sentences for people: it knows no languages itself."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.base import sanitise
from tutor.lab.talk import Place, Played, Trouble
from tutor.words import _


def ended_words(word: Played) -> str:
    """How a scene ended, in a sentence."""
    why = _why(word)
    if word.end == "noticed":
        return _("The client stopped before it said a secret: {why}.").format(why=why)
    if word.end == "failed":
        return _("The client gave up: {why}.").format(why=why)
    return _("The client is done.")


def ended_mark(word: Played) -> str:
    """The same in a word, for a list."""
    return {"fine": _("done"), "noticed": _("stopped"), "failed": _("gave up")}[word.end]


def _why(word: Played) -> str:
    detail = sanitise(word.detail)
    return {
        "": "",
        "no-tls": _("there is no TLS to be had"),
        "certificate": _("the certificate is wrong ({detail})"),
        "tls": _("TLS failed ({detail})"),
        "refused": _("the server said no ({detail})"),
        "silent": _("no answer came in time"),
        "gone": _("the server hung up"),
        "other": "{detail}",
    }[word.why].format(detail=detail)


def trouble_words(word: Trouble) -> str:
    """What went wrong, in a sentence with the next step."""
    detail = sanitise(word.detail)
    return {
        "no-answer": _("{detail}. Is the server running, and may this machine reach it?"),
        "port-taken": _("{detail}. Take another address or port, for instance one above 1024."),
        "no-folder": _(
            "No temporary folder can be made ({detail}). Free some space, or name a folder that"
            " may be written to in the variable TMPDIR."
        ),
        "order": _("The lab did not understand: {detail}"),
        "not-the-lab": _("A tap only passes on: mischief is for the lab's own two ends."),
    }[word.what].format(detail=detail)


def unusual(places: Iterable[Place]) -> str:
    """Which ports another program had, in a sentence; "" where none was taken."""
    moved = [f"{place.service} {place.port}" for place in places if not place.usual]
    if not moved:
        return ""
    return _(
        "Another program, or another lab, has some usual ports; these are used: {ports}."
    ).format(ports=", ".join(moved))
