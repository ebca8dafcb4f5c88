"""The client's direction: commands, literals and what follows them, SASL lines, DONE.

A command is one event up to its first *synchronising* literal ``{n}``; there the client waits for
``+`` (RFC 9051 4.3), and what it sends then is a ``response`` event named ``literal``. A literal
``{n+}`` is sent at once and stays in the event (RFC 7888).
"""

from __future__ import annotations

from tutor.base import CLIENT, Role
from tutor.protocols.events import Anomaly, Detail, Kind, Named
from tutor.protocols.imap import heads, lexer
from tutor.protocols.imap.arguments import Argument, Form
from tutor.protocols.imap.commands import (
    AUTHENTICATED,
    COMMANDS,
    NOT_AUTHENTICATED,
    SELECTED,
    UNKNOWN,
)
from tutor.protocols.imap.dialogue import Dialogue, Open, Tls, Wait
from tutor.protocols.imap.lexer import Unit
from tutor.protocols.imap.reading import Reading
from tutor.protocols.imap.side import Side
from tutor.protocols.imap.tiles import Tiles
from tutor.protocols.imap.walker import Walker
from tutor.protocols.observer import Observer

_NO_VERB_BEFORE_LOGIN = (Argument("", Role.UNPARSED, Form.REST),)
"""What stands behind a mistyped verb may be a password, so no role is claimed for it."""


