"""Watch SMTP and LMTP: commands, replies, messages, logins, the STARTTLS seam.

The machine (RFC 5321 4.1.4) moves on the server's replies, not on what the client asks:

    greeting --EHLO 250--> ready --MAIL 250--> mail --RCPT 250--> recipients
    recipients --DATA 354, BDAT--> data --reply to the message--> ready
    RSET --> ready        STARTTLS 220 --> greeting        QUIT 221 --> quit

Messages are cut out by ``transfer``.
"""

from __future__ import annotations

from typing import ClassVar

from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.dialogue import Asked
from tutor.protocols.events import Anomaly, Detail, Fact, Kind, Offer
from tutor.protocols.smtp import commands, grammar
from tutor.protocols.smtp.transfer import MESSAGE, Transfer
from tutor.protocols.software import product
from tutor.protocols.verbs import verb_of

_MOST_HELD = 64 * 1024
"""Bytes of a multi-line reply that are waited for."""


class SmtpObserver(Transfer):
    """The observer of SMTP; LMTP is the same with LHLO and a reply for each recipient."""

    protocol: ClassVar[str] = "smtp"
    tls_verb: ClassVar[str] = "STARTTLS"

    def __init__(
        self, layer: int = 0, start: tuple[int, int] = (0, 0), *, inside_tls: bool = False
    ) -> None:
        super().__init__(layer, start, inside_tls=inside_tls)
        self.state = commands.GREETING
        self._recipients = 0
        self._utf8 = False  # this transaction may have addresses in UTF-8 (RFC 6531 3.4)
        self._held: list[bytes] = []
        self._held_at = 0
        self._held_odd: tuple[Anomaly, ...] = ()

    # the client

    def on_client(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """Read a line: of a SASL dialogue, of a message, or a command."""
        if self.begins_text(line):
            return
        if self._is_sasl(line):
            self.commanded = True
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

    def _command(self, start: int, line: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        verb = verb_of(line)
        self.end_data()
        odd = (*anomalies, *self.seam(CLIENT))
        if not verb:
            self.put_unknown(start, line, odd)
            return
        self.commanded = True
        if verb in commands.LOGINS:
            self.put_auth(start, line, odd, verb=verb)
            return
        if verb == "MAIL":
            self._utf8 = b"SMTPUTF8" in line.upper()
        read = grammar.read_command(start, line, utf8=self._utf8)
        asked = Asked(verb)
        self.ask(asked)
        details = self._deed(read, asked)
        self.put(Kind.COMMAND, CLIENT, read.parts, verb, "", (*odd, *read.anomalies), details)

    def _deed(self, read: grammar.Line, asked: Asked) -> tuple[Detail, ...]:
        """What the command sets going, and what it tells."""
        if read.verb == "STARTTLS":
            return (self.ask_tls(),)
        if read.verb in ("MAIL", "RSET"):
            self.begin_transaction()
        elif read.verb == "DATA":
            self.begin_data()
        elif read.verb == "BDAT":
            return self.begin_chunk(read.arguments, asked)
        elif read.verb == "XEXCH50":
            self.begin_properties(read.arguments, asked)
        if read.verb in ("MAIL", "RCPT") and read.path:
            kind = "sender" if read.verb == "MAIL" else "recipient"
            return (Fact(kind, read.path.decode("utf-8", "replace")),)
        return ()

    def on_partial(
        self, direction: Direction, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """Give what is unfinished, in the shape that can still be told."""
        if direction is SERVER:
            self._partial_reply(start, rest, anomalies)
        elif self.in_block(CLIENT):
            self.partial_block(start, rest, anomalies)
        elif rest and self.exchange is not None and not commands.command_shaped(rest):
            self.put_lost_sasl(start, rest, anomalies)
        elif commands.command_shaped(rest) and rest.endswith(b"\n"):
            self.on_client(start, rest, anomalies)  # what the gap before it held was other lines
        elif rest and verb_of(rest) in commands.COMMANDS:
            self._command_cut(start, rest, anomalies)
        else:
            self.put_unparsed(CLIENT, start, rest, anomalies)

    def _command_cut(self, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """A command whose end is missing: named, but nothing is concluded from it."""
        verb = verb_of(rest)
        odd = (*anomalies, *self.seam(CLIENT))
        if verb in commands.LOGINS:
            self.put_auth(start, rest, odd, cut=True, verb=verb)
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
        self.recover()
        odd = (*odd, *grammar.odd_code(lines), *self.seam(SERVER))
        if self._greets(code):
            early = (Anomaly.COMMAND_BEFORE_GREETING,) if self.pending else ()
            self._greeted(lines, code, (*odd, *early))
            return
        self.greeted = True
        asked = self._match(code, whole=whole)
        if asked is None and not self.spoken[CLIENT] and any(map(grammar.is_offer, lines[1:])):
            asked = Asked("EHLO")  # the client was not captured, but this answers nothing else
        about = asked.name if asked else ""
        if asked is None and code != "421":
            odd = (*odd, *self.stray())
        if asked and about not in _ONLY.get(code, (about,)):
            odd = (*odd, Anomaly.UNEXPECTED_REPLY)
        details = self._effect(asked, code, lines) if whole else ()
        parts = grammar.read_reply(self._held_at, lines, about, greeting=False)
        self.put(Kind.REPLY, SERVER, parts, code, about, odd, details)

    def _greets(self, code: str) -> bool:
        """Whether this reply is the greeting (RFC 5321 3.1): the server's first words."""
        if self.greeted:
            return False
        if not self.pending:
            return code == "220" or (code[0] in "45" and not self.commanded)
        return code == "220" and self.pending[0].name != "STARTTLS"

    def _greeted(self, lines: list[bytes], code: str, anomalies: tuple[Anomaly, ...]) -> None:
        self.greeted = True
        parts = grammar.read_reply(self._held_at, lines, "", greeting=True)
        software = product(b"".join(lines))
        details = (Fact("software", software),) if software else ()
        self.put(Kind.GREETING, SERVER, parts, code, "", anomalies, details)

    def _match(self, code: str, *, whole: bool) -> Asked | None:
        """Find what the reply answers; 334 and 354 can answer one verb only."""
        only = _ONLY.get(code, ())
        if any(asked.name in only for asked in self.pending):
            while self.pending[0].name not in only:
                self.pending.popleft()
        if code == "353" and self.pending and self.pending[0].name == MESSAGE:
            self.pending[0].replies = self._recipients + 2  # with this one and the last
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
        good = code[0] == "2"
        if code == "334":
            self._challenge(lines[-1])
            return ()
        if asked is None:
            if code == "354" and (self.unsure or not self.commanded):
                self.answer_data(None, granted=True)  # DATA was not captured
            return ()
        if asked.name == "DATA":
            good = code[0] == "3"
            self.answer_data(asked, granted=good)
        if asked.name == "XEXCH50" and code[0] == "3":
            self.take_properties(asked)
        self._move(MESSAGE if asked.last else asked.name, good=good)
        if asked.name == "STARTTLS":
            return (self.answer_tls(good),)
        if asked.name in ("EHLO", "LHLO") and code == "250":
            software = product(b"".join(lines[:1]))
            facts = (Fact("software", software),) if software else ()
            return (Offer(grammar.capabilities(lines)), *facts)
        return self.verdict(asked, good)

    def _challenge(self, line: bytes) -> None:
        challenge = line[4:].strip()
        if self.exchange is None:
            self.resume_login(challenge)
        else:
            self.exchange.challenge(challenge)
        self.challenged = self.exchange is not None

    def _move(self, name: str, *, good: bool) -> None:
        if name in (MESSAGE, "BDAT") and not good:
            self.state = commands.READY
        elif good:
            self.state = _NEXT.get(name, self.state)
        if name == "RCPT" and good:
            self._recipients += 1
        elif name in ("MAIL", "RSET", "EHLO", "HELO", "LHLO"):
            self._recipients = 0
            self.lmtp = name == "LHLO" or (self.lmtp and name in ("MAIL", "RSET"))


_ONLY = {"235": ("AUTH",), "334": ("AUTH",), "354": ("DATA", "XEXCH50")}
"""Codes that answer these verbs and no other (RFC 5321 4.2.3, RFC 4954 6)."""

_NEXT = {
    "EHLO": commands.READY,
    "HELO": commands.READY,
    "LHLO": commands.READY,
    "RSET": commands.READY,
    "MAIL": commands.MAIL,
    "RCPT": commands.RECIPIENTS,
    "DATA": commands.DATA,
    "BDAT": commands.DATA,
    MESSAGE: commands.READY,
    "STARTTLS": commands.GREETING,
    "QUIT": commands.QUIT,
}
