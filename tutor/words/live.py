"""Sentences of live capture that the screen and the command line share."""

from __future__ import annotations

from tutor.words import _

CHOICES = ("mail", "all")
"""What may be captured: the mail ports, or all of TCP."""


def choice_word(choice: str) -> str:
    """What is captured, in words."""
    if choice == "all":
        return _("all of TCP: mail is found by what it says, on any port")
    return _("the mail ports, and DNS")


def authorisation(name: str) -> str:
    """Whoever listens to others' mail without leave commits a crime in most countries."""
    words = _(
        "On {name} other people's mail may pass. Listen only where the network is yours, or its"
        " owner has agreed and its users know. May you listen here?"
    )
    return words.format(name=name)


def pace_word(pace: float | None) -> str:
    """Packets in a second."""
    return "" if pace is None else _("{n} packets/s").format(n=f"{pace:,.0f}")
