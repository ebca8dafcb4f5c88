"""Draw questions from the sessions of a recording: the same seed draws the same ones."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tutor.base import CaptureError
from tutor.capture import Capture, Entry
from tutor.lesson.practice import answering, decode, eve, order, points, predict, protects
from tutor.lesson.practice.ground import MAIL, Ground
from tutor.lesson.practice.model import SORTS, Drill, Texts
from tutor.session import Session

MOST_SESSIONS = 24
"""Sessions of a capture that are looked at: more say the same again, and time is bounded."""

MOST_STEPS = 100_000
"""A session with more steps is not opened for this."""

MOST_BYTES = 128 << 20
"""Bytes of sessions that are held together; what comes after is not asked about."""

MOST_COUNT = 200
"""Questions of one round."""

_MOST_SEED = 9999

_TRIES = 40
"""Places of one sort that may give nothing new before the sort is given up."""


class _Maker(NamedTuple):
    """Where a sort of question can be asked, and the question there."""

    places: Callable[[Ground], list[int]]
    make: Callable[[Ground, int, Texts, random.Random], Drill | None]


_MAKERS = {
    "predict": _Maker(predict.places, predict.make),
    "point": _Maker(points.places, points.make),
    "answers": _Maker(answering.places, answering.make),
    "eve": _Maker(eve.places, eve.make),
    "decode": _Maker(decode.places, decode.make),
    "order": _Maker(order.places, order.make),
    "protects": _Maker(protects.places, protects.make),
}


def new_seed() -> int:
    """A seed that a person can write down."""
    return random.SystemRandom().randint(1, _MOST_SEED)


def sampled(entries: Sequence[Entry], seed: int) -> list[Entry]:
    """The sessions that are looked at: all of a small capture, some of a large one."""
    fit = [
        entry
        for entry in entries
        if entry.steps <= MOST_STEPS and (entry.protocol in MAIL or entry.protocol == "tls")
    ]
    if len(fit) <= MOST_SESSIONS:
        return fit
    chosen = random.Random(f"{seed}/sessions").sample(range(len(fit)), MOST_SESSIONS)  # noqa: S311
    return [fit[number] for number in sorted(chosen)]


def opened(capture: Capture, seed: int) -> Iterator[Session]:
    """The sampled sessions of a capture that was read to its end; one that is gone is left out."""
    held = 0
    for entry in sampled(capture.entries, seed):
        if held > MOST_BYTES:
            return
        try:
            session = capture.session(entry.id)
        except CaptureError:
            continue
        held += session.size
        yield session


def draw(
    sessions: Sequence[Session], texts: Callable[[Session], Texts], seed: int, count: int
) -> list[Drill]:
    """Up to ``count`` questions, of every sort in turn; fewer where the sessions give no more.

    Args:
        sessions: where from; their ids tell them apart.
        texts: gives how the lines of a session are shown.
        seed: the same one gives the same questions.
        count: how many at most.
    """
    rng = random.Random(f"{seed}/questions")  # noqa: S311 - a lottery for learners, no secret
    grounds = [Ground(session) for session in sessions]
    shown = {ground.session.id: texts(ground.session) for ground in grounds}
    pools = {sort: _pool(sort, grounds, rng) for sort in SORTS}
    found: list[Drill] = []
    known: set[tuple[str, str]] = set()
    while len(found) < count and any(pools.values()):
        for sort in SORTS:
            drill = _next(sort, pools[sort], shown, rng, known)
            if drill is not None and len(found) < count:
                found.append(drill)
    return found


def _pool(sort: str, grounds: list[Ground], rng: random.Random) -> list[tuple[Ground, int]]:
    """The places of a sort in an order by lot, and of what is alike one before the second."""
    pool = [(ground, place) for ground in grounds for place in _MAKERS[sort].places(ground)]
    rng.shuffle(pool)
    alike: Counter[tuple[str, ...]] = Counter()
    turn: list[int] = []
    for ground, place in pool:
        event = ground.session.outline(place)
        name = (ground.session.protocol, event.kind.value, event.name, event.about)
        turn.append(alike[name])
        alike[name] += 1
    order = sorted(range(len(pool)), key=lambda number: -turn[number])
    return [pool[number] for number in order]  # they are taken from its end


def _next(
    sort: str,
    pool: list[tuple[Ground, int]],
    shown: dict[int, Texts],
    rng: random.Random,
    known: set[tuple[str, str]],
) -> Drill | None:
    """The next question of a sort that was not asked in the same words before."""
    for _try in range(_TRIES):
        if not pool:
            return None
        ground, place = pool.pop()
        drill = _MAKERS[sort].make(ground, place, shown[ground.session.id], rng)
        if drill is None:
            continue
        said = (drill.question.ask, drill.question.answer.text)
        if said not in known:
            known.add(said)
            return drill
    pool.clear()  # it gives the same again and again
    return None
