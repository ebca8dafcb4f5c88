"""Dialogues as RFCs print them, and events as lines that a person can read and compare."""

from __future__ import annotations

from collections.abc import Sequence

from tests.strategies_pop3_smtp import Piece, Talk, assert_tiled, run
from tutor.base import CLIENT, SERVER
from tutor.protocols.dialogue import Dialogue
from tutor.protocols.events import Attempt, Detail, Event, Fact, Offer, Outcome, TlsRequest


def talk(script: str) -> Talk:
    """Read ``C: line`` and ``S: line``; each gets CRLF. Others go on with the side before."""
    sides = {"C:": CLIENT, "S:": SERVER}
    out: Talk = []
    for line in script.strip("\n").splitlines():
        side = sides.get(line[:2])
        text = line if side is None else line[3:]
        out.append((out[-1][0] if side is None else side, text.encode("latin-1") + b"\r\n"))
    return out


def play(observer: Dialogue, lines: str | Sequence[Piece]) -> list[str]:
    """Feed a dialogue; give one line for each event."""
    pieces = talk(lines) if isinstance(lines, str) else lines
    events = run(observer, pieces)
    assert_tiled(observer, events, pieces)
    return [written(event) for event in events]


def written(event: Event) -> str:
    words = ["CS"[event.span.direction], event.kind.value, event.name]
    if event.about and event.about != event.name:
        words.append(f"<{event.about}>")
    words.append(f"({event.state})" if event.state else "")
    words += [f"!{name}" for name in event.anomalies]
    words += [f"+{_detail(detail)}" for detail in event.details]
    return " ".join(word for word in words if word)


def _detail(detail: Detail) -> str:
    match detail:
        case Attempt():
            secret = detail.secret.reveal() if detail.secret else None
            acting = f" as {detail.authzid}" if detail.authzid else ""
            return f"{detail.mechanism} {detail.username} {secret!r}{acting}"
        case Outcome():
            return "accepted" if detail.accepted else "refused"
        case Offer():
            return f"offer {', '.join(detail.capabilities) or 'nothing'}"
        case Fact():
            return f"{detail.kind} {detail.value}"
        case TlsRequest():
            return {None: "tls?", True: "tls", False: "no tls"}[detail.accepted]
        case _:  # pragma: no cover - not of these protocols
            return repr(detail)


def parts(observer: Dialogue, lines: Sequence[Piece], nth: int = -1) -> list[tuple[str, bytes]]:
    """The roles and bytes of one event's parts, blanks and line ends left out."""
    event = run(observer, lines)[nth]
    stream = b"".join(
        piece if isinstance(piece, bytes) else bytes(piece)
        for direction, piece in lines
        if direction is event.span.direction
    )
    return [
        (part.role.value, stream[part.start : part.end])
        for part in event.parts
        if part.role.value not in ("space", "crlf")
    ]
