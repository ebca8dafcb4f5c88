"""The lab's IMAP server up to the login: how commands are read and answered, TLS, who may enter.

IMAP4rev1 (RFC 3501; 9051 where it says more) with SASL-IR (4959) and LITERAL+ (7888).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from tutor.lab.imap_words import Bad, TooMuch, Value, text, whole_command, word
from tutor.lab.peer import Cancelled, Gone, Peer
from tutor.lab.sasl import MECHANISMS
from tutor.lab.store import Account, Full, Store

Command = Callable[[Any, list[Value]], Awaitable[str]]
"""Takes the arguments, sends untagged data, gives the tagged OK's text; raises ``No``."""


_log = logging.getLogger(__name__)


class No(Exception):  # noqa: N818 - it is IMAP's word
    """The command is understood and refused; the text says why."""


class Entrance:
    """One session.

    Args:
        peer: the client.
        store: the accounts and mailboxes.
        plaintext_logins: whether LOGIN and plain SASL are taken without TLS.
    """

    def __init__(self, peer: Peer, store: Store, *, plaintext_logins: bool = True) -> None:
        self._peer = peer
        self._store = store
        self._plaintext_logins = plaintext_logins
        self._account: Account | None = None
        self._over = False
        self._starting = False  # STARTTLS was granted: TLS comes next

    async def run(self) -> None:
        """Serve until LOGOUT."""
        await self._untagged(f"OK [{self._capabilities()}] wiretutor lab IMAP server ready")
        while not self._over:
            await self._serve(await self._peer.line())

    async def _serve(self, line: bytes) -> None:
        tag, _, rest = line.partition(b" ")
        name = tag.decode("ascii", "replace") or "*"
        try:
            values = await whole_command(rest, self._peer.line, self._peer.octets, self._go_on)
            answer = f"{name} OK {await self._run(values)}"
        except Gone:
            raise
        except TooMuch:
            self._over = True
            await self._untagged("BYE that literal is too large")
            return
        except (No, Full) as error:
            answer = f"{name} NO {str(error) or '[OVERQUOTA] the mailbox is full'}"
        except (Bad, Cancelled, ValueError, IndexError, OverflowError) as error:
            answer = f"{name} BAD {str(error) or 'that is not right'}"
        except Exception as error:  # a message that nobody thought of; the session goes on
            _log.exception("IMAP")
            answer = f"{name} NO [SERVERBUG] {type(error).__name__}"
        if self._starting:
            self._starting = False
            await self._peer.start_tls(answer)
        else:
            await self._peer.say(answer)

    async def _run(self, values: list[Value]) -> str:
        verb = text(values[0]).upper() if values else ""
        if verb == "UID":
            verb = f"UID {text(values[1]).upper()}"
            values = values[1:]
        command = self._COMMANDS.get(verb)
        if command is None:
            raise Bad("unknown command")
        if verb in _BEFORE_LOGIN and self._account is not None:
            raise Bad("you are logged in already")
        if verb not in _ANY | _BEFORE_LOGIN and self._account is None:
            raise Bad("log in first")
        answer = await command(self, values[1:])
        if verb != "LOGOUT" and verb not in _NUMBERED:
            await self._news()
        return answer

    async def _untagged(self, *lines: str) -> None:
        await self._peer.say(*(f"* {line}" for line in lines))

    async def _go_on(self) -> None:
        await self._peer.say("+ go on")

    async def _news(self) -> None:
        """Tell what has changed in the mailbox that is selected."""

    # any state

    def _capabilities(self) -> str:
        words = ["CAPABILITY", "IMAP4rev1", "SASL-IR", "LITERAL+", "IDLE", "UIDPLUS", "UNSELECT"]
        if self._peer.may_start_tls:
            words.append("STARTTLS")
        if not self._allowed():
            words.append("LOGINDISABLED")
        elif self._account is None:
            words += [f"AUTH={name}" for name in MECHANISMS]
        return " ".join(words)

    def _allowed(self) -> bool:
        return self._plaintext_logins or self._peer.secure

    async def _capability(self, _values: list[Value]) -> str:
        await self._untagged(self._capabilities())
        return "that is all"

    async def _noop(self, _values: list[Value]) -> str:
        return "nothing done"

    async def _id(self, _values: list[Value]) -> str:
        await self._untagged('ID ("name" "wiretutor lab")')
        return "now you know"

    async def _logout(self, _values: list[Value]) -> str:
        self._over = True
        await self._untagged("BYE see you")
        return "logged out"

    # not authenticated

    async def _starttls(self, _values: list[Value]) -> str:
        if not self._peer.may_start_tls:
            raise No("TLS is not to be had here")
        self._starting = True
        return "begin TLS now"

    async def _login(self, values: list[Value]) -> str:
        if not self._allowed():
            raise No("[PRIVACYREQUIRED] not without TLS")
        return self._enter(self._store.login(text(values[0]), text(values[1])))

    async def _authenticate(self, values: list[Value]) -> str:
        mechanism = text(values[0]).upper()
        if mechanism not in MECHANISMS or not self._allowed():
            raise No("that mechanism is not to be had here")
        initial = word(values[1]) if len(values) > 1 else None
        return self._enter(await self._peer.sasl(self._store, mechanism, initial, self._challenge))

    async def _challenge(self, encoded: bytes) -> None:
        await self._peer.send(b"+ " + encoded + b"\r\n")

    def _enter(self, account: Account | None) -> str:
        if account is None:
            raise No("[AUTHENTICATIONFAILED] name or password is wrong")
        self._account = account
        return f"[{self._capabilities()}] logged in"

    _COMMANDS: ClassVar[dict[str, Command]] = {
        "CAPABILITY": _capability,
        "NOOP": _noop,
        "ID": _id,
        "LOGOUT": _logout,
        "STARTTLS": _starttls,
        "LOGIN": _login,
        "AUTHENTICATE": _authenticate,
    }


_ANY = frozenset({"CAPABILITY", "NOOP", "ID", "LOGOUT"})
_BEFORE_LOGIN = frozenset({"STARTTLS", "LOGIN", "AUTHENTICATE"})
_NUMBERED = frozenset({"FETCH", "STORE", "SEARCH"})
"""Commands in whose answer no number may change its meaning (RFC 9051 7.5.1)."""
