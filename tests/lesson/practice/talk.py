"""A tiny reader of mail conversations, from bytes alone: what the questions are checked against.

It knows nothing of ``tutor.protocols``. It reads a client's and a server's bytes of one layer, one
after the other, as the RFCs say, and pairs each reply with what it answers. It ends where it does
not understand: a question about a reply behind that place finds no pair here, and fails.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from tutor.base import CLIENT, SERVER
from tutor.session import Session

MULTI = {"CAPA", "RETR", "TOP", "LIST", "UIDL", "AUTH", "LANG"}


class Lost(Exception):  # noqa: N818 - it ends the reading
    """What comes is nothing that the RFCs have here."""


def must(so: bool) -> None:
    if not so:
        raise Lost


@dataclass
class Pair:
    """A reply, and the command that it answers: stream offsets; -1 for the greeting."""

    reply: int
    command: int
    verb: str
    line: bytes


@dataclass
class Reader:
    """The lines of one stream."""

    data: bytes
    at: int = 0

    def line(self) -> tuple[int, bytes] | None:
        start = self.at
        end = self.data.find(b"\n", start)
        if end < 0 or self.data[start : start + 1] in (b"\x16", b"\x80"):
            return None
        self.at = end + 1
        return start, self.data[start:end].rstrip(b"\r")

    def skip_dots(self) -> None:
        end = re.compile(rb"(?m)^\.\r?\n").search(self.data, self.at)
        must(end is not None)
        assert end is not None
        self.at = end.end()


@dataclass
class Talk:
    """What was said in one layer.

    Attributes:
        pairs: each reply with its command, in order of the replies.
        commands: offset, verb and line of each command.
        responses: client lines that are no commands (SASL), by offset.
    """

    client: bytes
    server: bytes
    pairs: list[Pair] = field(default_factory=list)
    commands: list[tuple[int, str, bytes]] = field(default_factory=list)
    responses: list[int] = field(default_factory=list)

    def answer(self, reply: int) -> Pair:
        return next(pair for pair in self.pairs if pair.reply == reply)


def streams(session: Session, layer: int) -> tuple[bytes, bytes]:
    held = session.layers[layer]
    client, server = (held.data(side, 0, held.length(side)) for side in (CLIENT, SERVER))
    return client, server


def talk(session: Session, layer: int, *, greets: bool) -> Talk:
    """The conversation of a layer; ``greets``: the server speaks first in it."""
    client, server = streams(session, layer)
    read = {"imap": _imap, "pop3": _pop3, "smtp": _smtp}[session.protocol]
    said = Talk(client, server)
    with suppress(Lost):
        read(said, greets)
    return said


# IMAP: a tag says what a line answers (RFC 9051 2.2)


def _with_literals(reader: Reader, *, server: bool = False) -> tuple[int, bytes] | None:
    """A line and the literals in it (RFC 9051 4.3), as one; status text has none."""
    first = reader.line()
    if first is None:
        return None
    start, line = first
    if server and not re.match(rb"\* (?!OK|NO|BAD|BYE|PREAUTH)", line):
        return first
    while match := re.search(rb"\{(\d+)\+?\}$", line):
        reader.at += int(match[1])
        more = reader.line()
        if more is None:
            break
        line = more[1]
    return start, reader.data[start : reader.at].rstrip(b"\r\n")


def _imap(said: Talk, greets: bool) -> None:
    client, server = Reader(said.client), Reader(said.server)
    tags: dict[bytes, tuple[int, str]] = {}
    while (read := _with_literals(client)) is not None:
        start, line = read
        match = re.match(rb"([!-~]+) ((?:UID )?\S+)", line, re.IGNORECASE)
        if match is None:
            said.responses.append(start)
            continue
        must(match[1] not in tags)
        tags[match[1]] = (start, match[2].decode().upper())
        said.commands.append((start, match[2].decode().upper(), line))
    while (read := _with_literals(server, server=True)) is not None:
        start, line = read
        tag = line.split(b" ", 1)[0]
        if tag == b"*" and greets:
            said.pairs.append(Pair(start, -1, "greeting", line))
        elif tag == b"+":
            said.pairs.append(Pair(start, -1, "continuation", line))
        elif tag != b"*":
            must(tag in tags)
            said.pairs.append(Pair(start, *tags[tag], line))
        greets = False


# POP3: each reply answers the next command (RFC 1939 3)


def _pop3(said: Talk, greets: bool) -> None:
    client, server = Reader(said.client), Reader(said.server)
    if greets and (first := server.line()):
        said.pairs.append(Pair(first[0], -1, "greeting", first[1]))
    while (asked := client.line()) is not None:
        words = asked[1].split()
        verb = words[0].decode("latin-1").upper() if words else ""
        said.commands.append((asked[0], verb, asked[1]))
        while (reply := server.line()) is not None and not reply[1].startswith((b"+OK", b"-ERR")):
            must(bool(re.match(rb"\+( |$)", reply[1])))
            answer = client.line()
            if answer is None:
                return
            said.responses.append(answer[0])
        if reply is None:
            return
        said.pairs.append(Pair(reply[0], asked[0], verb, reply[1]))
        bare = verb in ("LIST", "UIDL", "AUTH", "LANG") and len(words) > 1
        if verb in MULTI and not bare and reply[1].startswith(b"+OK"):
            server.skip_dots()


# SMTP: likewise, and a message is answered too (RFC 5321 4.1.1.4)


def _reply(server: Reader) -> tuple[int, bytes] | None:
    first = server.line()
    if first is None:
        return None
    line = first[1]
    while line[3:4] == b"-":
        more = server.line()
        if more is None:
            return None
        line = more[1]
    must(bool(re.match(rb"[2-5]\d\d( |$)", line)))
    return first


def _smtp(said: Talk, greets: bool) -> None:
    client, server = Reader(said.client), Reader(said.server)
    if greets and (first := _reply(server)):
        said.pairs.append(Pair(first[0], -1, "greeting", first[1]))
    lmtp, recipients = False, 0
    while (asked := client.line()) is not None:
        start, line = asked
        words = line.split()
        verb = words[0].decode("latin-1").upper().split(":")[0] if words else ""
        said.commands.append((start, verb, line))
        lmtp = lmtp or verb == "LHLO"
        if verb == "BDAT":
            client.at += int(words[1])
        reply = _reply(server)
        if reply is None:
            return
        said.pairs.append(Pair(reply[0], start, verb, reply[1]))
        code = reply[1][:3]
        while code == b"334" and (answer := client.line()) is not None:
            said.responses.append(answer[0])
            reply = _reply(server)
            if reply is None:
                return
            code = reply[1][:3]
            said.pairs.append(Pair(reply[0], answer[0], "AUTH", reply[1]))
        if verb == "MAIL":
            recipients = 0
        recipients += verb == "RCPT" and code[:1] == b"2"
        if verb == "DATA" and code == b"354":
            at = client.at
            client.skip_dots()
            for _each in range(recipients if lmtp else 1):
                reply = _reply(server)
                if reply is None:
                    return
                said.pairs.append(Pair(reply[0], at, "message", reply[1]))
