"""The lab's POP3 server (RFC 1939; 2449 CAPA; 2595 STLS; 5034 AUTH)."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

from tutor.lab.peer import Cancelled, Peer
from tutor.lab.sasl import MECHANISMS
from tutor.lab.store import HOST, Account, Mailbox, Message, Store

Command = Callable[["Pop3", list[str]], Awaitable[None]]


class Pop3:
    """One session.

    Args:
        peer: the client.
        store: the accounts and mailboxes.
    """

    def __init__(self, peer: Peer, store: Store) -> None:
        self._peer = peer
        self._store = store
        self._banner = f"<{os.getpid()}.{time.time_ns()}@{HOST}>"
        self._name = ""
        self._box: Mailbox | None = None
        self._messages: list[Message] = []
        self._deleted: set[int] = set()
        self._over = False

    async def run(self) -> None:
        """Serve until QUIT."""
        await self._ok(f"wiretutor lab POP3 server ready {self._banner}")
        while not self._over:
            words = (await self._peer.line()).decode("utf-8", "replace").split(" ")
            verb = words[0].upper()
            command = (self._IN if self._box else self._OUT).get(verb)
            if command is None:
                known = verb in self._IN or verb in self._OUT
                await self._err("not now" if known else "unknown command")
                continue
            try:
                await command(self, words[1:])
            except (ValueError, IndexError):
                await self._err("that argument is not right")

    async def _ok(self, text: str = "") -> None:
        await self._peer.say(f"+OK {text}".rstrip())

    async def _err(self, text: str) -> None:
        await self._peer.say(f"-ERR {text}")

    async def _lines(self, head: str, lines: list[str]) -> None:
        await self._peer.say(f"+OK {head}".rstrip(), *lines, ".")

    # AUTHORIZATION

    async def _capa(self, _words: list[str]) -> None:
        offers = ["USER", "TOP", "UIDL", "RESP-CODES", "PIPELINING"]
        if self._peer.may_start_tls and not self._box:
            offers.append("STLS")
        await self._lines("", [*offers, f"SASL {' '.join(MECHANISMS)}"])

    async def _stls(self, _words: list[str]) -> None:
        if not self._peer.may_start_tls:
            await self._err("TLS is not to be had here")
            return
        self._name = ""
        await self._peer.start_tls("+OK begin TLS now")

    async def _user(self, words: list[str]) -> None:
        self._name = words[0]
        await self._ok("send PASS")

    async def _pass(self, words: list[str]) -> None:
        # RFC 1939 7: blanks are part of the password
        await self._logged_in(self._store.login(self._name, " ".join(words)))

    async def _apop(self, words: list[str]) -> None:
        account = self._store.account(words[0])
        known = account.password if account else ""
        digest = hashlib.md5(f"{self._banner}{known}".encode(), usedforsecurity=False).hexdigest()
        right = hmac.compare_digest(digest.encode(), words[1].lower().encode())
        await self._logged_in(account if right else None)

    async def _auth(self, words: list[str]) -> None:
        if not words or not words[0]:
            await self._lines("", list(MECHANISMS))
            return
        mechanism = words[0].upper()
        if mechanism not in MECHANISMS:
            await self._err("no such mechanism")
            return
        initial = words[1].encode() if len(words) > 1 else None
        try:
            account = await self._peer.sasl(self._store, mechanism, initial, self._challenge)
        except Cancelled:
            await self._err("cancelled")
            return
        await self._logged_in(account)

    async def _challenge(self, encoded: bytes) -> None:
        await self._peer.send(b"+ " + encoded + b"\r\n")

    async def _logged_in(self, account: Account | None) -> None:
        box = self._store.mailbox(account.name) if account else None
        if box is None:
            await self._err("[AUTH] name or password is wrong")
            return
        self._box, self._messages = box, list(box.messages)
        await self._ok("logged in")

    # TRANSACTION

    def _left(self) -> list[tuple[int, Message]]:
        numbered = enumerate(self._messages, 1)
        return [(n, message) for n, message in numbered if n not in self._deleted]

    def _message(self, word: str) -> tuple[int, Message]:
        number = int(word)
        if number in self._deleted or not 0 < number <= len(self._messages):
            raise ValueError(word)
        return number, self._messages[number - 1]

    async def _stat(self, _words: list[str]) -> None:
        left = self._left()
        await self._ok(f"{len(left)} {sum(len(message.data) for _, message in left)}")

    async def _list(self, words: list[str]) -> None:
        await self._tell(words, lambda message: str(len(message.data)))

    async def _uidl(self, words: list[str]) -> None:
        await self._tell(words, lambda message: f"{message.uid:08x}")

    async def _tell(self, words: list[str], what: Callable[[Message], str]) -> None:
        if words and words[0]:
            number, message = self._message(words[0])
            await self._ok(f"{number} {what(message)}")
            return
        await self._lines("", [f"{number} {what(message)}" for number, message in self._left()])

    async def _retr(self, words: list[str]) -> None:
        _, message = self._message(words[0])
        await self._ok(f"{len(message.data)} octets")
        await self._peer.send(stuffed(message.data))

    async def _top(self, words: list[str]) -> None:
        _, message = self._message(words[0])
        head, _, body = message.data.partition(b"\r\n\r\n")
        count = int(words[1])
        if count < 0:
            raise ValueError(count)
        lines = body.split(b"\r\n")[:count]
        await self._ok()
        await self._peer.send(stuffed(b"\r\n".join([head, b"", *lines, b""])))

    async def _dele(self, words: list[str]) -> None:
        number, _ = self._message(words[0])
        self._deleted.add(number)
        await self._ok("marked; QUIT deletes it")

    async def _rset(self, _words: list[str]) -> None:
        self._deleted.clear()
        await self._ok()

    async def _noop(self, _words: list[str]) -> None:
        await self._ok()

    async def _quit(self, _words: list[str]) -> None:
        if self._box:  # UPDATE: only now is anything deleted (RFC 1939 6)
            self._box.remove([self._messages[number - 1] for number in self._deleted])
        self._over = True
        await self._ok("bye")

    _OUT: ClassVar[dict[str, Command]] = {
        "CAPA": _capa,
        "STLS": _stls,
        "USER": _user,
        "PASS": _pass,
        "APOP": _apop,
        "AUTH": _auth,
        "QUIT": _quit,
    }
    _IN: ClassVar[dict[str, Command]] = {
        "CAPA": _capa,
        "STAT": _stat,
        "LIST": _list,
        "UIDL": _uidl,
        "RETR": _retr,
        "TOP": _top,
        "DELE": _dele,
        "RSET": _rset,
        "NOOP": _noop,
        "QUIT": _quit,
    }


def stuffed(data: bytes) -> bytes:
    """A multi-line answer: a dot before a dot, and a line with one dot at the end (RFC 1939 3)."""
    whole = data if data.endswith(b"\r\n") else data + b"\r\n"
    dotted = whole.replace(b"\r\n.", b"\r\n..")
    return (b"." if dotted.startswith(b".") else b"") + dotted + b".\r\n"