class ClientSide(Side):
    """Makes events of what a client sends.

    Args:
        frame: the observer; it cuts lines and blocks, and takes the events.
        dialogue: what is shared with the server's direction.
    """

    def __init__(self, frame: Observer, dialogue: Dialogue) -> None:
        super().__init__(CLIENT, frame, dialogue)
        self._unit: Unit | None = None
        self._current: Open | None = None  # the command that is being sent
        self._more = False  # a part of it has been emitted
        self._noted: tuple[Anomaly, ...] = ()  # what was odd about its tag
        self._awaited = False  # its literal has not begun, or is empty: it may be refused yet
        self._carry: Role | None = None  # role of a literal whose beginning has been emitted

    # -- what the observer calls -----------------------------------------------------------------

    def line(self, start: int, line: bytes, odd: tuple[Anomaly, ...]) -> None:
        """Take a line."""
        if self._unit is None:
            if self._current is None and not self._begin(start, line, odd):
                return
            self._unit = Unit(start)
        self._awaited = False
        self._unit.line(line)
        self._unit.odd += odd
        marker = lexer.marker(line)
        if marker is None:
            if lexer.bad_marker(line):
                self._unit.odd.append(Anomaly.BAD_LITERAL)
            self._emit()
            self._forget()
            return
        if marker.waits:
            self._emit()
            self._awaited = True
        self._frame.take(CLIENT, marker.size)

    def block(self, start: int, block: bytes) -> None:
        """Take a literal, or the rest of one."""
        self._awaited = self._awaited and not block
        if self._unit is None:
            self._unit = Unit(start)
        self._unit.literal(block)

    def partial(self, start: int, rest: bytes, odd: tuple[Anomaly, ...]) -> None:
        """Take what came of a line or literal before the capture lost sight of it."""
        if self._unit is None:
            if not rest:
                return
            if self._current is None:
                self._fragment(start, rest, odd)
                return
            self._unit = Unit(start)
        unit = self._unit
        if self._frame.in_block(CLIENT):
            self._awaited = False
            if rest:
                unit.literal(rest)
        else:
            unit.line(rest)
        unit.odd += odd
        if unit.data:
            self._emit(cut=True)
        if rest.endswith(b"\n") and not self._frame.in_block(CLIENT):
            self._forget()

    def gap(self) -> None:
        """Bytes are missing. Where not even the literal goes on, the command is lost from sight."""
        sasl = self._dialogue.sasl
        if sasl and sasl.exchange and sasl.asked:
            sasl.asked = False
            sasl.missed = sasl.exchange.lose().attempt
        if self._current and self._carry is None:
            self._current.broken.add(len(self._current.walker.values))
        if not self._frame.in_block(CLIENT):
            self._forget()
            self._dialogue.miss(CLIENT, midway=self._frame.midway)

    def refused(self, opened: Open) -> None:
        """The server completed ``opened``: a literal that has not begun does not come."""
        if self._current is opened and self._awaited and self._frame.cancel_block(CLIENT):
            self._forget()

    # -- lines that begin something --------------------------------------------------------------

    def _forget(self) -> None:
        self._unit = self._current = self._carry = None
        self._more = self._awaited = False

    def _begin(self, start: int, line: bytes, odd: tuple[Anomaly, ...]) -> bool:
        """Tell whether a command begins with this line; emit it where it is something else."""
        verb = heads.verb_of(line)
        sasl = self._dialogue.sasl
        doubt = self._dialogue.doubt
        if self._frame.midway and not (self._dialogue.client_heard or self._dialogue.began):
            doubt.of[CLIENT] = verb not in COMMANDS
        if sasl and (sasl.asked or verb not in COMMANDS):
            self._sasl_line(sasl, start, line, odd)
        elif _is_done(line) and self._idles():
            self._done(start, line, odd)
        elif doubt.of[CLIENT] and not self._certain(line, verb):
            self.unparsed(start, line, (*odd, Anomaly.UNPARSED_LINE))
        elif verb is None:
            word = line.split(maxsplit=1)[:1]
            self._dialogue.no_tags |= {first.decode("latin-1") for first in word}
            self.unparsed(start, line, (*odd, Anomaly.UNPARSED_LINE))
        else:
            self._open(line, verb)
            return True
        return False

    def _idles(self) -> bool:
        """Whether DONE may end an IDLE here, seen or not."""
        dialogue = self._dialogue
        return bool(dialogue.idle or dialogue.doubt.of[CLIENT] or not dialogue.began)

    def _certain(self, line: bytes, verb: str | None, *, first: bool = False) -> bool:
        """Whether a line that may be of a literal is a command all the same."""
        head = heads.COMMAND.match(line)
        if head is None or verb not in COMMANDS:
            return False
        login = verb in ("LOGIN", "AUTHENTICATE")
        if login and self._dialogue.state in (AUTHENTICATED, SELECTED):
            return False  # it has no place there
        return self._dialogue.doubt.command(head["tag"].decode("ascii"), login=login, first=first)

    def _open(self, line: bytes, verb: str) -> None:
        head = heads.COMMAND.match(line)
        command = COMMANDS.get(verb, UNKNOWN)
        shapes = command.arguments
        if command is UNKNOWN and self._dialogue.state in ("", NOT_AUTHENTICATED):
            shapes = _NO_VERB_BEFORE_LOGIN
        tag = head["tag"].decode("ascii") if head else ""
        self._current = Open(tag, verb, command, Walker(shapes))
        self._noted = self._dialogue.send(self._current)

    def _fragment(self, start: int, rest: bytes, odd: tuple[Anomaly, ...]) -> None:
        """The piece of a line, before or behind a gap, or at the end of the capture."""
        sasl = self._dialogue.sasl
        verb = heads.verb_of(rest)
        known = verb in COMMANDS
        behind = Anomaly.GAP_IN_LINE in odd and rest.endswith(b"\n")
        doubt = self._dialogue.doubt
        if doubt.of[CLIENT] and behind and self._certain(rest, verb, first=True):
            doubt.of[CLIENT] = False
        if behind and _is_done(rest) and self._idles():
            self._done(start, rest, odd)
        elif behind and known and not (doubt.of[CLIENT] or (sasl and sasl.asked)):
            self.line(start, rest, odd)  # the gap was between lines
        elif sasl and (sasl.asked or verb is None) and not behind:
            self._sasl_line(sasl, start, rest, odd, cut=True)
        elif verb and (known or rest[-1:] == b" ") and not (behind or doubt.of[CLIENT]):
            self._open(rest, verb)
            self._unit = Unit(start)
            self._unit.line(rest)
            self._unit.odd += odd
            self._emit(cut=True)
            self._forget()
        else:
            self.unparsed(start, rest, odd)

    # -- making events -----------------------------------------------------------------------------

    def _emit(self, *, cut: bool = False) -> None:
        """Emit the unit as the command, or as what belongs to one. ``cut``: its end is missing."""
        unit, opened = self._unit, self._current
        if unit is None or opened is None:
            return
        self._unit = None
        more, self._more = self._more, True
        tiles = Tiles(unit.start)
        at = 0 if more else heads.tile_command(tiles, unit)
        reading = Reading(opened, self._carry, self._frame.attempts, cut=cut)
        reading.walk(tiles, unit, at)
        self._carry = reading.carry if cut and self._frame.in_block(CLIENT) else None
        odd = [*(() if more else self._noted), *unit.odd, *reading.anomalies]
        if opened.command is UNKNOWN:
            odd.append(Anomaly.UNKNOWN_COMMAND)
        parts = tiles.done(unit.end)
        ended = cut or lexer.marker(bytes(unit.data[-40:])) is None
        details = reading.details(ended=ended)
        if more:
            self.emit(Kind.RESPONSE, parts, "literal", odd, details, about=opened.verb)
        else:
            self.emit(Kind.COMMAND, parts, opened.verb, odd, details, tag=opened.tag)
            self._sent(opened)
        if not ended:
            self._dialogue.wait(Wait.LITERAL, opened)

    def _sent(self, opened: Open) -> None:
        if opened.verb == "STARTTLS":
            self._dialogue.tls = Tls.ASKED
        elif opened.exchange:
            self._dialogue.sasl = opened
            self._dialogue.wait(Wait.SASL, opened)

    def _sasl_line(
        self, sasl: Open, start: int, line: bytes, odd: tuple[Anomaly, ...], *, cut: bool = False
    ) -> None:
        if sasl.exchange is None:
            return
        answer = line.rstrip(b"\r\n")
        step = sasl.exchange.lose() if cut else sasl.exchange.respond(answer)
        sasl.asked = False
        details: list[Detail] = [step.attempt] if step.attempt else [*step.facts]
        if step.attempt:
            sasl.attempt = self._frame.attempts
        elif step.named is not None and sasl.attempt is not None:
            details = [Named(sasl.attempt, step.named)]
        tiles = Tiles(start)
        tiles.add(step.role, start + len(answer))
        tiles.add(Role.CRLF, start + len(line))
        self.emit(
            Kind.RESPONSE,
            tiles.done(start + len(line)),
            "sasl-cancel" if step.cancelled else "sasl",
            [*odd, *step.anomalies],
            details,
            about=sasl.verb,
        )

    def _done(self, start: int, line: bytes, odd: tuple[Anomaly, ...]) -> None:
        self._dialogue.idle = None
        tiles = Tiles(start)
        at = start + len(line) - len(line.lstrip(b" \t"))
        tiles.add(Role.SPACE, at)
        tiles.add(Role.VERB, at + len(b"DONE"))
        tiles.add(Role.SPACE, start + len(line.rstrip(b"\r\n")))
        tiles.add(Role.CRLF, start + len(line))
        self.emit(Kind.RESPONSE, tiles.done(start + len(line)), "DONE", odd, (), about="IDLE")


def _is_done(line: bytes) -> bool:
    return line.strip().upper() == b"DONE"
