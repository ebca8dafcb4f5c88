"""Conversations built from real recordings: chunking does not matter, every layer is tiled."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import manifest
from tutor.base import CLIENT, SERVER, Direction
from tutor.capture.capture import Capture
from tutor.capture.keys import beside
from tutor.protocols.events import Kind
from tutor.session import Conversation, Eye, Options, Session, visible
from tutor.streams import Chunk, Gap, Opened

NAMES = [entry["file"] for entry in manifest.recordings() if entry["sessions"]]
TLS = [
    entry["file"]
    for entry in manifest.recordings()
    # where somebody logged in, the handshake was not refused
    if any(session["tls"] and session["credentials"] for session in entry["sessions"][:1])
]
NO_BYTES = {Kind.OPEN, Kind.CLOSE, Kind.CONFLICT}


@cache
def runs(name: str) -> tuple[tuple[Direction, bytes], ...]:
    """What crossed in the first session of a recording: runs of bytes, in order."""
    with Capture(manifest.path(name)) as capture:
        capture.load()
        session = capture.session(1)
        layer = session.layers[0]
        found: list[tuple[int, Direction, bytes]] = []
        for direction in (CLIENT, SERVER):
            end = layer.length(direction)
            at = 0
            for packet, _time in layer.carriers(direction, 0, end):
                span_end = at
                while span_end < end and layer.carriers(direction, span_end, span_end + 1) == [
                    (packet, _time)
                ]:
                    span_end += 1
                found.append((packet, direction, layer.data(direction, at, span_end)))
                at = span_end
        found.sort(key=lambda item: item[0])
        return tuple((direction, data) for _, direction, data in found)


@cache
def first(name: str) -> Session:
    with Capture(manifest.path(name)) as capture:
        capture.load()
        return capture.session(1)


def build(name: str, pieces: list[tuple[Direction, bytes]]) -> Session:
    ends = first(name)
    options = Options(keys=beside(manifest.path(name)))
    conversation = Conversation(1, ends.client, ends.server, options)
    conversation.take(Opened("open", (1, 2, 3), 0))
    offsets = [0, 0]
    for number, (direction, data) in enumerate(pieces):
        conversation.take(Chunk(direction, offsets[direction], data, number + 4, number))
        offsets[direction] += len(data)
    conversation.finish()
    return conversation.session


def log(session: Session) -> list[object]:
    return [session.event(index) for index in range(len(session))]


def assert_tiled(session: Session) -> None:
    for number, layer in enumerate(session.layers):
        for direction in (CLIENT, SERVER):
            at = 0
            for index in range(len(session)):
                event = session.event(index)
                span = event.span
                if span.layer != number or span.direction is not direction:
                    continue
                if event.kind in NO_BYTES:
                    continue
                assert span.start == at, (number, direction, index, event)
                at = span.end
                place = span.start
                for part in event.parts:
                    assert part.start == place, event
                    place = part.end
                assert place == span.end, event
            assert at == layer.length(direction), (number, direction)


@pytest.mark.parametrize("name", manifest.big_ones_slow(NAMES))
def test_byte_by_byte_gives_the_same_events(name: str) -> None:
    whole = build(name, list(runs(name)))
    single = [(d, data[i : i + 1]) for d, data in runs(name) for i in range(len(data))]
    assert log(build(name, single)) == log(whole)
    assert_tiled(whole)


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_cut_at_random_gives_the_same_events(name: str, random: object) -> None:
    import random as module

    assert isinstance(random, module.Random)
    pieces: list[tuple[Direction, bytes]] = []
    for direction, data in runs(name):
        at = 0
        while at < len(data):
            size = random.randint(1, 400)
            pieces.append((direction, data[at : at + size]))
            at += size
    assert log(build(name, pieces)) == log(build(name, list(runs(name))))


@given(st.sampled_from(NAMES), st.data())
def test_lost_and_garbled_bytes_never_raise_and_stay_tiled(name: str, data: st.DataObject) -> None:
    ends = first(name)
    conversation = Conversation(
        1, ends.client, ends.server, Options(keys=beside(manifest.path(name)))
    )
    offsets = [0, 0]
    for number, (direction, bytes_) in enumerate(runs(name)):
        fate = data.draw(st.sampled_from(["keep", "keep", "keep", "lose", "garble"]))
        if fate == "lose":
            conversation.take(Gap(direction, offsets[direction], len(bytes_), number))
        else:
            if fate == "garble":
                at = data.draw(st.integers(0, len(bytes_) - 1))
                noise = data.draw(st.binary(min_size=1, max_size=8))
                bytes_ = bytes_[:at] + noise + bytes_[at:]
            conversation.take(Chunk(direction, offsets[direction], bytes_, number + 1, number))
        offsets[direction] += len(bytes_)
    conversation.finish()
    assert_tiled(conversation.session)


@pytest.mark.parametrize("name", TLS)
def test_eve_sees_no_layer_but_the_wire(name: str) -> None:
    session = first(name)
    for index in range(len(session)):
        if visible(session, index, Eye.EVE):
            assert session.event(index).span.layer == 0
    inner = [i for i in range(len(session)) if session.event(i).span.layer == 1]
    assert inner, "the shipped keys open it"
    for index in inner:
        assert session.packets(index), "each inner event leads back to packets"
