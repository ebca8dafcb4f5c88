"""What of a session is beyond doubt: only of that is anything asked.

A session counts where its opening was captured, both ends spoke, nothing is missing, no bytes came
twice with another content, and nothing in it was odd. Then which reply answers which command is
determined: in IMAP by the tag (RFC 9051 2.2.2); in POP3 and SMTP by the order (RFC 1939 3, RFC 5321
4.1.1), and here only where no second command was under way.
"""

from __future__ import annotations

from collections import Counter

from tutor.base import CLIENT, SERVER
from tutor.protocols.events import Anomaly, Event, Kind
from tutor.session import Session

MOST_EVENTS = 3000
"""Events of one session that are looked at; a longer one is asked about its beginning."""

MAIL = ("imap", "pop3", "smtp")

_HARMLESS = frozenset(
    {
        Anomaly.UNKNOWN_COMMAND,
        Anomaly.BARE_LF,
        Anomaly.EIGHT_BIT_IN_COMMAND,
        Anomaly.BAD_BASE64,
        Anomaly.TYPED_OVER,
    }
)
"""Oddities of one line that leave the lines around it in no doubt."""

_DOUBTFUL = frozenset({Kind.GAP, Kind.CONFLICT, Kind.UNPARSED, Kind.PREAMBLE, Kind.CARRIED})
_LIMIT = "limit"


class Ground:
    """The part of a session that can be asked about.

    Attributes:
        session: the session.
        captured: opened in the capture, nothing missing or twice, nothing odd.
        spoken: captured, and a mail conversation that can be read from its greeting on.
        whole: all of it was looked at.
        commands: indices of the client's commands.
        answered: by the index of a reply that was not sent while another command was under way,
            the index of what it answers (a command, a message, a line of a login).
        by_tag: IMAP: by the index of a tagged reply, that of the command with its tag.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.count = min(len(session), MOST_EVENTS)
        self.whole = len(session) <= MOST_EVENTS
        self.commands: list[int] = []
        self.answered: dict[int, int] = {}
        self.by_tag: dict[int, int] = {}
        self.tags: Counter[str] = Counter()
        self.captured = self._captured()
        self.spoken = self.captured and self._spoken()
        if self.spoken:
            self._match()

    def _captured(self) -> bool:
        session = self.session
        if session.opening != "open" or session.gaps or session.unread:
            return False
        if any(session.count(kind) for kind in _DOUBTFUL):
            return False
        if any(layer.kind not in ("tcp", "tls") for layer in session.layers):
            return False
        if any(layer.kind == "tls" and not layer.sealed for layer in session.layers):
            return False  # TLS that signs and does not encrypt: no short answer is right
        return all(self._sane(self.session.outline(index)) for index in range(self.count))

    def _sane(self, event: Event) -> bool:
        cut = event.kind is Kind.CLOSE and event.name == _LIMIT
        return not cut and set(event.anomalies) <= _HARMLESS

    def _spoken(self) -> bool:
        session = self.session
        if session.protocol not in MAIL or not session.count(Kind.GREETING):
            return False
        return session.count(Kind.COMMAND) > 0 and session.count(Kind.REPLY) > 0

    # which reply answers what

    def _match(self) -> None:
        waiting: list[int] = []
        crowded: set[int] = set()
        prompted = False  # the server waits for the rest of a command
        for index in range(self.count):
            event = self.session.outline(index)
            if _more(event) and not prompted:
                # who goes on unasked may be understood otherwise than we do: no more from here
                self.count, self.whole = index, False
                return
            prompted = _prompts(event) or (prompted and event.span.direction is SERVER)
            if event.kind is Kind.COMMAND:
                self.commands.append(index)
                self.tags[event.tag] += 1
                waiting.append(index)
            elif event.kind is Kind.REPLY:
                self._reply(index, event, waiting, crowded)
                continue
            elif self._is_asking(event, waiting):
                waiting.append(index)
            if len(waiting) > 1:
                crowded.update(waiting)

    def _is_asking(self, event: Event, waiting: list[int]) -> bool:
        """A message, or a line of a login, whose command has had its first answer."""
        if self.session.protocol == "imap" or event.span.direction is not CLIENT:
            return False
        return event.kind in (Kind.MESSAGE, Kind.RESPONSE) and not waiting

    def _reply(self, index: int, event: Event, waiting: list[int], crowded: set[int]) -> None:
        if self.session.protocol == "imap":
            fits = [at for at in waiting if self.session.outline(at).tag == event.tag]
        else:
            fits = waiting[:1]
        if not fits or not self._names(event, fits[0]):
            return
        asked = fits[0]
        waiting.remove(asked)
        if event.anomalies or self.session.outline(asked).anomalies:
            return
        if self.session.protocol == "imap":
            self.by_tag[index] = asked
        if asked not in crowded:
            self.answered[index] = asked

    def _names(self, reply: Event, asked: int) -> bool:
        """Whether the observer takes it for the same one's answer."""
        event = self.session.outline(asked)
        name = event.name if event.kind is Kind.COMMAND else event.about
        wanted = {name, "message"} if event.kind is Kind.MESSAGE else {name}
        return reply.about in wanted

    # what is asked about

    def lines(self) -> list[int]:
        """Events that are lines of a mail conversation, in no way odd."""
        kinds = (Kind.GREETING, Kind.COMMAND, Kind.REPLY, Kind.UNTAGGED)
        found = []
        for index in range(self.count if self.spoken else 0):
            event = self.session.outline(index)
            if event.kind in kinds and not event.anomalies:
                found.append(index)
        return found

    def greeting(self) -> int | None:
        """The server's greeting, where it came before anything else."""
        for index in range(self.count if self.spoken else 0):
            event = self.session.outline(index)
            if event.kind is Kind.GREETING and event.span.direction is SERVER:
                return None if event.anomalies else index
            if event.kind is Kind.COMMAND:
                return None
        return None


def _more(event: Event) -> bool:
    """A client's line or message that goes on with a command once the server has asked for it."""
    if event.span.direction is not CLIENT or event.kind not in (Kind.RESPONSE, Kind.MESSAGE):
        return False
    return event.about != "BDAT"  # a chunk follows its command at once (RFC 3030 2)


def _prompts(event: Event) -> bool:
    """The server asks for more: a plus (RFC 9051 7.6, RFC 1734 2), 334 or 354 (RFC 5321 4.2.1)."""
    return event.kind is Kind.CONTINUATION or (
        event.kind is Kind.REPLY and event.name in ("334", "354")
    )
