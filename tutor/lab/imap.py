"""The lab's IMAP server (RFC 9051 and 3501): one INBOX for each account.

It does what clients need to log in, read, mark, search, copy in, delete and wait: IMAP4rev1 with
SASL-IR (RFC 4959), LITERAL+ (7888), IDLE (2177), UIDPLUS (4315), UNSELECT (3691). Other mailboxes
than INBOX cannot be made.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import ClassVar

from tutor.lab.imap_entrance import Command, Entrance, No
from tutor.lab.imap_view import View, flag_set
from tutor.lab.imap_words import Bad, Value, text, word
from tutor.lab.peer import Peer
from tutor.lab.store import Mailbox, Store


class Imap(Entrance):
    """One session; arguments as in ``Entrance``."""

    def __init__(self, peer: Peer, store: Store, *, plaintext_logins: bool = True) -> None:
        super().__init__(peer, store, plaintext_logins=plaintext_logins)
        self._view: View | None = None  # of the mailbox that is selected
        self._told = 0  # the mailbox's revision up to which the client knows it

    async def _news(self) -> None:
        if self._view:
            self._told = self._view.box.revision
            await self._untagged(*self._view.news())

    # authenticated

    async def _list(self, values: list[Value]) -> str:
        await self._listed("LIST", text(values[1]).upper())
        return "that is all"

    async def _lsub(self, values: list[Value]) -> str:
        await self._listed("LSUB", text(values[1]).upper())
        return "that is all"

    async def _listed(self, verb: str, pattern: str) -> None:
        if pattern == "":
            await self._untagged(f'{verb} (\\Noselect) "/" ""')
        elif pattern in ("*", "%", "INBOX", "INBOX*", "INBOX%"):
            await self._untagged(f'{verb} () "/" INBOX')

    async def _subscribe(self, values: list[Value]) -> str:
        self._inbox(values[0])
        return "there is no other"

    async def _only_inbox(self, _values: list[Value]) -> str:
        raise No("[CANNOT] the lab has one mailbox only: INBOX")

    def _inbox(self, value: Value) -> Mailbox:
        assert self._account is not None
        box = self._store.mailbox(self._account.name)
        if text(value).upper() != "INBOX" or box is None:
            raise No("[NONEXISTENT] the lab has one mailbox only: INBOX")
        return box

    async def _status(self, values: list[Value]) -> str:
        box = self._inbox(values[0])
        items = values[1] if isinstance(values[1], list) else [values[1]]
        known = {
            "MESSAGES": len(box.messages),
            "RECENT": sum(message.recent for message in box.messages),
            "UIDNEXT": box.uidnext,
            "UIDVALIDITY": box.uidvalidity,
            "UNSEEN": sum("\\Seen" not in message.flags for message in box.messages),
            "SIZE": sum(len(message.data) for message in box.messages),
        }
        names = [text(item).upper() for item in items]
        if not names or any(name not in known for name in names):
            raise Bad("no such status")
        told = " ".join(f"{name} {known[name]}" for name in dict.fromkeys(names))
        await self._untagged(f"STATUS INBOX ({told})")
        return "that is all"

    async def _select(self, values: list[Value]) -> str:
        return await self._open(values, read_only=False)

    async def _examine(self, values: list[Value]) -> str:
        return await self._open(values, read_only=True)

    async def _open(self, values: list[Value], *, read_only: bool) -> str:
        self._view = None  # RFC 9051 6.3.2: also where the new one cannot be opened
        self._view = View(self._inbox(values[0]), read_only=read_only)
        await self._untagged(*self._view.opened())
        return "[READ-ONLY] opened" if read_only else "[READ-WRITE] opened"

    async def _append(self, values: list[Value]) -> str:
        """APPEND mailbox [flags] [date] message (RFC 9051 6.3.12)."""
        box = self._inbox(values[0])
        options = values[1:-1]
        flags = [value for value in options if isinstance(value, list)]
        dates = [text(value) for value in options if not isinstance(value, list)]
        if not 2 <= len(values) <= 4 or len(flags) > 1 or len(dates) > 1:
            raise Bad("a mailbox, flags, a date, a message")
        arrived = [_moment(day) for day in dates]
        message = box.deliver(word(values[-1]), flag_set(flags[0]) if flags else frozenset())
        message.arrived = arrived[0] if arrived else message.arrived
        return f"[APPENDUID {box.uidvalidity} {message.uid}] kept"

    async def _idle(self, _values: list[Value]) -> str:
        """IDLE (RFC 2177): tell what is new until the client says DONE."""
        await self._peer.say("+ waiting")
        done = asyncio.ensure_future(self._peer.line())
        try:
            while not done.done():
                await self._news()
                news = asyncio.ensure_future(self._change())
                await asyncio.wait({done, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
        finally:
            done.cancel()
        if done.result().strip().upper() != b"DONE":
            raise Bad("DONE was expected")
        return "no more waiting"

    async def _change(self) -> None:
        """Wait until the mailbox is other than what was told last."""
        if self._view is None:
            await asyncio.Event().wait()
        else:
            await self._view.box.wait(self._told)

    # selected

    def _opened(self) -> View:
        if self._view is None:
            raise Bad("select a mailbox first")
        return self._view

    async def _fetch(self, values: list[Value], *, by_uid: bool = False) -> str:
        for line in self._opened().fetch(values, by_uid=by_uid):
            await self._peer.send(line)
        return "that is all"

    async def _store_flags(self, values: list[Value], *, by_uid: bool = False) -> str:
        view = self._writable()
        await self._untagged(*view.store(values, by_uid=by_uid))
        return "done"

    async def _search(self, values: list[Value], *, by_uid: bool = False) -> str:
        found = self._opened().search(values, by_uid=by_uid)
        await self._untagged(" ".join(["SEARCH", *map(str, found)]))
        return "that is all"

    async def _copy(self, values: list[Value], *, by_uid: bool = False) -> str:
        view = self._opened()
        self._inbox(values[1])
        told = view.copy(values, by_uid=by_uid)
        return f"[COPYUID {told}] copied" if told else "nothing to copy"

    async def _expunge(self, values: list[Value], *, by_uid: bool = False) -> str:
        self._writable().expunge(values[0] if by_uid else None)
        return "done"

    def _writable(self) -> View:
        view = self._opened()
        if view.read_only:
            raise No("the mailbox is open for reading only")
        return view

    async def _close(self, _values: list[Value]) -> str:
        view = self._opened()
        if not view.read_only:
            view.expunge()
        self._view = None
        return "closed"

    async def _unselect(self, _values: list[Value]) -> str:
        self._opened()
        self._view = None
        return "closed"

    _COMMANDS: ClassVar[dict[str, Command]] = {
        **Entrance._COMMANDS,
        "CHECK": Entrance._noop,
        "LIST": _list,
        "LSUB": _lsub,
        "SUBSCRIBE": _subscribe,
        "UNSUBSCRIBE": _subscribe,
        "CREATE": _only_inbox,
        "DELETE": _only_inbox,
        "RENAME": _only_inbox,
        "STATUS": _status,
        "SELECT": _select,
        "EXAMINE": _examine,
        "APPEND": _append,
        "IDLE": _idle,
        "FETCH": _fetch,
        "STORE": _store_flags,
        "SEARCH": _search,
        "COPY": _copy,
        "EXPUNGE": _expunge,
        "UID FETCH": partial(_fetch, by_uid=True),
        "UID STORE": partial(_store_flags, by_uid=True),
        "UID SEARCH": partial(_search, by_uid=True),
        "UID COPY": partial(_copy, by_uid=True),
        "UID EXPUNGE": partial(_expunge, by_uid=True),
        "CLOSE": _close,
        "UNSELECT": _unselect,
    }


def _moment(date: str) -> float:
    """Unix seconds of a date-time (RFC 9051 9), such as ``17-Jul-1996 02:44:25 -0700``."""
    return datetime.strptime(date.strip(), "%d-%b-%Y %H:%M:%S %z").timestamp()
