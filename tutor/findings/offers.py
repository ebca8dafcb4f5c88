"""What a server offers in the clear: STARTTLS, a mangled STARTTLS, LOGINDISABLED.

An offer counts from where it came on. That there is *none* is told only where a whole list was seen
before the login, from the greeting on: after the login, or inside TLS, a server rightly leaves
STARTTLS out (RFC 9051 6.2.1, RFC 2595 4, RFC 3207 4.2).
"""

from __future__ import annotations

import re

from tutor.base import SERVER
from tutor.protocols.events import Anomaly, Event, Kind, Offer, Outcome

_VERB = {"pop3": "STLS"}
_FILLERS = frozenset("X*#-")
_COUNTED = re.compile(r"X{8}[A-WYZ]")
_BESIDE = re.compile(r"X{1,4}-?(?:STARTTLS|STLS)|(?:STARTTLS|STLS)-?X{1,4}")
_AFTER_LOGIN = frozenset({"", "authenticated", "selected", "logout", "TRANSACTION", "UPDATE"})
_TORN = frozenset({Anomaly.GAP_IN_LINE, Anomaly.TRUNCATED})


class Offers:
    """Follows the lists of capabilities of one session that crossed without TLS.

    Attributes:
        made: STARTTLS or STLS has been offered.
        packets: of the first list that told about it, one way or the other.
        mangled: the list just taken holds an offer that was overwritten.
    """

    def __init__(self) -> None:
        self.made = False
        self.packets: tuple[int, ...] = ()
        self.mangled = False
        self._lacking = False
        self._greeted = False
        self._torn = False  # bytes of the server are missing: a list may be in pieces
        self._logged_in = False

    @property
    def told(self) -> bool | None:
        """Whether there was an offer before TLS; None where that cannot be told."""
        return True if self.made else False if self._lacking else None

    def feed(self, event: Event, protocol: str, packets: tuple[int, ...]) -> None:
        """Take the next event that crossed without TLS."""
        self.mangled = False
        if event.kind is Kind.GAP and event.span.direction is SERVER:
            self._torn = True
        if event.kind is Kind.GREETING:
            self._greeted = True
        for detail in event.details:
            if isinstance(detail, Offer):
                self._list(event, detail, protocol, packets)
            elif isinstance(detail, Outcome):
                self._logged_in = self._logged_in or detail.accepted

    def _list(self, event: Event, offer: Offer, protocol: str, packets: tuple[int, ...]) -> None:
        verb = _VERB.get(protocol, "STARTTLS")
        words = first_words(offer)
        if verb in words:
            self.packets = packets if not self.made else self.packets
            self.made = True
            return
        self.mangled = mangled(words, verb)
        torn = self._torn or not _TORN.isdisjoint(event.anomalies)
        early = self._greeted and not self._logged_in and event.state not in _AFTER_LOGIN
        if early and not torn and not self._lacking:
            self._lacking = True
            self.packets = self.packets or packets


def first_words(offer: Offer) -> tuple[str, ...]:
    """The names of the capabilities, without their arguments."""
    return tuple(words[0] for words in map(str.split, offer.capabilities) if words)


def mangled(words: tuple[str, ...], verb: str) -> bool:
    """Whether a list without ``verb`` holds a word that is ``verb`` overwritten in place.

    Some firewalls write over the name, length kept; some end the row with a letter that counts the
    rows; some leave letters of it. A row as long as STARTTLS may also be CHUNKING, which a server
    must have where it has BINARYMIME (RFC 3030 3).
    """
    found = sum(_overwritten(word, verb) for word in words)
    other = "BINARYMIME" in words and "CHUNKING" not in words and verb == "STARTTLS"
    return found > other


def _overwritten(word: str, verb: str) -> bool:
    if _BESIDE.fullmatch(word) or (len(verb) == 8 and _COUNTED.fullmatch(word)):
        return True
    if len(word) != len(verb) or word == verb:
        return False
    row = set(word[:-1]) <= _FILLERS and word[-1].isalpha()
    wrong = [letter for letter, right in zip(word, verb, strict=True) if letter != right]
    return row or set(wrong) <= _FILLERS or (len(wrong) == 1 and len(verb) == 8)
