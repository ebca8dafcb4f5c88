"""Play a conversation to an observer, and check what must hold for every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from tutor.base import CLIENT, SERVER, Direction, Role
from tutor.protocols.events import (
    Attempt,
    Detail,
    Event,
    Fact,
    Kind,
    Offer,
    Outcome,
    TlsRequest,
)
from tutor.protocols.observer import Observer

Talk: TypeAlias = Sequence[tuple[Direction, bytes | int]]
"""Runs of bytes in the order of the wire; a number is a gap of so many bytes."""

_PREFIXES = {"C: ": (CLIENT, b"\r\n"), "S: ": (SERVER, b"\r\n")} | {
    "C| ": (CLIENT, b""),
    "S| ": (SERVER, b""),
}


def script(text: str) -> list[tuple[Direction, bytes | int]]:
    """A conversation in the notation of the RFCs.

    ``C: `` and ``S: `` are lines, ``C| `` and ``S| `` bytes without a line end,
    ``C? 12`` and ``S? 12`` gaps.
    """
    talk: list[tuple[Direction, bytes | int]] = []
    for row in filter(str.strip, map(str.lstrip, text.splitlines())):
        if row[1:3] == "? ":
            talk.append((CLIENT if row[0] == "C" else SERVER, int(row[3:])))
            continue
        direction, end = _PREFIXES[row[:3].ljust(3)]
        talk.append((direction, row[3:].encode() + end))
    return talk


def play(observer: Observer, talk: Talk) -> list[Event]:
    """Everything that the observer makes of it."""
    events: list[Event] = []
    for direction, item in talk:
        if isinstance(item, int):
            events += observer.gap(direction, item)
        else:
            events += observer.feed(direction, item)
    return events + observer.finish()


def stream(talk: Talk, direction: Direction) -> bytes:
    """The bytes of one direction; ``?`` stands for a byte that was not captured."""
    pieces = [b"?" * x if isinstance(x, int) else x for d, x in talk if d is direction]
    return b"".join(pieces)


def bytewise(talk: Talk) -> list[tuple[Direction, bytes | int]]:
    """The same conversation, one byte at a time."""
    out: list[tuple[Direction, bytes | int]] = []
    for direction, item in talk:
        if isinstance(item, int):
            out.append((direction, item))
        else:
            out += [(direction, item[i : i + 1]) for i in range(len(item))]
    return out


def assert_tiled(events: Iterable[Event], observer: Observer, talk: Talk) -> None:
    """The events of each direction cover it without hole or overlap, their parts cover them."""
    at = [0, 0]
    for event in events:
        span = event.span
        assert span.start == at[span.direction], event
        assert span.end > span.start, event
        at[span.direction] = span.end
        place = span.start
        for part in event.parts:
            assert part.start == place, event
            assert part.end > part.start, event
            place = part.end
        assert place == span.end, event
    for direction in (CLIENT, SERVER):
        left = observer.left(direction)
        whole = len(stream(talk, direction))
        assert at[direction] == (whole if left is None else left), direction


def transcript(events: Iterable[Event], talk: Talk) -> list[str]:
    """For each event a line (who, what, state, oddities), one of its parts, one for each detail.

    Of the parts spaces and line ends are left out.
    """
    streams = [stream(talk, CLIENT), stream(talk, SERVER)]
    lines: list[str] = []
    for event in events:
        lines.append(_line(event))
        lines += _parts(event, streams[event.span.direction])
        lines += [f"    => {_told(detail)}" for detail in event.details]
    return lines


def _line(event: Event) -> str:
    words = ["CS"[event.span.direction], event.kind.value, event.name or "-"]
    if event.about:
        words.append(f"({event.about})")
    words.append(f"[{event.state}]")
    words += [f"!{name}" for name in event.anomalies]
    return " ".join(words)


def _parts(event: Event, data: bytes) -> list[str]:
    if event.kind is Kind.GAP:
        return [f"    {event.span.length} bytes"]
    shown = [part for part in event.parts if part.role not in (Role.SPACE, Role.CRLF)]
    words = [f"{part.role}={_short(data[part.start : part.end])}" for part in shown]
    return ["    " + " ".join(words)] if words else []


def _short(data: bytes) -> str:
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\\n")
    return text if len(text) <= 60 else f"{text[:28]}...{text[-28:]}"


def _told(detail: Detail) -> str:
    match detail:
        case Attempt():
            secrets = [detail.secret.reveal() if detail.secret else None]
            secrets += [proof.reveal() for proof in detail.proofs]
            who = f"{detail.username!r}" + (f" as {detail.authzid!r}" if detail.authzid else "")
            return f"attempt {detail.mechanism} {who} {' '.join(map(repr, secrets))}"
        case Outcome():
            return "accepted" if detail.accepted else "refused"
        case Offer():
            return f"offer {' '.join(detail.capabilities)}"
        case TlsRequest():
            return f"tls {detail.accepted}"
        case Fact():
            return f"{detail.kind} {detail.value!r}"
    return repr(detail)
