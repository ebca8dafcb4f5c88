"""Watch SMTP and LMTP: commands, replies, messages, logins, the STARTTLS seam.

The machine (RFC 5321 4.1.4) moves on the server's replies, not on what the client asks:

    greeting --EHLO 250--> ready --MAIL 250--> mail --RCPT 250--> recipients
    recipients --DATA 354, BDAT--> data --reply to the message--> ready
    RSET --> ready        STARTTLS 220 --> greeting        QUIT 221 --> quit

A message begins when the server says 354 (4.1.1.4). Where that answer was not captured, or the
client did not wait, the client's next line decides: a line that is beyond doubt a command means
that there is no message. The same holds after a refusal, since some clients send the
message all the same; its lines must not be read as commands.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from tutor.base import CLIENT, SERVER, Direction, Part, Role
from tutor.protocols.body import Body, bare_lf
from tutor.protocols.dialogue import Asked, Dialogue
from tutor.protocols.events import Anomaly, Detail, Fact, Kind, Offer
from tutor.protocols.message import is_field
from tutor.protocols.smtp import commands, grammar
from tutor.protocols.software import product

_MOST_HELD = 64 * 1024
"""Bytes of a multi-line reply that are waited for."""

_MESSAGE = "message"


class _Data(Enum):
    """Where DATA stands: the client's next line may be text, not a command."""

    NONE = 0
    ASKED = 1
    REFUSED = 2


