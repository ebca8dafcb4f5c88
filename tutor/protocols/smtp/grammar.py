"""What stands in one line of SMTP: the parts of a command (RFC 5321 4.1) and of a reply (4.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.base import Part, Role
from tutor.protocols.cutter import Cutter
from tutor.protocols.events import Anomaly
from tutor.protocols.smtp.commands import COMMANDS, Command
from tutor.protocols.verbs import typed_over, verb_of

# A quoted local part may hold blanks and angle brackets (RFC 5321 4.1.2).
_PATH = re.compile(rb"<((?:\"(?:[^\"\\]|\\.)*\"|[^\">])*)>")
_CODE = re.compile(rb"(\d{3})(?:([ \-])|(?=[\r\n]|\Z)|(?=[^\d]))")
_OFFER = re.compile(
    rb"250[ \-](?:PIPELINING|SIZE|8BITMIME|STARTTLS|ENHANCEDSTATUSCODES|AUTH[ =]|DSN|CHUNKING|"
    rb"SMTPUTF8|VRFY|ETRN|HELP)\b",
    re.IGNORECASE,
)
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?=[ \t\r\n]|\Z)")
_HOST = re.compile(
    rb"(?:\[[0-9A-Za-z.:]+\]|[A-Za-z0-9](?:[\w\-]*\.)+[\w\-]+\.?|localhost)(?=[ \t\r\n]|\Z)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A command line that was read.

    ``path`` is the address of MAIL or RCPT without brackets, None where there is none;
    ``arguments`` are the words behind verb and path.
    """

    verb: str
    parts: tuple[Part, ...]
    anomalies: tuple[Anomaly, ...] = ()
    path: bytes | None = None
    arguments: tuple[bytes, ...] = ()


def read_command(start: int, line: bytes, *, utf8: bool = False) -> Line:
    """Cut a command line into parts; for all verbs but AUTH, which the observer reads.

    ``utf8``: whether the client has announced addresses in UTF-8 (RFC 6531 3.4).
    """
    verb = verb_of(line)
    command = COMMANDS.get(verb)
    cutter = Cutter(start, line)
    cutter.word(Role.VERB)
    anomalies = _odd(line, command, utf8)
    path = _path(cutter, command) if command and command.path else None
    roles = command.arguments if command else (Role.ARGUMENT,)
    words = cutter.words(roles)
    return Line(verb, cutter.close(), anomalies, path, words)


def _odd(line: bytes, command: Command | None, utf8: bool) -> tuple[Anomaly, ...]:
    names = [*typed_over(line)]
    if command is None:
        names.append(Anomaly.UNKNOWN_COMMAND)
    if len(line) > (command.limit if command else 512):
        names.append(Anomaly.LINE_TOO_LONG)
    if not (line.isascii() or utf8):
        names.append(Anomaly.EIGHT_BIT_IN_COMMAND)
    return tuple(names)


def _path(cutter: Cutter, command: Command) -> bytes | None:
    """Read ``FROM:<address>``, with blanks or without brackets too, as people and programs send."""
    word = command.path[:-1].encode("ascii")
    intro = re.compile(word + rb"[ \t]*:", re.IGNORECASE).match(cutter.left)
    if intro is None:
        return None
    cutter.take(Role.ARGUMENT, intro.end())
    cutter.blanks()
    role = Role.RECIPIENT if command.verb == "RCPT" else Role.SENDER
    match = _PATH.match(cutter.left)
    if match is None:
        return cutter.word(role)
    address = match[1]
    if address:
        cutter.take(Role.ARGUMENT, 1)
        cutter.take(role, len(address))
        cutter.take(Role.ARGUMENT, 1)
    else:  # the null reverse-path of a bounce (RFC 5321 4.5.5)
        cutter.take(role, 2)
    cutter.blanks()
    return address


def code_of(line: bytes) -> str:
    """The three digits that begin a reply line, "" where there are none."""
    match = _CODE.match(line)
    return match[1].decode("ascii") if match else ""


def is_offer(line: bytes) -> bool:
    """Whether the line offers an extension by a well-known name, as in EHLO's reply."""
    return _OFFER.match(line) is not None


def goes_on(line: bytes) -> bool:
    """Whether more lines of this reply follow: a hyphen behind the code (RFC 5321 4.2.1)."""
    match = _CODE.match(line)
    return match is not None and match[2] == b"-"


def read_reply(start: int, lines: list[bytes], about: str, greeting: bool) -> tuple[Part, ...]:
    """Cut the lines of one reply into parts.

    Args:
        start: stream offset of the first line.
        lines: the lines, each with its end.
        about: the verb that the reply answers.
        greeting: whether it is the server's greeting.
    """
    parts: list[Part] = []
    offers = about in ("EHLO", "LHLO") and code_of(lines[-1]) == "250"
    for number, line in enumerate(lines):
        cutter = Cutter(start, line)
        code = code_of(line)
        if code:
            cutter.take(Role.CODE, 3)
            cutter.take(Role.SPACE, 1 if cutter.left[:1] in (b" ", b"-") else 0)
        named = number == 0 and (greeting or about in ("EHLO", "LHLO", "HELO"))
        _text(cutter, code, named=named, offers=offers and number > 0)
        parts += cutter.close()
        start += len(line)
    return tuple(parts)


def _text(cutter: Cutter, code: str, *, named: bool, offers: bool) -> None:
    if code == "334":
        cutter.rest(Role.CHALLENGE)
    elif offers and code:
        cutter.rest(Role.CAPABILITY)
    elif status := _ENHANCED.match(cutter.left):
        cutter.take(Role.STATUS, status.end())
        cutter.blanks()
    elif named and (host := _HOST.match(cutter.left)):
        cutter.take(Role.HOST, host.end())
        cutter.blanks()


def capabilities(lines: list[bytes]) -> tuple[str, ...]:
    """The extensions that an EHLO reply lists: all lines but the first, in upper case."""
    return tuple(
        line[4:].strip().decode("latin-1").upper()
        for line in lines[1:]
        if code_of(line) and line[4:].strip()
    )


def odd_code(lines: list[bytes]) -> tuple[Anomaly, ...]:
    """RFC 5321 4.2: the code is 2-5, 0-5, 0-9, and the same on all lines of a reply."""
    codes = {code_of(line) for line in lines}
    code = next(iter(codes))
    if len(codes) > 1 or code[:1] not in ("2", "3", "4", "5") or code[1:2] > "5":
        return (Anomaly.BAD_REPLY_CODE,)
    return ()
