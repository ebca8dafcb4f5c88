"""A mailbox as one IMAP session sees it: what it was told of, and what it is still to be told.

Numbers mean what the client was told, not what the mailbox holds now: another session may have
taken a message away meanwhile (RFC 9051 7.5.1). Nothing here sends; it gives what is to be sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.lab import imap_fetch
from tutor.lab.imap_search import Found, search
from tutor.lab.imap_words import Bad, Value, numbers, text
from tutor.lab.store import Mailbox, Message

FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"
_FLAG = re.compile(r"\\?[A-Za-z0-9$_.-]{1,64}")
_MOST_FLAGS = 64


class View:
    """One session's view.

    Args:
        box: the mailbox.
        read_only: opened by EXAMINE.
    """

    def __init__(self, box: Mailbox, *, read_only: bool) -> None:
        self.box = box
        self.read_only = read_only
        self._known: list[Message] = []
        self._told: dict[int, str] = {}  # UID -> flags that the client knows of
        self._recent: set[int] = set()  # UIDs of which this session was the first to hear
        self._take(box.messages)

    def _take(self, messages: list[Message]) -> None:
        for message in messages:
            if message.recent:
                self._recent.add(message.uid)
                message.recent = self.read_only  # EXAMINE leaves it for the next session
            self._known.append(message)
            self._told[message.uid] = self.flags(message)

    def flags(self, message: Message) -> str:
        r"""Its flags, with ``\Recent`` where this session was the first to hear of it."""
        recent = ["\\Recent"] if message.uid in self._recent else []
        return " ".join(sorted(message.flags) + recent)

    def opened(self) -> list[str]:
        """What SELECT tells (RFC 9051 6.3.2)."""
        rows = self._rows()
        unseen = next((row.number for row in rows if "\\Seen" not in row.message.flags), 0)
        kept = "" if self.read_only else f"{FLAGS} \\*"
        return [
            f"FLAGS ({FLAGS})",
            f"OK [PERMANENTFLAGS ({kept})] these last",
            f"{len(rows)} EXISTS",
            f"{len(self._recent)} RECENT",
            *([f"OK [UNSEEN {unseen}] the first unread one"] if unseen else []),
            f"OK [UIDVALIDITY {self.box.uidvalidity}] these numbers stay",
            f"OK [UIDNEXT {self.box.uidnext}] the next one gets this",
        ]

    def news(self) -> list[str]:
        """What has changed since the client was last told (RFC 9051 5.2)."""
        current = self.box.messages
        left = {message.uid for message in current}
        told = []
        for number in range(len(self._known), 0, -1):
            if self._known[number - 1].uid not in left:
                self._told.pop(self._known.pop(number - 1).uid)
                told.append(f"{number} EXPUNGE")
        if len(current) > len(self._known):
            self._take(current[len(self._known) :])
            told += [f"{len(current)} EXISTS", f"{len(self._recent & left)} RECENT"]
        return told + self._flag_news()

    def _flag_news(self) -> list[str]:
        told = []
        for number, message in enumerate(self._known, 1):
            flags = self.flags(message)
            if self._told[message.uid] != flags:
                self._told[message.uid] = flags
                told.append(f"{number} FETCH (UID {message.uid} FLAGS ({flags}))")
        return told

    def _rows(self) -> list[Found]:
        return [
            Found(number, message, message.uid in self._recent)
            for number, message in enumerate(self._known, 1)
        ]

    def _chosen(self, value: Value, *, by_uid: bool) -> list[Found]:
        rows = self._rows()
        keys = [row.message.uid if by_uid else row.number for row in rows]
        wanted = set(numbers(text(value), keys))
        return [row for key, row in zip(keys, rows, strict=True) if key in wanted]

    def fetch(self, values: list[Value], *, by_uid: bool) -> Iterator[bytes]:
        """Untagged lines, with literals: messages and what is wanted of them."""
        items = imap_fetch.wanted(values[1])
        if by_uid and "UID" not in map(str.upper, items):
            items = ["UID", *items]
        for row in self._chosen(values[0], by_uid=by_uid):
            shown = list(items)
            message = row.message
            if imap_fetch.sees(items) and self._mark(message, message.flags | {"\\Seen"}):
                shown.append("FLAGS")
            flags = self.flags(message)
            told = [imap_fetch.item(message, name, flags) for name in dict.fromkeys(shown)]
            yield f"* {row.number} FETCH (".encode() + b" ".join(told) + b")\r\n"
            if "FLAGS" in shown:
                self._told[message.uid] = flags

    def store(self, values: list[Value], *, by_uid: bool) -> list[str]:
        """Change flags; what to tell, nothing for ``.SILENT``."""
        how = text(values[1]).upper()
        if how.lstrip("+-").removesuffix(".SILENT") != "FLAGS":
            raise Bad("FLAGS, +FLAGS or -FLAGS, please")
        given = flag_set(values[2] if isinstance(values[2], list) else values[2:])
        told = []
        for row in self._chosen(values[0], by_uid=by_uid):
            message = row.message
            self._mark(message, _changed(message.flags, how[0], given))
            self._told[message.uid] = self.flags(message)
            uid = f"UID {message.uid} " if by_uid else ""
            told.append(f"{row.number} FETCH ({uid}FLAGS ({self.flags(message)}))")
        return [] if how.endswith(".SILENT") else told

    def _mark(self, message: Message, flags: frozenset[str]) -> bool:
        """Give a message flags; whether that changed anything."""
        if self.read_only or message.flags == flags:
            return False
        if len(flags) > _MOST_FLAGS:
            raise Bad("too many flags")
        message.flags = flags
        self.box.changed()
        return True

    def expunge(self, uids: Value | None = None) -> None:
        """Take messages marked as deleted out of the mailbox; ``uids``: only among these."""
        rows = self._rows() if uids is None else self._chosen(uids, by_uid=True)
        gone = [row.message for row in rows if "\\Deleted" in row.message.flags]
        if gone:
            self.box.remove(gone)

    def copy(self, values: list[Value], *, by_uid: bool) -> str:
        """Copy messages into the same mailbox; COPYUID's argument (RFC 4315 3)."""
        rows = self._chosen(values[0], by_uid=by_uid)
        new = [self.box.deliver(row.message.data, row.message.flags).uid for row in rows]
        old = ",".join(str(row.message.uid) for row in rows)
        return f"{self.box.uidvalidity} {old} {','.join(map(str, new))}" if rows else ""

    def search(self, values: list[Value], *, by_uid: bool) -> list[int]:
        """Numbers or UIDs of what fits."""
        return [row.message.uid if by_uid else row.number for row in search(values, self._rows())]


def flag_set(values: list[Value]) -> frozenset[str]:
    r"""Flags as a client gives them; ``\Recent`` is no client's to give.

    Raises:
        Bad: one of them is no flag: it would be repeated to other clients.
    """
    flags = frozenset(text(value) for value in values)
    if len(flags) > _MOST_FLAGS or not all(_FLAG.fullmatch(flag) for flag in flags):
        raise Bad("those are no flags")
    system = {flag.upper(): flag for flag in FLAGS.split()}
    return frozenset(system.get(flag.upper(), flag) for flag in flags) - {"\\Recent"}


def _changed(flags: frozenset[str], how: str, given: frozenset[str]) -> frozenset[str]:
    match how:
        case "+":
            return flags | given
        case "-":
            return flags - given
    return given
