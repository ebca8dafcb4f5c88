"""Watch POP3: commands, replies, multi-line data, logins, the STLS seam.

The machine (RFC 1939 3) moves on the server's replies:

    AUTHORIZATION --PASS, APOP, AUTH +OK--> TRANSACTION --QUIT +OK--> UPDATE

Every command gets one line that begins with ``+OK`` or ``-ERR``; after a good one to some
commands, data follow up to a line with a lone dot. Nothing in a reply says whether data follow:
the command does. Where it was not captured, the server's next line decides, since a reply can
only begin with a status. It also does where a server leaves out data, or the dot behind a list:
no row of a list begins with a status.
"""

from __future__ import annotations

import re
from typing import ClassVar

from tutor.base import CLIENT, SERVER, Direction, Secret
from tutor.protocols.body import Body
from tutor.protocols.dialogue import Asked, Dialogue
from tutor.protocols.events import Anomaly, Attempt, Detail, Fact, Kind, Offer
from tutor.protocols.pop3 import commands, grammar
from tutor.protocols.pop3.commands import ALWAYS, COMMANDS, WITHOUT_ARGUMENT
from tutor.protocols.sasl import named_by
from tutor.protocols.sasl_fields import text_of
from tutor.protocols.software import product
from tutor.protocols.telnet import edited
from tutor.protocols.verbs import verb_of

_LOGINS = frozenset({"PASS", "APOP", "AUTH"})
_XMIT = ((b"XMIT",), (b"xmit",))
_STATUS_LINE = re.compile(rb"^(?:\+OK|-ERR)(?=[ \t\r\n])", re.IGNORECASE | re.MULTILINE)