class SmtpObserver(Dialogue):
    """The observer of SMTP; LMTP is the same with LHLO and a reply for each recipient."""

    protocol: ClassVar[str] = "smtp"
    tls_verb: ClassVar[str] = "STARTTLS"

    def __init__(
        self, layer: int = 0, start: tuple[int, int] = (0, 0), *, inside_tls: bool = False
    ) -> None:
        super().__init__(layer, start, inside_tls=inside_tls)
        self.state = commands.GREETING
        self._data = _Data.NONE
        self._body = Body()
        self._chunk_last: bool | None = None  # a BDAT chunk is under way: is it the last?
        self._commanded = False  # the client has sent something that was recognised
        self._lost_in_block = False
        self._lmtp = False
        self._recipients = 0
        self._held: list[bytes] = []
        self._held_at = 0
        self._held_odd: tuple[Anomaly, ...] = ()

    # the client

    def on_client(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """Read a line: of a SASL dialogue, of a message, or a command."""
        if self._is_text(line):
            self._data = _Data.NONE
            self._body = Body()
            for asked in self.pending:
                asked.begun = asked.begun or asked.name == "DATA"
            self.put_back(CLIENT, line)
            self.take_dots(CLIENT)
        elif self._is_sasl(line):
            self._commanded = True
            self.put_sasl(start, line, anomalies)
        else:
            self._command(start, line, anomalies)

    def _is_sasl(self, line: bytes) -> bool:
        if self.exchange is None:
            return False
        if self.challenged:
            return True
        # nobody asked: one side only was captured, or the client does not wait
        return b" " not in line.strip() and not commands.command_shaped(line)

    def _is_text(self, line: bytes) -> bool:
        """Whether the line belongs to a message that no 354 announced (see above)."""
        if commands.command_shaped(line):
            return False
        if self._data is _Data.REFUSED:
            return is_field(line) or line.strip() == b"."
        if self._data is _Data.ASKED:
            return True
        began_inside = not (self._commanded or self.spoken[SERVER] or self.inside_tls)
        return began_inside and bool(line.strip()) and not grammar.verb_of(line)

    def _command(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        verb = grammar.verb_of(line)
        self._data = _Data.NONE
        odd = (*anomalies, *self.seam(CLIENT))
        if not verb:
            # where a command is due every line is one: the server answers it, with 500
            self.ask(Asked(""))
            part = Part(Role.UNPARSED, start, start + len(line))
            names = (*odd, Anomaly.UNKNOWN_COMMAND, Anomaly.UNPARSED_LINE)
            self.put(Kind.COMMAND, CLIENT, (part,), "", "", names)
            return
        self._commanded = True
        if verb == "AUTH":
            self.put_auth(start, line, odd)
            return
        read = grammar.read_command(start, line)
        asked = Asked(verb)
        self.ask(asked)
        details = self._deed(read, asked)
        self.put(Kind.COMMAND, CLIENT, read.parts, verb, "", (*odd, *read.anomalies), details)

    def _deed(self, read: grammar.Line, asked: Asked) -> tuple[Detail, ...]:
        """What the command sets going, and what it tells."""
        if read.verb == "STARTTLS":
            return (self.ask_tls(),)
        if read.verb == "DATA":
            self._data = _Data.ASKED
            self._body = Body()
        elif read.verb == "BDAT":
            return self._bdat(read.arguments, asked)
        elif read.verb in ("MAIL", "RCPT") and read.path:
            kind = "sender" if read.verb == "MAIL" else "recipient"
            return (Fact(kind, read.path.decode("utf-8", "replace")),)
        return ()

    def _bdat(self, arguments: tuple[bytes, ...], asked: Asked) -> tuple[Detail, ...]:
        """RFC 3030 2: ``BDAT size [LAST]``, and so many bytes at once, without waiting."""
        if not arguments or not arguments[0].isdigit() or len(arguments[0]) > 18:
            return ()
        size = int(arguments[0])
        last = len(arguments) > 1 and arguments[1].upper() == b"LAST"
        asked.last = last
        if last and self._lmtp:
            asked.replies = None
        if size:
            self._chunk_last = last
            self.take(CLIENT, size)
            return ()
        return self._body.told() if last else ()

    # messages

    def on_block(
        self, direction: Direction, start: int, block: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """A message or a chunk came, whole or what was left of it after a gap."""
        chunk = self._chunk_last is not None
        parts = self._body.parts(start, block, dots=not chunk)
        if chunk:
            details = self._body.told() if self._chunk_last else ()
            self._chunk_last = None
            self.put(Kind.MESSAGE, CLIENT, parts, "chunk", "BDAT", anomalies, details)
            return
        self.ask(Asked(_MESSAGE, replies=None if self._lmtp else 1))
        odd = (*anomalies, *bare_lf(block), *self.seam(CLIENT))
        self.put(Kind.MESSAGE, CLIENT, parts, _MESSAGE, "DATA", odd, self._body.told())
        self._body = Body()
        self._lost_in_block = False

    def on_partial(
        self, direction: Direction, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Give what is unfinished, in the shape that can still be told."""
        if direction is SERVER:
            self._partial_reply(start, rest, anomalies)
        elif self.in_block(CLIENT):
            self._partial_block(start, rest, anomalies)
        elif rest and self.exchange is not None and not commands.command_shaped(rest):
            self.put_lost_sasl(start, rest, anomalies)
        elif commands.command_shaped(rest) and rest.endswith(b"\n"):
            self.on_client(start, rest, anomalies)  # what the gap before it held was other lines
        elif rest and grammar.verb_of(rest) in commands.COMMANDS:
            self._command_cut(start, rest, anomalies)
        else:
            self.put_unparsed(CLIENT, start, rest, anomalies)

    def on_gap(self, direction: Direction, length: int) -> None:
        """Replies may be matched wrongly, and an end of a message may be lost."""
        super().on_gap(direction, length)
        if direction is CLIENT:
            self._data = _Data.NONE
            self._lost_in_block = self.in_block(CLIENT)
            if not self._lost_in_block:
                self._chunk_last = None

    def _partial_block(self, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        chunk = self._chunk_last is not None
        if not rest:
            return
        parts = self._body.parts(start, rest, dots=False)
        names = ("chunk", "BDAT") if chunk else (_MESSAGE, "DATA")
        self.put(Kind.MESSAGE, CLIENT, parts, *names, anomalies, self._body.told())

    def _command_cut(self, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """A command whose end is missing: named, but nothing is concluded from it."""
        verb = grammar.verb_of(rest)
        odd = (*anomalies, *self.seam(CLIENT))
        if verb == "AUTH":
            self.put_auth(start, rest, odd, cut=True)
            return
        parts = grammar.read_command(start, rest).parts
        if Anomaly.TRUNCATED in anomalies:
            # its end never came, so the server never read it as a command
            self.put(Kind.UNPARSED, CLIENT, parts, verb, "", odd)
            return
        self.ask(Asked(verb))
        self.put(Kind.COMMAND, CLIENT, parts, verb, "", odd)

    # the server

    def on_server(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """Collect the lines of a reply; read it when its last line is there."""
        code = grammar.code_of(line)
        if not code and not self._held:
            odd = (*anomalies, Anomaly.UNPARSED_LINE, *self.seam(SERVER))
            self.put_unparsed(SERVER, start, line, odd)
            return
        if not self._held:
            self._held_at = start
        self._held.append(line)
        self._held_odd += anomalies
        held = start + len(line) - self._held_at
        if (code and not grammar.goes_on(line)) or held > _MOST_HELD:
            self._reply()

    def _partial_reply(self, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        if self._held or (grammar.code_of(rest) and len(rest) > 3):
            if not self._held:
                self._held_at = start
            if rest:
                self._held.append(rest)
            self._held_odd += anomalies
            self._reply(whole=not grammar.goes_on(self._held[-1]))
        else:
            self.put_unparsed(SERVER, start, rest, anomalies)

    def _reply(self, *, whole: bool = True) -> None:
        lines, self._held = self._held, []
        odd, self._held_odd = self._held_odd, ()
        code = next(code for line in reversed(lines) if (code := grammar.code_of(line)))
        if self._lost_in_block and self.cancel_block(CLIENT):
            self._lost_in_block = False  # the end of the message was in the gap
            self.ask(Asked(_MESSAGE, replies=None if self._lmtp else 1))
        odd = (*odd, *grammar.odd_code(lines), *self.seam(SERVER))
        if self._greets(code):
            early = (Anomaly.COMMAND_BEFORE_GREETING,) if self.pending else ()
            self._greeted(lines, code, (*odd, *early))
            return
        self.greeted = True
        asked = self._match(code, whole=whole)
        about = asked.name if asked else ""
        if asked is None and code != "421":
            odd = (*odd, *self.stray())
        if asked and _ONLY.get(code, about) != about:
            odd = (*odd, Anomaly.UNEXPECTED_REPLY)
        details = self._effect(asked, code, lines) if whole else ()
        parts = grammar.read_reply(self._held_at, lines, about, greeting=False)
        self.put(Kind.REPLY, SERVER, parts, code, about, odd, details)

    def _greets(self, code: str) -> bool:
        """Whether this reply is the greeting (RFC 5321 3.1): the server's first words."""
        if self.greeted:
            return False
        if not self.pending:
            return code == "220" or (code[0] in "45" and not self._commanded)
        return code == "220" and self.pending[0].name != "STARTTLS"

    def _greeted(self, lines: list[bytes], code: str, anomalies: tuple[Anomaly, ...]) -> None:
        self.greeted = True
        parts = grammar.read_reply(self._held_at, lines, "", greeting=True)
        software = product(b"".join(lines))
        details = (Fact("software", software),) if software else ()
        self.put(Kind.GREETING, SERVER, parts, code, "", anomalies, details)

    def _match(self, code: str, *, whole: bool) -> Asked | None:
        """Find what the reply answers; 334 and 354 can answer one verb only."""
        only = _ONLY.get(code)
        if only and any(asked.name == only for asked in self.pending):
            while self.pending[0].name != only:
                self.pending.popleft()
        if code == "334" or not whole:
            return self.pending[0] if self.pending else None
        asked = self.answered()
        if asked and asked.replies is None:  # LMTP: one for each recipient (RFC 2033 4.2)
            asked.replies = self._recipients - 1
            if asked.replies > 0:
                self.pending.appendleft(asked)
        return asked

    def _effect(self, asked: Asked | None, code: str, lines: list[bytes]) -> tuple[Detail, ...]:
        """Move the machine; give what the reply tells."""
        good = code[0] in "23"
        if code == "334":
            self._challenge(lines[-1])
            return ()
        if code == "354" or (asked and asked.name == "DATA"):
            self._data_answered(asked, granted=code[0] == "3")
        if asked is None:
            return ()
        self._move(_MESSAGE if asked.last else asked.name, good=good)
        if asked.name == "STARTTLS":
            return (self.answer_tls(code[0] == "2"),)
        if asked.name in ("EHLO", "LHLO") and code == "250":
            software = product(b"".join(lines[:1]))
            facts = (Fact("software", software),) if software else ()
            return (Offer(grammar.capabilities(lines)), *facts)
        return self.verdict(asked, code[0] == "2")

    def _challenge(self, line: bytes) -> None:
        if self.exchange is None:
            self.resume_login(line[3:].strip())
        self.challenged = self.exchange is not None

    def _data_answered(self, asked: Asked | None, *, granted: bool) -> None:
        if not granted:
            if self._data is _Data.ASKED:
                self._data = _Data.REFUSED
        elif not (self.in_block(CLIENT) or (asked and asked.begun)):
            self._data = _Data.NONE
            self._body = Body()
            self.take_dots(CLIENT)

    def _move(self, name: str, *, good: bool) -> None:
        if name in (_MESSAGE, "BDAT") and not good:
            self.state = commands.READY
        elif good:
            self.state = _NEXT.get(name, self.state)
        if name == "RCPT" and good:
            self._recipients += 1
        elif name in ("MAIL", "RSET", "EHLO", "HELO", "LHLO"):
            self._recipients = 0
            self._lmtp = name == "LHLO" or (self._lmtp and name in ("MAIL", "RSET"))


_ONLY = {"235": "AUTH", "334": "AUTH", "354": "DATA"}
"""Codes that answer one verb and no other (RFC 5321 4.2.3, RFC 4954 6)."""

_NEXT = {
    "EHLO": commands.READY,
    "HELO": commands.READY,
    "LHLO": commands.READY,
    "RSET": commands.READY,
    "MAIL": commands.MAIL,
    "RCPT": commands.RECIPIENTS,
    "DATA": commands.DATA,
    "BDAT": commands.DATA,
    _MESSAGE: commands.READY,
    "STARTTLS": commands.GREETING,
    "QUIT": commands.QUIT,
}
