"""A message on its way: DATA's dot block (RFC 5321 4.1.1.4) and BDAT's chunks (RFC 3030).

A dot block begins when the server says 354. Where that answer was not captured, or the client
did not wait, the client's next line decides: a line that is beyond doubt a command means that
there is no message. The same holds after a refusal, since some clients send the message all
the same; its lines must not be read as commands.
"""

from __future__ import annotations

import re
from enum import Enum

from tutor.base import CLIENT, SERVER, Direction, Part, Role
from tutor.protocols.body import Body, bare_lf
from tutor.protocols.dialogue import Asked, Dialogue
from tutor.protocols.events import Anomaly, Detail, Kind
from tutor.protocols.message import is_field
from tutor.protocols.smtp import commands
from tutor.protocols.verbs import verb_of

MESSAGE = "message"
"""What a reply to the end of a message is about."""

_TEXT = re.compile(rb"[ \t]*[!-~\x80-\xff][ -~\t\x80-\xff]*+\r?\n")
"""A line with something on it and without control characters."""


class _Data(Enum):
    """Where DATA stands: the client's next line may be text, not a command."""

    NONE = 0
    ASKED = 1
    REFUSED = 2


class Transfer(Dialogue):
    """The part of the SMTP observer that cuts messages out of the client's stream."""

    def __init__(
        self, layer: int = 0, start: tuple[int, int] = (0, 0), *, inside_tls: bool = False
    ) -> None:
        super().__init__(layer, start, inside_tls=inside_tls)
        self.commanded = False  # the client has sent something that was recognised
        self.lmtp = False
        self._data = _Data.NONE
        self._body = Body()
        self._chunk_last: bool | None = None  # a BDAT chunk is under way: is it the last?
        self._properties = False  # XEXCH50's block is under way
        self._end_lost = False  # a gap in the dot block may have swallowed its end
        self._lost_place = False  # a gap may have swallowed the beginning of a message

    # where a message begins

    def begin_transaction(self) -> None:
        """A new message is to come: what was sent of another does not belong to it."""
        self._body = Body()

    def begin_data(self) -> None:
        """The client sent DATA."""
        self._data = _Data.ASKED
        self.begin_transaction()

    def end_data(self) -> None:
        """The client sent another command: no text is to be expected."""
        self._data = _Data.NONE

    def answer_data(self, asked: Asked | None, *, granted: bool) -> None:
        """The server answered DATA; ``asked`` is None where DATA was not captured."""
        if not granted:
            if self._data is _Data.ASKED:
                self._data = _Data.REFUSED
        elif not (self.in_block(CLIENT) or (asked and asked.begun)):
            self._data = _Data.NONE
            self._body = Body()
            self.take_dots(CLIENT)

    def begins_text(self, line: bytes) -> bool:
        """Take the line back as the first of a message that no 354 announced, if it is that."""
        if not self._is_text(line):
            return False
        for asked in self.pending:
            asked.begun = asked.begun or asked.name == "DATA"
        self._data = _Data.NONE
        self._body = Body()
        self.put_back(CLIENT, line)
        self.take_dots(CLIENT)
        return True

    def _is_text(self, line: bytes) -> bool:
        if commands.command_shaped(line):
            self._lost_place = False
            return False
        if self._data is _Data.REFUSED:
            return is_field(line) or line.strip() == b"."
        if self._data is _Data.ASKED:
            return True
        if self.exchange is not None or not _TEXT.match(line):
            return False
        began_inside = self.midway and not (self.commanded or self.spoken[SERVER])
        return began_inside or (self._lost_place and verb_of(line) not in commands.COMMANDS)

    def begin_chunk(self, arguments: tuple[bytes, ...], asked: Asked) -> tuple[Detail, ...]:
        """RFC 3030 2: ``BDAT size [LAST]``, and so many bytes at once, without waiting.

        Gives what the message tells where the last chunk is empty.
        """
        if not arguments or not arguments[0].isdigit() or len(arguments[0]) > 18:
            return ()
        size = int(arguments[0])
        asked.last = len(arguments) > 1 and arguments[1].upper() == b"LAST"
        if asked.last and self.lmtp:
            asked.replies = None
        if size:
            self._chunk_last = asked.last
            self.take(CLIENT, size)
            return ()
        return self._facts(final=asked.last)

    # what Exchange sends about a message, before it

    def begin_properties(self, arguments: tuple[bytes, ...], asked: Asked) -> None:
        """``XEXCH50 size count``: so many bytes, once the server says 354."""
        if arguments and arguments[0].isdigit() and len(arguments[0]) < 10:
            asked.size = int(arguments[0])
        if asked.size and not self.spoken[SERVER]:
            asked.begun = True  # the server's side was not captured
            self._take_properties(asked.size)

    def take_properties(self, asked: Asked) -> None:
        """The server agreed to take them; then it answers once more."""
        if not asked.begun and not self.in_block(CLIENT):
            self._take_properties(asked.size)

    def _take_properties(self, size: int) -> None:
        self._properties = True
        self.take(CLIENT, size)

    def _put_properties(self, start: int, block: bytes, odd: tuple[Anomaly, ...]) -> None:
        if block:
            part = Part(Role.LITERAL, start, start + len(block))
            self.put(Kind.RESPONSE, CLIENT, (part,), "properties", "XEXCH50", odd)

    # what comes

    def on_block(
        self, direction: Direction, start: int, block: bytes, anomalies: tuple[Anomaly, ...]
    ) -> None:
        """A message or a chunk came, whole or what was left of it after a gap."""
        odd = (*anomalies, *self.seam(CLIENT))
        if self._properties:
            self._properties = False
            self.ask(Asked("XEXCH50"))
            self._put_properties(start, block, odd)
            return
        if self._chunk_last is not None:
            last, self._chunk_last = self._chunk_last, None
            parts = self._body.parts(start, block, dots=False, last=last)
            self.put(Kind.MESSAGE, CLIENT, parts, "chunk", "BDAT", odd, self._facts(final=last))
            return
        self._end_lost = False
        self._ask_message()
        parts = self._body.parts(start, block, dots=True)
        odd = (*odd, *bare_lf(block))
        self.put(Kind.MESSAGE, CLIENT, parts, MESSAGE, "DATA", odd, self._facts(final=True))

    def partial_block(self, start: int, rest: bytes, anomalies: tuple[Anomaly, ...]) -> None:
        """A piece of a message came; what follows was not captured, or nothing follows."""
        if not rest:
            return
        if self._properties:
            self._put_properties(start, rest, (*anomalies, *self.seam(CLIENT)))
            return
        parts = self._body.parts(start, rest, dots=False)
        name, about = (MESSAGE, "DATA") if self._chunk_last is None else ("chunk", "BDAT")
        details = self._facts(final=Anomaly.TRUNCATED in anomalies, whole=False)
        odd = (*anomalies, *self.seam(CLIENT))
        self.put(Kind.MESSAGE, CLIENT, parts, name, about, odd, details)

    def on_gap(self, direction: Direction, length: int) -> None:
        """Replies may be matched wrongly, and the end of a message may be lost."""
        super().on_gap(direction, length)
        if direction is CLIENT:
            self._data = _Data.NONE
            self._lost_place = not self.in_block(CLIENT)
            if not self.in_block(CLIENT):
                self._chunk_last = None
                self._properties = False
            counted = self._properties or self._chunk_last is not None
            self._end_lost = self.in_block(CLIENT) and not counted
            self._body.lose()

    def recover(self) -> None:
        """The server replies: where a gap hid the end of a message, it has ended."""
        self._lost_place = False  # within a message it would be silent
        if self._end_lost and self.cancel_block(CLIENT):
            self._end_lost = False
            self._ask_message()

    def _ask_message(self) -> None:
        self.ask(Asked(MESSAGE, replies=None if self.lmtp else 1))

    def _facts(self, *, final: bool, whole: bool = True) -> tuple[Detail, ...]:
        details = self._body.told(final=final, whole=whole)
        if final:
            self._body = Body()
        return details