class Pop3Observer(Dialogue):
    """The observer of POP3."""

    protocol: ClassVar[str] = "pop3"
    tls_verb: ClassVar[str] = "STLS"

    def __init__(
        self, layer: int = 0, start: tuple[int, int] = (0, 0), *, inside_tls: bool = False
    ) -> None:
        super().__init__(layer, start, inside_tls=inside_tls)
        self.state = commands.AUTHORIZATION
        self._user: str | None = None
        self._utf8 = False
        self._data = ""  # the verb whose multi-line data come now
        self._body = Body()
        self._sent = Body()
        self._good = ""  # the verb (or "?") of the last +OK, while no other line followed it
        self._due = ""  # the verb whose multi-line data come next, if they come
        self._lost_in_block = False

    # the client

    def on_client(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """Read a line: of a SASL dialogue, or a command."""
        if self._lost_in_block and self.cancel_block(SERVER):
            self._lost_in_block = False  # the end of the data was in the gap
        verb = verb_of(line)
        if self.exchange is not None and (self.challenged or verb not in COMMANDS):
            self.put_sasl(start, line, anomalies)
            return
        odd = (*anomalies, *self.seam(CLIENT))
        if not verb:
            self.put_unknown(start, line, odd)
        elif verb == "AUTH":
            self.put_auth(start, line, odd)
        else:
            self._command(start, line, odd)

    def _command(
        self, start: int, line: bytes, anomalies: tuple[Anomaly, ...], *, cut: bool = False
    ) -> None:
        """Emit a command; of one that is ``cut`` off, the arguments are not known."""
        read = grammar.read_command(start, line, utf8=self._utf8)
        asked = Asked(read.verb, many=_many(read.verb, bool(read.arguments)))
        attempt = self._attempt(read, cut=cut)
        named = named_by(self._user) if read.verb == "USER" else ()
        details: tuple[Detail, ...] = (attempt,) if attempt else named
        odd = (*anomalies, *read.anomalies)
        if Anomaly.TRUNCATED in anomalies:
            # its end never came, so the server never read it as a command
            self.put(Kind.UNPARSED, CLIENT, read.parts, read.verb, "", odd, details)
            return
        if attempt:
            asked.attempt = self.attempts
        asked.begun = read.verb == "XTND" and read.arguments[:1] in _XMIT
        self.ask(asked)
        if read.verb == "STLS" and not cut:
            details = (self.ask_tls(),)
        self.put(Kind.COMMAND, CLIENT, read.parts, read.verb, "", odd, details)

    def _attempt(self, read: grammar.Line, *, cut: bool) -> Attempt | None:
        """USER only names; the credential crosses with PASS. APOP has both (RFC 1939 7)."""
        if read.verb == "USER":
            self._user = text_of(read.arguments[0]) if read.arguments and not cut else None
        elif read.verb == "PASS":
            typed = b"".join(read.arguments)
            meant = edited(typed)
            proofs = (Secret(text_of(meant)),) if meant != typed else ()
            return Attempt(
                "USER", self._user, None if cut else Secret(text_of(typed)), proofs=proofs
            )
        elif read.verb == "APOP" and len(read.arguments) > 1:
            name, digest = read.arguments[0], read.arguments[-1]
            return Attempt("APOP", text_of(name), None if cut else Secret(text_of(digest)))
        return None

    # the server

    def on_server(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """Read a line: a reply, a challenge, or data that no captured command explains."""
        good, self._good = self._good, ""
        if self._data_begin(line):
            self.put_back(SERVER, line)
        elif grammar.status_of(line):
            self._reply(start, line, anomalies)
        elif grammar.is_challenge(line):
            self._challenge(start, line, anomalies)
        elif self._hidden(good):
            self._begin_data(grammar.guess(line))
            self.put_back(SERVER, line)
        else:
            odd = (*anomalies, Anomaly.UNPARSED_LINE, *self.seam(SERVER))
            self.put_unparsed(SERVER, start, line, odd)

    def _data_begin(self, line: bytes) -> bool:
        """Whether the data that are due come: not where another command is answered instead."""
        due, self._due = self._due, ""
        answered = grammar.status_of(line) or (due == "AUTH" and grammar.is_challenge(line))
        if not due or (answered and self.pending):
            return False
        self._begin_data(due)
        return True

    def _hidden(self, good: str) -> bool:
        """Whether a line without a status may be of data whose command was not captured."""
        if self.midway and not (self.greeted or self.spoken[CLIENT]):
            return True
        return bool(good) and (self.unsure or not self.spoken[CLIENT])

    def _challenge(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        challenge = line[1:].strip()
        if self.exchange is None:
            self.resume_login(challenge)
        else:
            self.exchange.challenge(challenge)
        while self.pending and self.pending[0].name != "AUTH" and self.exchange is not None:
            self.pending.popleft()
        self.challenged = self.exchange is not None
        odd = (*anomalies, *self.seam(SERVER))
        if not self.challenged:
            odd = (*odd, Anomaly.UNEXPECTED_REPLY)
        parts = grammar.read_challenge(start, line)
        self.put(Kind.CONTINUATION, SERVER, parts, "+", "AUTH", odd)

    def _reply(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        status = grammar.status_of(line)
        odd = (*anomalies, *self.seam(SERVER))
        if len(line) > commands.REPLY_LIMIT:
            odd = (*odd, Anomaly.LINE_TOO_LONG)
        if self._greets(line):
            early = (Anomaly.COMMAND_BEFORE_GREETING,) if self.pending else ()
            self._greeted(start, line, (*odd, *early))
            return
        self.greeted = True
        asked = self.answered()
        about = asked.name if asked else ""
        if asked is None:
            odd = (*odd, *self.stray())
        accepted = status == "+OK"
        details = self._effect(asked, accepted=accepted)
        parts = grammar.read_reply(start, line, about, greeting=False)
        self.put(Kind.REPLY, SERVER, parts, status, about, odd, details)
        if accepted and asked and asked.many:
            self._due = asked.name
        elif accepted:
            self._good = about or "?"

    def _greets(self, line: bytes) -> bool:
        """Whether this reply is the greeting (RFC 1939 4): the server's first words.

        Where the client has spoken before, only the look of a banner tells that it did not wait.
        """
        if self.greeted:
            return False
        return not self.pending or grammar.has_timestamp(line) or b"ready" in line.lower()

    def _greeted(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        self.greeted = True
        software = product(line)
        details = (Fact("software", software),) if software else ()
        parts = grammar.read_reply(start, line, "", greeting=True)
        name = grammar.status_of(line)
        self.put(Kind.GREETING, SERVER, parts, name, "", anomalies, details)
        self._good = "?" if not self.spoken[CLIENT] else ""

    def _effect(self, asked: Asked | None, *, accepted: bool) -> tuple[Detail, ...]:
        """Move the machine; give what the reply tells."""
        if asked is None:
            return ()
        name = asked.name
        if accepted and asked.begun:
            self._sent = Body()
            self.take_dots(CLIENT)
        if accepted and name in _LOGINS and not asked.many:
            self.state = commands.TRANSACTION
        elif accepted and name == "QUIT" and self.state == commands.TRANSACTION:
            self.state = commands.UPDATE
        elif accepted and name in COMMANDS and COMMANDS[name].states == (commands.TRANSACTION,):
            self.state = commands.TRANSACTION  # the login was before the capture
        elif accepted and name == "UTF8":
            self._utf8 = True
        if name == "STLS":
            return (self.answer_tls(accepted),)
        return self.verdict(asked, accepted)

    # multi-line data

    def _begin_data(self, verb: str) -> None:
        self._data = verb
        self._body = Body()
        self.take_dots(SERVER)

    def on_block(
        self, direction: Direction, start: int, block: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Multi-line data came, whole or what was left of it after a gap."""
        if direction is CLIENT:
            self._put_sent(start, block, anomalies, whole=True)
            return
        self._lost_in_block = False
        end = self._ended_early(block)
        if end is None:
            self._put_data(start, block, anomalies, whole=True)
            return
        self.put_back(SERVER, block[end:])
        if end:
            self._put_data(start, block[:end], (Anomaly.MISSING_DOT,), whole=True)

    def _ended_early(self, block: bytes) -> int | None:
        """Where a list without its dot ends: the next reply begins there."""
        command = COMMANDS.get(self._data)
        if not (command and command.rows and self.pending):
            return None
        found = _STATUS_LINE.search(block)
        return found.start() if found else None

    def _put_sent(
        self, start: int, block: bytes, anomalies: tuple[Anomaly, ...], *, whole: bool
    ) -> None:
        """A message that the client sends (XTND XMIT); it gets a reply of its own."""
        parts = self._sent.parts(start, block, dots=whole)
        if whole:
            self.ask(Asked("XTND"))
        final = whole or Anomaly.TRUNCATED in anomalies
        details = self._sent.told(final=final, whole=whole)
        odd = (*anomalies, *self.seam(CLIENT))
        self.put(Kind.MESSAGE, CLIENT, parts, "XTND", "XTND", odd, details)

    def _put_data(
        self, start: int, block: bytes, anomalies: tuple[Anomaly, ...], *, whole: bool
    ) -> None:
        verb = self._data
        command = COMMANDS.get(verb)
        details: tuple[Detail, ...] = ()
        if command and command.rows:
            parts = grammar.read_rows(start, block, command.rows)
            if verb == "CAPA" and whole:
                details = _capabilities(block)
        else:
            parts = self._body.parts(start, block, dots=whole)
            details = self._body.told(whole=whole) if command else ()
        odd = (*anomalies, *self.seam(SERVER))
        self.put(Kind.MESSAGE, SERVER, parts, verb, verb, odd, details)

    # what is unfinished

    def on_partial(
        self, direction: Direction, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Give what is unfinished, in the shape that can still be told."""
        if direction is SERVER:
            self._data_begin(rest)
        if not rest:
            return
        if direction is CLIENT:
            self._partial_client(start, rest, anomalies)
        elif self.in_block(SERVER):
            self._partial_data(start, rest, anomalies)
        elif grammar.status_of(rest):
            self._reply(start, rest, anomalies)
        else:
            self.put_unparsed(SERVER, start, rest, anomalies)

    def _partial_data(self, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        end = self._ended_early(rest)
        if end is None or Anomaly.TRUNCATED not in anomalies:
            self._put_data(start, rest, anomalies, whole=False)
            return
        self.cancel_block(SERVER)
        self.put_back(SERVER, rest[end:])
        if end:
            self._put_data(start, rest[:end], (Anomaly.MISSING_DOT,), whole=False)

    def _partial_client(self, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        verb = verb_of(rest)
        if self.in_block(CLIENT):
            self._put_sent(start, rest, anomalies, whole=False)
        elif self.exchange is not None and (self.challenged or verb not in COMMANDS):
            self.put_lost_sasl(start, rest, anomalies)
        elif verb in COMMANDS:
            cut = not rest.endswith(b"\n")
            if verb == "AUTH":
                self.put_auth(start, rest, (*anomalies, *self.seam(CLIENT)), cut=cut)
            else:
                self._command(start, rest, (*anomalies, *self.seam(CLIENT)), cut=cut)
        else:
            self.put_unparsed(CLIENT, start, rest, anomalies)

    def on_gap(self, direction: Direction, length: int) -> None:
        """Replies may be matched wrongly, and an end of data may be lost."""
        super().on_gap(direction, length)
        self._good = ""
        if direction is SERVER:
            self._lost_in_block = self.in_block(SERVER)
            self._body.lose()
        else:
            self._sent.lose()


def _many(verb: str, has_argument: bool) -> bool:
    """Whether multi-line data follow a good reply (RFC 1939 3, 5)."""
    rule = COMMANDS[verb].many if verb in COMMANDS else ""
    return rule == ALWAYS or (rule == WITHOUT_ARGUMENT and not has_argument)


def _capabilities(block: bytes) -> tuple[Detail, ...]:
    """What CAPA lists (RFC 2449 5), and the software where it names itself (6.9)."""
    offered = grammar.rows(block)
    software = product(block)
    return (Offer(offered), *((Fact("software", software),) if software else ()))
