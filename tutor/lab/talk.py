"""What the lab's process and the app say to each other: JSON, one object a line.

The lab tells where its services are (``Ready``), what it hears (``Opened``, ``Passed``,
``Closed``), how scenes end (``Played``) and what goes wrong (``Trouble``). The app orders
(``Play``, ``Turn``, ``Dial``, ``Typed``), and ends the lab by closing the pipe. Times are Unix
nanoseconds.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, cast

Sender: TypeAlias = Literal["client", "server"]
End: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection was made; ends as (address, port)."""

    number: int
    time: int
    client: End
    server: End


@dataclass(frozen=True, slots=True)
class Passed:
    """Bytes crossed."""

    number: int
    time: int
    sender: Sender
    data: bytes


@dataclass(frozen=True, slots=True)
class Closed:
    """An end has finished (``fin``) or cut the connection (``reset``)."""

    number: int
    time: int
    sender: Sender
    how: Literal["fin", "reset"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service is found.

    Attributes:
        service: such as ``imap`` or ``imaps``.
        protocol: ``smtp``, ``imap`` or ``pop3``.
        port: on 127.0.0.1.
        usual: whether that is its usual port; another program may have that.
        secure: whether TLS runs from the first byte.
        behind: the port at which Mallory's own connections to the server are heard.
    """

    service: str
    protocol: str
    port: int
    usual: bool
    secure: bool
    behind: int = 0


@dataclass(frozen=True, slots=True)
class Ready:
    """The lab is open.

    Attributes:
        places: where its services are.
        authority: path of the certificate that a client must trust.
        keylog: path of the TLS key log.
        user, password: of an account of the lab.
    """

    places: tuple[Place, ...]
    authority: str
    keylog: str
    user: str
    password: str


Ending: TypeAlias = Literal["fine", "noticed", "failed"]
Why: TypeAlias = Literal["", "no-tls", "certificate", "tls", "refused", "silent", "gone", "other"]


@dataclass(frozen=True, slots=True)
class Played:
    """A scene has ended.

    Attributes:
        end: ``fine``, ``noticed`` (the client saw mischief and left), ``failed``.
        why: ``no-tls`` (not to be had), ``certificate`` (it is wrong), ``tls`` (it failed),
            ``refused`` (the server said no), ``silent`` (no answer in time), ``gone`` (it hung up).
        detail: in the words of the client's library.
    """

    scene: str
    end: Ending
    why: Why = ""
    detail: str = ""


Wrong: TypeAlias = Literal["no-answer", "port-taken", "no-folder", "order", "not-the-lab"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something went wrong; the lab goes on, or ends if ``fatal``.

    Attributes:
        what: ``no-answer`` (of a tap's target), ``port-taken`` (or not to be used), ``no-folder``
            (no temporary folder), ``order`` (one that nobody understands), ``not-the-lab``
            (mischief was asked for where an end is not the lab's own).
        detail: where, and the system's words.
    """

    what: Wrong
    fatal: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """Order: play a scene."""

    scene: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Order: let the relay do something else, from the next connection on."""

    mode: str


@dataclass(frozen=True, slots=True)
class Dial:
    """Order: connect the learner's hand to a service; the connection before it ends."""

    service: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Order: the learner's hand sends these bytes."""

    data: bytes


Heard: TypeAlias = Opened | Passed | Closed
Word: TypeAlias = Heard | Ready | Played | Trouble | Play | Turn | Dial | Typed

_KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (Opened, Passed, Closed, Ready, Played, Trouble, Play, Turn, Dial, Typed)
}


def say(word: Word) -> bytes:
    """A word as a line."""
    fields = asdict(word)
    if isinstance(word, Passed | Typed):
        fields["data"] = base64.b64encode(word.data).decode()
    return json.dumps({"is": type(word).__name__.lower(), **fields}).encode() + b"\n"


def hear(line: bytes) -> Word:
    """A line as a word.

    Raises:
        ValueError: it is none.
    """
    try:
        fields = json.loads(line)
        kind = _KINDS[fields.pop("is")]
        if kind in (Passed, Typed):
            fields["data"] = base64.b64decode(fields["data"])
        elif kind is Opened:
            fields |= {name: tuple(fields[name]) for name in ("client", "server")}
        elif kind is Ready:
            fields["places"] = tuple(Place(**place) for place in fields["places"])
        return cast("Word", kind(**fields))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a word of the lab: {line[:60]!r}") from error
