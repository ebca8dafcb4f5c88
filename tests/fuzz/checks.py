"""What must hold whatever the bytes are. Each check raises ``AssertionError`` with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.fuzz.material import Piece
from tutor.base import CLIENT, SERVER, Direction, sanitise
from tutor.findings import credentials
from tutor.protocols.events import Event, Kind
from tutor.protocols.observer import Observer
from tutor.render import View
from tutor.session import Eye, Session

_ROOT = Path(__file__).resolve().parent.parent.parent
_LONG_ENOUGH = 8
"""Secrets shorter than this stand in ordinary text by accident, when a fuzzer writes it."""

_MOST_STEPS = 400


@cache
def _schema() -> Draft202012Validator:
    schema = json.loads((_ROOT / "docs" / "json.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def valid(report: dict[str, Any]) -> None:
    """The report is what the schema says."""
    wrong = next(_schema().iter_errors(json.loads(json.dumps(report))), None)
    assert wrong is None, f"not valid: {wrong}"


def tiled(events: Iterable[Event], begin: Sequence[int], ends: Sequence[int]) -> None:
    """In each direction events follow one another from ``begin`` to ``ends``, parts tile them."""
    at = list(begin)
    for event in events:
        span = event.span
        if span.start == span.end:
            continue
        assert span.start == at[span.direction], f"a hole or an overlap at {event}"
        for part in event.parts:
            assert part.start == at[span.direction] < part.end, f"parts do not tile {event}"
            at[span.direction] = part.end
        assert at[span.direction] == span.end, f"parts do not tile {event}"
    assert at == list(ends), f"events end at {at}, the bytes at {ends}"


def run(observer: Observer, talk: Sequence[Piece]) -> list[Event]:
    """All events of a talk."""
    events: list[Event] = []
    for direction, piece in talk:
        if isinstance(piece, int):
            events += observer.gap(direction, piece)
        elif piece:
            events += observer.feed(direction, piece)
    return events + observer.finish()


def lengths(talk: Sequence[Piece]) -> list[int]:
    """Bytes of each direction, gaps included."""
    total = [0, 0]
    for direction, piece in talk:
        total[direction] += piece if isinstance(piece, int) else len(piece)
    return total


def observed(make: type[Observer], talk: Sequence[Piece], cut: int) -> list[Event]:
    """Run an observer; check tiling, and that other chunks (of ``cut`` bytes) change nothing."""
    observer = make()
    events = run(observer, talk)
    ends = lengths(talk)
    for direction in (CLIENT, SERVER):
        left = observer.left(direction)
        ends[direction] = ends[direction] if left is None else left
    tiled(events, (0, 0), ends)
    again = run(make(), chopped(talk, cut))
    assert again == events, f"chunks of {cut} bytes change the events"
    return events


def chopped(talk: Sequence[Piece], cut: int) -> list[Piece]:
    """The same talk in pieces of ``cut`` bytes."""
    out: list[Piece] = []
    for direction, piece in talk:
        if isinstance(piece, int):
            out.append((direction, piece))
        else:
            out += [(direction, piece[at : at + cut]) for at in range(0, len(piece), cut)]
    return out


def layers(session: Session) -> None:
    """In each layer of a session the events tile what the layer holds."""
    by_layer: dict[int, list[Event]] = {}
    for index in range(len(session)):
        event = session.event(index)
        by_layer.setdefault(event.span.layer, []).append(event)
        session.packets(index)
    for number, layer in enumerate(session.layers):
        ends = [layer.length(direction) for direction in Direction]
        tiled(by_layer.get(number, []), (0, 0), ends)


def shown(session: Session) -> None:
    """Every step can be drawn, masked, and no secret of the session is in what is drawn."""
    known = {
        sanitise(credential.secret.reveal())
        for credential in credentials(session)
        if credential.secret is not None and credential.strength != "none"
    }
    secrets = [text for text in known if len(text) >= _LONG_ENOUGH and len(set(text)) > 4]
    for eye in Eye:
        view = View(session, masked=True, eye=eye)
        for index in range(min(len(session), _MOST_STEPS)):
            lines = view.lines(index, 50)
            assert lines or session.event(index).kind is Kind.GAP
            view.hex(index, 8)
            for line in lines:
                assert "\x1b" not in line.text, "a control character got through"
                for secret in secrets:
                    for segment in line.segments:
                        assert secret not in segment.text, f"the mask lets {secret!r} through"
