"""What both directions of an IMAP session share: state, open commands, who waits for what.

States are those of RFC 9051 section 3. "" means that the capture begins in the middle and nothing
has told the state yet; the first command or answer that allows only one state settles it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from tutor.base import CLIENT, SERVER, Direction, Secret
from tutor.protocols.events import Anomaly, Attempt
from tutor.protocols.imap.commands import (
    AUTHENTICATED,
    COMMANDS,
    LOGOUT,
    NOT_AUTHENTICATED,
    SELECTED,
    UNKNOWN,
    Command,
)
from tutor.protocols.imap.doubt import Doubt
from tutor.protocols.imap.mailbox import text
from tutor.protocols.imap.walker import Walker
from tutor.protocols.sasl import Exchange, guess


class Wait(Enum):
    """What a client waits for."""

    LITERAL = "literal"
    SASL = "sasl"
    IDLE = "idle"


class Tls(Enum):
    """How far STARTTLS has got."""

    NONE = 0
    ASKED = 1
    ACCEPTED = 2


@dataclass(slots=True, eq=False)
class Open:
    """A command that the server has not completed.

    Attributes:
        broken: indices of the values of which a part was not captured.
        attempt: the number of its credential, once that has been told.
        passed: whether a command that was sent later has been answered.
        asked: SASL only: the server has asked for a line that has not come yet.
        missed: a credential that crossed where the capture has a gap, not told yet.
    """

    tag: str
    verb: str
    command: Command
    walker: Walker
    exchange: Exchange | None = None
    broken: set[int] = field(default_factory=set)
    attempt: int | None = None
    passed: bool = False
    asked: bool = False
    missed: Attempt | None = None

    def login(self) -> Attempt:
        """The credential of a LOGIN command, as far as it is known."""
        words = [text(value.data) for value in self.walker.values]
        username = words[0] if words and 0 not in self.broken else None
        secret = Secret(words[1]) if len(words) > 1 and 1 not in self.broken else None
        # who types a password with a space in it, unquoted, gives it all away nevertheless
        more = (Secret(" ".join(words[1:])),) if len(words) > 2 else ()
        return Attempt("LOGIN", username, secret, None, more)


_MOST_OPEN = 256
"""Commands that wait for their answers; of more, the oldest are forgotten (one-sided captures)."""


def _queue(items: Iterable[tuple[Wait, Open]]) -> deque[tuple[Wait, Open]]:
    return deque(items, maxlen=_MOST_OPEN)


@dataclass(slots=True)
class Dialogue:
    """The state of one session.

    Attributes:
        began: the greeting was seen, or TLS began under our eyes: the capture is not a later part.
        client_heard, server_heard: a line of that end was seen.
        doubt: which lines may be of a literal whose announcement was lost.
        lost: per direction: bytes are missing.
        used: the tags so far.
        resumed: a SASL dialogue whose command was not captured, so that its tag is not known.
        no_tags: first words of lines that were no command: a server takes them for tags.
    """

    state: str = ""
    began: bool = False
    client_heard: bool = False
    server_heard: bool = False
    doubt: Doubt = field(default_factory=Doubt)
    lost: list[bool] = field(default_factory=lambda: [False, False])
    tls: Tls = Tls.NONE
    text_flagged: list[bool] = field(default_factory=lambda: [False, False])
    commands: list[Open] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    no_tags: set[str] = field(default_factory=set)
    waits: deque[tuple[Wait, Open]] = field(default_factory=lambda: _queue(()))
    sasl: Open | None = None
    resumed: Open | None = None
    idle: Open | None = None

    # -- the client ----------------------------------------------------------------------------

    def send(self, opened: Open) -> tuple[Anomaly, ...]:
        """The client sends a command."""
        reused = opened.tag in self.used
        self.used.add(opened.tag)
        before = self.waiting(opened.tag)
        if before and (before.passed or self.lost[SERVER]):
            self._forget(before)  # its answer does not come any more
        self.commands.append(opened)
        if len(self.commands) > _MOST_OPEN:
            del self.commands[0]
        self.client_heard = True
        self.sasl = None  # until the server asks again
        self.doubt.believe(CLIENT, opened.tag)
        only = opened.command.states
        unseen = not self.server_heard or self.lost[SERVER]
        if len(only) < 3 and (not self.state or (unseen and self.state not in only)):
            self.state = only[0]
        if opened.verb == "IDLE":
            self.idle = opened
            self.wait(Wait.IDLE, opened)
        return (Anomaly.TAG_REUSED,) if reused else ()

    def wait(self, what: Wait, opened: Open) -> None:
        """The client waits for a continuation."""
        self.waits.append((what, opened))

    def plain_text(self, direction: Direction) -> tuple[Anomaly, ...]:
        """Text in the clear: name what is wrong with that where STARTTLS was asked for."""
        if self.tls is Tls.ASKED and direction is CLIENT:
            # without the server's side its answer may have come before
            told = self.server_heard and not self.lost[SERVER]
            return (Anomaly.COMMANDS_BEHIND_STARTTLS,) if told else ()
        if self.tls is Tls.ACCEPTED and not (self.text_flagged[direction] or self.lost[direction]):
            self.text_flagged[direction] = True
            return (Anomaly.STARTTLS_NOT_FOLLOWED_BY_TLS,)
        return ()

    # -- the server ----------------------------------------------------------------------------

    def go_on(self, challenge: bytes) -> tuple[Wait, Open] | None:
        """The server sends a continuation: tell who waited for it, and for what."""
        if not self.waits and (not self.began or any(self.lost)):
            self._resume_sasl(challenge)
        if not self.waits:
            if self.lost[CLIENT]:  # what it answers was lost, and may have announced a literal
                self.doubt.of[CLIENT] = True
            return None
        what, opened = self.waits[0]
        if what is Wait.SASL:
            opened.asked = True
            self.sasl = opened
        else:
            self.waits.popleft()
        return what, opened

    def answer(self, tag: str, status: str) -> Open | None:
        """The server completes a command: forget it, and follow what it changes."""
        opened = self.waiting(tag)
        if opened is None and tag not in self.used:
            opened, self.resumed = self.resumed, None
            if opened is not None:
                self.commands.append(opened)
        self.doubt.of[SERVER] = False
        if opened is None:
            self._answer_unseen(tag, status)
            return None
        for earlier in self.commands[: self.commands.index(opened)]:
            earlier.passed = True
        self._forget(opened)
        if opened.verb == "STARTTLS" and self.tls is Tls.ASKED:
            self.tls = Tls.ACCEPTED if status == "OK" else Tls.NONE
        self._follow(opened, status)
        return opened

    def _answer_unseen(self, tag: str, status: str) -> None:
        """A command that was not captured is done with, and its literals have come."""
        self.doubt.believe(CLIENT, tag)
        unseen = self.lost[CLIENT] or not self.client_heard
        if status == "OK" and unseen and self.state == NOT_AUTHENTICATED:
            self.state = ""  # it may have been a login

    def miss(self, direction: Direction, *, midway: bool) -> None:
        """Bytes are missing that were no part of a literal: of lines, nobody knows which.

        ``midway``: what came before the capture is not known either.
        """
        if not (midway or self.client_heard or self.server_heard):
            self.lost[direction] = True
            return  # at the beginning there are no messages
        heard = self.server_heard if direction is CLIENT else self.client_heard
        login = direction is SERVER and any(opened.verb in _LOGINS for opened in self.commands)
        unseen = login or self.lost[direction.other] or not heard
        self.lost[direction] = True
        if unseen and self.state == NOT_AUTHENTICATED:
            self.state = ""
        if direction is CLIENT:
            # before the login there are no messages; a login that was lost would be answered
            self.doubt.of[CLIENT] = self.state != NOT_AUTHENTICATED
        else:
            unseen = self.lost[CLIENT] or not self.client_heard
            asked = any(_CONTENT & set(opened.command.answers[:1]) for opened in self.commands)
            self.doubt.of[SERVER] = unseen or asked

    def waiting(self, tag: str) -> Open | None:
        """The open command with this tag; the oldest, where a client uses a tag again."""
        return next((opened for opened in self.commands if opened.tag == tag), None)

    def _forget(self, opened: Open) -> None:
        self.commands.remove(opened)
        if any(item[1] is opened for item in self.waits):
            self.waits = _queue(item for item in self.waits if item[1] is not opened)
        if self.sasl is opened:
            self.sasl = None
        if self.idle is opened:
            self.idle = None

    def _resume_sasl(self, challenge: bytes) -> None:
        """The command was not captured, but its challenge may tell the mechanism."""
        exchange = guess(challenge)
        if exchange is not None:
            verb = "AUTHENTICATE"
            self.resumed = self.sasl = Open("", verb, COMMANDS[verb], Walker(()), exchange)
            self.wait(Wait.SASL, self.sasl)

    def _follow(self, opened: Open, status: str) -> None:
        verb = opened.verb
        if status == "OK":
            after = _AFTER.get(verb, self.state)
            # an accepted command proves its state where the capture begins later
            low = opened.command.states[0] if len(opened.command.states) < 3 else self.state
            self.state = after if verb in _AFTER or self.state else low
        elif status == "NO" and verb in ("SELECT", "EXAMINE") and self.state == SELECTED:
            self.state = AUTHENTICATED  # RFC 9051 6.3.2: no mailbox is selected then

    def about(self, name: str) -> str:
        """The verb of the open command that untagged data belongs to, "" where that is unclear."""
        verbs = {opened.verb for opened in self.commands}
        if len(verbs) > 1:
            verbs = {verb for verb in verbs if name in COMMANDS.get(verb, UNKNOWN).answers}
        return verbs.pop() if len(verbs) == 1 else ""

    def stray(self, tag: str) -> tuple[Anomaly, ...]:
        """Name what is odd about an answer to no open command."""
        if not self.began or not self.client_heard or any(self.lost) or tag in self.no_tags:
            return ()
        if tag in self.used:
            return (Anomaly.TAG_MISMATCH,)
        return (Anomaly.REPLY_WITHOUT_COMMAND,)


_LOGINS = frozenset({"LOGIN", "AUTHENTICATE"})

_CONTENT = frozenset({"FETCH", "METADATA", "URLFETCH", "CONVERTED"})
"""Data in which any text may come as a literal; first among what a command asks for."""

_AFTER = {
    "LOGIN": AUTHENTICATED,
    "AUTHENTICATE": AUTHENTICATED,
    "SELECT": SELECTED,
    "EXAMINE": SELECTED,
    "CLOSE": AUTHENTICATED,
    "UNSELECT": AUTHENTICATED,
    "UNAUTHENTICATE": NOT_AUTHENTICATED,
    "LOGOUT": LOGOUT,
}
